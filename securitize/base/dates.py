"""Months on the calendar, without business days."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from itertools import count, takewhile


def add_months(day: dt.date, months: int, end_of_month: bool = False) -> dt.date:
    """``day`` plus whole months: its day of month, cut back to the last day of a shorter month.

    end_of_month : the last day of the month instead
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return dt.date(year, month0 + 1, last if end_of_month else min(day.day, last))


def ends_month(day: dt.date) -> bool:
    """Whether ``day`` is the last of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def months_between(start: dt.date, end: dt.date) -> tuple[int, int]:
    """Whole months from ``start`` to ``end`` and the days left over; (0, 0) where ``end`` is not later."""
    if end <= start:
        return 0, 0
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    return whole, (end - add_months(start, whole)).days


def dates_every(
    first: dt.date, last: dt.date, months: int, end_of_month: bool = False
) -> tuple[dt.date, ...]:
    """``first`` plus whole multiples of ``months``, as far as ``last``, each by :func:`add_months`.

    end_of_month : where ``first`` ends its month, so does every date
    """
    return tuple(takewhile(lambda day: day <= last, dates_from(first, months, end_of_month)))


def dates_from(first: dt.date, months: int, end_of_month: bool = False) -> Iterator[dt.date]:
    """The same without an end, as far as the calendar goes: each date is counted from ``first`` itself."""
    at_end = end_of_month and ends_month(first)
    for k in count():
        try:
            yield add_months(first, k * months, at_end)
        except ValueError:  # after the year 9999
            return
