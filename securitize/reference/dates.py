"""Days and months, as sections 1, 2, 5 and 6 of the reference count them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from securitize.reference.words import no_such

MONTHS = {"M": 1, "Y": 12}


def add_months(day: date, months: int) -> date:
    """Sections 1 and 6: the same day of another month, cut back to the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def months_of(written: str) -> int:
    """Section 2: the months of `nM` or `nY`."""
    if written[-1] not in MONTHS:
        raise no_such("frequency", written)
    return int(written[:-1]) * MONTHS[written[-1]]


def is_last_of_month(day: date) -> bool:
    """Section 2: the last day of its month."""
    return (day + timedelta(days=1)).month != day.month


def is_end_of_february(day: date) -> bool:
    """Section 5: the last day of February."""
    return day.month == 2 and is_last_of_month(day)


def leap_days(start: date, end: date) -> int:
    """Section 5: how many 29 Februaries lie in (start, end]."""
    years = range(start.year, end.year + 1)
    return sum(start < date(year, 2, 29) <= end for year in years if calendar.isleap(year))
