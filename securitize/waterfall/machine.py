"""The NumPy machine: a plan run on one block of paths.

Each instruction is one NumPy call on all paths of the block, so the cost of the interpreter is paid once
a block. It needs
no compilation and is the oracle of the compiled kernel, which runs the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from securitize.base.arithmetic import Int64, Rounding, Scratch, multiply_divide_into
from securitize.base.errors import CalculationError
from securitize.base.messages import Message
from securitize.waterfall.operations import Op
from securitize.waterfall.plan import Plan

_BINARY = {
    Op.ADD: np.add,
    Op.SUB: np.subtract,
    Op.MIN: np.minimum,
    Op.MAX: np.maximum,
    Op.AND: np.bitwise_and,
    Op.OR: np.bitwise_or,
    Op.MUL: np.multiply,
}
_RATIO: dict[int, Rounding] = {
    Op.RATIO_EVEN: "half-even",
    Op.RATIO_HALF_UP: "half-up",
    Op.RATIO_DOWN: "down",
    Op.RATIO_UP: "up",
}


class Machine:
    """Runs one plan on blocks of at most ``block`` paths; holds the work arrays, so one machine a thread."""

    def __init__(self, plan: Plan, block: int) -> None:
        self.plan = plan
        self.block = block
        self._registers = np.zeros((plan.registers, block), np.int64)
        self._code = [tuple(row) for row in plan.code.tolist()]

    def run(self, inputs: Mapping[str, Int64], out: Int64, totals: Int64) -> None:
        """Run every period of the block.

        inputs : for each name in ``plan.inputs`` int64 (periods, paths)
        out    : int64 (lines, periods, paths), overwritten;  totals : int64 (totals, paths), overwritten
        Raises CalculationError naming invariant, period and path where a runtime invariant does not hold.
        """
        if self._run(inputs, out, totals, diagnose=False):
            self._run(inputs, out, totals, diagnose=True)
            raise AssertionError("a violated invariant was not found again")

    def _run(self, inputs: Mapping[str, Int64], out: Int64, totals: Int64, *, diagnose: bool) -> bool:
        plan, paths = self.plan, out.shape[2]
        out[:] = 0
        registers = [row[:paths] for row in self._registers]
        for i, initial in enumerate(plan.initial):
            registers[i][:] = initial
        arrays = [inputs[name] for name in plan.inputs]
        scratch = Scratch(paths)
        not_zero, negative = np.zeros(paths, np.int64), np.zeros(paths, np.int64)
        for period in range(plan.periods):
            row = plan.constants[period]
            operands = [*registers, *(row[k : k + 1] for k in range(row.size)), *(a[period] for a in arrays)]
            diagnosed = period if diagnose else -1
            self._period(operands, out[:, period], totals, scratch, not_zero, negative, diagnosed)
        return bool(not_zero.any() or (negative < 0).any())

    def _period(
        self,
        v: list[Int64],
        out: Int64,
        totals: Int64,
        scratch: Scratch,
        not_zero: Int64,
        negative: Int64,
        diagnosed: int,
    ) -> None:
        code, at, end = self._code, 0, len(self._code)
        binary, ratio = _BINARY, _RATIO
        while at < end:
            op, dst, a, b, c = code[at]
            at += 1
            if op in binary:
                binary[op](v[a], v[b], out=v[dst])
            elif op in ratio:
                x = v[a]
                if x.size != v[dst].size:
                    x = np.broadcast_to(x, v[dst].shape)
                multiply_divide_into(x, v[b], v[c], ratio[op], v[dst], scratch)
            elif op == Op.SIGN:
                np.right_shift(v[a], 63, out=v[dst])
            elif op == Op.STORE:
                out[dst] = v[a]
            elif op == Op.TOTAL:
                totals[dst] = v[a]
            elif op == Op.CHECK_SIGN:
                np.bitwise_or(negative, v[a], out=negative)
                if diagnosed >= 0:
                    self._raise_if((v[a] < 0), dst, diagnosed)
            elif op == Op.CHECK_ZERO:
                np.bitwise_or(not_zero, v[a], out=not_zero)
                if diagnosed >= 0:
                    self._raise_if((v[a] != 0), dst, diagnosed)
            elif op == Op.SKIP:
                if not v[a].any():
                    at = dst
            elif op == Op.NOT:
                np.invert(v[a], out=v[dst])
            else:
                np.copyto(v[dst], v[a])

    def _raise_if(
        self, violated: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], check: int, period: int
    ) -> None:
        if violated.any():
            path = int(np.argmax(violated))
            place = Message("payment {period}, path {path} of the block", period=period + 1, path=path)
            raise CalculationError(
                "runtime invariant does not hold: {checks} ({place})",
                checks=self.plan.checks[check],
                place=place,
            )
