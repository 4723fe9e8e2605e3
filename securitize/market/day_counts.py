"""Shares of a year as whole numbers, so that interest is one exact product.

Interest on a balance is ``product(balance, rate x numerator, denominator x 1e8)`` with the rate in 1e-8.
Source: ``docs/reference/priority-of-payments.md``, section 5; the ISDA 2006 definitions, section 4.16, the
2021 ones for ACT/365L, ICMA rule 251, the AFB/FBF definition of ACT/ACT.

==================  ==========================================
name                QuantLib
==================  ==========================================
``ACT/365F``        ``Actual365Fixed()``
``ACT/365L``        -
``ACT/360``         ``Actual360()``
``NL/365``          ``Actual365Fixed(Actual365Fixed.NoLeap)``
``ACT/ACT-ISDA``    ``ActualActual(ActualActual.ISDA)``
``ACT/ACT-ICMA``    ``ActualActual(ActualActual.ISMA)``
``ACT/ACT-AFB``     ``ActualActual(ActualActual.AFB)``
``30/360``          ``Thirty360(Thirty360.BondBasis)``
``30U/360``         ``Thirty360(Thirty360.USA)``
``30E/360``         ``Thirty360(Thirty360.EurobondBasis)``
``30E/360-ISDA``    ``Thirty360(Thirty360.ISDA, termination)``
``30E+/360``        -
``30/360-Italian``  ``Thirty360(Thirty360.Italian)``
``30/360-NASD``     ``Thirty360(Thirty360.NASD)``
``1/1``             -
==================  ==========================================
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Literal, assert_never

from securitize.base.closed import complete
from securitize.base.dates import add_months, ends_month
from securitize.definitions.figures import DayCount
from securitize.market.periods import InterestPeriod

#: Day counts in years of twelve months of thirty days.
ThirtyDays = Literal[
    "30/360", "30U/360", "30E/360", "30E/360-ISDA", "30E+/360", "30/360-Italian", "30/360-NASD"
]
#: Day counts whose denominator is always the same.
OneDenominator = Literal["ACT/365F", "ACT/360", "NL/365", "ACT/ACT-ISDA"] | ThirtyDays
DENOMINATORS: Mapping[OneDenominator, int] = complete(
    OneDenominator,
    {
        "ACT/365F": 365,
        "ACT/360": 360,
        "NL/365": 365,
        "30/360": 360,
        "30U/360": 360,
        "30E/360": 360,
        "30E/360-ISDA": 360,
        "30E+/360": 360,
        "30/360-Italian": 360,
        "30/360-NASD": 360,
        "ACT/ACT-ISDA": 365 * 366,
    },
)

#: Days by which a holiday or a month's end moves a listed date, so that its reference period stays a whole one.
MOVED_AT_MOST = 10


def accrual(
    day_count: DayCount,
    start: dt.date,
    end: dt.date,
    termination: dt.date | None = None,
    period: InterestPeriod | None = None,
) -> tuple[int, int]:
    """The share of a year from start to end as (numerator, denominator), both whole.

    termination : the last date of the note or contract as written; only 30E/360-ISDA looks at it
    period      : only ACT/365L, ACT/ACT-ICMA and 1/1 look at it; by default the stretch itself
    Raises ValueError where end is before start, or where ACT/ACT-ICMA does not know the frequency. A 30/360
    count that would be negative is 0.
    """
    if end < start:
        raise ValueError(f"an accrual period ends before it starts: {start} to {end}")
    whole = period or InterestPeriod(start, end)
    days = (end - start).days
    match day_count:
        case "ACT/365F" | "ACT/360":
            return days, DENOMINATORS[day_count]
        case "NL/365":
            return days - _leap_days(start, end), 365
        case "ACT/365L":
            return days, _leap_basis(whole)
        case "ACT/ACT-ISDA":
            return _weighted_days(start, end), DENOMINATORS[day_count]
        case "ACT/ACT-ICMA":
            return _by_reference_periods(start, end, whole).as_integer_ratio()
        case "ACT/ACT-AFB":
            return _afb(start, end).as_integer_ratio()
        case "1/1":
            return days, max(1, (whole.end - whole.start).days)
        case (
            "30/360" | "30U/360" | "30E/360" | "30E/360-ISDA" | "30E+/360" | "30/360-Italian" | "30/360-NASD"
        ):
            return max(0, days_360(day_count, start, end, termination)), 360
        case _:
            assert_never(day_count)


def days_360(day_count: ThirtyDays, start: dt.date, end: dt.date, termination: dt.date | None = None) -> int:
    """Days from start to end in years of 360 days, the days of month changed as the convention says."""
    first, last, month = start.day, end.day, end.month
    match day_count:
        case "30/360":
            first = min(first, 30)
            last = 30 if last == 31 and first == 30 else last
        case "30U/360":
            if _ends_february(start):
                last = 30 if _ends_february(end) else last
                first = 30
            last = 30 if last == 31 and first >= 30 else last
            first = min(first, 30)
        case "30/360-NASD":
            first = min(first, 30)
            if last == 31:
                last, month = (30, month) if first == 30 else (1, month + 1)
        case "30E+/360":
            first = min(first, 30)
            if last == 31:
                last, month = 1, month + 1
        case "30/360-Italian":
            first = 30 if start.month == 2 and first > 27 else min(first, 30)
            last = 30 if end.month == 2 and last > 27 else min(last, 30)
        case "30E/360":
            first, last = min(first, 30), min(last, 30)
        case "30E/360-ISDA":
            first = 30 if _ends_february(start) else min(first, 30)
            last = 30 if _ends_february(end) and end != termination else min(last, 30)
        case _:
            assert_never(day_count)
    return 360 * (end.year - start.year) + 30 * (month - start.month) + last - first


def _weighted_days(start: dt.date, end: dt.date) -> int:
    """366 x days in other years + 365 x days in leap years; a day belongs to the year of its start."""
    total = 0
    for year in range(start.year, end.year + 1):
        since, until = max(start, dt.date(year, 1, 1)), min(end, dt.date(year + 1, 1, 1))
        total += (until - since).days * (365 if calendar.isleap(year) else 366)
    return total


def _leap_days(start: dt.date, end: dt.date) -> int:
    """29 Februaries after start, up to end."""
    years = (year for year in range(start.year, end.year + 1) if calendar.isleap(year))
    return sum(start < dt.date(year, 2, 29) <= end for year in years)


def _leap_basis(period: InterestPeriod) -> int:
    if period.months == 12:
        return 366 if _leap_days(period.start, period.end) else 365
    return 366 if calendar.isleap(period.end.year) else 365


def _by_reference_periods(start: dt.date, end: dt.date, period: InterestPeriod) -> Fraction:
    """Overlap with each reference period over its days, in years."""
    months, listed = period.months, period.listed
    if months is None or not listed:
        raise ValueError("ACT/ACT-ICMA needs the frequency of the payments")
    cuts = [start, *(day for day in listed if start < day < end), end]
    return sum((_within_listed(*cut, months, period) for cut in pairwise(cuts)), Fraction(0))


def _within_listed(start: dt.date, end: dt.date, months: int, period: InterestPeriod) -> Fraction:
    """The same of days that lie before, between or after two neighbours of the list."""
    listed = period.listed
    k = bisect_right(listed, start)
    anchor = listed[max(k - 1, 0)]
    if 0 < k < len(listed):
        regular = add_months(anchor, months, period.end_of_month and ends_month(anchor))
        if abs((listed[k] - regular).days) <= MOVED_AT_MOST:
            return Fraction((end - start).days * months, 12 * (listed[k] - anchor).days)
    total = Fraction(0)
    for whole in _reference_periods(start, end, anchor, months, period.end_of_month):
        overlap = (min(end, whole.end) - max(start, whole.start)).days
        total += Fraction(max(0, overlap) * months, 12 * whole.days)
    return total


def _reference_periods(
    start: dt.date, end: dt.date, anchor: dt.date, months: int, end_of_month: bool
) -> Iterator[InterestPeriod]:
    """The reference periods by rule that meet [start, end], in order."""
    at_end = end_of_month and ends_month(anchor)
    apart = (start.year - anchor.year) * 12 + start.month - anchor.month
    k = apart // months - 1
    since = add_months(anchor, k * months, at_end)
    while since < end:
        k += 1
        until = add_months(anchor, k * months, at_end)
        if until > start:
            yield InterestPeriod(since, until)
        since = until


def _afb(start: dt.date, end: dt.date) -> Fraction:
    """Whole years counted back from the end, and the days left over 365 or 366."""
    years = 0
    while (earlier := _year_before(end)) >= start:
        years, end = years + 1, earlier
    leap = any(
        calendar.isleap(year) and start <= dt.date(year, 2, 29) < end for year in {start.year, end.year}
    )
    return years + Fraction((end - start).days, 366 if leap else 365)


def _year_before(day: dt.date) -> dt.date:
    earlier = add_months(day, -12)
    if (earlier.month, earlier.day) == (2, 28) and calendar.isleap(earlier.year):
        return earlier.replace(day=29)
    return earlier


def _ends_february(day: dt.date) -> bool:
    return day.month == 2 and ends_month(day)
