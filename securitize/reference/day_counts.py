"""Section 5 of the reference: the share of a year between two dates, an exact fraction."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from securitize.reference.dates import add_months, is_end_of_february, is_last_of_month, leap_days
from securitize.reference.words import no_such

DEFAULT = "ACT/365F"


@dataclass(frozen=True)
class Conventions:
    """What some day counts ask beside the two dates."""

    legal_final: date
    frequency: int | None = None  # months
    reference_date: date | None = None  # q_0
    end_of_month: bool = False


def year_part(
    day_count: str, start: date, end: date, period: tuple[date, date], conventions: Conventions
) -> Fraction:
    """Section 5, table of day counts: y from `start` to `end`, a part of the interest period `period`."""
    days = (end - start).days
    if day_count == "ACT/365F":
        return Fraction(days, 365)
    if day_count == "ACT/360":
        return Fraction(days, 360)
    if day_count == "NL/365":
        return Fraction(days - leap_days(start, end), 365)
    if day_count == "ACT/365L":
        return Fraction(days, year_of_365l(period, conventions))
    if day_count == "ACT/ACT-ISDA":
        leap = sum(calendar.isleap((start + timedelta(days=k)).year) for k in range(days))
        return Fraction(days - leap, 365) + Fraction(leap, 366)
    if day_count == "ACT/ACT-ICMA":
        return icma(start, end, conventions)
    if day_count == "ACT/ACT-AFB":
        return afb(start, end)
    if day_count == "1/1":
        return Fraction(days, (period[1] - period[0]).days)
    return Fraction(max(0, days_360(day_count, start, end, conventions.legal_final)), 360)


def year_of_365l(period: tuple[date, date], conventions: Conventions) -> int:
    """Section 5, ACT/365L: the days of the year."""
    if conventions.frequency == 12:
        return 366 if leap_days(*period) else 365
    return 366 if calendar.isleap(period[1].year) else 365


def reference_day(k: int, conventions: Conventions) -> date:
    """Section 5, ACT/ACT-ICMA: q_k."""
    first, months = conventions.reference_date, conventions.frequency
    if first is None or months is None:
        raise ValueError("ACT/ACT-ICMA without a frequency or its first date")
    day = add_months(first, k * months)
    if conventions.end_of_month and is_last_of_month(first):
        day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def icma(start: date, end: date, conventions: Conventions) -> Fraction:
    """Section 5, ACT/ACT-ICMA: the reference periods that overlap, one after another."""
    k = 0
    while reference_day(k, conventions) > start:
        k -= 1
    while reference_day(k + 1, conventions) <= start:
        k += 1
    part = Fraction(0)
    while (opens := reference_day(k, conventions)) < end:
        closes = reference_day(k + 1, conventions)
        overlap = (min(end, closes) - max(start, opens)).days
        part += Fraction(overlap * (conventions.frequency or 0), 12 * (closes - opens).days)
        k += 1
    return part


def afb(start: date, end: date) -> Fraction:
    """Section 5, ACT/ACT-AFB: whole years counted back from the end, then the days that remain."""
    years, rest = 0, end
    while (earlier := a_year_before(rest)) >= start:
        years, rest = years + 1, earlier
    # A 29 February in [start, rest) is one in (start - 1 day, rest - 1 day].
    one = timedelta(days=1)
    leap = start < rest and leap_days(start - one, rest - one) > 0
    return years + Fraction((rest - start).days, 366 if leap else 365)


def a_year_before(day: date) -> date:
    """Section 5, ACT/ACT-AFB: counting back one year."""
    earlier = add_months(day, -12)
    if earlier.month == 2 and earlier.day == 28 and calendar.isleap(earlier.year):
        return earlier.replace(day=29)
    return earlier


def days_360(convention: str, start: date, end: date, legal_final: date) -> int:
    """Section 5: the days of a year of twelve months of thirty days."""
    d1, d2, m2 = start.day, end.day, end.month
    if convention == "30/360":
        d1 = 30 if d1 == 31 else d1
        d2 = 30 if d2 == 31 and d1 == 30 else d2
    elif convention == "30U/360":
        if is_end_of_february(start) and is_end_of_february(end):
            d2 = 30
        d1 = 30 if is_end_of_february(start) else d1
        d2 = 30 if d2 == 31 and d1 >= 30 else d2
        d1 = 30 if d1 == 31 else d1
    elif convention in ("30E+/360", "30/360-NASD"):
        d1 = 30 if d1 == 31 else d1
        if d2 == 31 and convention == "30/360-NASD" and d1 >= 30:
            d2 = 30
        elif d2 == 31:
            d2, m2 = 1, m2 + 1
    elif convention == "30E/360":
        d1, d2 = min(d1, 30), min(d2, 30)
    elif convention == "30E/360-ISDA":
        d1 = 30 if is_end_of_february(start) else min(d1, 30)
        d2 = 30 if is_end_of_february(end) and end != legal_final else min(d2, 30)
    elif convention == "30/360-Italian":
        d1 = 30 if start.month == 2 and d1 > 27 else min(d1, 30)
        d2 = 30 if end.month == 2 and d2 > 27 else min(d2, 30)
    else:
        raise no_such("day count", convention)
    return 360 * (end.year - start.year) + 30 * (m2 - start.month) + (d2 - d1)
