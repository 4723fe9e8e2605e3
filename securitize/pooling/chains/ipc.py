"""Symbols of the International Patent Classification: what a pattern covers, and what a symbol was called before.

The hierarchy of dots is no prefix of the symbol, so what lies below a group is looked up in
``pools/chains/ipc/subgroups.toml``; reforms are in ``pools/chains/ipc/aliases.toml``. See
``docs/reference/chains.md``, sections 2 and 3.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from securitize.library.find import library_root

#: Levels of a pattern over a symbol: how deep the pattern's own symbol lies.
SUBCLASS, MAIN_GROUP, ITSELF = 1, 2, 99
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Alias:
    """A group before and after a reform; ``coarse`` where one side is more than the other."""

    old: str
    new: tuple[str, ...]
    coarse: bool


@dataclass(frozen=True, slots=True)
class IpcTables:
    """What the program knows of the IPC.

    below : subgroup -> the symbols below it
    dots  : subgroup -> its dots, 1 directly below the main group; the keys are those of ``below``
    """

    below: Mapping[str, tuple[str, ...]]
    dots: Mapping[str, int]
    aliases: tuple[Alias, ...]


@cache
def ipc_tables() -> IpcTables:
    """The tables that ship with the program."""
    folder = library_root() / "pools/chains/ipc"
    groups = tomllib.loads((folder / "subgroups.toml").read_text(encoding="utf-8"))
    below: dict[str, tuple[str, ...]] = {}
    dots: dict[str, int] = {}
    for table in ("below", "below_other_editions"):
        for symbol, row in groups[table].items():
            group = symbol.partition("/")[0]
            below[symbol] = tuple(f"{group}/{part}" for part in row["below"].split())
            dots[symbol] = row["dots"]
    reforms = tomllib.loads((folder / "aliases.toml").read_text(encoding="utf-8"))["reforms"]
    aliases = tuple(
        Alias(row["old"], tuple(row["new"]), row.get("coarse", False))
        for reform in reforms
        for row in reform["aliases"]
    )
    return IpcTables(below, dots, aliases)


def top(pattern: str) -> str:
    """The symbol that a pattern is written of: ``H01M4/00`` of ``H01M4*``; a subclass stands for itself."""
    symbol = pattern.removesuffix("*")
    return symbol if "/" in symbol or len(symbol) == 4 else f"{symbol}/00"


def needs_hierarchy(pattern: str) -> bool:
    """Whether a pattern covers what lies below a subgroup, which only a table tells."""
    return pattern.endswith("*") and "/" in pattern and not pattern.endswith("/00*")


class PatternIndex(Generic[P]):
    """Patterns, each standing for something, looked up by symbol."""

    def __init__(self, patterns: Iterable[tuple[str, P]], tables: IpcTables) -> None:
        self._broad: dict[str, list[P]] = defaultdict(list)
        self._symbols: dict[str, list[tuple[P, int]]] = defaultdict(list)
        self._prefixes: list[tuple[str, P, int]] = []
        for pattern, meant in patterns:
            self._add(pattern, meant, tables)

    def _add(self, pattern: str, meant: P, tables: IpcTables) -> None:
        symbol = pattern.removesuffix("*")
        if not pattern.endswith("*"):
            level = MAIN_GROUP if symbol.endswith("/00") else ITSELF
            self._symbols[symbol].append((meant, level))
        elif not needs_hierarchy(pattern):
            self._broad[symbol.removesuffix("/00")].append(meant)
        elif symbol in tables.below:
            self._symbols[symbol].append((meant, ITSELF))
            for one in tables.below[symbol]:
                self._symbols[one].append((meant, MAIN_GROUP + tables.dots[symbol]))
        else:
            # Nothing is known of its dots: a longer number is as a rule further down.
            digits = len(symbol.partition("/")[2])
            self._prefixes.append((symbol, meant, MAIN_GROUP + digits - 1))

    def find(self, symbol: str) -> dict[P, int]:
        """What the patterns over ``symbol`` stand for, each with the level of its deepest pattern."""
        found: dict[P, int] = {}
        group, slash, _ = symbol.partition("/")
        for meant in self._broad.get(symbol[:4], ()):
            found[meant] = SUBCLASS
        if slash:
            for meant in self._broad.get(group, ()):
                found[meant] = MAIN_GROUP
        for meant, level in self._symbols.get(symbol, ()):
            found[meant] = max(level, found.get(meant, 0))
        for prefix, meant, level in self._prefixes:
            if symbol.startswith(prefix):
                found[meant] = max(ITSELF if symbol == prefix else level, found.get(meant, 0))
        return found


#: How a symbol was read: as written, by an alias, by a coarse alias.
AS_WRITTEN, BY_ALIAS, BY_COARSE_ALIAS = 0, 1, 2


class Readings:
    """What else a symbol may be called: before a reform where it is new, after it where it is old."""

    def __init__(self, tables: IpcTables) -> None:
        sides: list[tuple[str, tuple[str, str, bool]]] = []
        for alias in tables.aliases:
            for new in alias.new:
                sides.append((alias.old, (alias.old, new, alias.coarse)))
                sides.append((new, (new, alias.old, alias.coarse)))
        self._index = PatternIndex(sides, tables)

    def of(self, symbol: str) -> dict[str, int]:
        """Every reading of ``symbol`` with the way to it; of the aliases over it the deepest ones count."""
        readings = {symbol: AS_WRITTEN}
        found = self._index.find(symbol)
        deepest = max(found.values(), default=0)
        for (_, other, coarse), level in found.items():
            if level == deepest:
                way = BY_COARSE_ALIAS if coarse else BY_ALIAS
                readings[top(other)] = min(way, readings.get(top(other), way))
        return readings
