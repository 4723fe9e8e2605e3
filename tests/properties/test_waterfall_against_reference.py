"""Generated deals: the engine and the reference interpreter agree to the cent in every line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from securitize.waterfall.execute import MachineName, pay
from securitize.waterfall.plan import build_plan
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import differences, engine_inputs, engine_lines, resolved
from tests.properties.generated_deals import GeneratedDeal, generated_deals

#: Deals a batch; every batch has a seed of its own, so that workers share them.
BATCH = 250
BATCHES = 20
DEEP_BATCHES = 200


def compare(count: int, batch_seed: int) -> int:
    """Generate ``count`` deals of two paths each and compare them; returns how many were compared."""
    compared = 0

    @seed(batch_seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generated_deals())
    def one(case: GeneratedDeal) -> None:
        nonlocal compared
        # A violated runtime invariant raises here.
        found = differences(case, engine_lines(case))
        assert not found, "\n".join(found[:10])
        compared += 1

    one()
    return compared


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_cent_of_difference(batch: int, record_property: Callable[[str, object], None]) -> None:
    compared = compare(BATCH, batch)
    record_property("deals against the reference interpreter", compared)
    assert compared == BATCH


@pytest.mark.deep
@pytest.mark.parametrize("batch", range(BATCHES, BATCHES + DEEP_BATCHES))
def test_no_cent_of_difference_in_many(batch: int, record_property: Callable[[str, object], None]) -> None:
    compared = compare(BATCH, batch)
    record_property("deals against the reference interpreter", compared)
    assert compared == BATCH


@settings(max_examples=25, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
@given(generated_deals(paths=3))
def test_machines_blocks_and_threads_agree(case: GeneratedDeal) -> None:
    plan = build_plan(record_payment_date(resolved(case)))
    inputs = {name: np.tile(values, (5, 1)) for name, values in engine_inputs(case).items()}
    expected = pay(plan, inputs)
    ways: list[tuple[MachineName, int, int]] = [
        ("numpy", 1, 1),
        ("numpy", 7, 2),
        ("compiled", 4, 1),
        ("compiled", 7, 2),
        ("compiled", 512, 1),
    ]
    for machine, block, workers in ways:
        got = pay(plan, inputs, machine=machine, block=block, workers=workers)
        for line, values in expected.items():
            assert (got[line] == values).all(), (machine, block, workers, line)
