"""Closed words of definitions in the reader's language, from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar, assert_never

from securitize.base.language import language
from securitize.base.messages import Listing

FILE = "words.toml"
T = TypeVar("T")


@cache
def words() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """group -> word as it is written -> English, Chinese."""
    read = tomllib.loads(files("securitize.reports").joinpath(FILE).read_text(encoding="utf-8"))
    return {
        group: {word: (english, chinese) for word, (english, chinese) in entries.items()}
        for group, entries in read.items()
    }


def word(group: str, written: str) -> str:
    """A word in the reader's language; one that is not of the group, such as a name, as it is written.

    Raises KeyError where there is no such group.
    """
    english, chinese = words()[group].get(written, (written, written))
    return in_users(english, chinese)


def of(group: str, written: str | Iterable[str]) -> str:
    """A word of a group, or several names one after another."""
    return word(group, written) if isinstance(written, str) else Listing(written)


def in_users(english: str, chinese: str | None) -> str:
    """The Chinese where the reader's language is Chinese and there is one, else the English."""
    return chosen(english, chinese or english)


def chosen(english: T, chinese: T) -> T:
    """The one of two that is for the reader's language."""
    match language():
        case "en":
            return english
        case "zh":
            return chinese
        case other:
            assert_never(other)
