"""Many paths at once against each path on its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.base.arithmetic import Int64
from securitize.definitions.figures import STREAMS
from securitize.definitions.pools.pool import Pool
from securitize.market.schedules import Schedule
from securitize.performance.resolved import (
    NEVER,
    NamedDefault,
    NamedPrepayment,
    ResolvedPerformance,
    ResolvedRecovery,
    RightFailure,
)
from securitize.performance.stresses import resolve_performance
from tests.oracle.drawn_values import CUT_OFF
from tests.oracle.generated_pools import MARKET, performances, pools, schedules

PATHS = 3
RATES = st.one_of(st.just(0), st.integers(0, 10**8))
ORDINALS = st.one_of(st.just(NEVER), st.integers(1, 900).map(lambda n: CUT_OFF.toordinal() + n))


@st.composite
def many(draw: st.DrawFn) -> tuple[Pool, Schedule, ResolvedPerformance]:
    pool, base = draw(pools()), draw(performances())
    schedule = draw(schedules(pool))

    def rates() -> Int64:
        size = PATHS * schedule.periods
        drawn = draw(st.lists(RATES, min_size=size, max_size=size))
        return np.array(drawn, np.int64).reshape(PATHS, schedule.periods)

    def days() -> Int64:
        return np.array(draw(st.lists(ORDINALS, min_size=PATHS, max_size=PATHS)), np.int64)

    def late(name: str) -> Int64:
        size = len(pool.contracts[name].instalment_dates())
        drawn = draw(
            st.lists(st.sampled_from([0, 0, 1, 40, 400]), min_size=PATHS * size, max_size=PATHS * size)
        )
        return np.array(drawn, np.int64).reshape(PATHS, size)

    def recovery() -> ResolvedRecovery:
        rates = np.array(draw(st.lists(RATES, min_size=PATHS, max_size=PATHS)), np.int64)
        return ResolvedRecovery("patents", rates, None, 3, cost=draw(st.sampled_from([0, 500_000])))

    named, prepaid, delayed = (
        draw(st.lists(st.sampled_from(sorted(pool.contracts)), unique=True)) for _ in range(3)
    )
    failing = draw(st.lists(st.sampled_from(sorted(pool.collateral)), unique=True))
    performance = replace(
        resolve_performance(base, None, pool, schedule),
        paths=PATHS,
        default_rates=rates(),
        prepayment_rates=rates(),
        defaults={name: NamedDefault(days(), (recovery(),)) for name in named},
        failures={right: (RightFailure("lapse", days()),) for right in failing},
        prepayments={
            name: tuple(NamedPrepayment(days(), amount) for amount in (1_000_000, None, 300_000))
            for name in prepaid
        },
        delays={name: late(name) for name in delayed},
    )
    return pool, schedule, performance


def _path(performance: ResolvedPerformance, k: int) -> ResolvedPerformance:
    one = slice(k, k + 1)
    return replace(
        performance,
        paths=1,
        default_rates=performance.default_rates[one],
        prepayment_rates=performance.prepayment_rates[one],
        defaults={
            name: NamedDefault(
                event.dates[one],
                tuple(replace(r, rate=r.rate[one]) for r in event.recoveries or () if r.rate is not None),
            )
            for name, event in performance.defaults.items()
        },
        prepayments={
            name: tuple(replace(told, dates=told.dates[one]) for told in prepayments)
            for name, prepayments in performance.prepayments.items()
        },
        delays={name: days[one] for name, days in performance.delays.items()},
        failures={
            right: tuple(replace(told, dates=told.dates[one]) for told in failures)
            for right, failures in performance.failures.items()
        },
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(many())
def test_paths_do_not_touch_each_other(case: tuple[Pool, Schedule, ResolvedPerformance]) -> None:
    pool, schedule, performance = case
    resolved = resolve_pool(pool, schedule, MARKET)
    together = project(resolved, performance)
    for k in range(PATHS):
        alone = project(resolved, _path(performance, k))
        for name in STREAMS:
            assert together.streams[name][k].tolist() == alone.streams[name][0].tolist()
        assert together.performing[k].tolist() == alone.performing[0].tolist()
        assert together.defaulted[k].tolist() == alone.defaulted[0].tolist()
