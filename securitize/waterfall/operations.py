"""The operations of a plan: a closed, small vocabulary that both machines know."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from securitize.base.arithmetic import Int64, Rounding, multiply_divide
from securitize.base.closed import complete


class Op(IntEnum):
    """Operations of the plan. a, b, c are operands; the result goes to dst."""

    ADD = 0
    SUB = 1
    MIN = 2
    MAX = 3
    AND = 4
    OR = 5
    NOT = 6
    #: -1 where a < 0, else 0
    SIGN = 7
    COPY = 8
    #: a b / c, rounded half-even, half-up, down, up
    RATIO_EVEN = 9
    RATIO_HALF_UP = 10
    RATIO_DOWN = 11
    RATIO_UP = 12
    #: jump to instruction dst where a is 0 on every path of the block
    SKIP = 13
    #: publish a on line dst
    STORE = 14
    #: runtime invariants: a must be 0; a must not be negative. dst is the number of the invariant
    CHECK_ZERO = 15
    CHECK_SIGN = 16
    #: a b modulo 2^64: exact where the true value fits, as in the differences that invariants look at
    MUL = 17
    #: hand over a of the last period as total dst
    TOTAL = 33
    # Two in one, which only the compiled kernel runs (see securitize.waterfall.fusion):
    #: a + b + c, a + b - c, a - b - c
    ADD_ADD = 18
    ADD_SUB = 19
    SUB_SUB = 20
    #: (a + b) & c, (a - b) & c, min(a - b, c), max(a - b, c)
    ADD_AND = 21
    SUB_AND = 22
    SUB_MIN = 23
    SUB_MAX = 24
    #: -1 where a < b, else 0
    LESS = 25
    #: runtime invariants: a - b, a - b - c, a + b - c must be 0, must not be negative
    ZERO_SUB = 26
    ZERO_SUB_SUB = 27
    ZERO_ADD_SUB = 28
    SIGN_SUB = 29
    SIGN_SUB_SUB = 30
    SIGN_ADD_SUB = 31
    #: runtime invariant: none of a, b, c is negative
    SIGN_EACH = 32


RATIO_OPS: Mapping[Rounding, Op] = complete(
    Rounding,
    {"half-even": Op.RATIO_EVEN, "half-up": Op.RATIO_HALF_UP, "down": Op.RATIO_DOWN, "up": Op.RATIO_UP},
)
ROUNDINGS = {op: rounding for rounding, op in RATIO_OPS.items()}
COMMUTATIVE = frozenset({Op.ADD, Op.MIN, Op.MAX, Op.AND, Op.OR})


def folded(op: Op, a: Int64, b: Int64, c: Int64) -> Int64:
    """What an operation makes of constants; raises ValueError where it is not exact."""
    if op in ROUNDINGS:
        return multiply_divide(a, b, c, ROUNDINGS[op])
    match op:
        case Op.ADD:
            return a + b
        case Op.SUB:
            return a - b
        case Op.MUL:
            return a * b
        case Op.MIN:
            return np.minimum(a, b)
        case Op.MAX:
            return np.maximum(a, b)
        case Op.AND:
            return a & b
        case Op.OR:
            return a | b
        case Op.NOT:
            return ~a
        case Op.SIGN:
            return a >> 63
        case Op.COPY:
            return a
        case _:
            raise ValueError(f"{op.name} has no value")
