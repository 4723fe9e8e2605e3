"""Terms of the glossary, in English or Chinese, and how words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from securitize.base.messages import Listing, Message
from securitize.definitions.glossary import Entry, entries
from securitize.reports.words import chosen

#: The page of the documentation that lists the terms.
PAGE = "docs/glossary.md"


class Block(NamedTuple):
    """A heading and the lines under it."""

    heading: str
    lines: tuple[str, ...]


@lru_cache(maxsize=1 << 14)
def plain(word: str) -> str:
    """A word as words are compared: case, full-width signs, blanks and dashes make no difference."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return re.sub(r"[\s_-]+", " ", folded).strip()


@lru_cache(maxsize=1 << 14)
def bare(word: str) -> str:
    """A word as :func:`plain` has it, without what stands in brackets behind it."""
    return re.sub(r"\(.*\)$", "", plain(word)).strip()


def terms(word: str) -> Iterator[Block]:
    """What the glossary says of a word; of a Chinese one that is no term, the terms that hold it."""
    asked = plain(word)
    exact = [
        entry
        for entry in entries()
        if asked in {each(name) for name in entry.names for each in (plain, bare)}
    ]
    part = [
        entry
        for entry in entries()
        if not asked.isascii() and len(asked) > 1 and any(asked in plain(name) for name in entry.names)
    ]
    for entry in exact or part:
        also = chosen(entry.also, entry.also_zh)
        called = (Message("also called: {names}", names=Listing(also)),) if also else ()
        yield Block(
            chosen(entry.term, entry.term_zh), (chosen(entry.meaning, entry.meaning_zh), *called, PAGE)
        )


def synonyms(word: str) -> set[str]:
    """A word and every other spelling of the terms that it names, as words are compared."""
    asked = plain(word)
    same = [names for names in map(_names, entries()) if asked in names]
    return {asked}.union(*same)


def spoken() -> set[str]:
    """Every spelling of a term, for the nearest one to a word that is not."""
    return {name for entry in entries() for name in entry.names if 0 < len(name) <= 40}


def _names(entry: Entry) -> set[str]:
    """Terms and their abbreviations; words of the market that the program does not use are none."""
    return {plain(name) for name in (entry.term, *entry.also, entry.term_zh, *entry.also_zh)}
