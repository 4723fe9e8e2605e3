"""Fusion of instructions for the compiled kernel: two that follow from one another become one.

The kernel's time is mostly the fetching of instructions and operands, so fewer and longer ones are faster. Whole-number
sums do not depend on their order, hence nothing changes in any result; the NumPy machine runs the plan as it was
recorded, and names a violated invariant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.waterfall.expressions import Instruction
from securitize.waterfall.operations import Op

_MADE = {Op.ADD, Op.SUB, Op.ADD_SUB, Op.SUB_SUB}
_CHECKED = {
    (Op.SUB, Op.CHECK_ZERO): Op.ZERO_SUB,
    (Op.SUB_SUB, Op.CHECK_ZERO): Op.ZERO_SUB_SUB,
    (Op.ADD_SUB, Op.CHECK_ZERO): Op.ZERO_ADD_SUB,
    (Op.SUB, Op.CHECK_SIGN): Op.SIGN_SUB,
    (Op.SUB_SUB, Op.CHECK_SIGN): Op.SIGN_SUB_SUB,
    (Op.ADD_SUB, Op.CHECK_SIGN): Op.SIGN_ADD_SUB,
    (Op.SUB, Op.SIGN): Op.LESS,
}
_OF_THREE = {
    (Op.ADD, Op.ADD): Op.ADD_ADD,
    (Op.ADD, Op.AND): Op.ADD_AND,
    (Op.SUB, Op.AND): Op.SUB_AND,
    (Op.SUB, Op.MIN): Op.SUB_MIN,
    (Op.SUB, Op.MAX): Op.SUB_MAX,
}


def fused(
    instructions: Sequence[Instruction],
    targets: Sequence[int],
    constants: Mapping[int, Int64],
    carried: set[int],
) -> tuple[list[Instruction], list[int]]:
    """Fewer instructions with the same effect, and where each SKIP among them jumps to.

    targets   : of a SKIP the place it jumps to, else -1
    constants : (periods,) by value number;  carried : values that live on after the last instruction
    """
    rows: list[Instruction | None] = [
        None if _always_holds(each, constants) else replace(each) for each in instructions
    ]
    sections = _sections(instructions, targets)
    uses = Counter(operand for row in rows if row for operand in _operands(row))
    uses.update(carried)
    made: dict[int, int] = {}
    for at, reader in enumerate(rows):
        if reader is None:
            continue
        for operand in _operands(reader):
            place = made.get(operand)
            maker = None if place is None else rows[place]
            if maker is None or place is None or uses[operand] != 1 or sections[place] != sections[at]:
                continue
            both = _both(maker, reader)
            if both is not None:
                rows[at], rows[place] = both, None
                break
        row = rows[at]
        if row is not None and row.op in _MADE:
            made[row.result] = at
    return _closed_up(_signs_together(rows, set(targets)), targets)


def _operands(row: Instruction) -> tuple[int, ...]:
    return (row.a, row.b, row.c)[: ARITY.get(row.op, 3)]


#: Operands of an operation, where there are not three.
ARITY = {
    **dict.fromkeys((Op.ADD, Op.SUB, Op.MIN, Op.MAX, Op.AND, Op.OR, Op.MUL), 2),
    **dict.fromkeys((Op.NOT, Op.SIGN, Op.COPY, Op.SKIP, Op.STORE, Op.TOTAL, Op.CHECK_ZERO, Op.CHECK_SIGN), 1),
    **dict.fromkeys((Op.ZERO_SUB, Op.SIGN_SUB, Op.LESS), 2),
}


def _always_holds(row: Instruction, constants: Mapping[int, Int64]) -> bool:
    """Whether a check looks at a constant that satisfies it in every period."""
    if row.op not in (Op.CHECK_ZERO, Op.CHECK_SIGN) or row.a not in constants:
        return False
    values = constants[row.a]
    return not values.any() if row.op is Op.CHECK_ZERO else bool((values >= 0).all())


def _sections(instructions: Sequence[Instruction], targets: Sequence[int]) -> list[int]:
    """The place of the innermost SKIP that may pass over each instruction, -1 where none does."""
    found: list[int] = []
    open_: list[tuple[int, int]] = []
    for at, row in enumerate(instructions):
        while open_ and open_[-1][1] <= at:
            open_.pop()
        found.append(open_[-1][0] if open_ else -1)
        if row.op is Op.SKIP:
            open_.append((at, targets[at]))
    return found


def _both(made: Instruction, reader: Instruction) -> Instruction | None:
    """One instruction for two, where there is one."""
    pair = (made.op, reader.op)
    if pair in _CHECKED:
        return replace(reader, op=_CHECKED[pair], a=made.a, b=made.b, c=made.c)
    if made.op not in (Op.ADD, Op.SUB) or ARITY.get(reader.op) != 2 or reader.a == reader.b:
        return None
    first = reader.a == made.result
    a, b, other = made.a, made.b, reader.b if first else reader.a
    if pair in _OF_THREE:
        return replace(reader, op=_OF_THREE[pair], a=a, b=b, c=other)
    if pair == (Op.SUB, Op.ADD):
        return replace(reader, op=Op.ADD_SUB, a=a, b=other, c=b)
    if pair == (Op.SUB, Op.SUB):
        x, y, z, op = (a, b, other, Op.SUB_SUB) if first else (other, b, a, Op.ADD_SUB)
        return replace(reader, op=op, a=x, b=y, c=z)
    if pair == (Op.ADD, Op.SUB):
        x, y, z, op = (a, b, other, Op.ADD_SUB) if first else (other, a, b, Op.SUB_SUB)
        return replace(reader, op=op, a=x, b=y, c=z)
    return None


def _signs_together(rows: list[Instruction | None], targets: set[int]) -> list[Instruction | None]:
    """Checks for a sign that follow one another, three in one."""
    last: int | None = None
    for at, row in enumerate(rows):
        if at in targets:
            last = None
        if row is None:
            continue
        if row.op is not Op.CHECK_SIGN:
            last = None
            continue
        before = None if last is None else rows[last]
        if last is None or before is None or before.c != before.b:
            rows[at] = replace(row, op=Op.SIGN_EACH, b=row.a, c=row.a)
            last = at
        elif before.b == before.a:
            rows[last], rows[at] = replace(before, b=row.a, c=row.a), None
        else:
            rows[last], rows[at] = replace(before, c=row.a), None
            last = None
    return rows


def _closed_up(
    rows: Sequence[Instruction | None], targets: Sequence[int]
) -> tuple[list[Instruction], list[int]]:
    place = np.cumsum([0, *(row is not None for row in rows)]).tolist()
    kept = [(row, target) for row, target in zip(rows, targets, strict=True) if row is not None]
    return [row for row, _ in kept], [place[target] if target >= 0 else -1 for _, target in kept]
