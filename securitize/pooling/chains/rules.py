"""A chain made ready to place patents: rules by IPC symbol, keywords by node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arrays import Bool
from securitize.base.errors import Problem
from securitize.definitions.chains.chain import Chain, Rule
from securitize.definitions.documents.loaded import Loaded
from securitize.pooling.chains.ipc import (
    BY_COARSE_ALIAS,
    IpcTables,
    PatternIndex,
    Readings,
    ipc_tables,
    needs_hierarchy,
)
from securitize.pooling.chains.keywords import KeywordFinder, plain_text


@dataclass(frozen=True, slots=True)
class NodeClaim:
    """What symbols say of a patent: the rules that tie, of one node or several.

    rules  : positions in the chain's rules, ascending
    coarse : whether only a coarse alias leads to them
    """

    rules: tuple[int, ...]
    coarse: bool


@dataclass(frozen=True)
class ReadyRule:
    """A rule with its keywords as columns of what a finder finds.

    node : position in the chain's nodes
    """

    node: int
    keywords: tuple[int, ...]
    excluded: tuple[int, ...]
    ipc_only: bool


class ReadyChain:
    """A chain made ready.

    nodes    : codes of every node, as written
    rules    : as written
    words    : node -> its keywords (columns), of all its rules
    keywords : how many columns
    finder   : of all keywords of rules, their excluded keywords, and the chain's scope keywords
    scope    : columns of the scope keywords
    """

    def __init__(self, chain: Chain, tables: IpcTables | None = None) -> None:
        tables = tables or ipc_tables()
        self.nodes = tuple(chain.nodes)
        place = {code: k for k, code in enumerate(self.nodes)}
        columns = _columns(chain)
        self.rules = tuple(
            ReadyRule(
                place[rule.node],
                _positions(columns, _keywords(rule)),
                _positions(columns, rule.excluded_keywords),
                rule.ipc_only,
            )
            for rule in chain.rules
        )
        self.words: dict[int, frozenset[int]] = {}
        for rule in self.rules:
            self.words[rule.node] = self.words.get(rule.node, frozenset()) | frozenset(rule.keywords)
        self.scope = _positions(columns, chain.scope_keywords)
        counted: Bool = np.zeros(len(columns), dtype=np.bool_)
        counted[sorted({k for words in self.words.values() for k in words})] = True
        self.keywords = len(columns)
        self.finder = KeywordFinder(list(columns), counted)
        self._readings = Readings(tables)
        self._patterns = PatternIndex(_of_rules(rule.patterns for rule in chain.rules), tables)
        self._exclusions = PatternIndex(_of_rules(rule.exclusions for rule in chain.rules), tables)

    def claim(self, symbol: str) -> NodeClaim | None:
        """The rules that an IPC symbol (normal form) meets best; None where it meets none."""
        readings = self._readings.of(symbol)
        excluded = {rule for reading in readings for rule in self._exclusions.find(reading)}
        best, rules = (0, 0), set[int]()
        for reading, way in readings.items():
            for rule, level in self._patterns.find(reading).items():
                rank = (level, -way)
                if rule in excluded or rank < best:
                    continue
                if rank > best:
                    best, rules = rank, set()
                rules.add(rule)
        return NodeClaim(tuple(sorted(rules)), -best[1] == BY_COARSE_ALIAS) if rules else None


def warnings_of_patterns(chain: Loaded[Chain], tables: IpcTables | None = None) -> list[Problem]:
    """A warning (SEC332) for every pattern whose hierarchy the tables do not hold."""
    tables = tables or ipc_tables()
    found = []
    for k, rule in enumerate(chain.model.rules):
        for key, patterns in (("patterns", rule.patterns), ("exclusions", rule.exclusions)):
            for j, pattern in enumerate(patterns):
                if needs_hierarchy(pattern) and pattern.removesuffix("*") not in tables.below:
                    what = "what lies below the group is not known: symbols that begin alike are taken"
                    repair = "list the symbols without a star where that is wrong"
                    found.append(chain.problem(("rules", k, key, j), what, pattern, repair, "SEC332"))
    return found


def _keywords(rule: Rule) -> tuple[str, ...]:
    return (*rule.keywords, *rule.keywords_en)


def _columns(chain: Chain) -> dict[str, int]:
    """Every keyword in plain form, and its column."""
    words: dict[str, None] = {}
    for rule in chain.rules:
        for word in (*_keywords(rule), *rule.excluded_keywords):
            words.setdefault(plain_text(word))
    for word in chain.scope_keywords:
        words.setdefault(plain_text(word))
    return {word: k for k, word in enumerate(words)}


def _positions(columns: dict[str, int], words: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted({columns[plain_text(word)] for word in words}))


def _of_rules(patterns: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    return [(pattern, k) for k, some in enumerate(patterns) for pattern in some]
