"""The scheme of the IPC as a file outside the project tells it: symbols, and what lies below them."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from functools import cache

from tests.pooling.shared_data import shared_data


@cache
def titles() -> dict[str, str]:
    """Symbol -> its title after those of the groups above it, joined by two semicolons."""
    with gzip.open(shared_data("ipc_scheme_wipo_via_asgeissler.tsv.gz"), "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["ipc"]: row["title"] for row in rows}


@cache
def by_group() -> dict[str, list[str]]:
    """Main group -> its symbols in the order of the scheme: by the number after the slash as a decimal."""
    found: dict[str, list[str]] = defaultdict(list)
    for symbol in titles():
        found[symbol.partition("/")[0]].append(symbol)
    return {group: sorted(symbols, key=lambda one: one.partition("/")[2]) for group, symbols in found.items()}


def below(symbol: str) -> list[str]:
    """What lies below a subgroup: the symbols whose titles begin with its title."""
    start = titles()[symbol] + ";;"
    return [one for one in by_group()[symbol.partition("/")[0]] if titles()[one].startswith(start)]


def dots(symbol: str) -> int:
    """How many groups of its main group, this one too, a subgroup lies below."""
    return sum(symbol in below(one) for one in by_group()[symbol.partition("/")[0]] if one != symbol)


def exists(pattern: str) -> bool:
    stem = pattern.rstrip("*")
    if len(stem) == 4:
        return any(group.startswith(stem) for group in by_group())
    return stem in titles() if "/" in stem else stem in by_group()
