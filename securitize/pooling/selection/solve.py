"""The best choice, and the proof: limits checked again in whole numbers, the bound on the objective's grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError, InfeasibleError
from securitize.pooling.selection.model import Form, SelectionModel
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    LargestShareLimit,
    Limit,
    SelectionProblem,
    ShareLimit,
    TotalLimit,
    bounds_of,
    is_met,
    value_of,
)
from securitize.pooling.selection.solver import FIRST, SECOND, ProgramSolution, Settings, solve_program

#: Solutions that HiGHS finds within its tolerance and whole numbers refuse, before it is given up.
MOST_ROUNDS = 500


@dataclass(frozen=True)
class LimitResult:
    """A limit at a choice; value and bounds in its own unit, value None where it is a share of nothing.

    headroom : room to the nearer bound; negative where a waived limit is exceeded
    """

    name: str
    value: Fraction | None
    at_least: int | None
    at_most: int | None
    headroom: Fraction | None
    waived: str | None


@dataclass(frozen=True)
class Selection:
    """The best choice.

    taken     : (units,) int64 lots
    objective : its value, whole; bound : no choice that keeps the limits has more
    nodes     : of the search tree; rounds : programs that were solved
    """

    taken: Int64
    objective: int
    bound: int
    nodes: int
    rounds: int
    limits: tuple[LimitResult, ...]

    @property
    def gap(self) -> Fraction:
        """Bound less objective, over the objective; 0 is proved."""
        return Fraction(self.bound - self.objective, max(abs(self.objective), 1))

    @property
    def optimal(self) -> bool:
        """Whether nothing is better."""
        return self.bound == self.objective


def solve(
    problem: SelectionProblem, time_limit: float | None = None, ways: Sequence[Settings] = (FIRST, SECOND)
) -> Selection:
    """The choice, not empty, with the largest objective that keeps every limit that is not waived.

    HiGHS is asked in two ways and the better choice taken: each has lost the best one of some problem.

    Raises InfeasibleError where there is none.
    """
    found = [one for settings in ways if (one := _searched(problem, time_limit, settings)) is not None]
    if not found:
        raise InfeasibleError("no pool keeps every limit")
    best = max(found, key=lambda one: problem.worth(one[0]))
    taken, _, rounds = best
    objective = problem.worth(taken)
    steps_of = [*map(int, problem.objective.values), *(each.weight for each in problem.counted)]
    grid = reduce(math.gcd, map(abs, steps_of), 0) or 1
    # What HiGHS proves, it proves to its tolerance: less than one step of the grid is nothing.
    rounded = [
        math.floor(upper / grid + min(0.5, 1e-9 * abs(upper) / grid + 1e-6)) * grid
        for upper in (solved.bound for _, solved, _ in found)
    ]
    # A bound below what was found is no bound.
    bound = min((upper for upper in rounded if upper >= objective), default=objective)
    results = tuple(result_of(limit, taken) for limit in problem.limits)
    return Selection(taken, objective, bound, best[1].nodes, rounds, results)


def _searched(
    problem: SelectionProblem, time_limit: float | None, settings: Settings
) -> tuple[Int64, ProgramSolution, int] | None:
    """The best choice as HiGHS finds it in one way; the bound of what is returned is that of the objective."""
    model = SelectionModel(problem)
    require_some(model)
    for limit in problem.imposed:
        model.impose(limit)
    found = search(model, model.worth(), problem.imposed, time_limit, settings)
    if found is None:
        return None
    taken, solved, rounds = found
    return taken, replace(solved, bound=-solved.bound * model.scale), rounds


def search(
    model: SelectionModel,
    form: Form,
    limits: tuple[Limit, ...],
    time_limit: float | None = None,
    settings: Settings = FIRST,
) -> tuple[Int64, ProgramSolution, int] | None:
    """The choice with the largest form that keeps the limits in whole numbers; None where there is none."""
    model.maximise(form)
    seen: set[bytes] = set()
    for rounds in range(1, MOST_ROUNDS + 1):
        solved = solve_program(model.program, time_limit, settings)
        if solved is None:
            return None
        taken = model.taken(solved)
        broken = [limit for limit in limits if not is_met(limit, taken)]
        if not broken:
            return taken, solved, rounds
        cones = [cone for limit in broken for cone in _cone(limit)]
        if cones and taken.tobytes() not in seen:
            for limit in cones:
                model.cut(limit, taken)
        else:
            model.forbid(taken)
        seen.add(taken.tobytes())
    raise CalculationError(
        "the selection was not solved in {most_rounds} rounds; write limits less finely",
        most_rounds=MOST_ROUNDS,
    )


def _cone(limit: Limit) -> tuple[EffectiveNumberLimit, ...]:
    """The limit where planes only approach it: it is cut again at each choice that breaks it."""
    match limit:
        case EffectiveNumberLimit():
            return (limit,)
        case TotalLimit() | ShareLimit() | LargestShareLimit() | GroupCountLimit():
            return ()
        case _:
            assert_never(limit)


def result_of(limit: Limit, taken: Int64) -> LimitResult:
    """What a choice has of a limit."""
    value = value_of(limit, taken)
    low, high = bounds_of(limit)
    room = None
    if value is not None:
        rooms = ([value - low] if low is not None else []) + ([high - value] if high is not None else [])
        room = min(rooms) if rooms else None
    return LimitResult(limit.name, value, low, high, room, limit.waived)


def feasible(problem: SelectionProblem, limits: tuple[Limit, ...]) -> Int64 | None:
    """A choice, not empty, that keeps these limits; None where there is none."""
    model = SelectionModel(problem)
    require_some(model)
    for limit in limits:
        model.impose(limit)
    found = search(model, {}, limits)
    return None if found is None else found[0]


def require_some(model: SelectionModel) -> None:
    """At least one unit is taken."""
    model.program.row(1.0, np.inf, dict.fromkeys(model.picked, 1.0))
