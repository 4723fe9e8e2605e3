"""All fifteen day counts, day by day: section 5 of docs/reference/priority-of-payments.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from tests.oracle.dates_reference import later, plus_months_by_rule


def _leap(year: int) -> bool:
    return (dt.date(year, 12, 31) - dt.date(year, 1, 1)).days == 365


def _days(start: dt.date, end: dt.date) -> list[dt.date]:
    """The days of [start, end)."""
    return [later(start, k) for k in range((end - start).days)]


def _leap_days(days: list[dt.date]) -> int:
    return sum((d.month, d.day) == (2, 29) for d in days)


def _ends_february(day: dt.date) -> bool:
    return day.month == 2 and later(day, 1).month == 3


def _isda(start: dt.date, end: dt.date) -> Fraction:
    leap = sum(_leap(d.year) for d in _days(start, end))
    return Fraction((end - start).days - leap, 365) + Fraction(leap, 366)


def _icma(start: dt.date, end: dt.date, months: int | None, anchor: dt.date, end_of_month: bool) -> Fraction:
    assert months
    k = 0
    while plus_months_by_rule(anchor, k * months, end_of_month) > start:
        k -= 1
    total = Fraction(0)
    while (left := plus_months_by_rule(anchor, k * months, end_of_month)) < end:
        k += 1
        right = plus_months_by_rule(anchor, k * months, end_of_month)
        overlap = (min(right, end) - max(left, start)).days
        total += Fraction(max(0, overlap) * months, 12 * (right - left).days)
    return total


def _icma_of_a_list(
    start: dt.date, end: dt.date, months: int | None, listed: Sequence[dt.date], end_of_month: bool
) -> Fraction:
    """Each day by itself: in which reference period it lies, and what share of a year that makes it."""
    assert months

    def by_rule(day: dt.date, origin: dt.date) -> int:
        k = -1 if day < origin else 0
        while plus_months_by_rule(origin, k * months, end_of_month) > day:
            k -= 1
        while plus_months_by_rule(origin, (k + 1) * months, end_of_month) <= day:
            k += 1
        left, right = (plus_months_by_rule(origin, j * months, end_of_month) for j in (k, k + 1))
        return (right - left).days

    total = Fraction(0)
    for day in _days(start, end):
        before, after = [one for one in listed if one <= day], [one for one in listed if one > day]
        length = by_rule(day, before[-1] if before else listed[0])
        if before and after:
            full = plus_months_by_rule(before[-1], months, end_of_month)
            if -10 <= (after[0] - full).days <= 10:
                length = (after[0] - before[-1]).days
        total += Fraction(months, 12 * length)
    return total


def _afb(start: dt.date, end: dt.date) -> Fraction:
    years, rest = 0, end
    while True:
        feb29 = (rest.month, rest.day) == (2, 29)
        back = dt.date(rest.year - 1, rest.month, 28 if feb29 else rest.day)
        if (back.month, back.day) == (2, 28) and _leap(back.year):
            back = dt.date(back.year, 2, 29)
        if back < start:
            break
        years, rest = years + 1, back
    return years + Fraction((rest - start).days, 366 if _leap_days(_days(start, rest)) else 365)


def _thirty(day_count: str, start: dt.date, end: dt.date, final: dt.date) -> Fraction:
    d1, d2, m2 = start.day, end.day, end.month
    if day_count == "30/360":
        if d1 == 31:
            d1 = 30
        if d2 == 31 and d1 == 30:
            d2 = 30
    elif day_count == "30U/360":
        if _ends_february(start) and _ends_february(end):
            d2 = 30
        if _ends_february(start):
            d1 = 30
        if d2 == 31 and d1 >= 30:
            d2 = 30
        if d1 == 31:
            d1 = 30
    elif day_count in ("30E/360", "30E/360-ISDA", "30/360-Italian"):
        d1, d2 = min(d1, 30), min(d2, 30)
        if day_count == "30E/360-ISDA":
            if _ends_february(start):
                d1 = 30
            if _ends_february(end) and end != final:
                d2 = 30
        if day_count == "30/360-Italian":
            if start.month == 2 and d1 > 27:
                d1 = 30
            if end.month == 2 and d2 > 27:
                d2 = 30
    elif day_count == "30E+/360":
        if d1 == 31:
            d1 = 30
        if d2 == 31:
            d2, m2 = 1, m2 + 1
    elif day_count == "30/360-NASD":
        if d1 == 31:
            d1 = 30
        if d2 == 31 and d1 >= 30:
            d2 = 30
        elif d2 == 31:
            d2, m2 = 1, m2 + 1
    else:
        raise AssertionError(day_count)
    days = 360 * (end.year - start.year) + 30 * (m2 - start.month) + d2 - d1
    return Fraction(max(0, days), 360)


def share_of_year(
    day_count: str,
    start: dt.date,
    end: dt.date,
    *,
    final: dt.date,
    months: int | None,
    anchor: dt.date,
    end_of_month: bool,
    whole: tuple[dt.date, dt.date] | None = None,
    listed: Sequence[dt.date] = (),
) -> Fraction:
    """y from start to end. final: the last date of all; anchor: q_0; listed: l_0 or l_1, …, l_n; whole: the interest
    period, if that is longer."""
    if start == end:
        return Fraction(0)
    first, last = whole or (start, end)
    days = (end - start).days
    after_start = _days(later(start, 1), later(end, 1))
    match day_count:
        case "ACT/365F":
            return Fraction(days, 365)
        case "ACT/360":
            return Fraction(days, 360)
        case "ACT/365L":
            of_period = _days(later(first, 1), later(last, 1))
            long = _leap_days(of_period) if months == 12 else _leap(last.year)
            return Fraction(days, 366 if long else 365)
        case "NL/365":
            return Fraction(days - _leap_days(after_start), 365)
        case "ACT/ACT-ISDA":
            return _isda(start, end)
        case "ACT/ACT-ICMA":
            if listed:
                return _icma_of_a_list(start, end, months, listed, end_of_month)
            return _icma(start, end, months, anchor, end_of_month)
        case "ACT/ACT-AFB":
            return _afb(start, end)
        case "1/1":
            return Fraction(days, (last - first).days)
    return _thirty(day_count, start, end, final)
