"""Estimates over many paths, with standard errors. Pure functions on arrays.

weights : what each path counts, (paths,); None where all count the same
groups  : of each path, (paths,); paths of different groups are independent. None where all are
Without weights and groups every result is that of independent paths that count the same.
Each of these arrays may be a :class:`securitize.base.ranged.Ranged`, of more paths than are held at once.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool, Float64
from securitize.base.ranged import Ranged, ones, product
from securitize.risk.selection import least_reaching

#: The two-sided 95% point of the normal distribution.
Z95 = 1.959963984540054


def mean(values: Float64, weights: Float64 | None = None) -> float:
    """The mean of (paths,), weights summing to 1: an average of the values, never beyond them."""
    if weights is None:
        return float(values.mean())
    found = float(values @ weights / weights.sum())
    return min(max(found, float(values.min())), float(values.max()))


def mean_and_error(
    values: Float64, weights: Float64 | None = None, groups: Int64 | None = None
) -> tuple[float, float | None]:
    """The mean of (paths,) and its standard error; no error of one path, or of one group.

    With groups, the error is that of the sum of each group's deviations from the mean, as of a ratio (Cochran 1977).
    """
    if weights is None and groups is None:
        count = len(values)
        error = float(values.std(ddof=1)) / math.sqrt(count) if count > 1 else None
        return float(values.mean()), error
    found = mean(values, weights)
    counted = ones(values) if weights is None else weights
    apart = counted * (values - found)
    if groups is not None:
        apart = np.bincount(groups, apart).astype(np.float64).astype(np.float64)
    if len(apart) < 2:
        return found, None
    spread = len(apart) / (len(apart) - 1) * float(apart @ apart)
    return found, math.sqrt(spread) / float(counted.sum())


def controlled_mean(values: Float64, weights: Float64, controls: Float64) -> tuple[float, float | None]:
    """The mean of values times weights of (paths,) and its standard error, less what the controls explain.

    controls : (paths, controls), each of mean 0 exactly; their coefficients are of least squares (Glasserman 2004,
        section 4.1.2). The mean is never beyond the least and the largest value. No error where paths are too few.
    """
    count, number = controls.shape
    if count <= number + 1:
        return mean_and_error(values, weights)
    found, _, error = _controlled(values, weights, controls)
    return found, error


def controlled_residuals(values: Float64, weights: Float64, controls: Float64) -> tuple[float, Float64]:
    """The mean of :func:`controlled_mean`, and of each path what the controls do not explain, (paths,).

    Residuals are scaled so that their standard error is that of the mean. Needs more paths than controls and one.
    """
    found, left, error = _controlled(values, weights, controls)
    count = len(left)
    plain = math.sqrt(float(left @ left) / (count * (count - 1)))
    return found, left * (error / plain if plain else 1.0)


def _controlled(values: Float64, weights: Float64, controls: Float64) -> tuple[float, Float64, float]:
    """Mean, residuals and standard error."""
    count, number = controls.shape
    counted = values * weights
    known = controls.mean(axis=0)
    apart = controls - known
    # A control that is the same on every path explains nothing and makes the matrix singular.
    inverse = np.linalg.pinv(product(apart, apart), hermitian=True)
    slopes = inverse @ product(apart, counted)
    left = counted - counted.mean() - apart @ slopes
    # The error also counts how far the controls are from what is known of them.
    held = 1 / count + float(known @ inverse @ known)
    error = math.sqrt(float(left @ left) / (count - number - 1) * held)
    found = float(counted.mean() - known @ slopes)
    return min(max(found, float(values.min())), float(values.max())), left, error


def interval(hits: float, count: float, point: float = Z95) -> tuple[float, float]:
    """The 95% interval of a probability of which ``hits`` of ``count`` paths were seen. Source: Wilson 1927.

    point : of the distribution that the share follows
    """
    share, z2 = hits / count, point * point
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = point / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(middle - half, 0.0) if hits else 0.0, min(middle + half, 1.0) if hits < count else 1.0


def probability_and_interval(
    hit: Bool, weights: Float64 | None = None, groups: Int64 | None = None
) -> tuple[float, float, float]:
    """The share of the paths (paths,) that are hit and its 95% interval.

    The interval is Wilson's of as many independent paths as would have the same standard error; where none or all are
    hit, of (sum of weights)^2 / sum of squared weights (Kish 1965). With groups the point is Student-t's.
    """
    if weights is None and groups is None:
        return float(hit.mean()), *interval(int(hit.sum()), len(hit))
    share, error = mean_and_error(hit.astype(np.float64), weights, groups)
    count = float(len(hit)) if weights is None else float(weights.sum() ** 2 / (weights @ weights))
    if hit.all() or not hit.any():
        return share, *interval(count if hit.all() else 0.0, count)
    point = Z95 if groups is None else student_point(int(groups.max()))
    if error:
        count = share * (1 - share) / error**2
    return share, *interval(share * count, count, point)


def share_and_error(
    hit: Bool, weights: Float64 | None = None, groups: Int64 | None = None
) -> tuple[float, float | None]:
    """The share of the paths (paths,) that are hit and its standard error; no error of one path."""
    if weights is not None or groups is not None:
        return mean_and_error(hit.astype(np.float64), weights, groups)
    share, count = float(hit.mean()), len(hit)
    return share, math.sqrt(share * (1 - share) / (count - 1)) if count > 1 else None


def tail(values: Float64, percent: int, weights: Float64 | None = None) -> tuple[float, float]:
    """The quantile of (paths,), the least value that ``percent`` of the paths do not exceed, and the mean beyond.

    The mean is over exactly the worst 100 - percent: a path at its edge counts in part.
    Source: Acerbi and Tasche 2002. Raises ValueError where percent is not from 1 to 99.
    """
    if not 1 <= percent <= 99:
        raise ValueError("a percentage from 1 to 99")
    if isinstance(values, Ranged):
        return _tail_in_ranges(values, percent, weights)
    if weights is not None:
        return _weighted_tail(values, percent, weights)
    ordered, count = np.sort(values), len(values)
    # In whole hundredths of paths: no rounding decides which path is at the edge.
    at = -(-percent * count // 100) - 1
    worst = (100 - percent) * count / 100
    beyond = ordered[at + 1 :]
    return float(ordered[at]), float((beyond.sum() + (worst - len(beyond)) * ordered[at]) / worst)


def _weighted_tail(values: Float64, percent: int, weights: Float64) -> tuple[float, float]:
    order = np.argsort(values, kind="stable")
    ordered, counted = values[order], weights[order]
    whole = float(weights.sum())
    at = min(int(np.searchsorted(100 * np.cumsum(counted), percent * whole)), len(values) - 1)
    worst = (100 - percent) * whole / 100
    beyond, weight = ordered[at + 1 :], counted[at + 1 :]
    return float(ordered[at]), float((beyond @ weight + (worst - weight.sum()) * ordered[at]) / worst)


def _tail_in_ranges(values: Ranged, percent: int, weights: Any) -> tuple[float, float]:
    whole = len(values) if weights is None else float(weights.sum())
    least = -(-percent * whole // 100) if weights is None else percent * whole / 100
    (edge,) = least_reaching(values, [least], weights)
    worst, beyond, counted = (100 - percent) * whole / 100, values > edge, ones(values, weights)
    heavy = counted[beyond]
    return edge, float((values[beyond] @ heavy + (worst - heavy.sum()) * edge) / worst)


@cache
def student_point(degrees: int) -> float:
    """The two-sided 95% point of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(max(degrees, 1), 0.975))
