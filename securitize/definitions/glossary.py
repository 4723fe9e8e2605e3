"""The glossary: every term that a command prints, its Chinese word and its meaning, from ``glossary.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Entry:
    """One term.

    also, also_zh : other standard spellings
    keywords      : words of the market that the program does not use, under which the term is found too
    """

    term: str
    term_zh: str
    meaning: str
    meaning_zh: str = ""
    also: tuple[str, ...] = ()
    also_zh: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling of both languages, the term itself first."""
        return (self.term, *self.also, self.term_zh, *self.also_zh, *self.keywords)


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of one subject, in reading order."""

    title: str
    title_zh: str
    entries: tuple[Entry, ...]


@cache
def groups() -> tuple[Group, ...]:
    """The glossary by subject, in reading order."""
    text = files("securitize.definitions").joinpath("glossary.toml").read_text(encoding="utf-8")
    return tuple(
        Group(group["title"], group["title_zh"], tuple(_entry(**row) for row in group["entries"]))
        for group in tomllib.loads(text)["groups"]
    )


def entries() -> tuple[Entry, ...]:
    """Every term, in reading order."""
    return tuple(_all())


def _all() -> Iterator[Entry]:
    for group in groups():
        yield from group.entries


def _entry(
    term: str,
    term_zh: str,
    meaning: str,
    meaning_zh: str = "",
    also: Sequence[str] = (),
    also_zh: Sequence[str] = (),
    keywords: Sequence[str] = (),
) -> Entry:
    return Entry(term, term_zh, meaning, meaning_zh, tuple(also), tuple(also_zh), tuple(keywords))
