"""The compiled machine: the same plan, every instruction a loop over the paths of a block, the threads
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

from securitize.base.arithmetic import Int64
from securitize.waterfall.expressions import Op
from securitize.waterfall.machine import Machine
from securitize.waterfall.plan import Plan

_ADD, _SUB, _MIN, _MAX = int(Op.ADD), int(Op.SUB), int(Op.MIN), int(Op.MAX)
_AND, _OR, _NOT, _SIGN, _COPY, _MUL = (
    int(Op.AND),
    int(Op.OR),
    int(Op.NOT),
    int(Op.SIGN),
    int(Op.COPY),
    int(Op.MUL),
)
_EVEN, _HALF_UP, _DOWN, _UP = int(Op.RATIO_EVEN), int(Op.RATIO_HALF_UP), int(Op.RATIO_DOWN), int(Op.RATIO_UP)
_SKIP, _STORE, _ZERO, _NOT_NEGATIVE = int(Op.SKIP), int(Op.STORE), int(Op.CHECK_ZERO), int(Op.CHECK_SIGN)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _ratio(x: Any, y: Any, z: Any, out: Any, rounding: int) -> None:
    # See securitize.base.arithmetic.multiply_divide_into: the same arithmetic, one path after another.
    for i in range(out.size):
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
def _run(code: Any, constants: Any, initial: Any, inputs: Any, out: Any, values: Any, registers: int) -> Any:
    periods, paths = inputs.shape[1], values.shape[1]
    count = constants.shape[1]
    not_zero, negative = np.zeros(paths, np.int64), np.zeros(paths, np.int64)
    for s in range(initial.size):
        values[s, :] = initial[s]
    for t in range(periods):
        for k in range(count):
            if t == 0 or constants[t, k] != constants[t - 1, k]:
                values[registers + k, :] = constants[t, k]
        for n in range(inputs.shape[0]):
            values[registers + count + n, :] = inputs[n, t, :]
        at = 0
        while at < code.shape[0]:
            op, dst = code[at, 0], code[at, 1]
            x = values[code[at, 2]]
            y, z, w = x, x, x
            if code[at, 3] >= 0:
                y = values[code[at, 3]]
            if code[at, 4] >= 0:
                z = values[code[at, 4]]
            at += 1
            if op < _SKIP or op == _MUL:
                w = values[dst]
            if op == _ADD:
                for i in range(paths):
                    w[i] = x[i] + y[i]
            elif op == _SUB:
                for i in range(paths):
                    w[i] = x[i] - y[i]
            elif op == _AND:
                for i in range(paths):
                    w[i] = x[i] & y[i]
            elif op == _MIN:
                for i in range(paths):
                    w[i] = min(x[i], y[i])
            elif op == _NOT_NEGATIVE:
                for i in range(paths):
                    negative[i] |= x[i]
            elif op == _ZERO:
                for i in range(paths):
                    not_zero[i] |= x[i]
            elif op == _MAX:
                for i in range(paths):
                    w[i] = max(x[i], y[i])
            elif op == _OR:
                for i in range(paths):
                    w[i] = x[i] | y[i]
            elif op == _NOT:
                for i in range(paths):
                    w[i] = ~x[i]
            elif op == _SIGN:
                for i in range(paths):
                    w[i] = x[i] >> 63
            elif op == _COPY:
                w[:] = x
            elif op == _MUL:
                for i in range(paths):
                    w[i] = x[i] * y[i]
            elif op == _STORE:
                out[dst, t, :] = x
            elif op == _SKIP:
                some = np.int64(0)
                for i in range(paths):
                    some |= x[i]
                if some == 0:
                    at = dst
            else:
                _ratio(x, y, z, w, op)
    wrong = np.int64(0)
    for i in range(paths):
        wrong |= not_zero[i] | (negative[i] >> 63)
    return wrong


class Kernel:
    """Runs one plan on blocks of at most ``block`` paths; one kernel a thread, like :class:`Machine`."""

    def __init__(self, plan: Plan, block: int) -> None:
        self.plan, self.block = plan, block
        operands = plan.registers + plan.constants.shape[1] + len(plan.inputs)
        self._values = np.zeros((operands, block), np.int64)
        self._inputs = np.zeros((len(plan.inputs), plan.periods, block), np.int64)

    def run(self, inputs: Mapping[str, Int64], out: Int64) -> None:
        """Run every period of the block; the same contract as :meth:`Machine.run`."""
        plan, paths = self.plan, out.shape[2]
        values, stacked = self._values, self._inputs
        if paths != self.block:
            values, stacked = (
                np.zeros((values.shape[0], paths), np.int64),
                np.zeros((*stacked.shape[:2], paths), np.int64),
            )
        for n, name in enumerate(plan.inputs):
            stacked[n] = inputs[name]
        out[:] = 0
        if _run(plan.code, plan.constants, plan.initial, stacked, out, values, plan.registers):
            # The slow machine finds the same violation and names it.
            Machine(plan, paths).run(inputs, out)
            raise AssertionError("the compiled kernel and the NumPy machine disagree on a runtime invariant")
