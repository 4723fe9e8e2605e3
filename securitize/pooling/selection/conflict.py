"""Where no choice keeps every limit: the smallest conflicts, and how far each limit would have to be relaxed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias, assert_never

from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.base.money import RATE_UNITS
from securitize.pooling.selection.model import Form, SelectionModel, combined
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
    replaced,
    value_of,
    with_bounds,
)
from securitize.pooling.selection.solve import feasible, require_some, search
from securitize.pooling.selection.solver import INFINITY, Program, solve_program

#: Ratios improve at each step and are finitely many.
MOST_STEPS = 100
#: Limits whose value is one form, and those whose value is a ratio of two.
Linear: TypeAlias = TotalLimit | GroupCountLimit
Ratio: TypeAlias = ShareLimit | LargestShareLimit | EffectiveNumberLimit


@dataclass(frozen=True)
class Relaxation:
    """A limit of a conflict.

    needed : the nearest bound, in the limit's own unit, with which every limit can be kept, the others unchanged; None
        where no bound of this limit alone suffices
    lower  : whether it is the lower bound that has to give
    """

    limit: Limit
    lower: bool
    bound: int
    needed: int | None


def conflict(problem: SelectionProblem) -> tuple[Relaxation, ...]:
    """Fewest limits that cannot be kept together; empty where all can be kept.

    Any of them given up, the others can be kept. ``needed`` looks at every other limit, not only at these.
    """
    return tuple(_give(problem, limit, _others(problem, limit)) for limit in smallest(problem))


def smallest(problem: SelectionProblem) -> tuple[Limit, ...]:
    """The fewest limits that no choice keeps together; of equally few those that come first.

    What is left out of a largest set that can be kept has to have a member in every conflict; the least set with a
    member in each of those found is a conflict or shows another (Ignatiev, Previti, Liffiton and Marques-Silva 2015).
    """
    limits = problem.imposed
    left_out: list[list[int]] = []
    while True:
        chosen = _least_hitting(left_out, len(limits))
        kept = _grown(problem, limits, chosen)
        if kept is None:
            return tuple(limits[k] for k in chosen)
        if len(kept) == len(limits):
            return ()
        left_out.append([k for k in range(len(limits)) if k not in kept])


def _grown(problem: SelectionProblem, limits: tuple[Limit, ...], chosen: list[int]) -> set[int] | None:
    """A largest set of limits with the chosen ones that some choice keeps; None where they cannot be kept."""
    taken = feasible(problem, tuple(limits[k] for k in chosen))
    if taken is None:
        return None
    kept = {k for k, limit in enumerate(limits) if is_met(limit, taken)}
    for k in range(len(limits)):
        if k not in kept:
            more = feasible(problem, tuple(limits[j] for j in sorted({*kept, k})))
            if more is not None:
                kept |= {j for j, limit in enumerate(limits) if is_met(limit, more)}
    return kept


def _least_hitting(sets: list[list[int]], count: int) -> list[int]:
    """The fewest of 0..count-1 of which every set has one."""
    if not sets:
        return []
    program = Program()
    columns = [program.column(0, 1, True) for _ in range(count)]
    for members in sets:
        program.row(1.0, INFINITY, {columns[k]: 1.0 for k in members})
    # Of equally few, the first: later ones cost a little more, never as much as one.
    program.cost = {column: 1.0 + k / (count + 1) ** 2 for k, column in enumerate(columns)}
    solved = solve_program(program)
    if solved is None:  # Every set has a member, so there is always one.
        raise CalculationError("no limits conflict and no pool keeps them")
    return [k for k in range(count) if solved.values[columns[k]] > 0.5]


def together(problem: SelectionProblem) -> tuple[Relaxation, ...]:
    """Limits that give way together so that every limit can be kept, none of them further than the others leave it to.

    Conflict by conflict, the limit gives that has to give least in proportion to its bound; then each is drawn back
    as far as the others allow. Empty where every limit can be kept.
    """
    given: dict[str, Relaxation] = {}
    loosened = problem
    while True:
        found = smallest(loosened)
        if not found:
            break
        gives = [
            _give(loosened, limit, tuple(each for each in found if each is not limit)) for limit in found
        ]
        least = min((give for give in gives if give.needed is not None), key=_proportion)
        first = given.get(least.limit.name)
        given[least.limit.name] = (
            least if first is None else replace(least, limit=first.limit, bound=first.bound)
        )
        loosened = replaced(loosened, _moved(least.limit, least))
    for name, give in given.items():
        at = next(limit for limit in loosened.limits if limit.name == name)
        nearest = _nearest(loosened, at, _others(loosened, at), give.lower)
        if nearest is not None:
            reached = _outwards(nearest, give.lower)
            drawn = replace(give, needed=(min if give.lower else max)(reached, give.bound))
            given[name] = drawn
            loosened = replaced(loosened, _moved(at, drawn))
    return tuple(give for give in given.values() if give.needed != give.bound)


def _others(problem: SelectionProblem, limit: Limit) -> tuple[Limit, ...]:
    return tuple(each for each in problem.imposed if each is not limit)


def _proportion(give: Relaxation) -> float:
    return abs((give.needed or 0) - give.bound) / max(abs(give.bound), 1)


def _moved(limit: Limit, give: Relaxation) -> Limit:
    low, high = bounds_of(limit)
    return with_bounds(limit, give.needed if give.lower else low, high if give.lower else give.needed)


def _outwards(value: Fraction, lower: bool) -> int:
    return math.floor(value) if lower else math.ceil(value)


def _give(problem: SelectionProblem, limit: Limit, others: tuple[Limit, ...]) -> Relaxation:
    low, high = bounds_of(limit)
    # With two bounds, the one that the nearest choice breaks.
    options = []
    if low is not None:
        options.append((True, low, _nearest(problem, limit, others, True)))
    if high is not None:
        options.append((False, high, _nearest(problem, limit, others, False)))
    broken = [(lower, bound, at) for lower, bound, at in options if at is None or _breaks(at, bound, lower)]
    lower, bound, at = (broken or options)[0]
    return Relaxation(limit, lower, bound, None if at is None else _outwards(at, lower))


def _breaks(value: Fraction, bound: int, lower: bool) -> bool:
    return value < bound if lower else value > bound


def _nearest(
    problem: SelectionProblem, limit: Limit, others: tuple[Limit, ...], greatest: bool
) -> Fraction | None:
    """The greatest, or least, value of a limit over the choices that keep the others; None where there are none."""
    match limit:
        case TotalLimit() | GroupCountLimit():
            return _linear(problem, limit, others, greatest)
        case ShareLimit() | LargestShareLimit() | EffectiveNumberLimit():
            return _ratio(problem, limit, others, greatest)
        case _:
            assert_never(limit)


def _linear(
    problem: SelectionProblem, limit: Linear, others: tuple[Limit, ...], greatest: bool
) -> Fraction | None:
    model = _model(problem, others)
    match limit:
        case TotalLimit():
            form = model.form(limit.measure)
        case GroupCountLimit():
            form = model.touched(limit)
        case _:
            assert_never(limit)
    found = search(model, form if greatest else combined(form, {}, -1, 0), others)
    return None if found is None else value_of(limit, found[0])


def _ratio(
    problem: SelectionProblem, limit: Ratio, others: tuple[Limit, ...], greatest: bool
) -> Fraction | None:
    """Dinkelbach: maximise part - ratio x whole at the last ratio, until no choice has a better one."""
    model = _model(problem, others)
    first = search(model, {}, others)
    if first is None:
        return None
    taken = first[0]
    for _ in range(MOST_STEPS):
        value = value_of(limit, taken)
        if value is None:
            return None
        better = _better(problem, limit, others, value, greatest)
        reached = None if better is None else value_of(limit, better)
        if better is None or reached is None or (reached <= value if greatest else reached >= value):
            return value
        taken = better
    return value_of(limit, taken)


def _better(
    problem: SelectionProblem, limit: Ratio, others: tuple[Limit, ...], value: Fraction, greatest: bool
) -> Int64 | None:
    """A choice with a better ratio, if there is one."""
    model = _model(problem, others)
    match limit:
        case ShareLimit():
            # Only choices with some of the whole have a share.
            whole = model.form(limit.whole)
            model.program.row(1.0, math.inf, whole)
            form = _scaled(model.form(limit.part), whole, value)
        case LargestShareLimit():
            top, whole = model.largest(limit)
            form = _scaled(top, whole, value)
        case EffectiveNumberLimit():
            # The effective number asked for grows step by step: keep it above the last one.
            wanted = EffectiveNumberLimit(
                limit.name, limit.unit, limit.group, limit.value, math.floor(value) + 1
            )
            model.impose(wanted)
            found = search(model, {}, (*others, wanted))
            return None if found is None else found[0]
        case _:
            assert_never(limit)
    found = search(model, form if greatest else combined(form, {}, -1, 0), others)
    return None if found is None else found[0]


def _scaled(part: Form, whole: Form, value: Fraction) -> Form:
    """part - value x whole, value in units of 1e-8."""
    return (
        combined(part, whole, 1, 0)
        if not value
        else {
            column: part.get(column, 0.0) - float(value / RATE_UNITS) * whole.get(column, 0.0)
            for column in {**part, **whole}
        }
    )


def _model(problem: SelectionProblem, limits: tuple[Limit, ...]) -> SelectionModel:
    model = SelectionModel(problem)
    require_some(model)
    for limit in limits:
        model.impose(limit)
    return model
