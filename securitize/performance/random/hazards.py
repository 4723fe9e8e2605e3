"""Hazards by year and the probabilities that they make.

Time runs in years of 365 days from the cut-off. Hazards are annual and continuous, of the first, second, … year, the
last holding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS

DAYS_OF_YEAR = 365


def hazards_of(cumulative: Sequence[int]) -> tuple[float, ...]:
    """The hazards with which a company has defaulted with these probabilities by the end of year 1, 2, …

    cumulative : units of 1e-8, not falling, below 1
    """
    levels = -np.log1p(-np.array([0, *cumulative]) / RATE_UNITS)
    return tuple(np.diff(levels).tolist())


def cumulative_hazard(hazards: Sequence[float], days: Int64) -> Float64:
    """What has come together by the end of each of ``days`` after the cut-off, of the shape of ``days``."""
    found = np.zeros(days.shape, np.float64)
    for year, hazard in enumerate(hazards):
        spent = np.maximum(days - year * DAYS_OF_YEAR, 0)
        if year < len(hazards) - 1:
            spent = np.minimum(spent, DAYS_OF_YEAR)
        found = found + hazard * spent / DAYS_OF_YEAR
    return found


def probability_by(hazards: Sequence[float], days: Int64) -> Float64:
    """Of default by the end of each of ``days`` after the cut-off."""
    return -np.expm1(-cumulative_hazard(hazards, days))
