"""The projection against the second statement of the page, exactly, on cases drawn at random."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.definitions.figures import STREAMS
from securitize.definitions.performance import Performance
from securitize.definitions.pool import Pool
from securitize.definitions.scenario import Scenario
from securitize.market.schedules import Schedule
from securitize.performance.stresses import resolve_performance
from tests.oracle.assets_reference import collections
from tests.oracle.generated_pools import MARKET, cases


@settings(
    max_examples=600,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_every_collection_equals_the_reference(
    case: tuple[Pool, Schedule, Performance, Scenario],
) -> None:
    pool, schedule, base, scenario = case
    expected = collections(pool, list(schedule.collection), MARKET, base, scenario)
    performance = resolve_performance(base, scenario, pool, schedule)
    actual = project(resolve_pool(pool, schedule, MARKET), performance)
    for stream in STREAMS:
        assert actual.streams[stream][0].tolist() == expected[stream], stream
    assert actual.performing[0].tolist() == expected["performing"]
    assert actual.defaulted[0].tolist() == expected["defaulted"]
    assert actual.scheduled.tolist() == expected["scheduled"]
    assert actual.sales[0].tolist() == expected["sales"]
    assert actual.forecast_sales.tolist() == expected["forecast_sales"]
    assert {one.asset: int(one.after_last[0]) for one in actual.contracts} == expected["after_last"]
