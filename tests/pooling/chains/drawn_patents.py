"""Patents drawn at random around a chain: its symbols, their neighbours, old and new names; titles of its keywords."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.pooling.chains.chains_reference import Page, own_words

FILLERS = (
    "一种",
    "及其",
    "制备方法",
    "装置",
    "a ",
    " method",
    " of ",
    "-",
    "，",
    " and the ",
    "Ｘ",
    "s",
    "x",
)
STRANGERS = (
    "A01B1/00",
    "G06F17/50",
    "H10F99/00",
    "H10K71/12",
    "B60L11/18",
    "H01M2/10",
    "H10D84/80",
    "H10F19/80",
)


def symbols_around(page: Page) -> list[str]:
    """Symbols of every pattern, below it, beside it, and their other names."""
    found: set[str] = set(STRANGERS)
    for rule in page.rules:
        for pattern in (*rule["patterns"], *rule.get("exclusions", [])):
            stem = pattern.rstrip("*")
            if len(stem) == 4:
                found |= {f"{stem}1/00", f"{stem}50/20", stem}
                continue
            group, _, number = stem.partition("/")
            found |= {
                f"{group}/00",
                f"{group}0/00",
                f"{group}/{number or '02'}",
                f"{group}/{number or '04'}5",
            }
            below = page.groups.get(stem, {"below": ""})["below"].split()
            found |= {f"{group}/{part}" for part in below[:6]}
    for symbol in sorted(found):
        found |= {reading for reading in page.readings(symbol) if "/" in reading}
    return sorted(found)


def drawn(page: Page, count: int, seed: int) -> Iterator[tuple[list[str] | None, str | None, str | None]]:
    """(symbols, title, abstract)."""
    chance = random.Random(seed)
    symbols = symbols_around(page)
    words = sorted({w for rule in page.rules for w in (*own_words(rule), *rule.get("excluded_keywords", []))})
    words += page.chain.get("scope_keywords", [])
    for _ in range(count):
        own = [chance.choice(symbols) for _ in range(chance.choice((0, 1, 1, 2, 3, 4, 5)))]
        given = None if not own and chance.random() < 0.5 else own + own[:1] * (chance.random() < 0.1)
        yield given, _text(chance, words), _text(chance, words) if chance.random() < 0.3 else None


def _text(chance: random.Random, words: list[str]) -> str | None:
    if chance.random() < 0.05:
        return None
    shown = ""
    for _ in range(chance.randrange(7)):
        piece = chance.choice(words) if chance.random() < 0.6 else chance.choice(FILLERS)
        if chance.random() < 0.2:
            piece = chance.choice((piece.upper(), piece.replace(" ", "-"), piece + "s", piece[1:], piece * 2))
        shown += piece + chance.choice(("", "", " "))
    return shown
