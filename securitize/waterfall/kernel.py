"""The compiled machine: the same plan with instructions joined, every instruction a loop over a few paths, the threads
free of each other.

Importing numba and loading the kernel takes about a second (some more where it has to be compiled first), so
:mod:`securitize.waterfall.execute` turns to it for large work only. The kernel knows operations, not the
rules of a deal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from securitize.base.arithmetic import Int64
from securitize.waterfall.machine import Machine
from securitize.waterfall.operations import Op
from securitize.waterfall.plan import Plan

_ADD = int(Op.ADD)
_SUB = int(Op.SUB)
_MIN = int(Op.MIN)
_MAX = int(Op.MAX)
_AND = int(Op.AND)
_OR = int(Op.OR)
_NOT = int(Op.NOT)
_SIGN = int(Op.SIGN)
_COPY = int(Op.COPY)
_MUL = int(Op.MUL)
_SKIP = int(Op.SKIP)
_STORE, _TOTAL = int(Op.STORE), int(Op.TOTAL)
_CHECK_ZERO = int(Op.CHECK_ZERO)
_CHECK_SIGN = int(Op.CHECK_SIGN)
_ADD_ADD = int(Op.ADD_ADD)
_ADD_SUB = int(Op.ADD_SUB)
_SUB_SUB = int(Op.SUB_SUB)
_ADD_AND = int(Op.ADD_AND)
_SUB_AND = int(Op.SUB_AND)
_SUB_MIN = int(Op.SUB_MIN)
_SUB_MAX = int(Op.SUB_MAX)
_LESS = int(Op.LESS)
_ZERO_SUB = int(Op.ZERO_SUB)
_ZERO_SUB_SUB = int(Op.ZERO_SUB_SUB)
_ZERO_ADD_SUB = int(Op.ZERO_ADD_SUB)
_SIGN_SUB = int(Op.SIGN_SUB)
_SIGN_SUB_SUB = int(Op.SIGN_SUB_SUB)
_SIGN_ADD_SUB = int(Op.SIGN_ADD_SUB)
_SIGN_EACH = int(Op.SIGN_EACH)
_EVEN, _HALF_UP, _DOWN, _UP = int(Op.RATIO_EVEN), int(Op.RATIO_HALF_UP), int(Op.RATIO_DOWN), int(Op.RATIO_UP)
#: Paths of one loop. A plan holds some 100 values a path: so few that they stay in the first caches, and a number known
#: when the kernel is compiled.
_LANES = 128


def _pointer(_: Any, address: Any) -> Any:
    """The address as a pointer to int64: an array made of it is not counted by anyone, which a slice is, at a cost."""
    pointer = types.CPointer(types.int64)  # type: ignore[no-untyped-call]

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(pointer))

    return pointer(address), generate


_at: Any = intrinsic(_pointer)
_array: Any = numba.carray  # type: ignore[attr-defined]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _ratio(x: Any, y: Any, z: Any, out: Any, rounding: int) -> None:
    # See securitize.base.arithmetic.multiply_divide_into: the same arithmetic, one path after another.
    for i in range(_LANES):
        a, b, c = x[i], y[i], z[i]
        q = np.int64(np.float64(a) * np.float64(b) / np.float64(c))
        r = a * b - q * c
        low = r >> 63
        q += low
        r += c & low
        below = (r - c) >> 63
        q += 1 + below
        r -= c & ~below
        if rounding == _EVEN:
            q -= (c - (r + r + (q & 1))) >> 63
        elif rounding == _UP:
            q -= (-r) >> 63
        elif rounding == _HALF_UP:
            q -= ~((r + r - c) >> 63)
        out[i] = q


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _run(
    code: Any,
    constants: Any,
    initial: Any,
    inputs: Any,
    out: Any,
    totals: Any,
    values: Any,
    registers: int,
    first: int,
) -> Any:
    """The paths from ``first`` on, as many as there are lanes; whether an invariant is violated on one of them.

    inputs : (inputs, periods, paths);  out : (lines, periods, paths), 0 before;  totals : (totals, paths)
    values : (operands + 2, lanes)
    """
    periods, count = inputs.shape[1], constants.shape[1]
    start, row = values.ctypes.data, 8 * _LANES
    not_zero = _array(_at(start + row * (values.shape[0] - 2)), _LANES)
    negative = _array(_at(start + row * (values.shape[0] - 1)), _LANES)
    values[values.shape[0] - 2 :, :] = 0
    for s in range(initial.size):
        values[s, :] = initial[s]
    lanes = min(_LANES, inputs.shape[2] - first)
    for t in range(periods):
        for k in range(count):
            if t == 0 or constants[t, k] != constants[t - 1, k]:
                values[registers + k, :] = constants[t, k]
        for n in range(inputs.shape[0]):
            for i in range(lanes):
                values[registers + count + n, i] = inputs[n, t, first + i]
        at = 0
        while at < code.shape[0]:
            op, dst = code[at, 0], code[at, 1]
            w = _array(_at(start + row * dst), _LANES)
            x = _array(_at(start + row * code[at, 2]), _LANES)
            y = _array(_at(start + row * code[at, 3]), _LANES)
            z = _array(_at(start + row * code[at, 4]), _LANES)
            at += 1
            if op == _SUB:
                for i in range(_LANES):
                    w[i] = x[i] - y[i]
            elif op == _COPY:
                for i in range(_LANES):
                    w[i] = x[i]
            elif op == _AND:
                for i in range(_LANES):
                    w[i] = x[i] & y[i]
            elif op == _MIN:
                for i in range(_LANES):
                    w[i] = min(x[i], y[i])
            elif op == _SIGN_SUB:
                for i in range(_LANES):
                    negative[i] |= x[i] - y[i]
            elif op == _ADD:
                for i in range(_LANES):
                    w[i] = x[i] + y[i]
            elif op == _SIGN_EACH:
                for i in range(_LANES):
                    negative[i] |= x[i] | y[i] | z[i]
            elif op == _ADD_ADD:
                for i in range(_LANES):
                    w[i] = x[i] + y[i] + z[i]
            elif op == _ZERO_SUB:
                for i in range(_LANES):
                    not_zero[i] |= x[i] - y[i]
            elif op == _ADD_AND:
                for i in range(_LANES):
                    w[i] = (x[i] + y[i]) & z[i]
            elif op == _SUB_MIN:
                for i in range(_LANES):
                    w[i] = min(x[i] - y[i], z[i])
            elif op == _ZERO_SUB_SUB:
                for i in range(_LANES):
                    not_zero[i] |= x[i] - y[i] - z[i]
            elif op == _NOT:
                for i in range(_LANES):
                    w[i] = ~x[i]
            elif op == _LESS:
                for i in range(_LANES):
                    w[i] = (x[i] - y[i]) >> 63
            elif op == _MAX:
                for i in range(_LANES):
                    w[i] = max(x[i], y[i])
            elif op == _MUL:
                for i in range(_LANES):
                    w[i] = x[i] * y[i]
            elif op == _SUB_MAX:
                for i in range(_LANES):
                    w[i] = max(x[i] - y[i], z[i])
            elif op == _OR:
                for i in range(_LANES):
                    w[i] = x[i] | y[i]
            elif op == _ADD_SUB:
                for i in range(_LANES):
                    w[i] = x[i] + y[i] - z[i]
            elif op == _CHECK_ZERO:
                for i in range(_LANES):
                    not_zero[i] |= x[i]
            elif op == _SUB_AND:
                for i in range(_LANES):
                    w[i] = (x[i] - y[i]) & z[i]
            elif op == _ZERO_ADD_SUB:
                for i in range(_LANES):
                    not_zero[i] |= x[i] + y[i] - z[i]
            elif op == _SIGN_SUB_SUB:
                for i in range(_LANES):
                    negative[i] |= x[i] - y[i] - z[i]
            elif op == _SUB_SUB:
                for i in range(_LANES):
                    w[i] = x[i] - y[i] - z[i]
            elif op == _SIGN:
                for i in range(_LANES):
                    w[i] = x[i] >> 63
            elif op == _SIGN_ADD_SUB:
                for i in range(_LANES):
                    negative[i] |= x[i] + y[i] - z[i]
            elif op == _CHECK_SIGN:
                for i in range(_LANES):
                    negative[i] |= x[i]
            elif op == _STORE:
                for i in range(lanes):
                    out[dst, t, first + i] = x[i]
            elif op == _TOTAL:
                if t == periods - 1:
                    for i in range(lanes):
                        totals[dst, first + i] = x[i]
            elif op == _SKIP:
                some = np.int64(0)
                for i in range(_LANES):
                    some |= x[i]
                if some == 0:
                    at = dst
            else:
                _ratio(x, y, z, w, op)
    wrong = np.int64(0)
    for i in range(lanes):
        wrong |= not_zero[i] | (negative[i] >> 63)
    return wrong


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _run_block(
    code: Any, constants: Any, initial: Any, inputs: Any, out: Any, totals: Any, values: Any, registers: int
) -> Any:
    wrong = np.int64(0)
    for first in range(0, inputs.shape[2], _LANES):
        wrong |= _run(code, constants, initial, inputs, out, totals, values, registers, first)
    return wrong


class Kernel:
    """Runs one plan on blocks of at most ``block`` paths; one kernel a thread, like :class:`Machine`."""

    def __init__(self, plan: Plan, block: int) -> None:
        self.plan, self.block = plan, block
        self._joined = joined = plan.joining() if plan.joining else plan
        operands = joined.registers + joined.constants.shape[1] + len(joined.inputs)
        self._values = np.zeros((operands + 2, _LANES), np.int64)
        self._inputs = np.zeros((len(joined.inputs), joined.periods, block), np.int64)

    def run(self, inputs: Mapping[str, Int64], out: Int64, totals: Int64) -> None:
        """Run every period of the block; the same contract as :meth:`Machine.run`."""
        joined, paths = self._joined, out.shape[2]
        stacked = self._inputs[:, :, :paths]
        for n, name in enumerate(joined.inputs):
            stacked[n] = inputs[name]
        out[:] = 0
        if _run_block(
            joined.code,
            joined.constants,
            joined.initial,
            stacked,
            out,
            totals,
            self._values,
            joined.registers,
        ):
            # The slow machine finds the same violation and names it.
            Machine(self.plan, paths).run(inputs, out, totals)
            raise AssertionError("the compiled kernel and the NumPy machine disagree on a runtime invariant")
