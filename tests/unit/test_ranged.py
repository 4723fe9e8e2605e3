"""Figures over paths in ranges against NumPy over all paths at once; and which range a sum depends on."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest

from securitize.base.in_order import AHEAD, in_order
from securitize.base.ranged import Ranged, as_array, cut, total
from securitize.risk import intervals, order_statistics, statistics
from securitize.risk.selection import least_reaching

#: The last range is shorter, and of an odd number of paths: half a pair.
PATHS, SIZE = 2003, 256
BOUNDS = [*range(0, PATHS, SIZE), PATHS]
SEEDED = np.random.default_rng(20)
#: Mostly nothing, some of it alike, as of losses; and any numbers, below 0 too.
LOSSES = np.where(SEEDED.random(PATHS) < 0.7, 0.0, SEEDED.random(PATHS))
LOSSES[::17] = 0.25
ANY = np.concatenate((SEEDED.normal(size=PATHS - 3), [-0.0, 0.0, 1e300]))
WEIGHTS = SEEDED.random(PATHS) * 2


def groups(kind: str) -> Any:
    each = np.arange(PATHS)
    return {"none": None, "pairs": each // 2, "replicates": each % 16}[kind]


def in_ranges(values: Any) -> Any:
    return None if values is None else cut(values, BOUNDS)


SAMPLED = [
    pytest.param(weights, kind, id=f"{'weights' if weights is not None else 'plain'}-{kind}")
    for weights, kind in product((None, WEIGHTS), ("none", "pairs", "replicates"))
]


def flat(found: Any) -> list[float]:
    """Numbers of nested tuples; what is unknown is no number."""
    if isinstance(found, intervals.Interval):
        found = (found.low, found.high)
    if isinstance(found, tuple):
        return [one for each in found for one in flat(each)]
    return [math.nan if found is None else float(found)]


@pytest.mark.parametrize(("weights", "kind"), SAMPLED)
def test_figures_in_ranges_are_those_of_all_paths_at_once(weights: Any, kind: str) -> None:
    many, apart = groups(kind), in_ranges(groups(kind))
    counted = in_ranges(weights)
    for values in (LOSSES, ANY[:-1] if kind == "none" and weights is None else LOSSES):
        bounds = [*range(0, len(values), SIZE), len(values)]
        ranged = cut(values, bounds)
        pairs: list[tuple[Any, Any]] = [
            (
                statistics.mean_and_error(values, weights, many),
                statistics.mean_and_error(ranged, counted, apart),
            ),
            (
                statistics.probability_and_interval(values > 0, weights, many),
                statistics.probability_and_interval(ranged > 0, counted, apart),
            ),
            (statistics.tail(values, 99, weights), statistics.tail(ranged, 99, counted)),
        ]
        for level in (500, 5000, 9000, 9900, 9997):
            every = order_statistics.tail_estimates(values, level, weights, many)
            some = order_statistics.tail_estimates(ranged, level, counted, apart)
            # A quantile is one of the values: the same to the last bit, its bounds too.
            assert some[0] == every[0]
            assert some[2].kind == every[2].kind
            pairs.append((every, some))
        for one, other in pairs:
            np.testing.assert_allclose(flat(other), flat(one), rtol=1e-12, atol=1e-15)


def test_control_variates_in_ranges() -> None:
    controls = np.column_stack((WEIGHTS - 1, WEIGHTS * LOSSES, WEIGHTS * ANY.clip(-3, 3)))
    every = statistics.controlled_residuals(LOSSES, WEIGHTS, controls)
    some = statistics.controlled_residuals(*(in_ranges(one) for one in (LOSSES, WEIGHTS, controls)))
    assert some[0] == pytest.approx(every[0], rel=1e-13)
    np.testing.assert_allclose(as_array(some[1]), every[1], atol=1e-13)


def test_order_statistics_are_numpys_whatever_is_alike() -> None:
    levels = np.linspace(0.001, 1, 40)
    for values in (LOSSES, ANY, np.zeros(PATHS), np.array([3.0])):
        ranged = cut(values, [*range(0, len(values), SIZE), len(values)])
        wanted = np.ceil(levels * len(values)).tolist()
        found = least_reaching(ranged, wanted)
        assert found == np.quantile(values, levels, method="inverted_cdf").tolist()
    # With weights, the least value at or below which so much counts.
    order = np.argsort(LOSSES, kind="stable")
    reached = np.cumsum(WEIGHTS[order])
    wanted = (levels * WEIGHTS.sum() * (1 - 1e-9)).tolist()
    right = LOSSES[order][np.searchsorted(reached, wanted)].tolist()
    assert least_reaching(in_ranges(LOSSES), wanted, in_ranges(WEIGHTS)) == right


def test_a_sum_of_one_range_is_numpys_and_of_many_is_rounded_once() -> None:
    one = cut(ANY[:-1], [0, PATHS - 1])
    assert (one.sum(), one.mean(), one.std(ddof=1)) == (
        ANY[:-1].sum(), ANY[:-1].mean(), ANY[:-1].std(ddof=1),
    )  # fmt: skip
    # 1e16 swallows every 1 that is added to it; the exact sum keeps them.
    values = np.tile([1e16, 1.0, -1e16], 5)
    assert cut(values, [*range(len(values) + 1)]).sum() == 5.0
    assert total([np.array([2**62, 1]), np.array([2**62, 1])]).tolist() == [2**63, 2]


def test_what_is_not_defined_of_ranges_is_refused() -> None:
    some = cut(LOSSES, BOUNDS)
    assert (len(some), some.shape, len(some[:300]), some[:300].ranges) == (PATHS, (PATHS,), 300, 2)
    with pytest.raises(TypeError):
        some[3:5]
    with pytest.raises(TypeError):
        np.sort(some)


def test_work_comes_in_order_and_little_waits() -> None:
    started: list[int] = []

    def work(k: int) -> int:
        started.append(k)
        return k * k

    for workers in (1, 3):
        started.clear()
        found = in_order(work, iter(range(1000)), workers)
        assert [next(found) for _ in range(5)] == [0, 1, 4, 9, 16]
        found.close()
        # What was asked for, and what may wait.
        assert len(started) <= 5 + (workers * AHEAD if workers > 1 else 0)
    assert list(in_order(work, range(100), 2)) == [k * k for k in range(100)]


def test_ranges_are_computed_when_asked_for() -> None:
    asked: list[int] = []

    def of(k: int) -> Any:
        asked.append(k)
        return np.arange(4.0) + 4 * k

    some = Ranged(of, 3, [4, 4, 4])
    later = np.maximum(some - 5, 0.0) * 2
    assert asked == []
    assert later.max() == 12.0
    assert asked == [0, 1, 2]
