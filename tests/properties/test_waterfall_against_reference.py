"""Generated deals: the engine and the reference interpreter agree to the cent in every line.

Most deals are numbered: evenly spread over the vocabulary, and the same everywhere. The others are Hypothesis's, which
looks for corners and makes a failing deal small.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from securitize.engine.reference_case import differences
from securitize.waterfall.execute import MachineName, pay
from securitize.waterfall.plan import build_plan
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import engine_inputs, engine_lines, resolved
from tests.properties.generated_deals import GeneratedDeal, generated_deals, numbered_deal

#: Deals a batch; workers share the batches.
BATCH = 250
NUMBERED, HYPOTHESIS = 7, 1
#: Batches of the deep suite, in four parts.
DEEP = int(os.environ.get("SECURITIZE_DEEP_DEALS", "50000")) // BATCH
COUNTED = "deals against the reference interpreter"
Record = Callable[[str, object], None]


def compare(case: GeneratedDeal, name: str = "deal") -> None:
    """Both engines on one deal; a violated runtime invariant raises, too."""
    found = differences(case, engine_lines(case))
    assert not found, "\n".join([name, *found[:10]])


def compare_numbered(batch: int) -> int:
    """A batch of numbered deals; returns how many were compared."""
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        compare(numbered_deal(number), f"numbered_deal({number})")
    return BATCH


@pytest.mark.parametrize("batch", range(NUMBERED))
def test_no_cent_of_difference(batch: int, record_property: Record) -> None:
    record_property(COUNTED, compare_numbered(batch))


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(NUMBERED + batch, marks=pytest.mark.deep(part=f"deals-{1 + 4 * batch // DEEP}"))
        for batch in range(DEEP)
    ],
)
def test_no_cent_of_difference_in_many(batch: int, record_property: Record) -> None:
    record_property(COUNTED, compare_numbered(batch))


@pytest.mark.parametrize(
    "batch", [*range(HYPOTHESIS), pytest.param(HYPOTHESIS, marks=pytest.mark.deep(part="splits"))]
)
def test_no_cent_of_difference_where_hypothesis_looks(batch: int, record_property: Record) -> None:
    compared = 0

    @seed(batch)
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(generated_deals())
    def one(case: GeneratedDeal) -> None:
        nonlocal compared
        compare(case)
        compared += 1

    one()
    record_property(COUNTED, compared)
    assert compared == BATCH


@pytest.mark.parametrize("number", range(50))
def test_machines_blocks_and_threads_agree(number: int) -> None:
    case = numbered_deal(number, paths=3)
    plan = build_plan(record_payment_date(resolved(case)))
    inputs = {name: np.tile(values, (100, 1)) for name, values in engine_inputs(case).items()}
    expected = pay(plan, inputs, machine="numpy")
    ways: list[tuple[MachineName, int, int]] = [
        ("numpy", 7, 2),
        ("compiled", 4, 1),
        ("compiled", 7, 2),
        ("compiled", 512, 1),
    ]
    if number < 5:
        ways.append(("numpy", 1, 1))
    for machine, block, workers in ways:
        got = pay(plan, inputs, machine=machine, block=block, workers=workers)
        for line, values in expected.items():
            assert (got[line] == values).all(), (machine, block, workers, line)
