"""Known exports: which heading means which canonical column, and how its cells are written (``sources.toml``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from securitize.base.closed import partition
from securitize.pooling.candidates.columns import load_toml, tables
from securitize.pooling.candidates.notation import UNITS

How = Literal["", "count", "first", "main", "part", "earliest", "year"]
#: Headings that other headings refer to, those of which several make one cell, and those that are compared at last.
MAINS, PARTS, YEARS, _ = partition(How, {"main"}, {"part"}, {"year"}, {"", "count", "first", "earliest"})
CANONICAL = "canonical"
_UNIT = re.compile(rf"(?P<heading>.*\S)\s*\((?P<unit>{'|'.join(UNITS)}|%)\)")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A table that somebody hands in.

    source  : name of a known export
    columns : heading -> canonical column, on top of the headings of the source
    """

    path: Path
    source: str = CANONICAL
    columns: Mapping[str, str] = field(default_factory=dict)


class Meaning(NamedTuple):
    """What a heading means: the canonical column, and how its cells lead to it.

    unit : the unit that stands in brackets after the heading, such as ten thousands of yuan; empty without one
    """

    column: str
    how: How = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A known export.

    date_order    : of dates with slashes, such as ``mdy``; empty where they are ambiguous
    separator     : between the names of a list
    grant_by_kind : a granted publication was granted on the day of its publication
    headings      : table -> folded heading -> meaning
    """

    name: str
    title: str
    date_order: str
    separator: str
    grant_by_kind: bool
    headings: Mapping[str, Mapping[str, Meaning]]

    def meanings(self, table: str, own: Mapping[str, str]) -> dict[str, Meaning]:
        """Folded heading -> meaning; ``own`` headings come first, and those of the canonical table last."""
        found = dict(canonical_headings(table)) if self.name == CANONICAL else {}
        found |= self.headings.get(table, {})
        return found | {folded(heading): Meaning(column) for heading, column in own.items()}


def folded(text: str) -> str:
    """A heading or word in the form in which two of them are compared. Idempotent."""
    text = unicodedata.normalize("NFKC", text.replace("\ufeff", "")).casefold()
    # Case folding can undo the normal form of a few letters.
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", text)).strip()


def meaning_of(heading: str, meanings: Mapping[str, Meaning]) -> Meaning | None:
    """What a heading means; a unit in brackets after a known heading is taken with it."""
    key = folded(heading)
    if key in meanings:
        return meanings[key]
    matched = _UNIT.fullmatch(key)
    found = meanings.get(matched["heading"]) if matched else None
    return found._replace(unit=matched["unit"]) if matched and found and not found.how else None


@cache
def sources() -> Mapping[str, Source]:
    """The known exports by name."""
    plain = Source(CANONICAL, "Canonical columns, English or Chinese headings", "", ";", False, {})
    found = {name: _source(name, raw) for name, raw in load_toml("sources.toml").items()}
    return MappingProxyType({CANONICAL: plain} | found)


@cache
def canonical_headings(table: str) -> Mapping[str, Meaning]:
    """The English names and the Chinese headings of ``columns.toml``."""
    found = {}
    for column in tables()[table].columns:
        found[folded(column.name)] = found[folded(column.label_zh)] = Meaning(column.name)
    return MappingProxyType(found)


@cache
def words(column: str) -> Mapping[str, str]:
    """Folded word of an export -> canonical word, of an enumeration or of ``flag``."""
    listed = load_toml("words.toml").get(column, {})
    return MappingProxyType({folded(word): canonical for canonical in listed for word in listed[canonical]})


def _source(name: str, raw: Mapping[str, Any]) -> Source:
    headings = {
        table: {folded(heading): _meaning(text) for heading, text in raw[table].items()}
        for table in tables()
        if table in raw
    }
    order, grant_by_kind = raw.get("date_order", ""), raw.get("grant_by_kind", False)
    return Source(name, raw["title"], order, raw["separator"], grant_by_kind, headings)


def _meaning(text: str) -> Meaning:
    column, _, how = text.partition(":")
    return Meaning(column, how)  # type: ignore[arg-type]  # A test holds the words of the file to those of How.
