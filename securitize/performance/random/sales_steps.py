"""A launch or the entry of generics at a random date: from one day on, sales are another share of the forecast.

Source: ``docs/reference/random-performance.md``, section 10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.performance.resolved import NEVER

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class ResolvedSalesStep:
    """One step of the sales of a contract.

    after        : ordinal; the step comes on a later day
    until        : the last day on which it comes, uniform; None where it comes with a hazard
    hazard       : a year of 365 days, continuous
    probability  : that it comes at all
    before, kept : shares of sales before its day, and from its day on
    """

    after: int
    until: int | None
    hazard: float
    probability: float
    before: float
    kept: float

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.after:
            raise ValueError("the window of the step is over")
        if self.hazard < 0 or not 0 <= self.probability <= 1:
            raise ValueError("a hazard is not negative, a probability is from 0 to 1")


def step_dates(step: ResolvedSalesStep, uniform: Float64) -> Int64:
    """The day of the step, ordinals, NEVER where it does not come; ``uniform`` and result are (paths,)."""
    if step.probability == 0:
        return np.full(uniform.shape, NEVER, np.int64)
    comes = uniform < step.probability
    # Given that it comes, u / probability is uniform again; one number serves both.
    share = np.where(comes, uniform / step.probability, 0.5)
    if step.until is not None:
        day = step.after + 1 + (share * (step.until - step.after)).astype(np.int64)
    elif step.hazard == 0:
        return np.full(uniform.shape, NEVER, np.int64)
    else:
        days = np.ceil(-np.log1p(-share) / step.hazard * DAYS_OF_YEAR)
        day = step.after + np.clip(days, 1, NEVER - step.after).astype(np.int64)
    return np.where(comes, np.minimum(day, NEVER), NEVER)


def step_shares(step: ResolvedSalesStep, dates: Int64, ends: Int64) -> Float64:
    """What the step leaves of the sales of each reporting period, by its days.

    dates : of the step, (paths,);  ends : e_0 … e_m, ordinals, (m + 1,)
    Returns (m, paths).
    """
    lengths = np.diff(ends)[:, None]
    earlier = np.clip(dates[None, :] - 1 - ends[:-1, None], 0, lengths)
    shares: Float64 = (step.before * earlier + step.kept * (lengths - earlier)) / lengths
    return shares
