"""A pool whose obligors default, recover, pay late and prepay at random, and integrals that say what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.streams import Numbers
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.performance.random.copulas import Copula, Law, double_t, gaussian, student_t
from securitize.performance.random.draw import Factors
from tests.unit.pool_samples import LICENCE, LOAN, pool

POOL = pool(a=LOAN, b={**LICENCE, "collateral": ("p1",)}, c={**LOAN, "principal": 300_000})
COPULAS = [gaussian(), student_t(4), double_t(5, None), double_t(None, 5)]
PATHS = 100_000


def written(**fields: Any) -> RandomPerformance:
    """A random performance; floats are written as decimals."""
    return RandomPerformance.model_validate(
        _decimal({"name": "drawn", "hazard": 0.1, "loading": 0.5, **fields})
    )


def _decimal(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {key: _decimal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_decimal(item) for item in value)
    return value


def shared(copula: Copula, numbers: Numbers) -> Factors:
    return Factors(*copula.shared(numbers))


def assert_mean(values: Float64 | Int64 | NDArray[np.bool_], expected: float) -> None:
    """Within four standard errors of the sample."""
    found = np.asarray(values, np.float64)
    assert abs(found.mean() - expected) <= 4 * found.std() / np.sqrt(len(found)) + 1e-12


def assert_variance(values: Float64, expected: float) -> None:
    """Within four standard errors of the sample."""
    squares = (values - values.mean()) ** 2
    assert abs(squares.mean() - expected) <= 4 * squares.std() / np.sqrt(len(squares))


def given_market(of_level: Callable[[Float64], Float64], loading: float, score: Float64) -> Float64:
    """E[f(Phi(l M + sqrt(1 - l^2) Z)) | M] at normal scores of M, (nodes,), by integration over Z."""
    from scipy.special import ndtr

    points, weights = Law().nodes(401)
    own = np.sqrt(1 - loading**2)
    return np.array([weights @ of_level(ndtr(loading * m + own * points)) for m in score])


def score_of(copula: Copula, market: Float64) -> Float64:
    """The normal number that is as likely as a market factor."""
    from scipy.special import ndtri

    probability = copula.market.probability(market)
    found: Float64 = np.where(market < 0, ndtri(probability), -ndtri(copula.market.probability(-market)))
    return found
