"""Codes of currencies and their smallest amounts, from ``currencies.toml``.

Source: ``docs/reference/priority-of-payments.md``, section 1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from securitize.base.money import MINOR_PER_MAJOR


@cache
def _written() -> Mapping[str, frozenset[str]]:
    text = files("securitize.definitions.deals").joinpath("currencies.toml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text).items()}


def currencies() -> frozenset[str]:
    """The codes of ISO 4217 in use, and CNH, in which yuan outside the mainland are written."""
    return _written()["codes"]


def unit_of(currency: str) -> int:
    """The smallest amount that is paid in a currency (k), minor units: 100 where it has no decimals, else 1."""
    return MINOR_PER_MAJOR if currency in _written()["whole"] else 1


def decimals_of(currency: str) -> int:
    """The decimals of an amount in a currency: 0 or 2; 3 in those that are refused."""
    if currency in _written()["finer"]:
        return 3
    return 0 if unit_of(currency) > 1 else 2
