"""The words of the deal file. One that is not known here is refused by name and never taken for another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any


def no_such(what: str, word: object) -> ValueError:
    """The refusal of a word that the rules do not know."""
    return ValueError(f"no such {what}: {word}")


def one_of(what: str, word: Any, known: Collection[str]) -> str:
    """The word itself. Raises ValueError where it is none of those known."""
    if word not in known:
        raise no_such(what, word)
    return str(word)


def word_of(terms: dict[str, Any], key: str, *known: str) -> str:
    """The word at `key` of a table; where nothing is written, the first of those known."""
    return one_of(key, terms.get(key, known[0]), known)
