"""A scenario told in mid-life acts on the future alone: the projection against the second statement, exactly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.definitions.figures import STREAMS
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from securitize.market.today import Today
from securitize.performance.stresses import resolve_performance
from tests.oracle.assets_reference import collections
from tests.oracle.generated_pools import MARKET, cases


def of_the_future(scenario: Scenario, today: Today) -> Scenario:
    """Without the stresses that lie wholly in the past, which are refused."""

    def past(stress: object) -> bool:
        happens: dt.date | None = getattr(stress, "at", None)
        ends: dt.date | None = getattr(stress, "to", None)
        last: int | None = getattr(stress, "last_period", None)
        if stress.driver in ("lpr", "interest-rates"):  # type: ignore[attr-defined]  # of many the only ones that are cut
            happens = None
        return any(
            (
                happens is not None and happens <= today.pool,
                ends is not None and ends <= today.pool,
                last is not None and last <= today.period,
            )
        )

    return scenario.model_copy(update={"stress": tuple(one for one in scenario.stress if not past(one))})


def compare(pool: Pool, schedule: Schedule, base: Performance, scenario: Scenario, k: int) -> None:
    ends = list(schedule.collection)
    today = Today(k, ends[k], schedule.payment[k - 1])
    told = of_the_future(scenario, today)
    expected = collections(pool, ends, MARKET, base, told, past=k)
    performance = resolve_performance(base, told, pool, schedule, today=today)
    actual = project(resolve_pool(pool, schedule, MARKET), performance)
    for stream in STREAMS:
        assert actual.streams[stream][0].tolist() == expected[stream], stream
    assert actual.performing[0].tolist() == expected["performing"]
    assert actual.defaulted[0].tolist() == expected["defaulted"]
    assert actual.sales[0].tolist() == expected["sales"]


@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(cases(), st.integers(1, 7))
def test_a_scenario_in_mid_life_equals_the_reference(
    case: tuple[Pool, Schedule, Performance, Scenario], k: int
) -> None:
    assume(k < case[1].periods)
    compare(*case, k)


def test_a_rate_that_was_reset_in_the_past_stays() -> None:
    """A loan of 1,000.00, reset each half-year; the rate of 2020-01-31, before today, is 4.1%, the next 3.85% + 2%."""
    loan = {
        "kind": "pledged-loan",
        "obligor": "o1",
        "start": dt.date(2019, 7, 31),
        "principal": Decimal(1000),
        "rate": {"kind": "lpr", "index": "LPR-1Y", "margin": Decimal(0), "reset": "6M"},
        "repayment": {"kind": "bullet"},
        "day_count": "30E/360",
        "dates": {"every": "6M", "first": dt.date(2020, 1, 31), "last": dt.date(2021, 1, 31)},
    }
    pool = Pool.model_validate(
        {"name": "small", "calendar": "none", "obligors": {"o1": {}}, "contracts": {"c1": loan}}
    )
    ends = tuple(map(dt.date.fromisoformat, ("2019-08-31", "2020-02-29", "2020-08-31", "2021-02-28")))
    shift = {"driver": "lpr", "shift": Decimal("0.02"), "at": dt.date(2020, 1, 1)}
    scenario = Scenario.model_validate({"name": "up", "stress": (shift,)})
    schedule, base = Schedule(ends[1:], ends, ends), Performance()
    expected = collections(pool, list(ends), MARKET, base, scenario, past=1)
    assert expected["interest"] == [2125, 2050, 2925]  # half of 4.25%, 4.1% and 5.85% of 100,000 fen
    compare(pool, schedule, base, scenario, 1)
