"""How selections hang together: what is permuted, scaled, added or relaxed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.errors import InfeasibleError
from securitize.pooling.selection.explore import frontier, gains, relaxed
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    LargestShareLimit,
    Limit,
    Measure,
    SelectionProblem,
    ShareLimit,
    TotalLimit,
    Units,
    bounds_of,
    replaced,
    with_bounds,
)
from securitize.pooling.selection.solve import solve
from tests.pooling.selection.instances import best, drawn


def feasible(first: int, count: int) -> Iterator[SelectionProblem]:
    found = 0
    for seed in range(first, first + 20 * count):
        problem = drawn(seed)
        try:
            solve(problem)
        except InfeasibleError:
            continue
        found += 1
        yield problem
        if found == count:
            return


def permuted(problem: SelectionProblem, order: Int64) -> SelectionProblem:
    """The same units in another order."""
    place = np.argsort(order)

    def measure(one: Measure) -> Measure:
        return replace(one, values=one.values[order])

    def limit(one: Limit) -> Limit:
        match one:
            case TotalLimit():
                return replace(one, measure=measure(one.measure))
            case ShareLimit():
                return replace(one, part=measure(one.part), whole=measure(one.whole))
            case LargestShareLimit() | GroupCountLimit() | EffectiveNumberLimit():
                return replace(one, unit=place[one.unit])

    units = problem.units
    names = tuple(units.names[k] for k in order)
    return replace(
        problem,
        units=Units(names, units.least[order], units.most[order]),
        objective=measure(problem.objective),
        limits=tuple(map(limit, problem.limits)),
    )


def test_the_order_of_units_does_not_matter() -> None:
    random = np.random.default_rng(1)
    for problem in feasible(40_000, 25):
        other = permuted(problem, random.permutation(len(problem.units)))
        assert solve(other).objective == solve(problem).objective


def test_the_unit_of_the_objective_does_not_matter() -> None:
    for problem in feasible(41_000, 15):
        times = replace(problem.objective, values=problem.objective.values * 7)
        assert solve(replace(problem, objective=times)).objective == 7 * solve(problem).objective


def test_a_limit_more_never_helps_and_one_less_never_harms() -> None:
    for problem in feasible(42_000, 25):
        whole = solve(problem).objective
        for k in range(len(problem.limits)):
            fewer = replace(problem, limits=problem.limits[:k] + problem.limits[k + 1 :])
            assert solve(fewer).objective >= whole


def test_gains_are_those_of_every_choice() -> None:
    gained = 0
    for problem in feasible(43_000, 20):
        steps = {
            limit.name: max(sum(bound or 0 for bound in bounds_of(limit)) // 20, 1)
            for limit in problem.limits
        }
        objective = solve(problem).objective
        for name, gain in gains(problem, steps, objective).items():
            (limit,) = (one for one in problem.limits if one.name == name)
            right = best(replaced(problem, relaxed(limit, steps[name])))
            assert right is not None
            assert gain == right - objective >= 0
            gained += gain > 0
    assert gained > 2


def test_a_frontier_falls_where_its_limit_tightens_and_each_point_is_the_best() -> None:
    for problem in feasible(44_000, 15):
        for limit in problem.imposed:
            low, high = bounds_of(limit)
            if low is not None and high is not None:
                continue
            bound = low if low is not None else high
            assert bound is not None
            bounds = [bound * k // 4 for k in range(2, 7)]
            points = frontier(problem, limit.name, bounds)
            values = [-1 if point.selection is None else point.selection.objective for point in points]
            assert values == sorted(values, reverse=low is not None)
            for point in points[::2]:
                lower, upper = (point.bound, None) if low is not None else (None, point.bound)
                moved = replace(relaxed(limit, 0), waived=None)
                right = best(replaced(problem, with_bounds(moved, lower, upper)))
                assert (None if point.selection is None else point.selection.objective) == right
            break


def test_a_unit_that_brings_nothing_is_not_needed() -> None:
    for problem in feasible(45_000, 15):
        units = problem.units
        more = Units((*units.names, "nothing"), np.append(units.least, 1), np.append(units.most, 1))

        def longer(measure: Measure) -> Measure:
            return replace(measure, values=np.append(measure.values, 0))

        def limit(one: Limit) -> Limit:
            match one:
                case TotalLimit():
                    return replace(one, measure=longer(one.measure))
                case ShareLimit():
                    return replace(one, part=longer(one.part), whole=longer(one.whole))
                case _:
                    return one

        bare = replace(
            problem,
            units=more,
            objective=longer(problem.objective),
            limits=tuple(map(limit, problem.limits)),
        )
        with_some = solve(bare).objective
        # Alone it would keep every share of nothing: then there is a choice of worth 0 more.
        assert with_some == solve(problem).objective or with_some == 0
