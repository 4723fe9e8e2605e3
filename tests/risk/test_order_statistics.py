"""Quantiles and shortfalls against NumPy, against repeated samples, and bounds against the binomial law itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from securitize.risk.order_statistics import WHOLE, bounds, quantile, tail_estimates
from securitize.risk.statistics import tail

LEVELS = (100, 2500, 5000, 9000, 9900, 9997)


def binomial_up_to(k: int, n: int, p: float) -> float:
    return math.fsum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k + 1))


@pytest.mark.parametrize("count", [1, 5, 60, 300])
@pytest.mark.parametrize("level", LEVELS)
def test_bounds_hold_the_quantile_and_no_tighter_ones_do(count: int, level: int) -> None:
    low, high = bounds(count, level)
    p = level / WHOLE
    if low >= 0:
        assert binomial_up_to(low, count, p) <= 0.025
    assert binomial_up_to(low + 1, count, p) > 0.025
    if high < count:
        assert binomial_up_to(high, count, p) >= 0.975
    if high > 0:
        assert binomial_up_to(high - 1, count, p) < 0.975


def test_bounds_hold_the_quantile_of_drawn_samples() -> None:
    random, rounds = np.random.default_rng(3), 4000
    for level in (500, 5000, 9900):
        held = 0
        for values in random.random((rounds, 400)):
            _, low, high = quantile(values, level)
            held += (low is None or low <= level / WHOLE) and (high is None or level / WHOLE <= high)
        # At least 95% of them, less four standard errors of the count.
        assert held / rounds > 0.95 - 4 * math.sqrt(0.95 * 0.05 / rounds)


@pytest.mark.parametrize("level", LEVELS)
def test_quantiles_are_those_of_numpy(level: int) -> None:
    values = np.random.default_rng(level).integers(0, 50, 1234)
    assert quantile(values, level)[0] == np.quantile(values, level / WHOLE, method="inverted_cdf")


@pytest.mark.parametrize("level", LEVELS)
def test_whole_weights_count_as_repeated_values(level: int) -> None:
    random = np.random.default_rng(level)
    values, weights = random.normal(size=700), random.integers(0, 4, 700)
    repeated = np.repeat(values, weights)
    assert quantile(values, level, weights.astype(np.float64))[0] == quantile(repeated, level)[0]
    found = tail_estimates(values, level, weights.astype(np.float64))[1][0]
    assert found == pytest.approx(tail_estimates(repeated, level)[1][0], rel=1e-12)


def test_weighted_bounds_hold_the_quantile_of_drawn_samples() -> None:
    random, rounds, held = np.random.default_rng(5), 3000, 0
    for _ in range(rounds):
        # Half the values are drawn where the law is thin, and weighed back: density 1 on (0, 1).
        values = np.where(random.random(500) < 0.5, random.random(500), random.random(500) ** 0.5)
        weights = 2 / (1 + 2 * values)
        _, low, high = quantile(values, 9500, weights)
        held += (low is None or low <= 0.95) and (high is None or high >= 0.95)
    # Normal bounds of a share near its end: a little below 95%.
    assert 0.93 < held / rounds < 0.975


@pytest.mark.parametrize("percent", [50, 90, 99])
def test_shortfall_is_the_mean_of_the_worst(percent: int) -> None:
    values = np.random.default_rng(percent).gamma(0.5, size=1111)
    found, error = tail_estimates(values, percent * 100)[1]
    assert found == pytest.approx(tail(values, percent)[1], rel=1e-12)
    assert error is not None


def test_errors_of_shortfalls_are_those_of_repeated_samples() -> None:
    random = np.random.default_rng(8)
    found = [tail_estimates(values, 9500)[1] for values in random.exponential(size=(2000, 1000))]
    means = np.array([mean for mean, _ in found])
    # Of the exponential law the shortfall beyond q is q + 1.
    assert means.mean() == pytest.approx(1 - math.log(0.05), abs=0.02)
    assert np.mean([error for _, error in found]) == pytest.approx(means.std(), rel=0.06)


def test_levels_out_of_range_are_refused() -> None:
    for level in (0, WHOLE, -5):
        with pytest.raises(ValueError, match="level"):
            quantile(np.arange(5), level)


def test_of_one_path_nothing_is_known() -> None:
    assert quantile(np.array([3.0]), 5000) == (3.0, None, None)
    assert tail_estimates(np.array([3.0]), 5000)[1] == (3.0, None)
