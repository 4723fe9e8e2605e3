"""Corners that the engine and the page once saw differently, as small as can be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from securitize.performance.stresses import resolve_performance
from tests.oracle.assets_reference import collections
from tests.oracle.generated_pools import MARKET

ENDS = tuple(map(dt.date.fromisoformat, ("2019-08-31", "2020-02-01", "2021-02-28")))
ADVANCE = {
    "kind": "lease-back",
    "timing": "advance",
    "start": dt.date(2019, 8, 31),
    "price": Decimal(1000),
    "rate": {"kind": "fixed", "rate": Decimal("0.1")},
    "repayment": {"kind": "bullet"},
    "day_count": "30E+/360",
    "dates": {
        "every": "12M",
        "first": dt.date(2019, 8, 31),
        "last": dt.date(2020, 8, 31),
        "adjustment": "following",
    },
}
LISTED = {
    "kind": "licence-back",
    "start": dt.date(2020, 2, 29),
    "lump_sum": Decimal(1000),
    "contract_rate": Decimal("0.1"),
    "day_count": "ACT/ACT-ICMA",
    "repayment": {
        "kind": "custom",
        "payments": (
            {"date": dt.date(2020, 7, 26), "amount": Decimal(500)},
            {"date": dt.date(2020, 12, 2), "amount": Decimal(500)},
        ),
    },
    "dates": {"frequency": "6M", "dates": (dt.date(2020, 9, 27),)},
}
MID_LIFE = {
    "kind": "running-royalty",
    "start": dt.date(2019, 8, 31),
    "sales": tuple(
        {"to": day, "amount": Decimal(1000)} for day in (dt.date(2019, 12, 31), dt.date(2020, 12, 31))
    ),
    "rate": {"kind": "fixed", "rate": Decimal("0.05")},
    "as_of": {"date": dt.date(2020, 1, 15)},
}

# The books hold its default by name, so that the scenario's does not happen.
DEFAULTED = MID_LIFE | {
    "as_of": {
        "date": dt.date(2020, 1, 15),
        "defaulted": dt.date(2019, 12, 1),
        "entitled": Decimal("0.4"),
        "returning": ({"date": dt.date(2019, 12, 20), "share": Decimal("0.25")},),
    }
}
NAMED = Scenario.model_validate(
    {"name": "named", "stress": ({"driver": "default", "obligor": "o1", "at": dt.date(2020, 6, 1)},)}
)


@pytest.mark.parametrize("scenario", [Scenario(name="none"), NAMED], ids=["none", "named"])
@pytest.mark.parametrize(
    "contract", [ADVANCE, LISTED, MID_LIFE, DEFAULTED], ids=["advance", "listed", "mid-life", "defaulted"]
)
def test_the_engine_follows_the_page(contract: dict[str, Any], scenario: Scenario) -> None:
    pool = Pool.model_validate(
        {
            "name": "small",
            "calendar": "weekends",
            "obligors": {"o1": {}},
            "contracts": {"c1": {"obligor": "o1", **contract}},
        }
    )
    schedule, base = Schedule(ENDS[1:], ENDS, ENDS), Performance()
    expected = collections(pool, list(ENDS), MARKET, base, scenario)
    actual = project(
        resolve_pool(pool, schedule, MARKET), resolve_performance(base, scenario, pool, schedule)
    )
    found: dict[str, list[int]] = {stream: cash[0].tolist() for stream, cash in actual.streams.items()}
    found["sales"] = actual.sales[0].tolist()
    assert found == {key: expected[key] for key in found}
