"""Late is late: a window compares the due date as written, on whatever weekday that date falls, for every kind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.assets.royalty_terms import PLACE, royalty_terms
from securitize.assets.stacked import stacked
from securitize.definitions.figures import STREAMS
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.market.schedules import Schedule
from securitize.performance.stresses import resolve_performance
from tests.unit.pool_samples import CUT_OFF, LICENCE, LOAN, D, pool, scenario

#: Monday to Sunday, of which the Saturday and Sunday end a month: modified-following goes back from them.
LAST = [D(2021, 1, day) for day in range(25, 32)]
HOW = ["unadjusted", "following", "modified-following", "preceding"]
ENDS = (
    CUT_OFF,
    *(D(2020, month, 1) for month in range(2, 13)),
    *(D(2021, month, 1) for month in range(1, 7)),
)
SCHEDULE = Schedule(ENDS[1:], ENDS, ENDS)


def moved(day: dt.date, how: str) -> dt.date:
    """The adjustments by hand: weekends alone, no holidays."""
    after, before = day, day
    while after.weekday() >= 5:
        after += dt.timedelta(1)
    while before.weekday() >= 5:
        before -= dt.timedelta(1)
    return {
        "unadjusted": day,
        "following": after,
        "modified-following": after if after.month == day.month else before,
        "preceding": before,
    }[how]


def every_kind(last: dt.date, how: str) -> Pool:
    """A loan, a licence, a receivable, a loan of a trust, a royalty: the last date of each is ``last``, as written."""
    dates = {"dates": (D(2020, 7, 1), last), "adjustment": how}
    royalty: dict[str, Any] = {
        "kind": "running-royalty",
        "obligor": "o2",
        "start": CUT_OFF,
        "sales": ({"to": last - dt.timedelta(10), "amount": 1000},),
        "rate": {"kind": "fixed", "rate": Decimal("0.05")},
        "payment_lag": 10,
        "adjustment": how,
    }
    receivable = {
        "kind": "supply-chain",
        "obligor": "o1",
        "supplier": "o2",
        "start": CUT_OFF,
        "amount": 500,
        "due": last,
        "adjustment": how,
    }
    made = pool(
        loan=LOAN | {"dates": dates},
        licence=LICENCE | {"dates": dates},
        receivable=receivable,
        trust=LOAN | {"kind": "trust-loan", "trust": {"pass_through": 5}, "dates": dates},
        royalty=royalty,
    )
    return made.model_copy(update={"calendar": "weekends"})


def late(since: dt.date, until: dt.date, days: int = 40) -> dict[str, Any]:
    return {"driver": "late-payment", "from": since, "to": until, "days": days}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("last", LAST, ids=lambda day: f"{day:%a}")
def test_the_whole_last_instalment_is_late(last: dt.date, how: str) -> None:
    """Its interest and its principal, by the projection, by paths side by side, and by the kernel of royalties."""
    contracts = every_kind(last, how)
    resolved = resolve_pool(contracts, SCHEDULE, None)
    on_time = resolve_performance(None, None, contracts, SCHEDULE)
    given = resolve_performance(None, scenario(late(D(2020, 7, 2), last)), contracts, SCHEDULE)
    due = moved(last, how)
    arrives = moved(due + dt.timedelta(40), how)
    passed = moved(arrives + dt.timedelta(5), how)
    flows = project(resolved, given).flows
    for name, whole in project(resolved, on_time).flows.items():
        owed = sum(int(flow.amount[0]) for flow in whole if flow.due == due)
        found = [flow for flow in flows[name] if flow.due == due]
        assert sum(int(flow.amount[0]) for flow in found) == owed > 0
        when = {dt.date.fromordinal(int(flow.dates[0])) for flow in found}
        assert when == {passed if name == "trust" else arrives}, name
    (stack,) = stacked(resolved, [on_time, given])
    both = project(resolved, stack.performance)
    for row, alone in enumerate((on_time, given)):
        for stream in STREAMS:
            expected = project(resolved, alone).streams[stream][0]
            assert np.array_equal(both.streams[stream][row], expected), stream
    (terms,) = royalty_terms(resolved, given) or ()
    assert terms.periods[0, PLACE] == sum(end < arrives for end in ENDS[1:])


def test_a_day_before_or_after_the_date_as_written_is_no_window_of_it() -> None:
    """Sunday the 31st is paid on Monday the 1st: a window of that Monday, or of the Saturday, does not hold it."""
    contracts = every_kind(LAST[-1], "following")
    resolved = resolve_pool(contracts, SCHEDULE, None)
    on_time = project(resolved, resolve_performance(None, None, contracts, SCHEDULE))
    for day in (D(2021, 2, 1), D(2021, 1, 30)):
        given = resolve_performance(None, scenario(late(day, day)), contracts, SCHEDULE)
        found = project(resolved, given)
        assert all(np.array_equal(found.streams[name], on_time.streams[name]) for name in STREAMS), day


def test_what_the_calendar_moves_past_the_cut_off_is_late_from_the_next_day() -> None:
    """Due on Saturday the 1st, the cut-off, and paid on Monday the 3rd: a window from the cut-off on holds it."""
    loan = LOAN | {"start": D(2020, 1, 1), "dates": {"dates": (D(2020, 2, 1),), "adjustment": "following"}}
    contracts = pool(a=loan).model_copy(update={"calendar": "weekends"})
    after = replace(SCHEDULE, payment=SCHEDULE.payment[1:], collection=ENDS[1:], accrual=ENDS[1:])
    given = resolve_performance(Performance(), scenario(late(D(2020, 2, 2), D(2020, 2, 2))), contracts, after)
    (flow, *_) = project(resolve_pool(contracts, after, None), given).flows["a"]
    assert dt.date.fromordinal(int(flow.dates[0])) == D(
        2020, 3, 16
    )  # the 3rd of February and 40 days: a Saturday
