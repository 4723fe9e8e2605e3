"""The same problem for other solvers: SCIP on the same rows, and OR-Tools' CP-SAT on rows of its own, in whole numbers.

That of CP-SAT is written from docs/reference/pools.md: the largest holdings as what lies above a free threshold, the
effective number as squares. Where 64 bits do not hold a row's coefficients they are cut in the direction that lets more
choices in: its optimum is never below the true one, and the choice that comes out is checked in integers of any length.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.pooling.selection.model import SelectionModel
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    LargestShareLimit,
    Measure,
    SelectionProblem,
    ShareLimit,
    TotalLimit,
)
from securitize.pooling.selection.solve import require_some

_MOST = 2**62


def solve_again(problem: SelectionProblem, seconds: float = 300.0) -> tuple[Int64, int, int]:
    """A choice, its objective and the bound on every objective, proved by CP-SAT."""
    model = cp_model.CpModel()
    units = problem.units
    assert (units.most == 1).all()
    taken = [model.new_bool_var(name) for name in units.names]
    model.add_bool_or(taken)
    for limit in problem.imposed:
        _impose(model, limit, taken)
    model.maximize(_sum(problem.objective, taken))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    assert status == cp_model.OPTIMAL, solver.status_name(status)
    found = np.array([solver.value(one) for one in taken], np.int64)
    return found, round(solver.objective_value), math.floor(solver.best_objective_bound + 1e-6)


def _sum(measure: Measure, taken: list[Any]) -> Any:
    values = measure.values.tolist()
    return sum(value * one for value, one in zip(values, taken, strict=True) if value)


def _row(model: Any, terms: list[tuple[int, Any]], low: int | None, high: int | None) -> None:
    """low <= sum of terms <= high; divided where 64 bits do not hold it, rounded so that no choice is lost."""
    largest = sum(abs(value) for value, _ in terms) + max(abs(low or 0), abs(high or 0))
    scale = max(-(-largest // _MOST), 1)
    if scale == 1:
        form = sum(value * one for value, one in terms)
        if low is not None:
            model.add(form >= low)
        if high is not None:
            model.add(form <= high)
        return
    if high is not None:
        model.add(sum(math.floor(value / scale) * one for value, one in terms) <= high // scale)
    if low is not None:
        model.add(sum(-math.floor(-value / scale) * one for value, one in terms) >= -(-low // scale))


def _share(part: Measure, whole: Measure, rate: int) -> list[int]:
    return [RATE_UNITS * int(p) - rate * int(w) for p, w in zip(part.values, whole.values, strict=True)]


def _impose(model: Any, limit: Any, taken: list[Any]) -> None:
    match limit:
        case TotalLimit():
            terms = list(zip(limit.measure.values.tolist(), taken, strict=True))
            _row(model, terms, limit.at_least, limit.at_most)
        case ShareLimit():
            for rate, lower in ((limit.at_least, True), (limit.at_most, False)):
                if rate is not None:
                    terms = list(zip(_share(limit.part, limit.whole, rate), taken, strict=True))
                    _row(model, terms, 0 if lower else None, None if lower else 0)
        case GroupCountLimit():
            _count(model, limit, taken)
        case LargestShareLimit():
            _largest(model, limit, taken)
        case EffectiveNumberLimit():
            _effective(model, limit, taken)


def _holdings(limit: Any, taken: list[Any]) -> list[list[tuple[int, Any]]]:
    found: dict[int, list[tuple[int, Any]]] = {}
    for unit, group, value in zip(
        limit.unit.tolist(), limit.group.tolist(), limit.value.tolist(), strict=True
    ):
        found.setdefault(group, []).append((value, taken[unit]))
    return list(found.values())


def _count(model: Any, limit: GroupCountLimit, taken: list[Any]) -> None:
    members: dict[int, list[Any]] = {}
    for unit, group in zip(limit.unit.tolist(), limit.group.tolist(), strict=True):
        members.setdefault(group, []).append(taken[unit])
    here = []
    for group, some in members.items():
        touched = model.new_bool_var(f"{limit.name}-{group}")
        model.add_max_equality(touched, some)
        here.append(touched)
    model.add(sum(here) >= limit.at_least)


def _largest(model: Any, limit: LargestShareLimit, taken: list[Any]) -> None:
    """Every set of ``count`` groups holds at most its share; where that is one group, a row a group."""
    holdings = _holdings(limit, taken)
    whole = [term for group in holdings for term in group]
    if limit.count == 1:
        for group in holdings:
            terms = [(-limit.at_most * value, one) for value, one in whole]
            _row(model, terms + [(RATE_UNITS * value, one) for value, one in group], None, 0)
        return
    # Amounts are whole multiples of ten thousand yuan here: holdings in that step.
    step = math.gcd(*(value for value, _ in whole))
    most = sum(value for value, _ in whole) // step
    threshold = model.new_int_var(0, most, f"{limit.name}-threshold")
    overs = []
    for k, group in enumerate(holdings):
        over = model.new_int_var(0, most, f"{limit.name}-over-{k}")
        model.add(over >= sum(value // step * one for value, one in group) - threshold)
        overs.append(over)
    total = sum(value // step * one for value, one in whole)
    model.add(RATE_UNITS * (limit.count * threshold + sum(overs)) <= limit.at_most * total)


def _effective(model: Any, limit: EffectiveNumberLimit, taken: list[Any]) -> None:
    """(sum of holdings)^2 >= N x sum of squares."""
    holdings = _holdings(limit, taken)
    step = math.gcd(*(value for group in holdings for value, _ in group))
    squares, sums = [], []
    for k, group in enumerate(holdings):
        most = sum(value // step for value, _ in group)
        held = model.new_int_var(0, most, f"{limit.name}-held-{k}")
        model.add(held == sum(value // step * one for value, one in group))
        square = model.new_int_var(0, most * most, f"{limit.name}-square-{k}")
        model.add_multiplication_equality(square, [held, held])
        squares.append(square)
        sums.append((held, most))
    most = sum(each for _, each in sums)
    whole = model.new_int_var(0, most, f"{limit.name}-whole")
    model.add(whole == sum(held for held, _ in sums))
    squared = model.new_int_var(0, most * most, f"{limit.name}-squared")
    model.add_multiplication_equality(squared, [whole, whole])
    number = limit.at_least
    shared = math.gcd(number, RATE_UNITS)
    model.add(squared * (RATE_UNITS // shared) >= sum(squares) * (number // shared))


def solve_with_scip(problem: SelectionProblem, seconds: float = 600.0) -> tuple[Int64, float, float]:
    """A choice, its objective and the bound, proved by SCIP on the very rows that HiGHS is given."""
    model = SelectionModel(problem)
    require_some(model)
    for limit in problem.imposed:
        model.impose(limit)
    model.maximise(model.worth())
    program = model.program
    solver = pywraplp.Solver.CreateSolver("SCIP")
    infinity = solver.infinity()

    def bounded(value: float) -> float:
        return float(min(max(value, -infinity), infinity))

    columns = [
        solver.Var(bounded(low), bounded(high), whole, "")
        for low, high, whole in zip(program.low, program.high, program.whole, strict=True)
    ]
    for low, high, terms in program.rows:
        row = solver.Constraint(bounded(low), bounded(high))
        for column, value in terms.items():
            row.SetCoefficient(columns[column], value)
    objective = solver.Objective()
    for column, value in program.cost.items():
        objective.SetCoefficient(columns[column], value)
    objective.SetMinimization()
    solver.SetTimeLimit(round(seconds * 1000))
    parameters = pywraplp.MPSolverParameters()
    parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, 0.0)
    assert solver.Solve(parameters) == pywraplp.Solver.OPTIMAL
    found = np.array([round(columns[k].solution_value()) for k in model.lots], np.int64)
    return found, float(-objective.Value() * model.scale), float(-objective.BestBound() * model.scale)
