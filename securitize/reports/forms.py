"""Cells as their form in the data dictionary shows them, in every language alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from securitize.base.closed import complete
from securitize.tables.naming import Form


def _money(value: Any) -> str:
    return f"{value:,.2f}"


def _percent(value: Any) -> str:
    return f"{float(value) * 100:.3f}%"


def _number(value: Any) -> str:
    return f"{float(value):.4g}"


#: Form -> a cell that is not null.
CELLS: Mapping[Form, Callable[[Any], str]] = complete(
    Form,
    {
        "money": _money,
        "percent": _percent,
        "rate": lambda value: f"{Decimal(value) * 100:.4f}%",
        "ratio": lambda value: f"{float(value):.4f}",
        "number": _number,
        "whole": lambda value: f"{int(value):,}",
        "years": lambda value: f"{float(value):.2f}",
        "basis points": lambda value: f"{float(value):,.1f}",
        "date": lambda value: value.isoformat() if isinstance(value, dt.date) else str(value),
        "yes": lambda value: "yes" if value else "no",
        "text": str,
    },
)
