"""What comes back of a default.

Source: ``docs/reference/assets.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np

from securitize.assets.events import Events
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Adjustment
from securitize.market.calendars import BusinessCalendar
from securitize.performance.resolved import ResolvedRecovery


def pay_recoveries(
    events: Events,
    recoveries: Iterable[ResolvedRecovery],
    dates: Int64,
    defaulted: Int64,
    calendar: BusinessCalendar,
    adjustment: Adjustment,
) -> None:
    """Record the recoveries of a default, in order, each at most what the ones before have left.

    dates : int64 (1,) or (paths,), ordinals of the default;  defaulted : int64 (paths,), minor units
    """
    left = defaulted
    for recovery in recoveries:
        if recovery.rate is not None:
            wanted = multiply_divide(defaulted, recovery.rate, RATE_UNITS)
        else:
            wanted = np.full_like(defaulted, recovery.amount or 0)
        amount = np.minimum(left, wanted)
        left = left - amount
        arrival = _later(dates, defaulted, recovery.lag, calendar, adjustment)
        events.pay("recovery", None, arrival, amount, recovery.source)


def _later(
    dates: Int64, defaulted: Int64, lag: int, calendar: BusinessCalendar, adjustment: Adjustment
) -> Int64:
    """``dates`` plus months, adjusted; unchanged on paths where nothing defaulted."""
    if dates.size == 1:
        return np.array([_day_later(int(dates[0]), lag, calendar, adjustment)], np.int64)
    days, where = np.unique(dates, return_inverse=True)
    happened = np.unique(where[defaulted > 0])
    moved = days.copy()
    for k in happened:
        moved[k] = _day_later(int(days[k]), lag, calendar, adjustment)
    return moved[where]


def _day_later(ordinal: int, lag: int, calendar: BusinessCalendar, adjustment: Adjustment) -> int:
    return calendar.adjust(add_months(dt.date.fromordinal(ordinal), lag), adjustment).toordinal()
