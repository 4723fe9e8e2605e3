"""Days and months, as sections 1, 2, 5 and 6 of the reference count them."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
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


def payment_date_meant(day: date, written: Sequence[date], paid: Sequence[date]) -> int | None:
    """Section 2, a written date: the payment date t that it means; None where it means none.

    written, paid : w_1 .. w_T and d_1 .. d_T at index 1 .. T; what stands at index 0 is no payment date
    """
    every = range(1, len(paid))
    as_written = [t for t in every if written[t] == day]
    as_paid = [t for t in every if paid[t] == day]
    on_the_way = [t for t in every if written[t] < day < paid[t] or paid[t] < day < written[t]]
    return next(iter([*as_written, *as_paid, *on_the_way]), None)


def from_date(day: date, written: Sequence[date], paid: Sequence[date]) -> int:
    """Section 2: from(x), the first payment date from a written date on; T + 1 where there is none."""
    meant = payment_date_meant(day, written, paid)
    return sum(one <= day for one in paid[1:]) + 1 if meant is None else meant
