"""Whole deals, schedules and streams, drawn at random over the whole vocabulary of the reference.

Values that find faults are drawn often: zeros, one cent, equal ranks, one period, thresholds met exactly.
What the deals really exercise is counted in ``test_generator.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.properties.drawing import STREAMS, Draw, Table, chance, evenly, one_of, shuffled, subset
from tests.properties.generated_accounts import draw_accounts, draw_deficiency
from tests.properties.generated_fees import draw_fee
from tests.properties.generated_frame import Frame, draw_dates
from tests.properties.generated_holders import charge_payments, reset_coupons
from tests.properties.generated_notes import draw_notes, settle_for_amounts
from tests.properties.generated_parties import draw_parties
from tests.properties.generated_steps import draw_named_limit, draw_steps, share_the_rest
from tests.properties.generated_streams import draw_pools
from tests.properties.generated_support import draw_support
from tests.properties.generated_triggers import draw_clean_up_call, draw_issuer_call, draw_triggers


@dataclass(frozen=True)
class GeneratedDeal:
    """A deal file, its dates, and what the pool, the market and the providers deliver on each path.

    schedule : "payment", "written", "accrual", "collection"; where the deal has a frequency also "frequency" (months),
               "reference_date" and "end_of_month", and of some the whole list, "reference_dates"
    pools    : of each path "streams", "performing", "defaulted", "scheduled", "sales", "forecast_sales" (minor units),
               "support_pays", "account_pays" and "fixings" (units of 1e-8), "support_late" (0 or 1), "ratings"
               (places on the scale), "held" by account and "recovered" by party (minor units)
    """

    deal: Table
    schedule: Table
    pools: list[Table]


def draw_priorities(draw: Draw, deal: Table, frame: Frame) -> Table:
    """One priority, or more that triggers call for."""
    names = ["normal"]
    if deal["triggers"]:
        names += subset(draw, ["acceleration", "default"])
    for trigger in deal["triggers"].values():
        priority = one_of(draw, *names[1:], *names[1:], None)
        if priority:
            trigger["priority"] = priority
    return {name: tuple(draw_steps(draw, deal, frame)) for name in names}


def draw_frame(draw: Draw) -> Frame:
    """The dates, the size and the names of a deal."""
    months = one_of(draw, *(1, 3, 3, 6, 12) * 2, 24)
    dates, schedule = draw_dates(draw, months)
    notes = [f"N{i}" for i in range(one_of(draw, 1, 2, 2, 3, 4))]
    rich = chance(draw, 75)
    ledgers = shuffled(draw, subset(draw, notes, 1)) if chance(draw, 30 if rich else 4) else []
    accounts = ["collection"]
    if chance(draw, 70 if ledgers else 30):
        accounts.append("principal")
    accounts += ("reserve", "second-reserve")[: one_of(draw, 0, 1, 1, 2)]
    return Frame(
        dates=dates,
        schedule=schedule,
        months=months,
        size=one_of(draw, 200, 10_000, 10_000_000, 10_000_000, 1_000_000_000),
        notes=notes,
        accounts=accounts,
        triggers=[f"t{i}" for i in range(one_of(draw, 0, 1, 2, 3, 4, 5))],
        support=[f"s{i}" for i in range(one_of(draw, 0, 1, 2))],
        fees=[f"f{i}" for i in range(one_of(draw, 0, 1, 2, 3, 3))],
        ledgers=ledgers,
        rich=rich,
    )


def draw_deal(draw: Draw, paths: int, dense: bool = False, amounts: bool = False) -> GeneratedDeal:
    """A valid deal with its dates and ``paths`` paths of collections.

    dense : its companies have as many roles as they can; amounts : notes are settled for amounts of money in deals of
    several priorities too
    """
    frame = draw_frame(draw)
    notes = draw_notes(draw, frame)
    accounts = draw_accounts(draw, frame, notes)
    deal: Table = {
        "name": "generated",
        "pool": "generated",
        "rounding": one_of(draw, "half-even", "half-even", "half-up", "down"),
        "residual_to": one_of(draw, "originator", *frame.notes),
        "dates": frame.dates,
        "accounts": accounts,
        "collections": {
            stream: one_of(draw, *accounts) for stream in STREAMS if len(accounts) > 1 and chance(draw, 30)
        },
        "notes": notes,
        "fees": {name: draw_fee(draw, frame) for name in frame.fees},
        "support": {name: draw_support(draw, frame) for name in frame.support},
        "triggers": draw_triggers(draw, frame),
        "limits": {f"l{i}": draw_named_limit(draw, frame) for i in range(one_of(draw, 0, 1, 2))},
    }
    if chance(draw, 20):
        deal["principal_distribution"] = {"streams": tuple(subset(draw, list(STREAMS), 1))}
    if chance(draw, 30):
        deal["clean_up_call"] = draw_clean_up_call(draw, frame)
    if frame.has(draw, 25):
        deal["issuer_call"] = draw_issuer_call(draw, frame)
    if frame.ledgers:
        deal["principal_deficiency"] = draw_deficiency(draw, frame)
    deal["priority"] = draw_priorities(draw, deal, frame)
    settle_for_amounts(deal)
    share_the_rest(deal)
    reset_coupons(deal, frame)
    charge_payments(deal, frame)
    pools = draw_pools(draw, deal, frame.periods, frame.months, paths)
    draw_parties(draw, deal, pools, frame, dense)
    return GeneratedDeal(deal, frame.schedule, pools)


def numbered_deal(number: int, paths: int = 2, dense: bool = False, amounts: bool = False) -> GeneratedDeal:
    """The deal of this number: the same one everywhere."""
    return draw_deal(evenly(number), paths, dense, amounts)


@st.composite
def generated_deals(draw: st.DrawFn, paths: int = 2) -> GeneratedDeal:
    """A deal drawn by Hypothesis, which knows how to make it smaller where a test fails."""
    return draw_deal(lambda n: draw(st.integers(0, n - 1)), paths)
