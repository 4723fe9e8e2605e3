"""Selections whose bounds lie exactly where a choice stands, or one unit of the bound beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from securitize.base.errors import InfeasibleError
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    LargestShareLimit,
    Limit,
    Measure,
    SelectionProblem,
    ShareLimit,
    TotalLimit,
    Units,
    is_met,
    value_of,
)
from securitize.pooling.selection.solve import Selection, solve
from tests.pooling.selection.instances import counting, drawn
from tests.pooling.selection.plain import Plain


def found(problem: SelectionProblem) -> Selection | None:
    try:
        return solve(problem)
    except InfeasibleError:
        return None


def check(problem: SelectionProblem, seed: int) -> bool:
    """Whether a choice keeps every limit; fails where the selection is not the best one."""
    plain, selection = Plain(problem), found(problem)
    right = plain.best()
    assert (None if selection is None else selection.objective) == right, seed
    if selection is None:
        return False
    (place,) = np.flatnonzero((plain.choices == selection.taken).all(axis=1))
    assert plain.feasible()[place], seed
    assert plain.worth[place] == right
    assert selection.optimal
    assert selection.gap == 0
    for result, limit in zip(selection.limits, problem.limits, strict=True):
        value = plain.fraction(limit, int(place))
        assert (result.name, result.value, result.waived) == (limit.name, value, limit.waived)
        rooms = [] if value is None or result.at_least is None else [value - result.at_least]
        rooms += [] if value is None or result.at_most is None else [result.at_most - value]
        assert result.headroom == min(rooms, default=None)
    return True


def at(limit: Limit, plain: Plain, choice: int, beside: int) -> Limit:
    """The limit, bounded by what a choice has; ``beside`` units of the bound tighter, or looser where negative."""
    value = plain.fraction(limit, choice)
    if value is None:
        return limit
    low, high = math.floor(value) + beside, math.ceil(value) - beside
    match limit:
        case TotalLimit() | ShareLimit():
            lower = limit.at_least is not None
            return replace(limit, at_least=low if lower else None, at_most=None if lower else max(high, 0))
        case LargestShareLimit():
            return replace(limit, at_most=max(high, 0))
        case GroupCountLimit() | EffectiveNumberLimit():
            return replace(limit, at_least=max(low, 1))


def tight(first: int, count: int) -> Iterator[tuple[int, SelectionProblem]]:
    """Problems of which one choice stands at every bound, or one unit beside."""
    for seed in range(first, first + count):
        random = np.random.default_rng(seed)
        problem = drawn(seed)
        if seed % 3 == 0:
            problem = counting(problem, seed)
        plain = Plain(problem)
        choice = int(random.integers(0, len(plain.choices)))
        beside = random.choice((-1, 0, 0, 0, 1), len(problem.limits))
        limits = tuple(
            at(limit, plain, choice, int(b)) for limit, b in zip(problem.limits, beside, strict=True)
        )
        forced = (int(np.flatnonzero(plain.choices[choice])[0]),) if seed % 4 == 0 else ()
        yield seed, replace(problem, limits=limits, forced=forced)


@pytest.mark.parametrize("part", [0, 1, 3, pytest.param(2, marks=pytest.mark.deep(part="pools"))])
def test_the_best_at_its_very_bounds_is_found(part: int) -> None:
    kept = [check(problem, seed) for seed, problem in tight(50_000 + 100 * part, 100)]
    assert 30 < sum(kept) < 95


def test_what_a_choice_has_and_keeps_is_what_its_page_says() -> None:
    for seed, problem in tight(60_000, 60):
        plain = Plain(problem)
        random = np.random.default_rng(seed)
        kept = {limit.name: plain.keeps(limit) for limit in problem.limits}
        for choice in random.integers(0, len(plain.choices), 12).tolist():
            taken = plain.choices[choice]
            assert problem.worth(taken) == plain.worth[choice]
            for limit in problem.limits:
                assert value_of(limit, taken) == plain.fraction(limit, choice)
                assert is_met(limit, taken) == kept[limit.name][choice]


def test_objectives_that_differ_by_one_in_a_thousand_million_are_told_apart() -> None:
    """Costs that HiGHS sees are scaled: a difference must not be lost in its tolerance."""
    for seed in range(60):
        random = np.random.default_rng(seed)
        count = 10
        values = 1_000_000_000 + random.integers(-3, 4, count)
        units = Units(tuple(f"u{k}" for k in range(count)), *np.ones((2, count), np.int64))
        amount = random.integers(10_000_000, 3_000_000_000, count)
        limits: tuple[Limit, ...] = (
            TotalLimit("few", Measure("unit", np.ones(count, np.int64)), None, int(random.integers(3, 7))),
            TotalLimit("size", Measure("lot", amount), None, int(amount.sum()) // 2),
        )
        assert check(SelectionProblem(units, Measure("unit", values), limits), seed)


def test_many_lots_are_counted_to_the_last() -> None:
    """A unit of up to forty lots, bounds that only some numbers of lots reach."""
    kept = 0
    for seed in range(80):
        random = np.random.default_rng(seed)
        least = random.integers(1, 10, 3)
        units = Units(("a", "b", "c"), least, least + random.integers(0, 31, 3))
        amount = random.integers(10_000_000, 90_000_000, 3)
        plain = Plain(SelectionProblem(units, Measure("lot", random.integers(0, 1000, 3)), ()))
        target = int(plain.sums(Measure("lot", amount))[random.integers(0, len(plain.choices))])
        limits: tuple[Limit, ...] = (
            TotalLimit("size", Measure("lot", amount), target - 1_000_000, None),
            TotalLimit("cap", Measure("lot", amount), None, target + 1_000_000),
            LargestShareLimit("largest", np.arange(3), np.array([0, 0, 1]), amount, 1, 70_000_000),
        )
        kept += check(replace(plain.problem, limits=limits), seed)
    assert 10 < kept < 80


def test_a_limit_waived_for_no_reason_given_is_not_imposed() -> None:
    """An empty reason is none: the limit stands."""
    for seed in range(20):
        problem = drawn(70_000 + seed)
        empty = replace(problem, limits=tuple(replace(one, waived="") for one in problem.limits))
        stood = replace(problem, limits=tuple(replace(one, waived=None) for one in problem.limits))
        one, other = found(empty), found(stood)
        assert (None if one is None else one.objective) == (None if other is None else other.objective)
