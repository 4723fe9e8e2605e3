"""One company in several roles: what a pool delivers against the second statement, exactly, on drawn cases."""

from __future__ import annotations

from functools import cache

import pytest

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.support import Support
from securitize.definitions.figures import STREAMS
from securitize.engine.prepare.prepare import prepare
from securitize.library import list_deals
from securitize.performance.stresses import resolve_performance
from tests.oracle.assets_reference import collections, held
from tests.oracle.drawn_roles import SUPPORTS, numbered
from tests.oracle.drawn_values import MARKET
from tests.oracle.parties_reference import Roles, falls
from tests.oracle.test_assets_against_reference import dated

CASES, BATCH = 120, 60


@cache
def shipped() -> Deal:
    """A deal whose parties, supports, accounts and performance are replaced."""
    return prepare(list_deals()[0].path).definitions.deal.model


def compare(number: int) -> None:
    pool, schedule, base, scenario, parties = numbered(number)
    supports = {
        name: Support.model_validate({"kind": "guarantee"} | ({"party": party} if party else {}))
        for name, party in SUPPORTS.items()
    }
    accounts = {name: one.model_copy(update={"party": "b"}) for name, one in shipped().accounts.items()}
    told = {"parties": parties, "support": supports, "accounts": accounts, "performance": base}
    deal = shipped().model_copy(update=told)
    roles = Roles({str(one.id): one.recovery for one in parties}, SUPPORTS)
    ends = list(schedule.collection)
    expected = collections(pool, ends, MARKET, base, scenario, roles)
    performance = resolve_performance(base, scenario, pool, schedule, deal=deal)
    actual = project(resolve_pool(pool, schedule, MARKET), performance)
    for stream in STREAMS:
        assert actual.streams[stream][0].tolist() == expected[stream], (number, stream)
    assert actual.performing[0].tolist() == expected["performing"], number
    assert actual.defaulted[0].tolist() == expected["defaulted"], number
    for name in pool.contracts:
        assert dated(actual, name) == expected["cash"][name], (number, name)
    for one in actual.contracts:
        assert int(one.commingled[0]) == expected["commingled"][one.asset], (number, one.asset)
        assert int(one.after_last[0]) == expected["after_last"][one.asset], (number, one.asset)
    none = [0] * schedule.periods
    owed_by_g = actual.recovered["g"][0].tolist() if "g" in actual.recovered else none
    assert owed_by_g == expected["recovered"].get("g", none), number
    fallen = falls(scenario, roles)
    for stream in STREAMS if "b" in fallen else ():
        there = actual.held.get("b", {}).get(stream)
        found = held(expected, ends, (stream,), fallen["b"].day, base.after_last == "last-payment")
        assert (none if there is None else there[0].tolist()) == found, (number, stream)


@pytest.mark.parametrize("batch", range(CASES // BATCH))
def test_every_role_falls_as_in_the_reference(batch: int) -> None:
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        compare(number)
