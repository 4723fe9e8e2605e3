"""Small random selections with every kind of limit, and the best choice by looking at them all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

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
    Units,
    is_met,
)

KINDS = ("total", "share", "largest", "groups", "effective")


def drawn(seed: int) -> SelectionProblem:
    """Three to nine units, some in lots, one to five limits."""
    random = np.random.default_rng(seed)
    count = int(random.integers(3, 10))
    lotted = random.random(count) < 0.25
    least = np.where(lotted, random.integers(1, 3, count), 1)
    most = np.where(lotted, least + random.integers(0, 3, count), 1)
    units = Units(tuple(f"u{k}" for k in range(count)), least, most)
    # Amounts in fen, from a hundred thousand to thirty million yuan, as uneven as real ones.
    amount = random.integers(10_000_000, 3_000_000_000, count)
    objective = Measure("lot" if random.random() < 0.5 else "unit", random.integers(0, 50_000_000, count))
    limits = tuple(
        _limit(random, str(random.choice(KINDS)), f"l{k}", count, amount, most)
        for k in range(int(random.integers(1, 6)))
    )
    return SelectionProblem(units, objective, limits)


def _limit(
    random: np.random.Generator, kind: str, name: str, count: int, amount: Int64, most: Int64
) -> Limit:
    waived = "agreed" if random.random() < 0.05 else None
    # A unit may bring to several groups.
    unit = np.concatenate((np.arange(count), random.integers(0, count, 2)))
    group = random.integers(0, 4, len(unit))
    value = np.concatenate((amount, random.integers(1, 1_000_000_000, 2)))
    per: Literal["lot", "unit"] = "lot" if random.random() < 0.7 else "unit"
    total = int((amount * most).sum())
    match kind:
        case "total":
            low = int(total * random.uniform(0.05, 0.6)) if random.random() < 0.6 else None
            high = int(total * random.uniform(0.3, 0.9)) if low is None or random.random() < 0.5 else None
            high = None if high is not None and high <= (low or 0) else high
            return TotalLimit(name, Measure(per, amount), low, high, waived)
        case "share":
            part = Measure(per, np.where(random.random(count) < 0.5, amount, 0))
            rate = int(random.uniform(0.1, 0.9) * RATE_UNITS)
            low, high = (rate, None) if random.random() < 0.4 else (None, rate)
            return ShareLimit(name, part, Measure("lot", amount), low, high, waived)
        case "largest":
            rate = int(random.uniform(0.3, 0.95) * RATE_UNITS)
            return LargestShareLimit(name, unit, group, value, int(random.integers(1, 4)), rate, waived)
        case "groups":
            return GroupCountLimit(name, unit, group, int(random.integers(1, 4)), waived)
        case _:
            return EffectiveNumberLimit(
                name, unit, group, value, int(random.uniform(1.0, 3.5) * RATE_UNITS), waived
            )


def choices(units: Units) -> Iterator[Int64]:
    """Every choice but the empty one."""
    ranges = [
        [0, *range(int(least), int(most) + 1)] for least, most in zip(units.least, units.most, strict=True)
    ]
    for lots in itertools.product(*ranges):
        if any(lots):
            yield np.array(lots, np.int64)


def best(problem: SelectionProblem, limits: tuple[Limit, ...] | None = None) -> int | None:
    """The largest objective by looking at every choice; None where no choice keeps the limits."""
    imposed = problem.imposed if limits is None else limits
    found: int | None = None
    for taken in choices(problem.units):
        if any(not taken[unit] for unit in problem.forced):
            continue
        value = problem.worth(taken)
        if (found is None or value > found) and all(is_met(limit, taken) for limit in imposed):
            found = value
    return found


def counting(problem: SelectionProblem, seed: int) -> SelectionProblem:
    """The problem with groups that count in the objective, as diversification does."""
    random = np.random.default_rng(seed)
    count = len(problem.units)
    unit = np.concatenate((np.arange(count), random.integers(0, count, 3)))
    nothing = Measure("unit", np.zeros(count, np.int64))
    return replace(
        problem,
        objective=nothing,
        counted=(
            GroupObjective(np.arange(count), random.integers(0, 4, count), 1000),
            GroupObjective(unit, random.integers(0, 6, len(unit)), 1),
        ),
    )
