"""The day of an event, from its probability by each day."""

from __future__ import annotations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.market.schedules import Schedule
from securitize.performance.resolved import NEVER

DAYS_OF_YEAR = 365


def days_of_deal(schedule: Schedule) -> Int64:
    """Ordinals of the days after the cut-off up to the last collection date, (days,)."""
    first, last = schedule.collection[0].toordinal(), schedule.collection[-1].toordinal()
    return np.arange(first + 1, last + 1, dtype=np.int64)


def constant(hazard: float, days: Int64, cut_off: int) -> Float64:
    """A hazard a year of 365 days, summed from the cut-off to each of ``days``, (days,)."""
    return hazard * (days - cut_off) / DAYS_OF_YEAR


def first_day(summed: Float64, days: Int64, level: Float64) -> Int64:
    """The first of ``days`` by which the probability 1 - exp(-summed hazard) is at least ``level``.

    summed : (days,), not falling;  level : uniform, (paths,)
    Returns ordinals, int64 (paths,), NEVER where there is none: the event has exactly its probability by every day.
    """
    which = np.searchsorted(-np.expm1(-summed), level, side="left")
    found: Int64 = np.append(days, NEVER)[which]
    return found
