"""Accrual fractions as whole numbers, so that interest is one exact product.

Interest on a balance is ``product(balance, rate x numerator, denominator x 1e8)`` with the rate in 1e-8.
Source: ``docs/reference/priority-of-payments.md``, section 5; the ISDA 2006 definitions, section 4.16.

==================  ==========================================  ===========
name                QuantLib                                    denominator
==================  ==========================================  ===========
``ACT/365F``        ``Actual365Fixed()``                        365
``ACT/360``         ``Actual360()``                             360
``30/360``          ``Thirty360(Thirty360.BondBasis)``          360
``30E/360``         ``Thirty360(Thirty360.EurobondBasis)``      360
``30E/360-ISDA``    ``Thirty360(Thirty360.ISDA, termination)``  360
``ACT/ACT-ISDA``    ``ActualActual(ActualActual.ISDA)``         365 x 366
==================  ==========================================  ===========
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable

from securitize.definitions.figures import DayCount

DENOMINATORS: dict[DayCount, int] = {
    "ACT/365F": 365,
    "ACT/360": 360,
    "30/360": 360,
    "30E/360": 360,
    "30E/360-ISDA": 360,
    "ACT/ACT-ISDA": 365 * 366,
}


def accrual(
    day_count: DayCount, start: dt.date, end: dt.date, termination: dt.date | None = None
) -> tuple[int, int]:
    """The year fraction of [start, end] as (numerator, denominator), both whole.

    termination : the last date of the note or contract as written; only 30E/360-ISDA looks at it
    Raises ValueError where end is before start. A 30/360 count that would be negative is 0.
    """
    if end < start:
        raise ValueError(f"an accrual period ends before it starts: {start} to {end}")
    if day_count == "ACT/ACT-ISDA":
        numerator = _weighted_days(start, end)
    elif day_count in ("ACT/365F", "ACT/360"):
        numerator = (end - start).days
    else:
        numerator = max(0, days_360(day_count, start, end, termination))
    return numerator, DENOMINATORS[day_count]


def accrual_of_rates(
    day_count: DayCount,
    pieces: Iterable[tuple[int, dt.date, dt.date]],
    termination: dt.date | None = None,
) -> tuple[int, int]:
    """Several rates in one period: (sum of rate x numerator, denominator x 1e8).

    pieces : (rate in units of 1e-8, start, end), adjoining
    """
    total = sum(rate * accrual(day_count, start, end, termination)[0] for rate, start, end in pieces)
    return total, DENOMINATORS[day_count] * 100_000_000


def days_360(day_count: DayCount, start: dt.date, end: dt.date, termination: dt.date | None = None) -> int:
    """Days from start to end in years of 360 days, the days of month changed as the convention says."""
    first, last = start.day, end.day
    if day_count == "30/360":
        first = min(first, 30)
        if last == 31 and first == 30:
            last = 30
    else:
        first, last = min(first, 30), min(last, 30)
        if day_count == "30E/360-ISDA":
            if _ends_february(start):
                first = 30
            if _ends_february(end) and end != termination:
                last = 30
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _weighted_days(start: dt.date, end: dt.date) -> int:
    """366 x days in other years + 365 x days in leap years; a day belongs to the year of its start."""
    total = 0
    for year in range(start.year, end.year + 1):
        since, until = max(start, dt.date(year, 1, 1)), min(end, dt.date(year + 1, 1, 1))
        total += (until - since).days * (365 if calendar.isleap(year) else 366)
    return total


def _ends_february(day: dt.date) -> bool:
    return day.month == 2 and day.day == calendar.monthrange(day.year, 2)[1]
