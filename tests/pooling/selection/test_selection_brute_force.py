"""Selections against every choice there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from securitize.base.errors import InfeasibleError
from securitize.pooling.selection.explore import with_unit
from securitize.pooling.selection.problem import SelectionProblem, is_met
from securitize.pooling.selection.solve import Selection, solve
from tests.pooling.selection.instances import best, counting, drawn

INSTANCES, PARTS = 1000, 10


def solved(problem: SelectionProblem) -> Selection | None:
    try:
        return solve(problem)
    except InfeasibleError:
        return None


def agree(problem: SelectionProblem) -> bool:
    """Whether there is a choice; fails where the selection is not the best one."""
    found, right = solved(problem), best(problem)
    assert (found is None) == (right is None)
    if found is None:
        return False
    assert found.objective == right == problem.worth(found.taken)
    assert found.bound == found.objective
    assert found.gap == 0
    assert all(is_met(limit, found.taken) for limit in problem.imposed)
    assert found.taken.any()
    units = problem.units
    assert all(
        lots == 0 or low <= lots <= high
        for lots, low, high in zip(found.taken, units.least, units.most, strict=True)
    )
    return True


@pytest.mark.parametrize("part", range(PARTS))
def test_the_best_of_all_choices_is_found(part: int) -> None:
    seeds = range(part, INSTANCES, PARTS)
    feasible = sum(agree(drawn(seed)) for seed in seeds)
    # Both outcomes are common, so both are tested.
    assert 0.2 * len(seeds) < feasible < 0.95 * len(seeds)


def test_groups_that_count_are_counted_once() -> None:
    assert sum(agree(counting(drawn(seed), seed)) for seed in range(5000, 5080)) > 20


def test_a_unit_that_is_forced_is_there_and_the_rest_is_the_best() -> None:
    checked = 0
    for seed in range(6000, 6060):
        problem = drawn(seed)
        free = solved(problem)
        left = [] if free is None else np.flatnonzero(free.taken == 0).tolist()
        if free is None or not left:
            continue
        unit = left[seed % len(left)]
        forced = with_unit(problem, unit)
        if agree(forced):
            found = solve(forced)
            assert found.taken[unit]
            assert found.objective <= free.objective
            checked += found.objective < free.objective
    assert checked > 3


def test_a_waived_limit_is_measured_and_not_imposed() -> None:
    differing = 0
    for seed in range(7000, 7060):
        problem = drawn(seed)
        first = replace(problem.limits[0], waived="agreed")
        waived = replace(problem, limits=(first, *problem.limits[1:]))
        without = replace(problem, limits=problem.limits[1:])
        one, other = solved(waived), solved(without)
        assert (one is None) == (other is None)
        if one is None or other is None:
            continue
        assert one.objective == other.objective
        told = one.limits[0]
        assert told.waived == "agreed"
        assert told.name == first.name
        if not is_met(first, one.taken):
            differing += 1
            assert told.headroom is not None
            assert told.headroom < 0
    assert differing > 5


def test_the_same_choice_comes_out_twice() -> None:
    for seed in range(20):
        one, other = solved(drawn(seed)), solved(drawn(seed))
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert np.array_equal(one.taken, other.taken)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    for seed in range(5):
        solved(drawn(seed))
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err == ""
