"""The projection against the second statement of the page, exactly, on cases drawn at random."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from securitize.assets.collections import Collections, project
from securitize.assets.proceeds import proceeds
from securitize.assets.resolve import resolve_pool
from securitize.definitions.figures import STREAMS
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from securitize.performance.stresses import resolve_performance
from tests.oracle import claims_reference
from tests.oracle.assets_reference import collections
from tests.oracle.generated_pools import MARKET, cases


def dated(actual: Collections, name: str) -> dict[tuple[str, dt.date], int]:
    """Cash of a contract by stream and date."""
    found: Counter[tuple[str, dt.date]] = Counter()
    for flow in actual.flows.get(name, ()):
        found[flow.stream, dt.date.fromordinal(int(flow.dates[0]))] += int(flow.amount[0])
    return {key: amount for key, amount in found.items() if amount}


def compare(
    pool: Pool, schedule: Schedule, base: Performance, scenario: Scenario
) -> Counter[tuple[str, str]]:
    """Both statements; returns what the second says befell contracts of a kind inside their periods."""
    expected = collections(pool, list(schedule.collection), MARKET, base, scenario)
    performance = resolve_performance(base, scenario, pool, schedule)
    actual = project(resolve_pool(pool, schedule, MARKET), performance)
    for stream in STREAMS:
        assert actual.streams[stream][0].tolist() == expected[stream], stream
    assert actual.performing[0].tolist() == expected["performing"]
    assert actual.defaulted[0].tolist() == expected["defaulted"]
    assert actual.scheduled.tolist() == expected["scheduled"]
    assert actual.forecast_sales.tolist() == expected["forecast_sales"]
    assert {one.asset: int(one.after_last[0]) for one in actual.contracts} == expected["after_last"]
    assert {one.asset: int(one.commingled[0]) for one in actual.contracts} == expected["commingled"]
    for name, contract in pool.contracts.items():
        assert dated(actual, name) == expected["cash"][name], name
        assert proceeds(contract) == claims_reference.proceeds(contract), name
        assert contract.proceeds_to == claims_reference.proceeds_to(contract), name
    assert actual.sales[0].tolist() == expected["sales"]
    assert actual.fee_interest[0].tolist() == expected["fee_interest"]
    befell: Counter[tuple[str, str]] = expected["inside"]
    return befell


@pytest.mark.parametrize("batch", range(5))
def test_every_collection_equals_the_reference(batch: int) -> None:
    @seed(batch)
    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking a drawn pool takes minutes: do it by hand, with Phase.shrink
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(cases())
    def one(case: tuple[Pool, Schedule, Performance, Scenario]) -> None:
        compare(*case)

    one()
