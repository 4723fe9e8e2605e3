"""Whole numbers and dates of the reference: rounding, months, rules, adjustment by the calendar of weekends."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

UNIT = 10**8
NEVER = dt.date.max
ONE_DAY = dt.timedelta(days=1)


def product(a: int, b: int, c: int) -> int:
    return round(Fraction(a * b, c))  # Python rounds a half to even


def later(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def ends_its_month(day: dt.date) -> bool:
    return later(day, 1).day == 1


def plus_months(day: dt.date, n: int) -> dt.date:
    index = day.year * 12 + day.month - 1 + n
    for d in range(day.day, 0, -1):
        try:
            return dt.date(index // 12, index % 12 + 1, d)
        except ValueError:
            continue
    raise AssertionError


def month_end(day: dt.date) -> dt.date:
    while not ends_its_month(day):
        day += ONE_DAY
    return day


def plus_months_by_rule(first: dt.date, n: int, end_of_month: bool) -> dt.date:
    day = plus_months(first, n)
    return month_end(day) if end_of_month and ends_its_month(first) else day


def month_count(text: str) -> int:
    return int(text[:-1]) * (12 if text[-1] == "Y" else 1)


def rule(first: dt.date, last: dt.date, every: str, end_of_month: bool) -> list[dt.date]:
    days, k = [], 0
    while (day := plus_months_by_rule(first, k * month_count(every), end_of_month)) <= last:
        days.append(day)
        k += 1
    return days


def adjust(day: dt.date, calendar: str, how: str) -> dt.date:
    if calendar == "none" or how == "unadjusted":
        return day
    moved = day
    while moved.isoweekday() > 5:
        moved += -ONE_DAY if how == "preceding" else ONE_DAY
    if how == "modified-following" and moved.month != day.month:
        moved = day
        while moved.isoweekday() > 5:
            moved -= ONE_DAY
    return moved
