"""A selection as a mixed-integer program.

Columns: lots taken of each unit, and for units with lots whether any is. Shares and largest shares are exact linear
rows; the effective number is a cone, approached from outside by supporting planes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    GroupObjective,
    LargestShareLimit,
    Limit,
    Measure,
    SelectionProblem,
    ShareLimit,
    TotalLimit,
)
from securitize.pooling.selection.solver import INFINITY, Program, ProgramSolution

#: A linear form: column -> coefficient; whole numbers, or products of whole numbers, until HiGHS scales them.
Form = dict[int, float]
#: Largest cost of a column.
_COST = 1e4


class SelectionModel:
    """The program of a problem; the rows of limits are added one by one."""

    def __init__(self, problem: SelectionProblem) -> None:
        self.problem = problem
        self.program = Program()
        units = problem.units
        self.lots = [self.program.column(0, float(most), True) for most in units.most]
        self.picked = list(self.lots)
        for unit in np.flatnonzero(units.most > 1).tolist():
            picked = self.program.column(0, 1, True)
            lots = self.lots[unit]
            self.picked[unit] = picked
            self.program.row(0, INFINITY, {lots: 1, picked: -float(units.least[unit])})
            self.program.row(-INFINITY, 0, {lots: 1, picked: -float(units.most[unit])})
        for unit in problem.forced:
            self.program.low[self.picked[unit]] = 1.0
        self.scale = 1.0

    def impose(self, limit: Limit) -> None:
        """Add the rows of a limit; of an effective number, the first planes."""
        match limit:
            case TotalLimit():
                low, high = (_or(limit.at_least, -INFINITY), _or(limit.at_most, INFINITY))
                self.program.row(low, high, self.form(limit.measure))
            case ShareLimit():
                if limit.at_least is not None:
                    self.program.row(0, INFINITY, self.share(limit.part, limit.whole, limit.at_least))
                if limit.at_most is not None:
                    self.program.row(-INFINITY, 0, self.share(limit.part, limit.whole, limit.at_most))
            case LargestShareLimit():
                top, whole = self.largest(limit)
                self.program.row(-INFINITY, 0, combined(top, whole, RATE_UNITS, -limit.at_most))
            case GroupCountLimit():
                self.program.row(float(limit.at_least), INFINITY, self.touched(limit))
            case EffectiveNumberLimit():
                # No group may hold more than 1 / sqrt(N) of the whole: a plane of the cone at each axis.
                for form in self.groups(limit).values():
                    self.program.row(-INFINITY, 0, self.plane(limit, [form], [1.0]))
                # As many groups as the number asked for, at least: without it planes approach for ever where there
                # are too few.
                touched = self.touched(GroupCountLimit("", *_holding(limit), 0))
                self.program.row(float(-(-limit.at_least // RATE_UNITS)), INFINITY, touched)
            case _:
                assert_never(limit)

    def maximise(self, form: Mapping[int, float]) -> None:
        """Maximise a form."""
        self.scale = max((abs(value) for value in form.values()), default=0.0) / _COST or 1.0
        self.program.cost = {column: -value / self.scale for column, value in form.items()}

    def form(self, measure: Measure) -> Form:
        """A measure over the columns."""
        match measure.per:
            case "lot":
                columns = self.lots
            case "unit":
                columns = self.picked
            case _:
                assert_never(measure.per)
        found: Form = defaultdict(float)
        for column, value in zip(columns, measure.values.tolist(), strict=True):
            if value:
                found[column] += value
        return found

    def share(self, part: Measure, whole: Measure, rate: int) -> Form:
        """part - rate x whole; the integers are multiplied before they become floats."""
        return combined(self.form(part), self.form(whole), RATE_UNITS, -rate)

    def groups(self, limit: LargestShareLimit | EffectiveNumberLimit) -> dict[int, Form]:
        """Holding of each group."""
        found: dict[int, Form] = {}
        for unit, group, value in zip(
            limit.unit.tolist(), limit.group.tolist(), limit.value.tolist(), strict=True
        ):
            form = found.setdefault(group, defaultdict(float))
            form[self.lots[unit]] += value
        return found

    def largest(self, limit: LargestShareLimit) -> tuple[Form, Form]:
        """The sum of the ``count`` largest holdings (least value of the form), and the sum of all.

        k largest = min over t of k t + sum of max(0, holding - t) (Ogryczak and Tamir 2003).
        """
        groups = self.groups(limit)
        whole: Form = defaultdict(float)
        for form in groups.values():
            for column, value in form.items():
                whole[column] += value
        # Columns in units of the mean holding: all of about one size.
        unit = max(max((max(form.values()) for form in groups.values()), default=1.0), 1.0)
        threshold = self.program.column(0, INFINITY, False)
        top: Form = {threshold: limit.count * unit}
        for form in groups.values():
            over = self.program.column(0, INFINITY, False)
            top[over] = unit
            self.program.row(-INFINITY, 0, {**form, over: -unit, threshold: -unit})
        return top, whole

    def worth(self) -> Form:
        """The objective of the problem."""
        found = self.form(self.problem.objective)
        for counted in self.problem.counted:
            found |= {column: float(counted.weight) for column in self.touched(counted)}
        return found

    def touched(self, limit: GroupCountLimit | GroupObjective) -> Form:
        """How many groups a choice touches (greatest value of the form)."""
        members: dict[int, set[int]] = {}
        for unit, group in zip(limit.unit.tolist(), limit.group.tolist(), strict=True):
            members.setdefault(group, set()).add(self.picked[unit])
        form: Form = {}
        for picked in members.values():
            here = self.program.column(0, 1, False)
            form[here] = 1.0
            self.program.row(-INFINITY, 0, {here: 1.0, **dict.fromkeys(sorted(picked), -1.0)})
        return form

    def cut(self, limit: EffectiveNumberLimit, taken: Int64) -> None:
        """The plane that supports the cone where a choice left it: direction . holdings <= whole / sqrt(N).

        The direction has length 1, so no choice that keeps the limit is cut off (Cauchy-Schwarz).
        """
        groups = self.groups(limit)
        sums = {
            group: sum(
                int(taken[u]) * int(v)
                for u, g, v in zip(limit.unit, limit.group, limit.value, strict=True)
                if int(g) == group
            )
            for group in groups
        }
        length = math.sqrt(sum(float(held) ** 2 for held in sums.values()))
        self.program.row(
            -INFINITY, 0, self.plane(limit, list(groups.values()), [sums[group] / length for group in groups])
        )

    def plane(self, limit: EffectiveNumberLimit, forms: list[Form], direction: list[float]) -> Form:
        """direction . holdings - whole / sqrt(N)."""
        found: Form = defaultdict(float)
        for form, share in zip(forms, direction, strict=True):
            for column, value in form.items():
                found[column] += share * value
        rate = math.sqrt(RATE_UNITS / limit.at_least) if limit.at_least else INFINITY
        for form in self.groups(limit).values():
            for column, value in form.items():
                found[column] -= rate * value
        return found

    def forbid(self, taken: Int64) -> None:
        """No more this very choice: at least one unit differs."""
        differs: Form = {}
        low = 1.0
        for unit, lots in enumerate(taken.tolist()):
            if self.problem.units.most[unit] == 1:
                differs[self.lots[unit]] = -1.0 if lots else 1.0
                low -= 1.0 if lots else 0.0
                continue
            more, fewer = self.program.column(0, 1, True), self.program.column(0, 1, True)
            most = float(self.problem.units.most[unit])
            self.program.row(0, INFINITY, {self.lots[unit]: 1.0, more: -(lots + 1.0)})
            self.program.row(-INFINITY, most, {self.lots[unit]: 1.0, fewer: most - lots + 1.0})
            differs |= {more: 1.0, fewer: 1.0}
        self.program.row(low, INFINITY, differs)

    def taken(self, solved: ProgramSolution) -> Int64:
        """Lots of each unit in a solution."""
        found: Int64 = np.rint(solved.values[self.lots]).astype(np.int64)
        return found


def _holding(limit: EffectiveNumberLimit) -> tuple[Int64, Int64]:
    """Unit and group of the holdings that are not 0."""
    held = limit.value > 0
    return limit.unit[held], limit.group[held]


def combined(one: Mapping[int, float], other: Mapping[int, float], first: int, second: int) -> Form:
    """first x one + second x other."""
    found: Form = defaultdict(float)
    for column, value in one.items():
        found[column] += first * value
    for column, value in other.items():
        found[column] += second * value
    return found


def _or(value: int | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
