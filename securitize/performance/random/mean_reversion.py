"""Ornstein-Uhlenbeck processes of volatility 1 that start at 0: dY = -k Y dt + dW, k = 0 a Brownian motion.

Discretised exactly: Y over a time d is e^(-kd) Y plus a normal of variance (1 - e^(-2kd)) / 2k, whatever d (Gillespie
1996; Glasserman 2004, section 3.3.1). Functions on arrays of numbers by time and path; time is in years of 365 days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arrays import Float64
from securitize.base.streams import Numbers
from securitize.performance.random.copulas import Law


def variance(reversion: float, years: ArrayLike) -> Float64:
    """Of Y after ``years``, elementwise: (1 - e^(-2kt)) / 2k, t where k is 0."""
    time = np.asarray(years, np.float64)
    if reversion == 0:
        return time
    found: Float64 = -np.expm1(-2 * reversion * time) / (2 * reversion)
    return found


def walk(shocks: Float64, years: Float64, reversion: float) -> Float64:
    """Y at the ends of times that follow one another.

    shocks : standard normal, (times, paths);  years : length of each time, (times,)
    Returns (times, paths). Elementwise over paths: a path has the same bits in every block.
    """
    keeps, spreads = np.exp(-reversion * years), np.sqrt(variance(reversion, years))
    found, value = np.empty_like(shocks), np.zeros(shocks.shape[1])
    for k in range(len(years)):
        value = keeps[k] * value + spreads[k] * shocks[k]
        found[k] = value
    return found


def tied(shocks: Float64, weights: Float64, loading: float, factor: Float64) -> Float64:
    """The shocks turned so that their weighted sum has the correlation ``loading`` with ``factor``.

    shocks : standard normal, independent, (times, paths);  weights : (times,), squares sum to 1
    factor : standard normal, independent of the shocks, (paths,)
    Only the part of the shocks along the weights is exchanged, so that they stay standard normal and independent, and
    every law of what is made from them stays what it was.
    Returns (times, paths).
    """
    if loading == 0:
        return shocks
    along = np.zeros(shocks.shape[1])
    # Added one by one: a sum of numpy's may add in another order for one path.
    for weight, shock in zip(weights, shocks, strict=True):
        along = along + weight * shock
    instead = loading * factor + np.sqrt(1 - loading**2) * along
    turned: Float64 = shocks + weights[:, None] * (instead - along)
    return turned


def as_normal(law: Law, factor: Float64) -> Float64:
    """A factor of this law as the standard normal that is as probable, elementwise."""
    if law.degrees is None:
        return factor
    from scipy.special import ndtri

    # From the small side, where probabilities keep their digits and none is 1.
    found: Float64 = np.copysign(ndtri(law.probability(-np.abs(factor))), factor)
    return found


def normals(numbers: Numbers, stream: str, count: int) -> Float64:
    """Standard normal numbers of a stream, (count, paths)."""
    from scipy.special import ndtri

    found: Float64 = ndtri(numbers.of(stream, count))
    return found
