"""Two laws of the day on which a deal stands, on every shipped deal and template.

A deal whose books equal the forecast is stressed as the fresh deal is from that day; and what is only late is collected
in the end. Source: ``docs/reference/priority-of-payments.md``, section 13, "Today".
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from securitize.assets.collections import project
from securitize.definitions.performance import PAID_AT_THE_END
from securitize.definitions.scenarios.scenario import LatePaymentStress, Scenario
from securitize.performance.stresses import resolve_performance
from tests.stress.mid_life import FEN, after, at_closing, cases, furthest, lines_after, read, shipped

DEALS = shipped()
#: Periods that every change tries: the first with a cut-off on a weekend, one in the middle of the instalments.
FEW = [("guangzhou-2019", 6), ("nanshan-5-2022", 1), ("xoma-vabysmo-2023", 12)]
#: Delays in days: a quarter, half a year, ten years.
DELAYS = (90, 180, 3650)


def periods(deal: str) -> range:
    return range(1, at_closing(deal)[0].schedule.periods)


def holds_after(deal: str, period: int) -> None:
    """The first law: line by line, and by fens where each claim owes one fen less than forecast."""
    fresh, rolled = at_closing(deal)[0], after(deal, period)
    told = cases(rolled)
    stresses = [read(one) for one in told]
    expected = lines_after(fresh, stresses, period)
    assert furthest(lines_after(rolled, stresses, period), expected) == (0, None)
    less = after(deal, period, less=FEN)
    again = cases(less)
    assert [one.name for one in again] == [one.name for one in told]
    gap, line = furthest(lines_after(less, [read(one) for one in again], period), expected)
    # Each claim is a fen short, and roundings of balances, steps and sums over the life differ by some more.
    assert gap <= 20 * len(fresh.pool.contracts), line


def is_collected(deal: str, period: int, days: int) -> None:
    """The second law: by the last collection date or after it, all that was owed arrives."""
    _, _, whole = at_closing(deal)
    rolled = after(deal, period) if period else at_closing(deal)[0]
    window = LatePaymentStress.model_construct(
        driver="late-payment", obligors=None, from_=dt.date(1990, 1, 1), to=dt.date(2199, 12, 31), days=days
    )
    performance = resolve_performance(
        rolled.deal.performance,
        Scenario.model_construct(name="late", stress=(window,)),
        rolled.pool,
        rolled.schedule,
        rolled.today,
        rolled.deal,
    )
    found = project(rolled.resolved_pool, performance, keep_flows=False)
    collected = sum(int(cash[0, period:].sum()) for cash in found.streams.values())
    if not PAID_AT_THE_END[performance.after_last]:
        collected += sum(int(one.after_last[0]) for one in found.contracts)
    owed = sum(sum(one.scheduled.values()) for one in whole.contracts) - int(whole.scheduled[:period].sum())
    assert collected == owed


@pytest.mark.parametrize(("deal", "period"), FEW)
def test_a_deal_on_forecast_is_stressed_as_the_fresh_one_from_that_day(deal: str, period: int) -> None:
    holds_after(deal, period)


@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: Path(deal).name)
def test_what_is_only_late_is_collected_in_the_end(deal: str) -> None:
    is_collected(deal, 0, DELAYS[-1])
    for days in DELAYS:
        is_collected(deal, 1, days)


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: Path(deal).name)
def test_both_laws_hold_after_every_period(deal: str) -> None:
    for period in periods(deal):
        holds_after(deal, period)
        for days in DELAYS:
            is_collected(deal, period, days)
