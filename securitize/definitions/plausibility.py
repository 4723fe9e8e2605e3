"""Between what bounds a number is plausible, from ``plausibility.toml``.

``docs/reference/plausibility.md`` is this table, with the rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from securitize.base.closed import complete

Unit = Literal["rate", "times", "money", "days", "months", "years"]
#: Codes of warnings that are asked after the files have been read; all others are asked of the files.
CLOSING_CODES = frozenset({"SEC347", "SEC349"})
DATE_CODES = frozenset({"SEC345"})
BASE_CODES = frozenset({"SEC350", "SEC351", "SEC360", "SEC361"})
#: Codes that no acceptance silences: a list that was cut short, and acceptances themselves.
NOT_ACCEPTED = frozenset({"SEC319", "SEC359"})
#: How a page writes a unit.
UNITS: Mapping[Unit, str] = complete(
    Unit,
    {
        "rate": "a share of 1",
        "times": "a ratio",
        "money": "currency units",
        "days": "days",
        "months": "months",
        "years": "years of 365.25 days",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between what bounds, themselves plausible, a number is plausible; None where an end is open.

    currency : of the deals for which they hold; empty for all
    """

    name: str
    code: str
    unit: Unit
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    currency: str = ""
    measure: str
    measure_zh: str
    source: str

    def broken(self, value: Decimal) -> Decimal | None:
        """The bound beyond which a value lies; None where it lies within."""
        if self.at_least is not None and value < self.at_least:
            return self.at_least
        return self.at_most if self.at_most is not None and value > self.at_most else None


@cache
def bounds() -> Mapping[str, Bounds]:
    """Every pair of bounds by name, in order."""
    text = files("securitize.definitions").joinpath("plausibility.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text, parse_float=Decimal)
    found = {name: Bounds(name=name, **_decimal(entry)) for name, entry in raw.items()}
    return MappingProxyType(found)


def _decimal(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: Decimal(value) if isinstance(value, int) else value for key, value in entry.items()}
