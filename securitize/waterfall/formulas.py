"""The words in which the rules are written. Nothing is computed here, only recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from securitize.base.arithmetic import Leftover, Rounding
from securitize.waterfall.expressions import Operand, Recorder, Value
from securitize.waterfall.operations import RATIO_OPS, Op


def minimum(a: Value, b: Operand) -> Value:
    """The smaller of the two."""
    return a.recorder.apply(Op.MIN, a, b)


def maximum(a: Value, b: Operand) -> Value:
    """The larger of the two."""
    return a.recorder.apply(Op.MAX, a, b)


def excess(a: Value, b: Operand) -> Value:
    """max(0, a - b)."""
    return maximum(a - b, 0)


def positive(a: Value) -> Value:
    """Mask: a > 0."""
    return a > 0


def ratio(a: Value, b: Operand, c: Operand, rounding: Rounding) -> Value:
    """a b / c of plain numbers, exact and rounded once. 0 <= a, b < 2^53, 0 < c < 2^53, quotient < 2^50."""
    return a.recorder.apply(RATIO_OPS[rounding], a, b, c)


def product(a: Value, b: Operand, c: Operand, rounding: Rounding) -> Value:
    """a b / c of an amount a, rounded once to the currency's unit, of which a is a multiple; bounds as of ``ratio``."""
    unit = a.recorder.unit
    return ratio(a, b, c, rounding) if unit == 1 else ratio(ratio(a, 1, unit, "down"), b, c, rounding) * unit


def is_one(unit: Operand) -> bool:
    """Whether payments have no unit of their own: 1 is a word of the deal, any other unit a number."""
    return isinstance(unit, int) and unit == 1


def in_units(a: Value, unit: Operand) -> Value:
    """``a`` rounded down to a whole multiple of ``unit``."""
    return a if is_one(unit) else ratio(a, 1, unit, "down") * unit


def total(recorder: Recorder, values: Sequence[Value]) -> Value:
    """Sum of the values, 0 of none."""
    result = recorder.constant(0)
    for value in values:
        result = result + value
    return result


def allocate(amount: Value, weights: Sequence[Value], leftover: Leftover) -> list[Value]:
    """``amount`` divided by cumulative rounding (section 1 of the reference); the ordering of
    ``largest`` is each path's own."""
    recorder = amount.recorder
    if len(weights) == 1:
        return [amount & positive(weights[0])]
    whole = maximum(total(recorder, weights), 1)
    shares = []
    for i, weight in enumerate(weights):
        ahead = [_counted_before(j, other, i, weight, leftover) for j, other in enumerate(weights) if j != i]
        before = total(recorder, ahead)
        shares.append(product(amount, before + weight, whole, "up") - product(amount, before, whole, "up"))
    return shares


def _counted_before(j: int, other: Value, i: int, weight: Value, leftover: Leftover) -> Value:
    """Weight of member j where it comes before member i in the order of allocation, else 0."""
    match leftover:
        case "first":
            return other if j < i else other.recorder.constant(0)
        case "last":
            return other if j > i else other.recorder.constant(0)
        case "largest":
            return other & (~(other < weight) if j < i else weight < other)
        case _:
            assert_never(leftover)
