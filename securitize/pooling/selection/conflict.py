"""Where no choice keeps every limit: limits that conflict, none of them idle, and how far each would have to give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.pooling.selection.model import Form, Model, combined
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    LargestShareLimit,
    Limit,
    Problem,
    ShareLimit,
    TotalLimit,
    bounds_of,
    value_of,
)
from securitize.pooling.selection.solve import is_feasible, require_some, search

#: Ratios improve at each step and are finitely many.
MOST_STEPS = 100


@dataclass(frozen=True)
class Give:
    """A limit of a conflict.

    needed : the nearest bound, in the limit's own unit, with which every limit can be kept, the others unchanged; None
        where no bound of this limit alone suffices
    lower  : whether it is the lower bound that has to give
    """

    limit: Limit
    lower: bool
    bound: int
    needed: int | None


def conflict(problem: Problem) -> tuple[Give, ...]:
    """Limits that cannot be kept together, though any of them given up the others can; empty where all can be kept.

    One is left out after the other, from the last; what is still needed for the conflict stays (deletion filter).
    """
    kept = list(problem.imposed)
    if is_feasible(problem, tuple(kept)):
        return ()
    for limit in reversed(problem.imposed):
        others = tuple(each for each in kept if each is not limit)
        if not is_feasible(problem, others):
            kept = list(others)
    return tuple(_give(problem, limit) for limit in kept)


def _give(problem: Problem, limit: Limit) -> Give:
    others = tuple(each for each in problem.imposed if each is not limit)
    low, high = bounds_of(limit)
    # With two bounds, the one that the nearest choice breaks.
    options = []
    if low is not None:
        options.append((True, low, _nearest(problem, limit, others, True)))
    if high is not None:
        options.append((False, high, _nearest(problem, limit, others, False)))
    broken = [(lower, bound, at) for lower, bound, at in options if at is None or _breaks(at, bound, lower)]
    lower, bound, at = (broken or options)[0]
    needed = None if at is None else math.floor(at) if lower else math.ceil(at)
    return Give(limit, lower, bound, needed)


def _breaks(value: Fraction, bound: int, lower: bool) -> bool:
    return value < bound if lower else value > bound


def _nearest(problem: Problem, limit: Limit, others: tuple[Limit, ...], greatest: bool) -> Fraction | None:
    """The greatest, or least, value of a limit over the choices that keep the others; None where there are none."""
    match limit:
        case TotalLimit() | GroupCountLimit():
            return _linear(problem, limit, others, greatest)
        case _:
            return _ratio(problem, limit, others, greatest)


def _linear(
    problem: Problem, limit: TotalLimit | GroupCountLimit, others: tuple[Limit, ...], greatest: bool
) -> Fraction | None:
    model = _model(problem, others)
    form = model.form(limit.measure) if isinstance(limit, TotalLimit) else model.touched(limit)
    found = search(model, form if greatest else combined(form, {}, -1, 0), others)
    return None if found is None else value_of(limit, found[0])


def _ratio(problem: Problem, limit: Limit, others: tuple[Limit, ...], greatest: bool) -> Fraction | None:
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
    problem: Problem, limit: Limit, others: tuple[Limit, ...], value: Fraction, greatest: bool
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
            raise TypeError(type(limit).__name__)
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


def _model(problem: Problem, limits: tuple[Limit, ...]) -> Model:
    model = Model(problem)
    require_some(model)
    for limit in limits:
        model.impose(limit)
    return model
