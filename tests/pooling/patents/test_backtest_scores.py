"""Scores of predictions against brute force and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from securitize.patents.backtest import (
    brier_score,
    calibration_error,
    decile_table,
    discrimination,
    expected_to_actual,
    skill,
    skill_error,
)

CASES = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60)


@given(CASES)
def test_scores_against_loops(cases: list[tuple[int, bool]]) -> None:
    p, y = [k / 20 for k, _ in cases], [happened for _, happened in cases]
    assert brier_score(p, y) == pytest.approx(sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p))
    if any(y):
        assert expected_to_actual(p, y) == pytest.approx(sum(p) / sum(y))
    if any(y) and not all(y):
        pairs = [
            (a > b) + (a == b) / 2
            for a, one in zip(p, y, strict=True)
            for b, two in zip(p, y, strict=True)
            if one and not two
        ]
        assert discrimination(p, y) == pytest.approx(sum(pairs) / len(pairs))
        ranks = stats.mannwhitneyu(
            [a for a, o in zip(p, y, strict=True) if o],
            [a for a, o in zip(p, y, strict=True) if not o],
            method="asymptotic",
        )
        assert discrimination(p, y) == pytest.approx(ranks.statistic / len(pairs))


@given(CASES, st.integers(1, 12))
def test_groups_keep_members_sums_and_order(cases: list[tuple[int, bool]], groups: int) -> None:
    p, y = np.array([k / 20 for k, _ in cases]), np.array([happened for _, happened in cases])
    table = decile_table(p, y, groups)
    assert table.count.sum() == p.size
    assert table.count.max() - table.count.min() <= 1
    assert (table.count * table.predicted).sum() == pytest.approx(p.sum())
    assert (table.count * table.actual).sum() == pytest.approx(y.sum())
    assert (table.lowest[1:] >= table.highest[:-1]).all()


def test_perfect_and_hopeless_predictions() -> None:
    y = [True, False, True, False]
    perfect, hopeless, even = [1.0, 0, 1, 0], [0.0, 1, 0, 1], [0.5] * 4
    assert [brier_score(p, y) for p in (perfect, hopeless, even)] == [0, 1, 0.25]
    assert [discrimination(p, y) for p in (perfect, hopeless, even)] == [1, 0, 0.5]
    assert skill(0.0, 0.25) == 1
    assert skill_error(perfect, even, y) == (0.25, 0.0)
    assert calibration_error(even, y) == 0.5
    assert calibration_error(even, y, groups=1) == 0


def test_true_probabilities_cannot_be_beaten() -> None:
    """Brier's score is proper: a bent prediction is worse, in a sample large enough to tell."""
    rng = np.random.default_rng(3)
    p = rng.uniform(0.05, 0.95, 50_000)
    y = rng.random(p.size) < p
    for bent in (p**2, np.sqrt(p), 0.8 * p + 0.1):
        saved, error = skill_error(p, bent, y)
        assert saved > 3 * error
    assert calibration_error(p, y) < 0.01


def test_a_probability_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        brier_score([1.1], [True])
    with pytest.raises(ValueError, match="same length"):
        brier_score([0.1], [True, False])
