"""Sample quantiles, and confidence bounds for the quantile of the distribution."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool, Float64
from securitize.base.ranged import Ranged, ones
from securitize.risk.intervals import Interval, count_of, effective, interval_of_tail, point_of
from securitize.risk.selection import least_reaching
from securitize.risk.statistics import Z95, mean_and_error

#: Levels are whole ten-thousandths: no rounding decides which path is at the edge.
WHOLE = 10_000


@cache
def bounds(count: int, level: int) -> tuple[int, int]:
    """Which of ``count`` ordered independent values, from 0, hold the quantile between them with at least 95%.

    level : of the quantile, in ten-thousandths
    -1 and ``count`` stand for no bound: too few values say nothing on that side. Distribution-free: the number of
    values at or below the quantile is binomial (David and Nagaraja 2003, section 7.1).
    """
    from scipy.special import bdtr

    def below(k: int) -> float:
        return float(bdtr(k, count, level / WHOLE))

    # P(at most l values at or below) <= 2.5%: the quantile is then above the value of index l.
    low = bisect_right(range(count + 1), 0.025, key=below) - 1
    # P(more than h values at or below) <= 2.5%: the quantile is then at most the value of index h.
    high = bisect_left(range(count + 1), 0.975, key=below)
    return low, min(high, count)


def quantile(
    values: Float64 | Int64, level: int, weights: Float64 | None = None, groups: Int64 | None = None
) -> tuple[float, float | None, float | None]:
    """The least value that the level's share of the paths (paths,) do not exceed, and its 95% bounds.

    level : in ten-thousandths, from 1 to 9,999
    weights, groups : as in :mod:`securitize.risk.statistics`; bounds are then where the share at or below, as sure as
        it is known, leaves the level, by the binomial law of as many independent paths
    A bound is None where nothing is known on that side. Raises ValueError where the level is out of range.
    """
    if not 0 < level < WHOLE:
        raise ValueError("a level is from 1 to 9,999 ten-thousandths")
    if isinstance(values, Ranged):
        return _quantile_in_ranges(values, level, weights, groups)
    if weights is None and groups is None:
        ordered, count = np.sort(values), len(values)
        at = -(-level * count // WHOLE) - 1
        low, high = bounds(count, level)
        return (
            float(ordered[at]),
            float(ordered[low]) if low >= 0 else None,
            float(ordered[high]) if high < count else None,
        )
    counted = np.ones(len(values)) if weights is None else weights
    order = np.argsort(values, kind="stable")
    ordered, reached = values[order], np.cumsum(counted[order])

    def at_share(share: float) -> float | None:
        """The least value at or below which so large a share counts."""
        if not 0 < share < 1:
            return None
        place = int(np.searchsorted(reached, share * reached[-1] * (1 - 1e-12)))
        return float(ordered[min(place, len(ordered) - 1)])

    found = at_share(level / WHOLE)
    if found is None or (groups is not None and int(groups.max()) < 1) or len(values) < 2:
        return float(ordered[-1]), None, None
    # As many independent paths as would know the share at or below as well, and the binomial bounds of those.
    count = _independent(values <= found, counted, weights, groups)
    low, high = bounds(count, level)
    return (
        found,
        at_share((low + 1) / count) if low >= 0 else None,
        at_share((high + 1) / count) if high < count else None,
    )


def _quantile_in_ranges(
    values: Ranged, level: int, weights: Any, groups: Any
) -> tuple[float, float | None, float | None]:
    """As :func:`quantile`, of paths that are not held at once."""
    count = len(values)
    if weights is None and groups is None:
        low, high = bounds(count, level)
        # The value of index i is the least that i + 1 paths do not exceed; of none and of too many nothing is known.
        places = {-(-level * count // WHOLE), low + 1, high + 1} - {0, count + 1}
        found = dict(zip(places, least_reaching(values, [*places]), strict=True))
        return found[-(-level * count // WHOLE)], found.get(low + 1), found.get(high + 1)
    counted = ones(values, weights)
    whole = float(counted.sum())

    def at_shares(shares: Sequence[float]) -> list[float]:
        return least_reaching(values, [share * whole * (1 - 1e-12) for share in shares], weights)

    (value,) = at_shares([level / WHOLE])
    if count < 2 or (groups is not None and int(groups.max()) < 1):
        return value, None, None
    known = _independent(values <= value, counted, weights, groups)
    low, high = bounds(known, level)
    shares = [share for share in ((low + 1) / known, (high + 1) / known) if 0 < share < 1]
    ends = dict(zip(shares, at_shares(shares), strict=True))
    return value, ends.get((low + 1) / known), ends.get((high + 1) / known)


def _independent(below: Bool, counted: Float64, weights: Float64 | None, groups: Int64 | None) -> int:
    """How many independent paths that count the same know a share as well as these (Korn and Graubard 1998).

    below : (paths,), of which the share is; few groups count less by the square of Student's t over the normal point
    """
    share, error = mean_and_error(below.astype(np.float64), weights, groups)
    count = effective(counted)
    if error:
        count = share * (1 - share) / error**2
    return max(round(count * (Z95 / point_of(count_of(groups))) ** 2), 1)


def tail_estimates(
    values: Float64, level: int, weights: Float64 | None = None, groups: Int64 | None = None
) -> tuple[tuple[float, float | None, float | None], tuple[float, float | None], Interval]:
    """The quantile with its bounds, the expected shortfall with its error, and the 95% interval of that.

    Arguments as of :func:`quantile`. The shortfall, the mean of exactly the worst share beyond the quantile q, is the
    mean of q + max(x - q, 0) / (1 - level), whose error is that of the shortfall to the first order (Acerbi and Tasche
    2002; Rockafellar and Uryasev 2000). No error of one path.
    """
    value = quantile(values, level, weights, groups)
    excess = np.maximum(values - value[0], 0.0)
    shortfall = mean_and_error(value[0] + excess * (WHOLE / (WHOLE - level)), weights, groups)
    return value, shortfall, interval_of_tail(shortfall[0], excess, level / WHOLE, groups, weights)
