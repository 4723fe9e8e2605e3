"""Rows gathered one by one, handed on as columns."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from securitize.engine.calculation import Calculation
from securitize.waterfall.resolved import ResolvedDeal


class Rows:
    """Rows of a table with these columns, in this order."""

    def __init__(self, *columns: str) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in columns}

    def add(self, *values: Any) -> None:
        """One more row; as many values as columns."""
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)


def periods(calculation: Calculation) -> Iterator[tuple[int, int, datetime.date]]:
    """(index, period number, payment date) of each payment."""
    return periods_of(calculation.resolved)


def periods_of(resolved: ResolvedDeal) -> Iterator[tuple[int, int, datetime.date]]:
    """The same of a resolved deal."""
    for t, day in enumerate(resolved.schedule.payment):
        yield t, resolved.past + t + 1, day
