"""Loadings on the market factor other than defaults': uniform numbers that are low together in a bad market.

The market factor counts by its normal score, so that the number is uniform whatever the law of the factor; of a
Student-t copula it is the normal factor before the shared scale.
"""

from __future__ import annotations

import numpy as np

from securitize.base.arrays import Float64
from securitize.performance.random.copulas import Copula
from securitize.performance.random.draw import Factors


def market_score(copula: Copula, factors: Factors) -> Float64:
    """The market factor as a standard normal number, (paths,): of equal probability under its own law."""
    if copula.market.degrees is None:
        return factors.market
    from scipy.special import ndtri

    # From the near tail, where probabilities keep their digits.
    far = ndtri(copula.market.probability(-np.abs(factors.market)))
    score: Float64 = np.copysign(far, factors.market)
    return score


def with_market(loading: float, score: Float64, own: Float64) -> Float64:
    """Phi(l M + sqrt(1 - l^2) Z): uniform, low with the market where the loading is positive.

    score : (paths,), of :func:`market_score`;  own : uniform numbers of Z, (..., paths)
    Raises ValueError where the loading is not from -1 to 1.
    """
    if not -1 <= loading <= 1:
        raise ValueError("loadings are from -1 to 1")
    if loading == 0:
        return own
    from scipy.special import ndtri

    return normal_with_market(loading, score, ndtri(own))


def normal_with_market(loading: float, score: Float64, own: Float64) -> Float64:
    """As :func:`with_market`, of standard normal Z in place of uniform numbers."""
    from scipy.special import ndtr

    found: Float64 = ndtr(loading * score + np.sqrt(1 - loading**2) * own)
    return found
