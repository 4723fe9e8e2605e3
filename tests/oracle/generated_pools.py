"""Pools, deal dates, performances and scenarios drawn at random, small amounts so that rounding matters."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from tests.oracle.drawn_claims import claims
from tests.oracle.drawn_royalties import royalties
from tests.oracle.drawn_stresses import inside_a_period, key_dates, stresses
from tests.oracle.drawn_values import CLAIMS, CUT_OFF, DAYS, MARKET, RATES, after, decimals, whole

__all__ = ["MARKET", "cases"]


@st.composite
def schedules(draw: st.DrawFn, pool: Pool) -> Schedule:
    """Collection periods that end anywhere, or on and about instalment dates."""
    instalments = {day for contract in pool.contracts.values() for day in contract.instalment_dates()}
    near = [after(day, draw(whole(-1, 1))) for day in sorted(instalments)[:8]]
    ends = sorted({day for day in near if day > CUT_OFF}) if draw(st.booleans()) else []
    if not ends:
        gaps = draw(st.lists(whole(1, 200), min_size=1, max_size=8))
        ends = [after(CUT_OFF, sum(gaps[: k + 1])) for k in range(len(gaps))]
    paid = tuple(after(day, 10) for day in ends)
    return Schedule(paid, (CUT_OFF, *paid), (CUT_OFF, *ends))


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    obligors = ["o1", "o2"]
    rights = ["r0", "r1", "r2", "r3"][: draw(whole(1, 4))]
    near = st.builds(after, st.just(CUT_OFF), st.one_of(whole(-90, 900), whole(-1, 1)))
    kinds = draw(st.lists(st.sampled_from([claims, claims, royalties]), min_size=1, max_size=3))
    collateral: dict[str, Any] = {}
    for right in rights:
        collateral[right] = {"kind": "invention", "owner": "o1", "count": draw(whole(1, 4))}
        if draw(st.booleans()):
            collateral[right]["expiry"] = draw(near)
    return Pool.model_validate(
        {
            "name": "drawn",
            "calendar": draw(st.sampled_from(["none", "weekends"])),
            "obligors": {name: {} for name in obligors},
            "collateral": collateral,
            "contracts": {f"c{k}": draw(kind(rights, obligors)) for k, kind in enumerate(kinds)},
        }
    )


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    shares = draw(st.lists(decimals(0, 50_000_000, 8), max_size=2))
    return Performance.model_validate(
        {
            "default_rate": tuple(draw(st.lists(RATES, min_size=1, max_size=4))),
            "prepayment_rate": tuple(draw(st.lists(RATES, min_size=1, max_size=4))),
            "recoveries": tuple(
                {"source": "x", "rate": share, "lag": f"{draw(whole(0, 14))}M", "claim": draw(CLAIMS)}
                for share in shares
            ),
            "conversion": draw(st.sampled_from(["days", "months"])),
            "order": tuple(draw(st.permutations(["default", "interest", "prepayment"]))),
            "default_cuts": draw(st.sampled_from(["this-interest", "next-interest"])),
            "instalment": draw(st.sampled_from(["recomputed", "fixed"])),
            "after_last": draw(st.sampled_from(["last-payment", "lost"])),
        }
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Pool, Schedule, Performance, Scenario]:
    pool = draw(pools())
    schedule = draw(schedules(pool))
    days = st.one_of(st.sampled_from(key_dates(pool, schedule)), DAYS)
    drawn = draw(st.lists(stresses(pool, days), min_size=1, max_size=7))
    drawn = draw(inside_a_period(pool)) + drawn[: draw(whole(0, 7))]
    scenario = Scenario.model_validate({"name": "drawn", "stress": tuple(drawn)})
    return pool, schedule, draw(performances()), scenario
