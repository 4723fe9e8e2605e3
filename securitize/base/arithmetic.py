"""Exact integer arithmetic on arrays: one product, one allocation.

``multiply_divide`` is a × b / c rounded once, without leaving int64. The float64 estimate of the
quotient is within one of
the truth while a, b, c < 2^53 and the quotient < 2^50 (two roundings of relative size 2^-53 move it by
at most
a quarter), and the remainder a b − q c, computed modulo 2^64, is then exact because its true value is
smaller than 2 c.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.money import OPERAND_LIMIT, QUOTIENT_LIMIT

Int64 = NDArray[np.int64]
Rounding = Literal["half-even", "half-up", "down", "up"]
Leftover = Literal["first", "last", "largest"]


class Scratch:
    """Work arrays of one block of ``size`` paths, so that the inner loop allocates nothing."""

    def __init__(self, size: int) -> None:
        self.float_a = np.empty(size, np.float64)
        self.float_b = np.empty(size, np.float64)
        self.remainder = np.empty(size, np.int64)
        self.work = np.empty(size, np.int64)


def _as_float(values: Int64, out: NDArray[np.float64]) -> NDArray[np.float64]:
    if values.size == 1:
        return values.astype(np.float64)
    np.copyto(out, values)
    return out


def multiply_divide_into(
    a: Int64, b: Int64, c: Int64, rounding: Rounding, out: Int64, scratch: Scratch
) -> None:
    """``out`` = a × b / c rounded; a has the shape of ``out``, b and c that shape or (1,). Unchecked.

    a, b : int64, 0 <= value < 2^53;  c : int64, 0 < value < 2^53;  quotient < 2^50
    ``out`` may be a. Source: the module's docstring.
    """
    quotient, r, w = scratch.float_a, scratch.remainder, scratch.work
    np.copyto(quotient, a)
    np.multiply(quotient, _as_float(b, scratch.float_b), out=quotient)
    np.divide(quotient, _as_float(c, scratch.float_b), out=quotient)
    np.multiply(a, b, out=r)
    np.copyto(out, quotient, casting="unsafe")
    np.multiply(out, c, out=w)
    np.subtract(r, w, out=r)
    # The estimate is one too high where the remainder is negative ...
    np.right_shift(r, 63, out=w)
    np.add(out, w, out=out)
    np.bitwise_and(w, c, out=w)
    np.add(r, w, out=r)
    # ... and one too low where it is not below c.
    np.subtract(r, c, out=r)
    np.right_shift(r, 63, out=w)
    np.add(out, w, out=out)
    np.add(out, 1, out=out)
    match rounding:
        case "down":
            return
        case "up" | "half-up" | "half-even":
            np.bitwise_and(w, c, out=w)
            np.add(r, w, out=r)
        case _:
            assert_never(rounding)
    match rounding:
        case "up":
            np.negative(r, out=w)
            np.right_shift(w, 63, out=w)
        case "half-up":
            np.add(r, r, out=w)
            np.subtract(w, c, out=w)
            np.invert(w, out=w)
            np.right_shift(w, 63, out=w)
        case "half-even":
            # Up where 2r - c > 0, or = 0 with an odd quotient: where c - 2r - (q & 1) < 0.
            np.bitwise_and(out, 1, out=w)
            np.add(r, w, out=w)
            np.add(r, w, out=w)
            np.subtract(c, w, out=w)
            np.right_shift(w, 63, out=w)
        case _:
            assert_never(rounding)
    np.subtract(out, w, out=out)


def multiply_divide(a: ArrayLike, b: ArrayLike, c: ArrayLike, rounding: Rounding = "half-even") -> Int64:
    """a × b / c, each element exact and rounded once to a whole number.

    a, b, c : int64 arrays or ints that broadcast together; 0 <= a, b < 2^53, 0 < c < 2^53
    rounding : half-even, half-up (a half goes up), down (floor), up (ceiling)
    Returns int64 of the broadcast shape, at least one-dimensional.
    Raises ValueError where an operand or the quotient is outside the range in which the result is exact.
    """
    x, y, z = (np.asarray(v, np.int64) for v in (a, b, c))
    if x.size == y.size == z.size == 1:
        # One path: Python's integers are faster than a dozen calls on arrays of one.
        only = _multiply_divide_one(x.item(), y.item(), z.item(), rounding)
        return np.full(np.broadcast_shapes(x.shape, y.shape, z.shape, (1,)), only, np.int64)
    shape = np.broadcast_shapes(x.shape, y.shape, z.shape, (1,))
    x, y, z = (np.ascontiguousarray(np.broadcast_to(v, shape)).reshape(-1) for v in (x, y, z))
    for name, values, least in (("a", x, 0), ("b", y, 0), ("c", z, 1)):
        if values.size and (values.min() < least or values.max() >= OPERAND_LIMIT):
            raise ValueError(f"operand {name} of multiply_divide is outside {least} to 2^53")
    if x.size and (x.astype(np.float64) * y / z).max() >= QUOTIENT_LIMIT:
        raise ValueError("quotient of multiply_divide is not below 2^50")
    out = np.empty(x.size, np.int64)
    multiply_divide_into(x, y, z, rounding, out, Scratch(x.size))
    return out.reshape(shape)


def part_of(
    amount: ArrayLike, b: ArrayLike, c: ArrayLike, unit: int = 1, rounding: Rounding = "half-even"
) -> Int64:
    """``amount`` × b / c, rounded once to a whole multiple of ``unit``.

    amount : minor units, a multiple of ``unit``;  unit : of the currency, minor units
    As :func:`multiply_divide` otherwise. Source: docs/reference/priority-of-payments.md, section 1.
    """
    if unit == 1:
        return multiply_divide(amount, b, c, rounding)
    return multiply_divide(np.asarray(amount, np.int64) // unit, b, c, rounding) * unit


def _multiply_divide_one(a: int, b: int, c: int, rounding: Rounding) -> int:
    for name, value, least in (("a", a, 0), ("b", b, 0), ("c", c, 1)):
        if not least <= value < OPERAND_LIMIT:
            raise ValueError(f"operand {name} of multiply_divide is outside {least} to 2^53")
    quotient, rest = divmod(a * b, c)
    if quotient >= QUOTIENT_LIMIT:
        raise ValueError("quotient of multiply_divide is not below 2^50")
    match rounding:
        case "down":
            return quotient
        case "up":
            return quotient + (rest > 0)
        case "half-up":
            return quotient + (2 * rest >= c)
        case "half-even":
            return quotient + (2 * rest > c or (2 * rest == c and quotient % 2 == 1))
        case _:
            assert_never(rounding)


def allocate(
    amount: int,
    weights: Sequence[int],
    leftover: Leftover = "first",
    *,
    rounding: Literal["up", "down"],
    unweighted: Literal["nothing", "equal"],
) -> list[int]:
    """Divide ``amount`` among members by cumulative rounding; each is within one unit of its exact share.

    amount     : whole; below 0 the shares of what it is without its sign, below 0
    weights    : whole, not negative
    leftover   : in which order members are served
    rounding   : of what the members up to one have got together; up serves them early, down late
    unweighted : what members get where all weights are 0
    The sum of the result is ``amount`` (0 where nobody has a weight and they get nothing).
    Source: docs/reference/priority-of-payments.md, section 1 (up, nothing); docs/reference/financing-cost.md, section 3
    (down, equal).
    """
    if not any(weights):
        match unweighted:
            case "nothing":
                return [0] * len(weights)
            case "equal":
                weights = [1] * len(weights)
            case _:
                assert_never(unweighted)
    order = list(range(len(weights)))
    match leftover:
        case "first":
            pass
        case "last":
            order.reverse()
        case "largest":
            order.sort(key=lambda i: -weights[i])
        case _:
            assert_never(leftover)
    whole, sign, seen, given = sum(weights), -1 if amount < 0 else 1, 0, 0
    shares = [0] * len(weights)
    for i in order:
        seen += weights[i]
        match rounding:
            case "down":
                upto = abs(amount) * seen // whole
            case "up":
                upto = -(-abs(amount) * seen // whole)
            case _:
                assert_never(rounding)
        shares[i] = sign * (upto - given)
        given = upto
    return shares
