"""How Chinese exports write amounts, dates, lists and names of companies (``notation.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from securitize.pooling.candidates.columns import load_toml

_DATA: dict[str, Any] = load_toml("notation.toml")
#: Multipliers of the units that a heading may carry in brackets.
UNITS: Mapping[str, int] = MappingProxyType(_DATA["units"])
#: Those of the units that may stand behind a number in its cell.
CELL_UNITS: Mapping[str, int] = MappingProxyType(_DATA["units"] | _DATA["short_units"])
#: Signs behind the year, the month and the day of a date.
YEAR, MONTH, DAY = (str(_DATA["dates"][name]) for name in ("year", "month", "day"))
NO_DATE: frozenset[str] = frozenset(_DATA["dates"]["none"])
#: Signs between the entries of a list, and between symbols; each is one character.
LIST_SEPARATORS: str = "".join(_DATA["separators"]["lists"])
SYMBOL_SEPARATORS: str = "".join(_DATA["separators"]["symbols"])
COMPANY_FORMS: tuple[str, ...] = tuple(_DATA["companies"]["forms"])
DAMAGED: tuple[str, ...] = tuple(_DATA["encoding"]["damaged"])
