"""Losses of a pool, exactly: the recursion for few and unequal obligors, and its limit for very many.

Conditional on the factors obligors default independently, so their losses are added one obligor after another
(Andersen, Sidenius and Basu 2003). Pools of patents hold 3 to 20 obligors: the limit is no substitute, it is there to
be compared with.
"""

from __future__ import annotations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.performance.random.copulas import Copula


def independent_losses(probability: Float64, units: Int64) -> Float64:
    """The distribution of the sum of losses of independent obligors.

    probability : (nodes, obligors);  units : (obligors,), what each loses, whole units, not negative
    Returns (nodes, sum of units + 1): the probability of each loss; rows sum to 1.
    Raises ValueError where a loss is negative.
    """
    if (units < 0).any():
        raise ValueError("losses are not negative")
    result = np.zeros((len(probability), int(units.sum()) + 1), np.float64)
    result[:, 0] = 1
    reached = 0
    for p, loss in zip(probability.T, units.tolist(), strict=True):
        if loss:
            before = result[:, : reached + 1].copy()
            result[:, : reached + 1] *= 1 - p[:, None]
            result[:, loss : reached + loss + 1] += before * p[:, None]
            reached += loss
    return result


def loss_distribution(copula: Copula, probability: Float64, loading: Float64, units: Int64) -> Float64:
    """The distribution of a pool's loss.

    probability : (obligors,), of default by the horizon;  loading : (obligors,);  units : (obligors,) whole units
    Returns (sum of units + 1,), summing to 1.
    """
    threshold = copula.thresholds(probability, loading)
    market, shared, weight = copula.nodes()
    given = copula.given(threshold, loading, market, shared)
    result: Float64 = weight @ independent_losses(given, units)
    return result


def tranche_losses(units: Int64, attachment: float, detachment: float) -> Float64:
    """What a tranche loses where the pool loses so much, in units; elementwise.

    attachment, detachment : in units, attachment below detachment
    Raises ValueError where they are not in order.
    """
    if not 0 <= attachment < detachment:
        raise ValueError("a tranche attaches below where it detaches")
    found: Float64 = np.clip(units - attachment, 0.0, detachment - attachment)
    return found


def large_pool_excess(probability: float, correlation: float, level: float) -> float:
    """E[max(X - level, 0)] of the share X that defaults in an infinitely fine pool, Gaussian copula.

    probability, correlation, level : each strictly between 0 and 1
    Source: Vasicek 1987, 1991; Phi2(c, d; sqrt(rho)) - level Phi(d), c = Phi^-1(p),
    d = (c - sqrt(1 - rho) Phi^-1(level)) / sqrt(rho).
    """
    from scipy.special import ndtr, ndtri

    if not (0 < probability < 1 and 0 < correlation < 1 and 0 < level < 1):
        raise ValueError("probability, correlation and level are strictly between 0 and 1")
    c = float(ndtri(probability))
    d = float((c - np.sqrt(1 - correlation) * ndtri(level)) / np.sqrt(correlation))
    return _both_below(c, d, float(np.sqrt(correlation))) - level * float(ndtr(d))


def _both_below(h: float, k: float, r: float) -> float:
    """P(U <= h, V <= k) of standard normals of correlation r. Source: Owen 1956."""
    from scipy.special import ndtr, owens_t

    if h == 0 or k == 0:
        # The general formula divides by h and k; the limit is the value beside it.
        h, k = h or 1e-300, k or 1e-300
    root = float(np.sqrt(1 - r * r))
    apart = 0.0 if (h > 0) == (k > 0) else 0.5
    sides = owens_t(h, (k - r * h) / (h * root)) + owens_t(k, (h - r * k) / (k * root))
    return float((ndtr(h) + ndtr(k)) / 2 - sides - apart)
