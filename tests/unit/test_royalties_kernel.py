"""Royalties of many paths compiled against the projection of every path, over the whole vocabulary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from securitize.assets import royalties_kernel
from securitize.assets.collections import project
from securitize.assets.resolve import ResolvedPool, resolve_pool
from securitize.assets.royalties import ResolvedRoyalty
from securitize.assets.royalties_kernel import add_royalties, lost_by_day
from securitize.assets.royalty_terms import LARGEST_MULTIPLE, only_royalties, royalty_terms
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.performance.resolved import NEVER, ResolvedPerformance, defaulting_by
from securitize.performance.stresses import resolve_performance
from tests.oracle.drawn_royalties import royalties
from tests.oracle.drawn_stresses import key_dates, stresses
from tests.oracle.drawn_values import CUT_OFF, DAYS, MARKET, after, whole
from tests.oracle.generated_pools import performances, schedules

PATHS = 60


def covered(contract: dict[str, Any]) -> dict[str, Any]:
    """Without the one term that the kernel leaves to the projection."""
    return {key: value for key, value in contract.items() if key != "relicence"}


@st.composite
def drawn(draw: st.DrawFn) -> tuple[ResolvedPool, ResolvedPerformance, ResolvedPerformance]:
    """A pool of royalties, what is told of it, and paths on which sales and days of default differ."""
    rights, obligors = ["r0", "r1", "r2"], ["o1", "o2"]
    near = st.builds(after, st.just(CUT_OFF), st.one_of(whole(-90, 900), whole(-1, 1)))
    pool = Pool.model_validate(
        {
            "name": "drawn",
            "obligors": {name: {} for name in obligors},
            "collateral": {
                name: {"kind": "invention", "owner": "o1", "expiry": draw(near)} for name in rights
            },
            "contracts": {f"c{k}": covered(draw(royalties(rights, obligors))) for k in range(5)},
        }
    )
    schedule, base = draw(schedules(pool)), draw(performances())
    days = st.one_of(st.sampled_from(key_dates(pool, schedule)), DAYS)
    stressed = tuple(draw(st.lists(stresses(pool, days), max_size=2)))
    scenario = Scenario.model_validate({"name": "drawn", "stress": stressed}) if stressed else None
    told = resolve_performance(base, scenario, pool, schedule)
    resolved = only_royalties(resolve_pool(pool, schedule, MARKET))
    assume(resolved.contracts)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    first, last = (schedule.collection[k].toordinal() for k in (0, -1))
    sales, defaults = {}, dict(told.defaults)
    for one in resolved.contracts:
        assert isinstance(one, ResolvedRoyalty)
        if draw(st.booleans()):
            shape = (PATHS, len(one.sales))
            found = np.rint(random.lognormal(0, 1, shape) * RATE_UNITS).astype(np.int64)
            found[random.random(shape) < 0.05] = draw(st.sampled_from([0, 1, RATE_UNITS, RATE_UNITS // 2]))
            sales[one.name] = np.minimum(found, LARGEST_MULTIPLE * RATE_UNITS)
        if draw(st.booleans()):
            dates = random.integers(first + 1, 2 * last - first, PATHS)
            defaults[one.name] = defaulting_by(defaults.get(one.name), np.where(dates <= last, dates, NEVER))
    return resolved, told, replace(told, paths=PATHS, sales=sales, defaults=defaults)


def compiled(
    pool: ResolvedPool, told: ResolvedPerformance, paths: ResolvedPerformance
) -> tuple[Int64, Int64]:
    """Cash and sales of every path, (paths, T), as a run puts them together."""
    terms = royalty_terms(pool, told)
    assume(terms is not None)
    assert terms is not None
    periods = pool.schedule.periods
    own = [np.zeros((periods, each.paths), np.int64) for each in (told, told, paths, paths)]
    add_royalties(terms, told, own[0], own[1])
    add_royalties(terms, paths, own[2], own[3])
    whole = project(pool, told)
    return (
        own[2].T + (whole.streams["royalty"] - own[0].T),
        own[3].T + (whole.sales - own[1].T),
    )


def compare(case: tuple[ResolvedPool, ResolvedPerformance, ResolvedPerformance]) -> None:
    pool, told, paths = case
    cash, sales = compiled(pool, told, paths)
    whole = project(pool, paths)
    assert (cash == whole.streams["royalty"]).all()
    assert (sales == whole.sales).all()


@settings(max_examples=20, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(drawn())
def test_compiled_royalties_are_those_that_are_projected(
    case: tuple[ResolvedPool, ResolvedPerformance, ResolvedPerformance],
) -> None:
    compare(case)


@pytest.mark.deep(part="royalties")
@pytest.mark.parametrize("part", range(4))
def test_many_compiled_royalties_are_those_that_are_projected(part: int) -> None:
    @seed(part)
    @settings(max_examples=1000, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(drawn())
    def one(case: tuple[ResolvedPool, ResolvedPerformance, ResolvedPerformance]) -> None:
        compare(case)

    one()


@settings(max_examples=25, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(drawn())
def test_what_a_default_takes_is_what_is_projected_without(
    case: tuple[ResolvedPool, ResolvedPerformance, ResolvedPerformance],
) -> None:
    pool, told, _ = case
    terms = royalty_terms(pool, told)
    assume(terms is not None)
    assert terms is not None
    first, last = (pool.schedule.collection[k].toordinal() for k in (0, -1))
    days = np.arange(first + 1, last + 1, 17)
    one = terms[0]
    struck = defaulting_by(told.defaults.get(one.name), np.append(days, NEVER))
    alone = replace(pool, contracts=pool.contracts[:1])
    performance = replace(told, paths=len(days) + 1, defaults={**told.defaults, one.name: struck})
    whole = project(alone, performance).streams["royalty"].sum(axis=1)
    assert (lost_by_day(one, told, days, pool.schedule.periods) == whole[-1] - whole[:-1]).all()


@pytest.mark.parametrize("function", ["_ratio", "_units"])
def test_products_are_exact(function: str) -> None:
    random = np.random.default_rng(5)
    a = np.concatenate((random.integers(0, 2**40, 20_000), random.integers(0, 100, 2000), [0, 2**49]))
    b = random.integers(0, RATE_UNITS + 1, len(a))
    # Halves, and one to each side of them.
    b[:6000], a[:6000] = RATE_UNITS // 2 + random.integers(-1, 2, 6000), random.integers(0, 2**40, 6000)
    of = getattr(royalties_kernel, function).py_func
    more = () if function == "_units" else (np.full(len(a), RATE_UNITS),)
    assert (of(a, b, *more) == multiply_divide(a, b, RATE_UNITS)).all()
