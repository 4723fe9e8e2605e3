"""Months on the calendar for many days at once, as proleptic ordinals (``datetime.date.toordinal``)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months

#: The ordinal of the day from which NumPy counts.
_EPOCH = dt.date(1970, 1, 1).toordinal()


def months_later(days: Int64, months: int) -> Int64:
    """Each day plus whole months, as :func:`securitize.base.dates.add_months`; int64 of any shape.

    Raises ValueError where that is after the year 9999.
    """
    if not months:
        return days
    if days.size == 1:
        one = add_months(dt.date.fromordinal(int(days.flat[0])), months)
        return np.full_like(days, one.toordinal())
    dates = (days - _EPOCH).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day_of_month = dates - month.astype("datetime64[D]")
    later = month + months
    first = later.astype("datetime64[D]")
    length = (later + 1).astype("datetime64[D]") - first
    found: Int64 = (first + np.minimum(day_of_month, length - 1)).astype(np.int64) + _EPOCH
    if found.size and found.max() > dt.date.max.toordinal():
        raise ValueError(f"a day {months} months later is after the year {dt.MAXYEAR}")
    return found
