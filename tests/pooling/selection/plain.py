"""What every choice of a small problem is worth and has of each limit, in whole numbers and all choices at once.

Written from docs/reference/pools.md, not from the code: a choice keeps a limit where numerator / denominator lies
between the bounds; a share of nothing keeps every limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
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

#: Whole numbers of any length, (choices,).
Whole = NDArray[np.object_]
_ONE = 100_000_000


@dataclass(frozen=True)
class Plain:
    """A problem, looked at choice by choice."""

    problem: SelectionProblem

    @cached_property
    def choices(self) -> Int64:
        """(choices, units) lots; every choice but the empty one."""
        units = self.problem.units
        ranges = [
            np.array([0, *range(int(low), int(high) + 1)])
            for low, high in zip(units.least, units.most, strict=True)
        ]
        every = np.stack([axis.ravel() for axis in np.meshgrid(*ranges, indexing="ij")], axis=1)
        return every[every.any(axis=1)]

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Choices with every unit that is forced."""
        found: NDArray[np.bool_] = np.all(self.choices[:, list(self.problem.forced)] > 0, axis=1)
        return found

    @cached_property
    def worth(self) -> Int64:
        counted = [each.weight * self.touched(each).sum(axis=1) for each in self.problem.counted]
        return sum(counted, self.sums(self.problem.objective))

    def sums(self, measure: Measure) -> Int64:
        here = self.choices if measure.per == "lot" else (self.choices > 0).astype(np.int64)
        return here @ measure.values

    def touched(self, groups: GroupCountLimit | GroupObjective) -> Int64:
        """(choices, groups) 1 where a choice has a member of the group."""
        found = [
            (self.choices[:, groups.unit[groups.group == group]] > 0).any(axis=1)
            for group in np.unique(groups.group)
        ]
        return np.stack(found, axis=1).astype(np.int64)

    def held(self, limit: LargestShareLimit | EffectiveNumberLimit) -> Int64:
        """(choices, groups) amount of each group, the largest first."""
        found = [
            self.choices[:, limit.unit[limit.group == group]] @ limit.value[limit.group == group]
            for group in np.unique(limit.group)
        ]
        return -np.sort(-np.stack(found, axis=1), axis=1)

    def value(self, limit: Limit) -> tuple[Whole, Whole]:
        """Numerator and denominator of what each choice has, in the limit's own unit."""
        match limit:
            case TotalLimit():
                value = self.sums(limit.measure)
                return _whole(value), _whole(np.ones_like(value))
            case GroupCountLimit():
                value = self.touched(limit).sum(axis=1)
                return _whole(value), _whole(np.ones_like(value))
            case ShareLimit():
                return _whole(self.sums(limit.part)) * _ONE, _whole(self.sums(limit.whole))
            case LargestShareLimit():
                held = self.held(limit)
                return _whole(held[:, : limit.count].sum(axis=1)) * _ONE, _whole(held.sum(axis=1))
            case EffectiveNumberLimit():
                held = self.held(limit)
                squares = sum((_whole(each) ** 2 for each in held.T), _whole(np.zeros(len(held), np.int64)))
                return _whole(held.sum(axis=1)) ** 2 * _ONE, squares

    def keeps(self, limit: Limit) -> NDArray[np.bool_]:
        """Which choices keep a limit."""
        top, below = self.value(limit)
        low = getattr(limit, "at_least", None)
        high = getattr(limit, "at_most", None)
        kept = np.ones(len(self.choices), np.bool_)
        if low is not None:
            kept &= (top >= low * below).astype(np.bool_)
        if high is not None:
            kept &= (top <= high * below).astype(np.bool_)
        kept |= np.asarray(below == 0, np.bool_)
        return kept

    def feasible(self, limits: tuple[Limit, ...] | None = None) -> NDArray[np.bool_]:
        """Which choices keep these limits, or all that are not waived."""
        imposed = [limit for limit in self.problem.limits if limit.waived in (None, "")]
        kept = self.allowed
        for limit in imposed if limits is None else limits:
            kept = kept & self.keeps(limit)
        return kept

    def best(self, limits: tuple[Limit, ...] | None = None) -> int | None:
        """The largest objective; None where no choice keeps the limits."""
        worth = self.worth[self.feasible(limits)]
        return int(worth.max()) if worth.size else None

    def fraction(self, limit: Limit, choice: int) -> Fraction | None:
        """What one choice has of a limit."""
        top, below = self.value(limit)
        return Fraction(int(top[choice]), int(below[choice])) if below[choice] else None


def _whole(values: Int64) -> Whole:
    return values.astype(object)
