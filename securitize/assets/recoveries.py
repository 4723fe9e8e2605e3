"""Recoveries of a default.

Source: ``docs/reference/assets.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Adjustment
from securitize.market.calendars import BusinessCalendar
from securitize.performance.resolved import ResolvedRecovery


def recoveries_of(
    recoveries: Iterable[ResolvedRecovery],
    dates: Int64,
    defaulted: Int64,
    calendar: BusinessCalendar,
    adjustment: Adjustment,
) -> Iterator[tuple[str, Int64, Int64]]:
    """The recoveries of a default, in order, each at most what the ones before have left.

    dates : int64 (1,) or (paths,), ordinals of the default;  defaulted : int64 (paths,), minor units
    Yields the source, dates of arrival likewise, and amounts int64 (paths,).
    """
    left = defaulted
    for recovery in recoveries:
        if recovery.rate is not None:
            wanted = multiply_divide(defaulted, recovery.rate, RATE_UNITS)
            if recovery.cost:
                wanted = np.maximum(0, wanted - recovery.cost)
        else:
            wanted = np.full_like(defaulted, recovery.amount or 0)
        amount = np.minimum(left, wanted)
        left = left - amount

        def later(day: dt.date, lag: int = recovery.lag) -> dt.date:
            return calendar.adjust(add_months(day, lag), adjustment)

        yield recovery.source, each_date(dates, defaulted, later), amount


def each_date(dates: Int64, amount: Int64, move: Callable[[dt.date], dt.date]) -> Int64:
    """``dates`` (1,) or (paths,) moved; unchanged on paths where the amount is 0."""
    if dates.size == 1:
        return (
            np.array([move(dt.date.fromordinal(int(dates[0]))).toordinal()], np.int64)
            if amount.any()
            else dates
        )
    days, where = np.unique(dates, return_inverse=True)
    moved = days.copy()
    for k in np.unique(where[amount > 0]):
        moved[k] = move(dt.date.fromordinal(int(days[k]))).toordinal()
    return moved[where]
