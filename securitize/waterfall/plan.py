"""A plan: the instructions of one payment period and their numbers, as plain arrays.

The same instructions run in each period; only the constants differ. Operands are numbered: registers
first, then
constants, then inputs. The first registers hold the states, which live from period to period.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.waterfall.expressions import Instruction, Recorder
from securitize.waterfall.fusion import fused
from securitize.waterfall.operations import Op

#: Instructions whose ``result`` is not a value.
_EFFECTS = frozenset(
    {Op.SKIP, Op.STORE, Op.TOTAL, Op.CHECK_ZERO, Op.CHECK_SIGN}
    | {op for op in Op if op.name.startswith(("ZERO_", "SIGN_"))}
)

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the machine runs.

    code      : int32 (instructions, 5): op, dst, a, b, c
    constants : int64 (periods, constants)
    initial   : int64 (states,), the states before the first period
    registers : number of registers, states included
    inputs    : names of the input arrays, in operand order
    lines     : names of the published lines, in the order of STORE's dst
    totals    : names of the totals, in the order of TOTAL's dst
    checks    : names of the invariants, in the order of CHECK's dst
    operands, begins : value numbers of the columns of ``constants`` and of the states' first values
    joining   : makes the same plan with instructions joined, for the compiled kernel; None where it is that plan
    """

    code: NDArray[np.int32]
    constants: Int64
    initial: Int64
    registers: int
    inputs: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[Line, ...]
    checks: tuple[str, ...]
    operands: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    joining: Callable[[], Plan] | None = None

    @property
    def periods(self) -> int:
        """Number of payment periods."""
        return int(self.constants.shape[0])


def build_plan(recorder: Recorder, lines: Collection[Line] | None = None, *, invariants: bool = True) -> Plan:
    """The recorded period as a plan that publishes ``lines`` (all of them if None).

    All totals that were recorded are handed over. Whatever no published line, no total, no invariant and no needed
    state depends on is left out.
    ``invariants=False`` leaves the runtime invariants out; only a measurement of their cost should do so.
    Raises KeyError where a line is asked for that is not published, ValueError where a state moves that is not kept.
    """
    moved = [name for name in recorder.unmoved if not recorder.variables[name].now.never()]
    if moved:
        raise ValueError(f"the state {moved[0]} is not kept, and moves")
    wanted = list(recorder.lines) if lines is None else [line for line in recorder.lines if line in lines]
    if lines is not None and len(wanted) != len(set(lines)):
        raise KeyError(f"no such line: {sorted(set(lines) - set(recorder.lines))[0]}")
    kept, live_states = _live(recorder, {recorder.lines.index(line) for line in wanted}, invariants)
    instructions, positions = _with_jump_targets(recorder.instructions, kept)

    def joining() -> Plan:
        carried = {recorder.states[name].now.number for name in live_states}
        shorter = fused(instructions, positions, recorder.constants, carried)
        return _Allocation(recorder, *shorter, live_states, wanted).plan()

    plan = _Allocation(recorder, instructions, positions, live_states, wanted).plan()
    return replace(plan, joining=joining)


def _live(recorder: Recorder, wanted: set[int], invariants: bool) -> tuple[list[bool], list[str]]:
    """Which instructions are needed, and which states."""
    instructions = recorder.instructions
    needed: set[int] = set()
    live_states: list[str] = []
    while True:
        kept = [False] * len(instructions)
        for i in range(len(instructions) - 1, -1, -1):
            each = instructions[i]
            if each.op is Op.STORE:
                kept[i] = each.result in wanted
            elif each.op is Op.TOTAL:
                kept[i] = True
            elif each.op in (Op.CHECK_ZERO, Op.CHECK_SIGN):
                kept[i] = invariants
            elif each.op is Op.SKIP:
                kept[i] = any(kept[i + 1 : i + 1 + each.result])
            else:
                kept[i] = each.result in needed
            if kept[i]:
                needed.update(operand for operand in (each.a, each.b, each.c) if operand >= 0)
        found = [name for name, state in recorder.states.items() if state.opening.number in needed]
        if found == live_states:
            return kept, live_states
        live_states = found
        needed.update(recorder.states[name].now.number for name in live_states)


def _with_jump_targets(
    instructions: list[Instruction], kept: list[bool]
) -> tuple[list[Instruction], list[int]]:
    """Kept instructions, and for each SKIP (by its place) the place to jump to."""
    place = np.cumsum([0, *kept]).tolist()
    chosen, targets = [], []
    for i, each in enumerate(instructions):
        if kept[i]:
            chosen.append(each)
            targets.append(place[i + 1 + each.result] if each.op is Op.SKIP else -1)
    return chosen, targets


Row = tuple[int, int, int, int, int]


def _without_idle_copies(rows: list[Row]) -> list[Row]:
    """Rows without the copies of a register to itself, jumps corrected."""
    kept = [row[0] != Op.COPY or row[1] != row[2] for row in rows]
    place = np.cumsum([0, *kept]).tolist()
    return [
        (op, place[dst] if op == Op.SKIP else dst, a, b, c)
        for (op, dst, a, b, c), keep in zip(rows, kept, strict=True)
        if keep
    ]


class _Allocation:
    """Values to registers by one linear scan; jumps only go forward, so intervals are intervals of places."""

    def __init__(
        self,
        recorder: Recorder,
        instructions: list[Instruction],
        targets: list[int],
        states: list[str],
        lines: list[Line],
    ) -> None:
        self.recorder, self.instructions, self.targets, self.lines = recorder, instructions, targets, lines
        self.states = [recorder.states[name] for name in states]
        used = {operand for each in instructions for operand in (each.a, each.b, each.c)}
        used |= {state.now.number for state in self.states}
        self.constants = [number for number in recorder.constants if number in used]
        self.inputs = [
            (name, value.number) for name, value in recorder.inputs.items() if value.number in used
        ]
        self.last_use: dict[int, int] = {}
        for place, each in enumerate(instructions):
            for operand in (each.a, each.b, each.c):
                self.last_use[operand] = place
        for state in self.states:
            if state.now is not state.opening:
                self.last_use[state.now.number] = len(instructions)
        self.register = {state.opening.number: i for i, state in enumerate(self.states)}
        self.count = len(self.states)

    def _assign(self) -> None:
        free: list[int] = []
        home = {state.now.number: i for i, state in enumerate(self.states)}
        section_end = self._section_ends()
        for place, each in enumerate(self.instructions):
            if each.op not in _EFFECTS and each.result not in self.register:
                state = home.get(each.result, -1)
                if each.result in section_end:
                    # Made for the copy that ends its section: made in place, and the copy falls away.
                    self.register[each.result] = self.register[section_end[each.result]]
                elif state >= 0 and self.last_use.get(self.states[state].opening.number, -1) < place:
                    # The opening is not read again: the new value may take the state's own register.
                    self.register[each.result] = state
                elif free:
                    self.register[each.result] = free.pop()
                else:
                    self.register[each.result] = self.count
                    self.count += 1
            # After the result, so that a destination never is one of its operands.
            free += [
                self.register[operand]
                for operand in sorted({each.a, each.b, each.c})
                if self.last_use.get(operand) == place and self._is_free_after(operand, section_end)
            ]

    def _is_free_after(self, operand: int, section_end: dict[int, int]) -> bool:
        return self.register.get(operand, -1) >= len(self.states) and operand not in section_end

    def _section_ends(self) -> dict[int, int]:
        """Values whose last use is the copy that ends the section in which they are made, with that
        copy's result."""
        made: dict[int, int] = {}
        ends: dict[int, int] = {}
        for place, each in enumerate(self.instructions):
            if each.op is Op.COPY and each.result in made:
                if (
                    self.last_use[each.a] == place
                    and made.get(each.a, -1) > made[each.result]
                    and each.a not in ends
                ):
                    ends[each.a] = each.result
            elif each.op not in _EFFECTS:
                made.setdefault(each.result, place)
        return ends

    def plan(self) -> Plan:
        """The finished arrays."""
        self._assign()
        openings = {state.opening.number for state in self.states}
        moves = [(i, s.now.number) for i, s in enumerate(self.states) if s.now is not s.opening]
        # A state that takes another state's opening value takes it from a copy made before any state changes.
        copies: list[tuple[int, int]] = []
        through: dict[int, int] = {}
        for _, number in moves:
            if number in openings and number not in through:
                through[number] = self.count
                copies.append((self.count, number))
                self.count += 1
        operand = dict(self.register)
        base = self.count
        operand.update({number: base + i for i, number in enumerate(self.constants)})
        operand.update({number: base + len(self.constants) + i for i, (_, number) in enumerate(self.inputs)})
        operand[-1] = -1
        rows = [
            self._row(each, target, operand)
            for each, target in zip(self.instructions, self.targets, strict=True)
        ]
        rows += [(int(Op.COPY), target, operand[number], -1, -1) for target, number in copies]
        for i, number in moves:
            source = through.get(number, operand[number])
            if source != i:
                rows.append((int(Op.COPY), i, source, -1, -1))
        rows = _without_idle_copies(rows)
        stacked = [self.recorder.constants[number] for number in self.constants]
        constants = np.stack(stacked, axis=1) if stacked else np.zeros((self.recorder.periods, 0), np.int64)
        return Plan(
            code=np.array(rows, np.int32).reshape(-1, 5),
            constants=np.ascontiguousarray(constants),
            initial=self._initial(),
            registers=self.count,
            inputs=tuple(name for name, _ in self.inputs),
            lines=tuple(self.lines),
            totals=tuple(self.recorder.totals),
            checks=tuple(self.recorder.checks),
            operands=tuple(self.constants),
            begins=tuple(state.initial.number for state in self.states),
        )

    def _initial(self) -> Int64:
        found = [self.recorder.constants[state.initial.number][0] for state in self.states]
        return np.array(found, np.int64)

    def _row(self, each: Instruction, target: int, operand: dict[int, int]) -> Row:
        if each.op is Op.SKIP:
            dst = target
        elif each.op is Op.STORE:
            dst = self.lines.index(self.recorder.lines[each.result])
        elif each.op in _EFFECTS:
            dst = each.result
        else:
            dst = self.register[each.result]
        return (int(each.op), dst, operand[each.a], operand[each.b], operand[each.c])
