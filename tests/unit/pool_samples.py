"""A small pool, its deal's dates, and projections of it, for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from securitize.assets.collections import Collections, project
from securitize.assets.resolve import resolve_pool
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.market import Market
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from securitize.performance.stresses import resolve_performance

D = dt.date
CUT_OFF = D(2020, 1, 1)
#: Periods end on the first day of each quarter of two years; notes are paid ten days later.
ENDS = tuple(D(2020 + (3 * t) // 12, (3 * t) % 12 + 1, 1) for t in range(9))
PAID = tuple(day + dt.timedelta(days=10) for day in ENDS[1:])
SCHEDULE = Schedule(PAID, (CUT_OFF, *PAID), ENDS)
QUARTERS = {"every": "3M", "first": D(2020, 4, 1), "last": D(2021, 1, 1)}

#: 1,000,000.00 at 4% of 30/360: every quarter's interest is 10,000.00.
LOAN: dict[str, Any] = {
    "kind": "pledged-loan",
    "obligor": "o1",
    "start": CUT_OFF,
    "principal": 1_000_000,
    "rate": {"kind": "fixed", "rate": Decimal("0.04")},
    "day_count": "30/360",
    "repayment": {"kind": "bullet"},
    "dates": QUARTERS,
}
LICENCE: dict[str, Any] = {
    "kind": "licence-back",
    "obligor": "o2",
    "start": CUT_OFF,
    "lump_sum": 1_000_000,
    "contract_rate": Decimal("0.04"),
    "collateral": ("p1", "p2"),
    "day_count": "30/360",
    "repayment": {"kind": "equal-principal"},
    "dates": QUARTERS,
}


def pool(**contracts: dict[str, Any]) -> Pool:
    return Pool.model_validate(
        {
            "name": "sample",
            "obligors": {"o1": {}, "o2": {}},
            "collateral": {
                "p1": {"kind": "invention", "owner": "o2", "count": 3},
                "p2": {"kind": "design", "owner": "o2"},
                "p3": {"kind": "design", "owner": "o2"},
            },
            "contracts": contracts,
        }
    )


def scenario(*stresses: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({"name": "sample", "stress": stresses})


def run(
    sample: Pool,
    *stresses: dict[str, Any],
    schedule: Schedule = SCHEDULE,
    market: Market | None = None,
    **base: Any,
) -> Collections:
    performance = resolve_performance(Performance.model_validate(base), scenario(*stresses), sample, schedule)
    return project(resolve_pool(sample, schedule, market), performance)


def stream(collections: Collections, name: Any) -> list[int]:
    return [int(amount) for amount in collections.streams[name][0]]
