"""docs/reference/chains.md once more, slowly: one patent at a time, plain Python and Fractions, from the TOML files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

Raw = dict[str, Any]


@dataclass(frozen=True)
class PlacedPatent:
    """What the page says of one patent."""

    weights: dict[str, Fraction]
    confirmed: frozenset[str]
    ambiguous: bool
    by_title_only: bool
    coarse: bool


def read(path: Path) -> Raw:
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Page:
    """The page over one chain."""

    def __init__(self, chain: Path, ipc: Path) -> None:
        self.chain = read(chain)
        groups = read(ipc / "subgroups.toml")
        self.groups: dict[str, Raw] = {**groups["below"], **groups["below_other_editions"]}
        self.aliases = [one for reform in read(ipc / "aliases.toml")["reforms"] for one in reform["aliases"]]
        self.rules: list[Raw] = self.chain["rules"]
        self.words = [[plain(word) for word in own_words(rule)] for rule in self.rules]

    # Sections 2 and 3

    def level(self, pattern: str, symbol: str) -> int:
        """0 where the pattern is not over the symbol."""
        stem = pattern.rstrip("*")
        if not pattern.endswith("*"):
            return (2 if stem.endswith("/00") else 99) if symbol == stem else 0
        if len(stem) == 4:
            return 1 if symbol[:4] == stem else 0
        if "/" not in stem or stem.endswith("/00"):
            return 2 if symbol.startswith(stem.split("/")[0] + "/") else 0
        if symbol == stem:
            return 99
        group, number = stem.split("/")
        if stem in self.groups:
            below = [f"{group}/{part}" for part in self.groups[stem]["below"].split()]
            return 2 + int(self.groups[stem]["dots"]) if symbol in below else 0
        return 2 + len(number) - 1 if symbol.startswith(stem) else 0

    def readings(self, symbol: str) -> dict[str, int]:
        """Reading -> 0 as written, 1 by an alias, 2 by a coarse one."""
        found: list[tuple[int, str, bool]] = []
        for alias in self.aliases:
            for new in alias["new"]:
                for here, there in ((alias["old"], new), (new, alias["old"])):
                    level = self.level(here, symbol)
                    if level:
                        found.append((level, there, alias.get("coarse", False)))
        ways = {symbol: 0}
        for level, there, coarse in found:
            if level == max(one[0] for one in found):
                stem = there.rstrip("*")
                reading = stem if "/" in stem or len(stem) == 4 else stem + "/00"
                ways[reading] = min(ways.get(reading, 9), 2 if coarse else 1)
        return ways

    def tied(self, symbol: str) -> tuple[list[int], bool]:
        """The rules that tie, and whether a coarse alias led to them."""
        ranked: list[tuple[int, int, int]] = []
        ways = self.readings(symbol)
        for k, rule in enumerate(self.rules):
            if any(self.level(one, reading) for one in rule.get("exclusions", []) for reading in ways):
                continue
            for reading, way in ways.items():
                level = max(self.level(one, reading) for one in rule["patterns"])
                if level:
                    ranked.append((level, -way, k))
        if not ranked:
            return [], False
        best = max(ranked)[:2]
        return sorted({k for level, way, k in ranked if (level, way) == best}), best[1] == -2

    # Section 4

    def places(self, word: str, text: str) -> list[tuple[int, int]]:
        found = []
        for start in range(len(text) - len(word) + 1):
            end = start + len(word)
            if text[start:end] == word and not cut(word, text[:start], text[end:]):
                found.append((start, end))
        return found

    def is_in(self, word: str, texts: list[str]) -> bool:
        return any(self.places(plain(word), text) for text in texts)

    def by_itself(self, word: str, texts: list[str]) -> bool:
        others = {other for words in self.words for other in words if len(other) > len(word)}
        for text in texts:
            wide = [place for other in others if other in text for place in self.places(other, text)]
            for start, end in self.places(word, text):
                if not any(a <= start and end <= b for a, b in wide):
                    return True
        return False

    def words_of(self, node: str) -> set[str]:
        pairs = zip(self.rules, self.words, strict=True)
        return {word for rule, words in pairs if rule["node"] == node for word in words}

    # Section 5

    def struck(self, rule: Raw, texts: list[str]) -> bool:
        return any(self.is_in(word, texts) for word in rule.get("excluded_keywords", []))

    def place(self, symbols: list[str] | None, *parts: str | None) -> PlacedPatent:
        texts = [plain(part) for part in parts if part]
        distinct = sorted({symbol for symbol in symbols or [] if symbol})
        if not distinct:
            return self.place_by_words(texts)
        votes: dict[str, Fraction] = {}
        confirmed: set[str] = set()
        ambiguous = any_coarse = False
        voters = 0
        for symbol in distinct:
            rules, coarse = self.tied(symbol)
            standing = [self.rules[k] for k in rules if not self.struck(self.rules[k], texts)]
            nodes = sorted({rule["node"] for rule in standing})
            if not nodes:
                continue
            winners = self.winners(nodes, texts)
            voters += 1
            ambiguous |= len(winners) > 1
            any_coarse |= coarse
            for node in winners:
                votes[node] = votes.get(node, Fraction(0)) + Fraction(1, len(winners))
                own = [rule for rule in standing if rule["node"] == node]
                if any(
                    rule.get("ipc_only") or any(self.is_in(w, texts) for w in own_words(rule)) for rule in own
                ):
                    confirmed.add(node)
        weights = {node: vote / voters for node, vote in votes.items()}
        return PlacedPatent(weights, frozenset(confirmed), ambiguous, False, any_coarse)

    def winners(self, nodes: list[str], texts: list[str]) -> list[str]:
        if len(nodes) == 1:
            return nodes
        counts = {node: sum(self.by_itself(word, texts) for word in self.words_of(node)) for node in nodes}
        return [node for node in nodes if counts[node] == max(counts.values())]

    def place_by_words(self, texts: list[str]) -> PlacedPatent:
        nothing = PlacedPatent({}, frozenset(), False, False, False)
        if not any(self.is_in(word, texts) for word in self.chain.get("scope_keywords", [])):
            return nothing
        words = {node: self.words_of(node) for node in self.chain["nodes"] if self.words_of(node)}
        scope = {plain(word) for word in self.chain["scope_keywords"]}
        counts = {}
        for node, some in words.items():
            if all(self.struck(rule, texts) for rule in self.rules if rule["node"] == node):
                continue
            counts[node] = 0
            for word in some - scope:
                carriers = sum(word in others for others in words.values())
                if carriers > 1 and 2 * carriers > len(words):
                    continue
                counts[node] += self.by_itself(word, texts)
        most = max(counts.values(), default=0)
        if most == 0:
            return nothing
        winners = [node for node, count in counts.items() if count == most]
        weights = {node: Fraction(1, len(winners)) for node in winners}
        return PlacedPatent(weights, frozenset(), len(winners) > 1, True, False)


def own_words(rule: Raw) -> list[str]:
    return [*rule.get("keywords", []), *rule.get("keywords_en", [])]


def plain(text: str) -> str:
    return "".join(plain_character(c) for c in text)


def plain_character(c: str) -> str:
    narrow = chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c
    if narrow in "-‐‑‒–—" or narrow.isspace() or "\x1c" <= narrow <= "\x1f":
        return " "
    return narrow.lower() if "A" <= narrow <= "Z" else narrow


def is_word(c: str) -> bool:
    return c.isascii() and c.isalnum()


def cut(word: str, before: str, after: str) -> bool:
    """Whether a word of letters and digits goes on beyond its place."""
    if is_word(word[0]) and before and is_word(before[-1]):
        return True
    if not is_word(word[-1]) or not after or not is_word(after[0]):
        return False
    return not (after[0] == "s" and not (len(after) > 1 and is_word(after[1])))
