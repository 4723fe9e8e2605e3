"""The prologue of a plan: its constants, found anew for the numbers of another deal of the same words.

Level by level, each operation once for all its constants and all periods: a few NumPy calls a deal. What the recorder
saw of a constant (0 in every period, -1 in every period, or any) and what instructions need of an operand is looked at
again for every deal. Source: ``docs/decisions/0080-one-recording-a-structure.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.base.money import OPERAND_LIMIT
from securitize.waterfall.expressions import Made, Recorder
from securitize.waterfall.operations import ROUNDINGS, Op, folded

#: 0 in every period, -1 in every period, or any.
_ZERO, _ONES, _ANY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Group:
    """Constants of one level that one operation or function makes: rows of theirs and of their operands."""

    by: Op | Made
    rows: NDArray[np.intp]
    of: tuple[NDArray[np.intp], ...]


class Prologue:
    """How the constants of a recording are found from the numbers of a deal."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        #: row of each constant by its number
        self.row = {number: row for row, number in enumerate(recorder.constants)}
        self._first = np.array(list(recorder.constants.values()), np.int64).reshape(-1, recorder.periods)
        terms = [(self.row[n], f.term) for n, f in recorder.formulas.items() if f.term is not None]
        self._rows, self._places = np.array(terms, np.intp).reshape(-1, 2).T
        self._groups = list(self._grouped())
        self._sparsity = _sparsity(self._first)
        checked = [each for each in recorder.instructions if each.a in self.row]
        self._zero = self._of([each.a for each in checked if each.op is Op.CHECK_ZERO])
        self._sign = self._of([each.a for each in checked if each.op is Op.CHECK_SIGN])
        self._holds = self._held(self._first)
        ratios = [each for each in recorder.instructions if each.op in ROUNDINGS]
        self._factors = self._of([n for each in ratios for n in (each.a, each.b) if n in self.row])
        self._divisors = self._of([each.c for each in ratios if each.c in self.row])

    def values(self, numbers: Int64) -> Int64 | None:
        """The constants of a deal, int64 (constants, periods); None where this recording is not of its sparsity.

        numbers : int64 (numbers, periods), of a deal of the same words
        Raises CalculationError naming the terms where an operand leaves the range of exact arithmetic, or a divisor is
        not positive.
        """
        terms = numbers[self._places]
        if (_sparsity(terms) != self._sparsity[self._rows]).any():
            return None
        values = self._first.copy()
        values[self._rows] = terms
        for group in self._groups:
            if not isinstance(group.by, Op):
                for row, *of in zip(group.rows, *group.of, strict=True):
                    values[row] = group.by(*(values[one] for one in of))
                continue
            try:
                values[group.rows] = folded(group.by, *(values[rows] for rows in group.of))
            except ValueError:
                self._refuse(group, values)
        if (_sparsity(values) != self._sparsity).any() or (self._held(values) != self._holds).any():
            return None
        self._require_operands(values)
        return values

    def _of(self, numbers: Sequence[int]) -> NDArray[np.intp]:
        return np.array(sorted({self.row[number] for number in numbers}), np.intp)

    def _grouped(self) -> Iterator[_Group]:
        level: dict[int, int] = {}
        groups: dict[tuple[int, Op | Made], list[int]] = {}
        for number, formula in self._recorder.formulas.items():
            made_by = formula.made_by
            level[number] = 0 if made_by is None else 1 + max(level[each] for each in formula.operands)
            if made_by is not None:
                groups.setdefault((level[number], made_by), []).append(number)
        for (_, made_by), numbers in sorted(groups.items(), key=lambda group: group[0][0]):
            operands = zip(*(self._recorder.formulas[number].operands for number in numbers), strict=True)
            of = tuple(np.array([self.row[each] for each in column], np.intp) for column in operands)
            yield _Group(made_by, np.array([self.row[number] for number in numbers], np.intp), of)

    def _held(self, values: Int64) -> NDArray[np.bool_]:
        """Which of the invariants that look at constants hold."""
        zero = ~values[self._zero].any(axis=1)
        return np.concatenate((zero, (values[self._sign] >= 0).all(axis=1)))

    def _require_operands(self, values: Int64) -> None:
        """What the two machines need of the operands of a ratio."""
        for rows, least in ((self._factors, 0), (self._divisors, 1)):
            found = values[rows]
            wrong = ((found < least) | (found >= OPERAND_LIMIT)).any(axis=1)
            if wrong.any():
                raise self._out_of_range([int(rows[int(np.argmax(wrong))])])

    def _refuse(self, group: _Group, values: Int64) -> None:
        """Raise for the first of the constants that cannot be found."""
        assert isinstance(group.by, Op)
        for of in zip(*group.of, strict=True):
            try:
                folded(group.by, *(values[one] for one in of))
            except ValueError:
                raise self._out_of_range([int(one) for one in of]) from None

    def _out_of_range(self, rows: Sequence[int]) -> CalculationError:
        return self._recorder.out_of_range([list(self._recorder.constants)[row] for row in rows])


def _sparsity(values: Int64) -> NDArray[np.int8]:
    """The sparsity of each row."""
    found = np.full(len(values), _ANY, np.int8)
    found[(values == -1).all(axis=1)] = _ONES
    found[~values.any(axis=1)] = _ZERO
    return found
