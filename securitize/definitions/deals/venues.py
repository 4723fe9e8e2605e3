"""Which rules the venue of a deal chooses, by the words of ``venues.toml``."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, get_args

VenueRules = Literal["exchange", "interbank", "none"]


@cache
def venue_words() -> Mapping[str, VenueRules]:
    """Words, folded, and the rules that each chooses."""
    text = files("securitize.definitions.deals").joinpath("venues.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    rules: tuple[VenueRules, ...] = get_args(VenueRules)
    return MappingProxyType({_folded(word): one for one in rules for word in raw[one]})


def venue_rules(venue: str, venue_zh: str = "") -> VenueRules | None:
    """The rules that a venue chooses, by its English word, without one by its Chinese; None where no word is known.

    A deal that names no venue has none.
    """
    word = _folded(venue) or _folded(venue_zh)
    return venue_words().get(word) if word else "none"


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()
