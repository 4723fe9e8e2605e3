"""The payment dates of a deal, numbered."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from securitize.engine.calculation import Calculation
from securitize.waterfall.resolved import ResolvedDeal


def periods(calculation: Calculation) -> Iterator[tuple[int, int, datetime.date]]:
    """(index, period number, payment date) of each payment."""
    return periods_of(calculation.resolved)


def periods_of(resolved: ResolvedDeal) -> Iterator[tuple[int, int, datetime.date]]:
    """The same of a resolved deal."""
    for t, day in enumerate(resolved.schedule.payment):
        yield t, resolved.past + t + 1, day
