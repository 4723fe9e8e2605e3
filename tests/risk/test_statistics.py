"""Statistics of paths against slower ways to the same numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binomtest

from securitize.risk.statistics import interval, mean_and_error, tail


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (1, 10), (5, 10), (10, 10), (37, 100_000), (0, 1)])
def test_intervals_against_scipy(hits: int, count: int) -> None:
    right = binomtest(hits, count).proportion_ci(0.95, method="wilson")
    assert interval(hits, count) == pytest.approx((right.low, right.high), abs=1e-12)


@pytest.mark.parametrize("count", [1, 7, 99, 100, 101, 250, 1000])
@pytest.mark.parametrize("percent", [1, 50, 95, 99])
def test_tails_against_every_path_in_fractions(count: int, percent: int) -> None:
    values = np.random.default_rng(count).integers(0, 50, count)
    ordered = sorted(values.tolist())
    quantile = next(
        v for v in ordered if Fraction(sum(u <= v for u in ordered), count) >= Fraction(percent, 100)
    )
    left = Fraction((100 - percent) * count, 100)
    whole, total = left, Fraction(0)
    for value in reversed(ordered):
        part = min(left, Fraction(1))
        total, left = total + part * value, left - part
    assert tail(values.astype(np.float64), percent) == pytest.approx((quantile, float(total / whole)))


def test_means_and_what_cannot_be_said() -> None:
    mean, error = mean_and_error(np.array([1.0, 2.0, 6.0]))
    assert mean == 3
    assert error == pytest.approx(math.sqrt(7 / 3))
    assert mean_and_error(np.ones(1)) == (1, None)
    with pytest.raises(ValueError, match="percentage"):
        tail(np.ones(3), 100)
