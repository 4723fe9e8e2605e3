"""What is told where no choice keeps every limit, against every choice and every set of limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from securitize.pooling.selection.conflict import conflict, smallest, together
from securitize.pooling.selection.problem import (
    Limit,
    SelectionProblem,
    bounds_of,
    replaced,
    with_bounds,
)
from securitize.pooling.selection.solve import solve
from tests.pooling.selection.instances import best, drawn


def infeasible(count: int) -> Iterator[SelectionProblem]:
    seed, found = 20_000, 0
    while found < count:
        problem = drawn(seed)
        seed += 1
        if len(problem.imposed) > 1 and best(problem) is None:
            found += 1
            yield problem


def moved(limit: Limit, lower: bool, bound: int) -> Limit:
    low, high = bounds_of(limit)
    return with_bounds(limit, bound if lower else low, high if lower else bound)


def test_no_smaller_set_of_limits_conflicts() -> None:
    sizes = set()
    for problem in infeasible(60):
        found = smallest(problem)
        sizes.add(len(found))
        assert best(problem, found) is None
        for size in range(len(found)):
            assert all(best(problem, some) is not None for some in combinations(problem.imposed, size))
    assert {1, 2, 3} <= sizes


def test_each_limit_of_a_conflict_says_exactly_how_far_it_has_to_give() -> None:
    exact = helpless = 0
    for problem in infeasible(60):
        for give in conflict(problem):
            others = tuple(limit for limit in problem.imposed if limit is not give.limit)
            if give.needed is None:
                helpless += 1
                assert best(problem, others) is None
                continue
            exact += 1
            reached = moved(give.limit, give.lower, give.needed)
            short = moved(give.limit, give.lower, give.needed + (1 if give.lower else -1))
            assert best(problem, (*others, reached)) is not None
            assert best(problem, (*others, short)) is None
            assert solve(replaced(problem, reached)).optimal
    assert exact > 40
    assert helpless > 3


def test_where_none_suffices_they_suffice_together_and_none_gives_too_much() -> None:
    several = 0
    for problem in infeasible(30):
        gives = together(problem)
        loosened = problem
        for give in gives:
            assert give.needed is not None
            assert give.needed < give.bound if give.lower else give.needed > give.bound
            at = next(limit for limit in loosened.limits if limit.name == give.limit.name)
            loosened = replaced(loosened, moved(at, give.lower, give.needed))
        assert best(loosened) is not None
        several += len(gives) > 1
        for give in gives:
            at = next(limit for limit in loosened.limits if limit.name == give.limit.name)
            assert give.needed is not None
            tighter = moved(at, give.lower, give.needed + (1 if give.lower else -1))
            assert best(replaced(loosened, tighter)) is None
    assert several > 3


def test_nothing_conflicts_where_a_choice_keeps_every_limit() -> None:
    feasible = [problem for problem in map(drawn, range(30_000, 30_040)) if best(problem) is not None]
    assert len(feasible) > 10
    for problem in feasible:
        assert smallest(problem) == ()
        assert together(problem) == ()


def test_a_waived_limit_is_in_no_conflict() -> None:
    for problem in list(infeasible(20)):
        waived = replace(problem, limits=tuple(replace(one, waived="agreed") for one in problem.limits))
        assert smallest(waived) == ()
