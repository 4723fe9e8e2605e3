"""Whole deals, schedules and streams, drawn at random over the whole vocabulary of the reference.

Values that find faults are drawn often: zeros, one cent, equal ranks, one period, thresholds met exactly.
What the deals really exercise is counted in ``test_generator.py``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.properties.drawing import STREAMS, Draw, add_months, chance, evenly, money, one_of, subset
from tests.properties.generated_steps import draw_steps
from tests.properties.generated_streams import draw_pools
from tests.properties.generated_terms import (
    draw_accounts,
    draw_call,
    draw_closing,
    draw_fee,
    draw_notes,
    draw_support,
    draw_trigger,
)


@dataclass(frozen=True)
class GeneratedDeal:
    """A deal file, its three date lists, and what the pool delivers on each path."""

    deal: dict[str, Any]
    schedule: dict[str, list[datetime.date]]
    pools: list[dict[str, Any]]


def draw_schedule(draw: Draw, months: int) -> tuple[dict[str, Any], dict[str, list[datetime.date]]]:
    """The [dates] of a deal and its lists; payment dates are moved by hand, as a calendar would move them."""
    closing = draw_closing(draw)
    cut_off = closing - datetime.timedelta(days=draw(41))
    periods = one_of(draw, 1, 2, 3, 4, 5, 6, 6, 8, 12)
    accrual = [closing] + [add_months(closing, months * (k + 1)) for k in range(periods)]
    payment = [day + datetime.timedelta(days=draw(4)) for day in accrual[1:]]
    legal_final = one_of(draw, accrual[-1], payment[-1])
    if chance(draw, 50):
        accrual = [closing, *payment]
    lag = one_of(draw, 0, 1, 5, 10)
    collection = [cut_off] + [day - datetime.timedelta(days=lag) for day in payment]
    collection = [max(day, cut_off + datetime.timedelta(days=k)) for k, day in enumerate(collection)]
    dates = {
        "cut_off": cut_off,
        "closing": closing,
        "legal_final": legal_final,
        "payment": {"dates": payment},
        "collection": {"dates": collection[1:]},
    }
    return dates, {"payment": payment, "accrual": accrual, "collection": collection}


def draw_priorities(draw: Draw, deal: dict[str, Any], size: int) -> dict[str, Any]:
    """One priority, or more that triggers call for."""
    names = ["normal"]
    if deal["triggers"]:
        names += subset(draw, ["acceleration", "default"])
    for trigger in deal["triggers"].values():
        priority = one_of(draw, *names[1:], *names[1:], None)
        if priority:
            trigger["priority"] = priority
    return {name: tuple(draw_steps(draw, deal, size)) for name in names}


def draw_deal(draw: Draw, paths: int) -> GeneratedDeal:
    """A valid deal with its dates and ``paths`` paths of collections."""
    months = one_of(draw, 1, 3, 3, 6, 12)
    dates, schedule = draw_schedule(draw, months)
    periods = len(schedule["payment"])
    size = one_of(draw, 200, 10_000, 10_000_000, 10_000_000, 1_000_000_000)
    notes = draw_notes(draw, schedule, size)
    names = list(notes)
    accounts = draw_accounts(draw, names, size)
    fees, triggers = one_of(draw, 0, 1, 2, 3, 3), one_of(draw, 0, 1, 2, 3, 3)
    supports, limits = one_of(draw, 0, 1, 2), one_of(draw, 0, 1, 2)
    deal: dict[str, Any] = {
        "name": "generated",
        "pool": "generated",
        "rounding": one_of(draw, "half-even", "half-even", "half-up", "down"),
        "residual_to": one_of(draw, "originator", *names),
        "dates": dates,
        "accounts": accounts,
        "collections": {
            stream: one_of(draw, *accounts) for stream in STREAMS if len(accounts) > 1 and chance(draw, 30)
        },
        "notes": notes,
        "fees": {f"f{i}": draw_fee(draw, names, schedule, size) for i in range(fees)},
        "support": {f"s{i}": draw_support(draw, size, periods) for i in range(supports)},
        "triggers": {f"t{i}": draw_trigger(draw, names, schedule) for i in range(triggers)},
        "limits": {
            f"l{i}": {
                "amount": money(draw, one_of(draw, 1, 4) * size // (2 * periods)),
                "per": one_of(draw, "payment", "year", "life"),
            }
            for i in range(limits)
        },
    }
    if chance(draw, 20):
        deal["principal_distribution"] = {"streams": tuple(subset(draw, list(STREAMS), 1))}
    if chance(draw, 30):
        deal["clean_up_call"] = draw_call(draw, schedule)
    deal["priority"] = draw_priorities(draw, deal, size)
    return GeneratedDeal(deal, schedule, draw_pools(draw, deal, periods, months, paths))


def numbered_deal(number: int, paths: int = 2) -> GeneratedDeal:
    """The deal of this number: the same one everywhere."""
    return draw_deal(evenly(number), paths)


@st.composite
def generated_deals(draw: st.DrawFn, paths: int = 2) -> GeneratedDeal:
    """A deal drawn by Hypothesis, which knows how to make it smaller where a test fails."""
    return draw_deal(lambda n: draw(st.integers(0, n - 1)), paths)
