"""Codes of currencies, from ``currencies.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217 in use, and CNH, in which yuan outside the mainland are written."""
    text = files("securitize.definitions.deals").joinpath("currencies.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["codes"].split())
