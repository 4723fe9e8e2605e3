"""Random performance of pools drawn at random: every path, told as dated stresses, against the second statement."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.figures import STREAMS
from securitize.definitions.performance import Performance, Recovery
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_payments import deviation_fits
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from securitize.performance.random.copulas import gaussian
from securitize.performance.random.draw import Process, RandomModel, draw, path_of
from securitize.performance.random.late_payments import resolve_delays
from securitize.performance.random.obligors import resolve_obligors
from securitize.performance.random.prepayments import resolve_prepayments
from securitize.performance.random.recoveries import resolve_recoveries
from securitize.performance.random.rights import resolve_rights
from securitize.performance.stresses import resolve_performance
from tests.golden.paths_as_stresses import NoStressError, as_stresses
from tests.oracle.assets_reference import collections
from tests.oracle.generated_pools import MARKET, cases
from tests.risk.drawn_payments import written

PATHS = 4
RECOVERY = Recovery.model_validate({"source": "x", "rate": Decimal("0.4"), "lag": "5M"})


def processes(pool: Pool, schedule: Schedule, base: Performance) -> tuple[Process, ...]:
    """Every process, so harsh that most paths see each."""
    fits = {
        one.source: all(
            deviation_fits(other.rate, RATE_UNITS // 10)
            for other in base.recoveries
            if other.source == one.source
        )
        for one in base.recoveries
    }
    random = written(
        hazard=0.3,
        recovery=[
            {"source": source, "deviation": 0.1, "loading": 0.5, "cost": 0.125}
            for source in fits
            if fits[source]
        ],
        late={
            "probability": 0.3,
            "delays": [{"days": 7, "share": 0.5}, {"days": 100, "share": 0.5}],
            "persistence": 0.9,
        },
        prepayment={"hazard": 0.3},
        rights={
            "lapse": {"curve": "all", "age": 5.0},
            "challenge": {"hazard": 0.3, "invalid": 1.0},
            "families": {"f": tuple(pool.collateral)[:2]} if pool.collateral else {},
        },
    )
    copula = gaussian()
    found = (
        resolve_obligors(random, copula, pool, schedule),
        resolve_recoveries(random, copula, base, pool),
        resolve_delays(random, copula, pool, schedule),
        resolve_prepayments(random, copula, pool, schedule),
        resolve_rights(random, pool, schedule),
    )
    return tuple(one for one in found if one is not None)


def compare(pool: Pool, schedule: Schedule, base: Performance, scenario: Scenario, seed: int) -> None:
    if not base.recoveries:
        base = base.model_copy(update={"recoveries": (RECOVERY,)})
    told = resolve_performance(base, scenario, pool, schedule)
    drawn = draw(RandomModel(gaussian(), processes(pool, schedule, base)), told, Numbers(seed, 0, PATHS))
    resolved = resolve_pool(pool, schedule, MARKET)
    together = project(resolved, drawn.performance)
    compared = 0
    for path in range(PATHS):
        try:
            stresses = as_stresses(path_of(drawn.performance, path), resolved, scenario)
        except NoStressError:
            continue
        compared += 1
        expected: dict[str, Any] = collections(pool, list(schedule.collection), MARKET, base, stresses)
        for stream in STREAMS:
            assert together.streams[stream][path].tolist() == expected[stream], (path, stream)
        assert together.performing[path].tolist() == expected["performing"], path
        assert together.defaulted[path].tolist() == expected["defaulted"], path
        assert together.sales[path].tolist() == expected["sales"], path
        after = {one.asset: int(one.after_last[path]) for one in together.contracts}
        assert after == expected["after_last"], path
    assume(compared)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(cases(), st.integers(0, 1000))
def test_every_path_equals_the_reference(
    case: tuple[Pool, Schedule, Performance, Scenario], seed: int
) -> None:
    compare(*case, seed)
