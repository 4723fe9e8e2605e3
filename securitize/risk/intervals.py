"""95% intervals of means over random paths, and where there is none. Rules: random-performance.md, section 14.

Coverage of each over 200 seeds: ``docs/model/sampling.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.ranged import ones
from securitize.risk.statistics import Z95, interval, student_point

#: How an interval was found, or why there is none. skewed: of a mean with the skewness of its paths (Hall 1992);
#: student-t: of a few independent groups; bound: too few paths lose to know their spread, but all is the most that
#: can be lost; too-few-paths: nothing is known.
IntervalKind = Literal["skewed", "student-t", "bound", "too-few-paths"]
#: So many groups are few: their spread has its own error, which Student's t counts.
FEW_GROUPS = 100
#: Effective number of paths beyond which a mean of losses has an interval: of those that lose, of those in a tail; of
#: groups, whose tails are counted together, more.
ENOUGH, ENOUGH_OF_TAIL, ENOUGH_OF_GROUPS = 32, 20, 160


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% interval; an end is None where nothing is known on that side."""

    low: float | None
    high: float | None
    kind: IntervalKind


NONE = Interval(None, None, "too-few-paths")


def point_of(groups: int | None) -> float:
    """How many standard errors are on each side of a 95% interval: Student's t of few groups, else the normal point."""
    return Z95 if groups is None or groups > FEW_GROUPS else student_point(groups - 1)


def count_of(groups: Int64 | None) -> int | None:
    """How many groups there are; None where every path is one."""
    return None if groups is None else int(groups.max()) + 1


def effective(values: Float64, weights: Float64 | None = None) -> float:
    """How many paths of equal weight and size would have the relative error of the sum: (sum)^2 / sum of squares.

    values : (paths,), not below 0. Source: Kish 1965. 0 where all are 0.
    """
    counted = values if weights is None else values * weights
    squares = float(counted @ counted)
    return float(counted.sum()) ** 2 / squares if squares > 0 else 0.0


def interval_of_mean(
    found: float, deviations: Float64, groups: Int64 | None, *, weights: Float64 | None = None
) -> Interval:
    """The interval of a mean from what each path adds to its deviation.

    deviations : (paths,), they sum to about 0, and the mean of all is off by their mean; weights already in them
    With few groups Student's t of their sums; else the interval of Hall (1992, section 3.9), whose ends are those of
    a normal number after the transformation that takes the skewness out.
    """
    scale = float(len(deviations)) if weights is None else float(weights.sum())
    units = deviations if groups is None else np.bincount(groups, deviations).astype(np.float64)
    squares, count = float(units @ units), len(units)
    if count < 2 or squares <= 0:
        return NONE
    error = math.sqrt(squares * count / (count - 1)) / scale
    if count <= FEW_GROUPS:
        half = point_of(count) * error
        return Interval(found - half, found + half, "student-t")
    skew = float((units**3).sum()) / squares**1.5
    return Interval(found - _back(skew, Z95) * error, found - _back(skew, -Z95) * error, "skewed")


def _back(skew: float, y: float) -> float:
    """From a normal number to the standardised mean. skew : of the sum of the units, over its deviation cubed."""
    return y if abs(skew) < 1e-6 else 3 / skew * (float(np.cbrt(1 + skew * (y - skew / 6))) - 1)


def interval_of_loss(
    found: float,
    losses: Float64,
    deviations: Float64,
    groups: Int64 | None,
    weights: Float64 | None,
) -> Interval:
    """The interval of an expected loss.

    losses : (paths,), shares from 0 to 1;  deviations : see :func:`interval_of_mean`
    Where effectively fewer than ENOUGH paths lose (of few groups ENOUGH_OF_GROUPS), their spread says too little: then
    from 0 to the upper end of Wilson's interval of losing at all, as no path loses more than all.
    """
    count = count_of(groups)
    few = count is not None and count <= FEW_GROUPS
    if len(losses) < 2 or (count is not None and count < 2):
        return NONE
    if effective(losses, weights) >= (ENOUGH_OF_GROUPS if few else ENOUGH):
        one = interval_of_mean(found, deviations, groups, weights=weights)
        if one.low is not None and one.high is not None:
            return Interval(max(one.low, 0.0), min(one.high, 1.0), one.kind)
    counted = ones(losses) if weights is None else weights
    paths = effective(counted)
    hits = float(counted[losses > 0].sum()) / float(counted.sum()) * paths
    return Interval(0.0, interval(hits, paths)[1], "bound")


def interval_of_tail(
    found: float,
    excess: Float64,
    level: float,
    groups: Int64 | None = None,
    weights: Float64 | None = None,
) -> Interval:
    """The interval of an expected shortfall.

    excess : (paths,), how far each path is beyond the quantile, 0 of the others;  level : a share
    None where effectively fewer than ENOUGH_OF_TAIL paths are in the tail, of few groups ENOUGH_OF_GROUPS.
    """
    counted = ones(excess) if weights is None else weights
    count = count_of(groups)
    few = count is not None and count <= FEW_GROUPS
    beyond = counted[excess > 0]
    tail = (1 - level) * len(excess)
    if weights is not None:
        tail = effective(beyond)
    if tail < (ENOUGH_OF_GROUPS if few else ENOUGH_OF_TAIL) or not len(beyond):
        return NONE
    values = excess / (1 - level)
    average = float(values @ counted / counted.sum())
    return interval_of_mean(found, counted * (values - average), groups, weights=weights)
