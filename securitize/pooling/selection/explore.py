"""What a selection depends on: the gain of relaxing each limit, a frontier, what a unit would replace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from securitize.base.errors import InfeasibleError
from securitize.pooling.selection.problem import Limit, SelectionProblem, bounds_of, replaced, with_bounds
from securitize.pooling.selection.solve import Selection, solve
from securitize.pooling.selection.solver import FIRST, SECOND

#: Up to so many units the sure way is quick enough to be asked for every limit.
FEW_UNITS = 500


def relaxed(limit: Limit, step: int) -> Limit:
    """The limit with each bound moved outwards by a step of its own unit."""
    low, high = bounds_of(limit)
    return with_bounds(
        limit, None if low is None else max(low - step, 0), None if high is None else high + step
    )


def gains(problem: SelectionProblem, steps: Mapping[str, int], objective: int) -> dict[str, int]:
    """What the objective gains where each limit is relaxed by its step, solved again; by name.

    A limit with headroom at the best choice can be worth something too: choices are whole. Each is solved in one way,
    the quick one where there are many units.
    """
    way = (FIRST,) if len(problem.units) <= FEW_UNITS else (SECOND,)
    return {
        limit.name: solve(replaced(problem, relaxed(limit, steps[limit.name])), ways=way).objective
        - objective
        for limit in problem.imposed
    }


@dataclass(frozen=True)
class Point:
    """A point of a frontier; ``selection`` None where no choice keeps the limits."""

    bound: int
    selection: Selection | None


def frontier(problem: SelectionProblem, name: str, bounds: Sequence[int]) -> list[Point]:
    """The best choice at each bound of a limit, each proved.

    Raises KeyError where no limit has that name, ValueError where the limit has two bounds.
    """
    limit = {each.name: each for each in problem.limits}[name]
    low, high = bounds_of(limit)
    if low is not None and high is not None:
        raise ValueError(f"{name} has two bounds")
    points = []
    for bound in bounds:
        moved = with_bounds(limit, bound if low is not None else None, bound if high is not None else None)
        try:
            found = solve(replaced(problem, replace(moved, waived=None)))
        except InfeasibleError:
            found = None
        points.append(Point(bound, found))
    return points


def with_unit(problem: SelectionProblem, unit: int) -> SelectionProblem:
    """The problem in which a unit has to be in the choice."""
    return replace(problem, forced=(*problem.forced, unit))
