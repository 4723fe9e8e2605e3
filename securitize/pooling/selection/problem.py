"""A problem of selection: units, measures, limits; and the value of a choice, in whole numbers.

A choice is the number of lots taken of each unit, (units,) int64: 0, or from its least to its most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS


@dataclass(frozen=True)
class Units:
    """What is taken all or none, or in lots.

    least, most : (units,) int64 lots; 1 and 1 for all or none
    """

    names: tuple[str, ...]
    least: Int64
    most: Int64

    def __len__(self) -> int:
        return len(self.names)


Per = Literal["lot", "unit"]


@dataclass(frozen=True)
class Measure:
    """What a lot, or a unit however many lots are taken of it, brings; (units,) whole numbers."""

    per: Per
    values: Int64

    def of(self, taken: Int64) -> int:
        """Its sum over a choice, exact."""
        match self.per:
            case "lot":
                counts = taken
            case "unit":
                counts = (taken > 0).astype(np.int64)
            case _:
                assert_never(self.per)
        return sum(int(value) * int(count) for value, count in zip(self.values, counts, strict=True) if count)


@dataclass(frozen=True)
class TotalLimit:
    """Sum of a measure between two bounds, whole numbers."""

    name: str
    measure: Measure
    at_least: int | None
    at_most: int | None
    waived: str | None = None


@dataclass(frozen=True)
class ShareLimit:
    """Sum of ``part`` against a rate, units of 1e-8, of the sum of ``whole``."""

    name: str
    part: Measure
    whole: Measure
    at_least: int | None
    at_most: int | None
    waived: str | None = None


@dataclass(frozen=True)
class LargestShareLimit:
    """Share of the ``count`` largest groups in the sum of all holdings, units of 1e-8.

    unit, group, value : (holdings,) what a lot of the unit brings to the group
    """

    name: str
    unit: Int64
    group: Int64
    value: Int64
    count: int
    at_most: int
    waived: str | None = None


@dataclass(frozen=True)
class GroupCountLimit:
    """Number of distinct groups that a choice touches; unit, group : (memberships,)."""

    name: str
    unit: Int64
    group: Int64
    at_least: int
    waived: str | None = None


@dataclass(frozen=True)
class EffectiveNumberLimit:
    """(sum of holdings)^2 / sum of squared holdings by group, units of 1e-8."""

    name: str
    unit: Int64
    group: Int64
    value: Int64
    at_least: int
    waived: str | None = None


Limit: TypeAlias = TotalLimit | ShareLimit | LargestShareLimit | GroupCountLimit | EffectiveNumberLimit


@dataclass(frozen=True)
class GroupObjective:
    """Distinct groups that a choice touches, each worth ``weight``; unit, group : (memberships,)."""

    unit: Int64
    group: Int64
    weight: int

    def of(self, taken: Int64) -> int:
        """What a choice is worth by it."""
        return self.weight * len(set(self.group[taken[self.unit] > 0].tolist()))


@dataclass(frozen=True)
class SelectionProblem:
    """What is maximised over units, under limits.

    counted : groups that add to the objective; forced : units of which at least the least is taken
    """

    units: Units
    objective: Measure
    limits: tuple[Limit, ...]
    forced: tuple[int, ...] = ()
    counted: tuple[GroupObjective, ...] = ()

    def worth(self, taken: Int64) -> int:
        """The objective of a choice, exact."""
        return self.objective.of(taken) + sum(each.of(taken) for each in self.counted)

    @property
    def imposed(self) -> tuple[Limit, ...]:
        """The limits that are not waived."""
        return tuple(limit for limit in self.limits if not limit.waived)


def holdings(limit: LargestShareLimit | EffectiveNumberLimit, taken: Int64) -> list[int]:
    """Sum of each group that a choice touches."""
    sums: dict[int, int] = {}
    for unit, group, value in zip(
        limit.unit.tolist(), limit.group.tolist(), limit.value.tolist(), strict=True
    ):
        lots = int(taken[unit])
        if lots and value:
            sums[group] = sums.get(group, 0) + lots * value
    return list(sums.values())


def value_of(limit: Limit, taken: Int64) -> Fraction | None:
    """What a choice has of what a limit bounds, in the limit's own unit; None where the whole is 0."""
    match limit:
        case TotalLimit():
            return Fraction(limit.measure.of(taken))
        case ShareLimit():
            whole = limit.whole.of(taken)
            return Fraction(limit.part.of(taken) * RATE_UNITS, whole) if whole else None
        case LargestShareLimit():
            held = sorted(holdings(limit, taken), reverse=True)
            return Fraction(sum(held[: limit.count]) * RATE_UNITS, sum(held)) if held else None
        case GroupCountLimit():
            here = taken[limit.unit] > 0
            return Fraction(len(set(limit.group[here].tolist())))
        case EffectiveNumberLimit():
            held = holdings(limit, taken)
            return Fraction(sum(held) ** 2 * RATE_UNITS, sum(each * each for each in held)) if held else None
        case _:
            assert_never(limit)


def bounds_of(limit: Limit) -> tuple[int | None, int | None]:
    """Lower and upper bound, in the limit's own unit."""
    match limit:
        case TotalLimit() | ShareLimit():
            return limit.at_least, limit.at_most
        case LargestShareLimit():
            return None, limit.at_most
        case GroupCountLimit() | EffectiveNumberLimit():
            return limit.at_least, None
        case _:
            assert_never(limit)


def with_bounds(limit: Limit, low: int | None, high: int | None) -> Limit:
    """The limit with other bounds; a side that it does not have is left out."""
    match limit:
        case TotalLimit() | ShareLimit():
            return replace(limit, at_least=low, at_most=high)
        case LargestShareLimit():
            return replace(limit, at_most=limit.at_most if high is None else high)
        case GroupCountLimit() | EffectiveNumberLimit():
            return replace(limit, at_least=limit.at_least if low is None else low)
        case _:
            assert_never(limit)


def replaced(problem: SelectionProblem, limit: Limit) -> SelectionProblem:
    """The problem with the limit of that name exchanged."""
    return replace(
        problem, limits=tuple(limit if each.name == limit.name else each for each in problem.limits)
    )


def is_met(limit: Limit, taken: Int64) -> bool:
    """Whether a choice keeps a limit, exactly. A share of nothing keeps every limit."""
    value = value_of(limit, taken)
    low, high = bounds_of(limit)
    return value is None or ((low is None or value >= low) and (high is None or value <= high))
