"""Section 5 of the reference: the share of a year between two dates, an exact fraction."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from securitize.reference.dates import add_months, is_end_of_february, is_last_of_month, leap_days
from securitize.reference.words import no_such

DEFAULT = "ACT/365F"
#: Section 5, reference periods of a list: so far from one period of the rule a listed one may end and yet be whole.
AS_GOOD_AS_REGULAR = timedelta(days=10)
#: Days of interest in one reference period, and the days of that period.
Stretch = tuple[int, int]


@dataclass(frozen=True)
class Conventions:
    """What some day counts ask beside the two dates."""

    legal_final: date
    frequency: int | None = None  # months
    reference_date: date | None = None  # q_0
    end_of_month: bool = False
    listed: tuple[date, ...] = ()  # l_0 or l_1, ..., l_n where the dates are a list


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


def moved(day: date, steps: int, conventions: Conventions) -> date:
    """Section 5, ACT/ACT-ICMA: day (+) steps; of q_0 it is q_steps."""
    if conventions.frequency is None:
        raise ValueError("ACT/ACT-ICMA without a frequency")
    found = add_months(day, steps * conventions.frequency)
    if conventions.end_of_month and is_last_of_month(day):
        found = found.replace(day=calendar.monthrange(found.year, found.month)[1])
    return found


def periods_by_rule(origin: date, start: date, end: date, conventions: Conventions) -> Iterator[Stretch]:
    """The days of [start, end) by the reference periods that are counted from `origin`."""
    k = 0
    while moved(origin, k, conventions) > start:
        k -= 1
    while moved(origin, k + 1, conventions) <= start:
        k += 1
    while (opens := moved(origin, k, conventions)) < end:
        closes = moved(origin, k + 1, conventions)
        yield (min(end, closes) - max(start, opens)).days, (closes - opens).days
        k += 1


def periods_of_list(start: date, end: date, conventions: Conventions) -> Iterator[Stretch]:
    """Section 5, reference periods of a list: before the first date, between two neighbours, after the last."""
    listed = conventions.listed
    if start < listed[0]:
        yield from periods_by_rule(listed[0], start, min(end, listed[0]), conventions)
    for one, following in pairwise(listed):
        left, right = max(start, one), min(end, following)
        if left >= right:
            continue
        if abs(following - moved(one, 1, conventions)) <= AS_GOOD_AS_REGULAR:
            yield (right - left).days, (following - one).days
        else:
            yield from periods_by_rule(one, left, right, conventions)
    if end > listed[-1]:
        yield from periods_by_rule(listed[-1], max(start, listed[-1]), end, conventions)


def icma(start: date, end: date, conventions: Conventions) -> Fraction:
    """Section 5, ACT/ACT-ICMA: the reference periods that overlap, of a rule or of a list."""
    if start >= end:
        return Fraction(0)
    if conventions.listed:
        stretches = periods_of_list(start, end, conventions)
    elif conventions.reference_date is not None:
        stretches = periods_by_rule(conventions.reference_date, start, end, conventions)
    else:
        raise ValueError("ACT/ACT-ICMA without the first date of its rule")
    months = conventions.frequency or 0
    return sum((Fraction(days * months, 12 * length) for days, length in stretches), Fraction(0))


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
