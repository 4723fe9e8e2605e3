"""Statistics of paths that do not count the same, or are not independent, against paths that are and do."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.risk.statistics import (
    controlled_mean,
    interval,
    mean,
    mean_and_error,
    probability_and_interval,
    share_and_error,
    tail,
)

RANDOM = np.random.default_rng(5)
VALUES = RANDOM.gamma(0.5, size=1200)


def test_weights_of_one_and_groups_of_one_change_nothing() -> None:
    ones, alone, hit = np.ones(1200), np.arange(1200), VALUES > 1
    assert mean_and_error(VALUES, ones) == pytest.approx(mean_and_error(VALUES))
    assert mean_and_error(VALUES, None, alone) == pytest.approx(mean_and_error(VALUES))
    assert share_and_error(hit, ones) == pytest.approx(share_and_error(hit))
    for percent in (1, 50, 90, 99):
        assert tail(VALUES, percent, ones) == pytest.approx(tail(VALUES, percent), rel=1e-14)
    # An effective count of n - 1 where the error divides by n - 1.
    share, low, high = probability_and_interval(hit, ones)
    assert (low, high) == pytest.approx(interval(hit.mean() * 1199, 1199))
    assert share == hit.mean()


def test_a_whole_weight_is_as_many_paths() -> None:
    weights = RANDOM.integers(0, 4, 1200)
    repeated = np.repeat(VALUES, weights)
    counted = weights.astype(np.float64)
    assert mean(VALUES, counted) == pytest.approx(repeated.mean())
    for percent in (1, 37, 50, 95, 99):
        assert tail(VALUES, percent, counted) == pytest.approx(tail(repeated, percent))
        # What all weights are multiplied by does not matter.
        assert tail(VALUES, percent, 3 * counted) == pytest.approx(tail(repeated, percent))


def test_pairs_have_the_error_of_their_averages() -> None:
    pairs = VALUES.reshape(600, 2).mean(axis=1)
    found = mean_and_error(VALUES, None, np.arange(1200) // 2)
    assert found == pytest.approx((pairs.mean(), pairs.std(ddof=1) / np.sqrt(600)))
    assert mean_and_error(VALUES[:2], None, np.zeros(2, np.int64))[1] is None


def test_what_controls_explain_has_no_error() -> None:
    weights = RANDOM.uniform(0.5, 1.5, 1200)
    known = RANDOM.normal(size=(1200, 2))
    controls = np.column_stack((weights - 1, weights[:, None] * known))
    values = 3 + known @ np.array([2.0, -1.0])
    found, error = controlled_mean(values, weights, controls)
    assert found == pytest.approx(3, abs=1e-12)
    assert error == pytest.approx(0, abs=1e-12)
    # A control that never moves is left out.
    still = np.column_stack((controls, np.zeros(1200)))
    assert controlled_mean(VALUES, weights, still)[0] == pytest.approx(
        controlled_mean(VALUES, weights, controls)[0]
    )


def test_errors_of_controlled_means_are_those_of_repeating_them() -> None:
    def once() -> tuple[float, float]:
        x = RANDOM.normal(size=(200, 2))
        values = np.exp(x[:, 0]) + RANDOM.normal(size=200)
        found, error = controlled_mean(values, np.ones(200), x)
        assert error is not None
        return found, error

    found, errors = np.array([once() for _ in range(2000)]).T
    assert found.std() == pytest.approx(np.sqrt((errors**2).mean()), rel=0.1)
    assert found.mean() == pytest.approx(np.exp(0.5), abs=0.02)


def test_a_controlled_mean_is_among_its_values() -> None:
    values = np.zeros(50)
    values[3] = 1
    controls = np.column_stack((RANDOM.normal(size=50), values * 40 + RANDOM.normal(size=50)))
    found, error = controlled_mean(values, np.ones(50), controls)
    assert 0 <= found <= 1
    assert error is not None
    assert controlled_mean(values[:3], np.ones(3), controls[:3])[0] == 0


def test_intervals_hold_what_they_should() -> None:
    none = np.zeros(400, np.bool_)
    weights = RANDOM.uniform(0, 2, 400)
    share, low, high = probability_and_interval(none, weights)
    assert (share, low) == (0, 0)
    kish = weights.sum() ** 2 / (weights @ weights)
    assert high == pytest.approx(interval(0, kish)[1])
    assert probability_and_interval(~none, weights)[0] == pytest.approx(1)
    assert probability_and_interval(~none, weights)[2] == 1
    held = 0
    for _ in range(1000):
        weights = RANDOM.uniform(0, 2, 400)
        _, low, high = probability_and_interval(RANDOM.uniform(size=400) < 0.05, weights)
        held += low <= 0.05 <= high
    assert abs(held / 1000 - 0.95) < 0.03
