"""Laws of drivers and the distance of a combination: against their closed forms."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from securitize.risk.joint_distance import correlation_of, distances, nearest_scores
from securitize.risk.marginal_laws import MixedLaw, NormalLaw

NORMAL = NormalDist()


def test_a_score_is_exceeded_as_often_as_its_move() -> None:
    law = MixedLaw(no_move=0.9, mean=60.0)
    for days in (1.0, 30.0, 90.0, 720.0):
        (score,) = law.scores(np.array([days]))
        assert NORMAL.cdf(-score) == pytest.approx(0.1 * np.exp(-days / 60), rel=1e-10)
        assert law.moves(np.array([score])) == pytest.approx([days], rel=1e-9)


def test_whatever_is_on_time_has_no_move() -> None:
    law = MixedLaw(no_move=0.9, mean=60.0)
    still = NORMAL.inv_cdf(0.9)
    assert law.moves(np.array([-1.0, 0.0, still - 1e-9])).tolist() == [0, 0, 0]
    assert law.moves(np.array([still + 1e-3]))[0] > 0
    # A day late is as unlikely as being late at all, and not the 44.7% of a normal law of 30 days' deviation.
    assert NORMAL.cdf(-law.scores(np.array([1.0]))[0]) == pytest.approx(0.0983, abs=1e-4)
    assert NormalLaw(30.0).scores(np.array([4.0])) == pytest.approx([4 / 30])


def test_a_law_without_certainty_that_nothing_moves_is_exponential() -> None:
    law = MixedLaw(no_move=0.0, mean=10.0)
    median = 10 * np.log(2)
    assert law.scores(np.array([2 * median])) == pytest.approx([NORMAL.inv_cdf(0.75)])


def test_a_driver_that_does_not_move_stands_where_the_others_let_expect_it() -> None:
    correlation = correlation_of(np.array([0.5, 0.5]))
    still = (None, NORMAL.inv_cdf(0.9))
    # Alone at score 2: the other is expected at 2 x 0.25, within what is on time, and costs no distance.
    (free,) = nearest_scores(np.array([[2.0, 0.0]]), still, correlation)
    assert free == pytest.approx([2.0, 0.5])
    assert distances(free[np.newaxis], correlation) == pytest.approx([2.0])
    # At score 8 it would be expected at 2, beyond what is on time: it stands at the edge.
    (held,) = nearest_scores(np.array([[8.0, 0.0]]), still, correlation)
    assert held == pytest.approx([8.0, NORMAL.inv_cdf(0.9)])


def test_several_drivers_that_do_not_move_stand_at_the_least_distance() -> None:
    correlation = correlation_of(np.array([0.8, 0.7, 0.6]))
    still = (None, 0.4, 0.9)
    (found,) = nearest_scores(np.array([[3.0, 0.0, 0.0]]), still, correlation)
    grid = np.linspace(-2, 0.9, 581)
    first, second = np.meshgrid(grid[grid <= 0.4], grid, indexing="ij")
    every = np.column_stack([np.full(first.size, 3.0), first.ravel(), second.ravel()])
    least = distances(every, correlation).min()
    assert distances(found[np.newaxis], correlation)[0] == pytest.approx(least, abs=1e-5)
    assert found[1] <= 0.4
    assert found[2] <= 0.9
