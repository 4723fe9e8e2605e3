"""Codes of currencies and their smallest amounts, from ``currencies.toml``.

Source: ``docs/reference/priority-of-payments.md``, section 1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from securitize.base.money import MINOR_PER_MAJOR, from_minor


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


def in_currency(amount: Decimal, currency: str) -> Decimal:
    """An amount as it is written in its currency: whole where that has no decimals, else with two at least.

    What is finer than a currency without decimals, such as a company's cost, is rounded half-even.
    """
    if unit_of(currency) > 1:
        # Adding 0 takes the sign from a rounded -0.4.
        return amount.quantize(Decimal(1)) + 0
    exponent = amount.as_tuple().exponent
    return amount if isinstance(exponent, int) and exponent <= -2 else amount.quantize(Decimal("0.01"))


def exactly_in(amount: Decimal, currency: str) -> Decimal:
    """As :func:`in_currency`, but what is finer than the currency keeps its decimals, to be compared."""
    written = in_currency(amount, currency)
    return written if written == amount else amount


def amount_in(minor: int, currency: str) -> Decimal:
    """Minor units as an amount that is written in its currency: 3067 yen, 30.67 yuan."""
    return in_currency(from_minor(minor), currency)
