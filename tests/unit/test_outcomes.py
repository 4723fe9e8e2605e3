"""Outcomes looked up by day of default against the projection of every path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securitize.assets import outcomes_kernel
from securitize.assets.collections import Collections, project
from securitize.assets.outcomes import default_outcomes
from securitize.assets.resolve import ResolvedPool, resolve_pool
from securitize.base.arithmetic import Int64
from securitize.performance.resolved import NEVER, ResolvedPerformance, defaulting_by
from securitize.performance.stresses import resolve_performance
from securitize.waterfall.execute import plan_inputs
from tests.oracle.generated_pools import MARKET, cases

PATHS = 40


def inputs(collections: Collections) -> dict[str, Int64]:
    streams, performing = collections.streams, collections.performing
    return plan_inputs(streams, performing, collections.defaulted) | {"sales": collections.sales}


@st.composite
def drawn(draw: st.DrawFn) -> tuple[ResolvedPool, ResolvedPerformance, tuple[str, ...], Int64]:
    """A pool under a scenario, and days of default of some of its contracts."""
    pool, schedule, base, scenario = draw(cases())
    told = resolve_performance(base, scenario, pool, schedule)
    first, last = (schedule.collection[k].toordinal() for k in (0, -1))
    names = draw(st.lists(st.sampled_from(sorted(pool.contracts)), unique=True, min_size=1))
    seed = draw(st.integers(0, 2**32))
    dates = np.random.default_rng(seed).integers(first + 1, 2 * last - first, (len(names), PATHS))
    return (
        resolve_pool(pool, schedule, MARKET),
        told,
        tuple(names),
        np.where(dates <= last, dates, NEVER),
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn())
def test_what_is_looked_up_is_what_is_projected(
    case: tuple[ResolvedPool, ResolvedPerformance, tuple[str, ...], Int64],
) -> None:
    pool, told, names, dates = case
    outcomes = default_outcomes(pool, told, names, inputs)
    struck = {
        name: defaulting_by(told.defaults.get(name), row) for name, row in zip(names, dates, strict=True)
    }
    whole = inputs(project(pool, replace(told, paths=PATHS, defaults={**told.defaults, **struck})))
    found = outcomes.deliver(dates)
    assert outcomes.names == tuple(whole)
    assert (found == np.concatenate([values.T for values in whole.values()])).all()
    assert (found == outcomes_kernel.deliver(outcomes, dates)).all()
    if outcomes.radix is not None:
        keys = outcomes.keys(dates, outcomes.radix)
        assert (keys == outcomes_kernel.keys(outcomes, dates, outcomes.radix)).all()
        assert (keys >= 0).all()
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        assert (found[:, first][:, which] == found).all()
    most = np.array([values.sum(axis=1).max() for values in whole.values()])
    assert (most <= outcomes.most).all()
