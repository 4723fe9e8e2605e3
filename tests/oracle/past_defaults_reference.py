"""Section 1 of docs/reference/assets.md, "What has defaulted by then": what still comes of defaults in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.oracle.dates_reference import UNIT, later, product
from tests.oracle.parties_reference import Roles, days_late, falls, recovered
from tests.oracle.stresses_reference import UNSTRESSED, entry, recoveries

#: When what the obligor or a company owes on a day, as written, is with the vehicle.
Arrives = Callable[[dt.date], dt.date]


@dataclass
class Flow:
    """What one recovery of one default brings: when it is due as written, when it comes, how much, and who owes it."""

    due: dt.date
    comes: dt.date
    amount: int
    party: str | None = None


def flows_of(
    one: Any, base: Any, scenario: Any, roles: Roles, today: dt.date, passed_on: Arrives, arrives: Arrives
) -> list[Flow]:
    """The deposit, then the recoveries of section 3, as written."""
    found = [Flow(one.date, passed_on(one.date), int(one.deposit))]
    if one.recoveries is None:
        entries = recoveries(base, UNSTRESSED)
    else:
        entries = [entry(each, each.rate, each.amount) for each in one.recoveries]
    left, unpaid = int(one.amount - one.deposit), int(one.interest)
    for due, amount, party in recovered(one.date, left, unpaid, entries, falls(scenario, roles)):
        comes = arrives(later(due, days_late(party, due, scenario, roles, today)))
        found.append(Flow(due, comes, amount, party))
    return found


def by_arrival(flows: list[Flow]) -> list[Flow]:
    """From the earliest on; of one day as they stand."""
    return sorted(flows, key=lambda flow: flow.comes)


def take(flows: list[Flow], amount: int) -> None:
    """An amount is taken away, from the earliest arrival on."""
    for flow in by_arrival(flows):
        taken = min(amount, flow.amount)
        flow.amount -= taken
        amount -= taken


def still_recovered(
    as_of: Any, base: Any, scenario: Any, roles: Roles, today: dt.date, passed_on: Arrives, arrives: Arrives
) -> list[Flow]:
    """What is still to come of every default in the books of a claim.

    passed_on : when the vehicle has what is paid on a day; arrives : the same of a day that is adjusted first
    """
    defaults = [flows_of(one, base, scenario, roles, today, passed_on, arrives) for one in as_of.defaulted]
    for one, flows in zip(as_of.defaulted, defaults, strict=True):
        take(flows, one.recovered + one.given_up)
    before = [sum(flow.amount for flow in flows) for flows in defaults]
    by_name = sum(cash.amount for cash in as_of.expected if cash.stream == "recovery")
    take([flow for flows in defaults for flow in flows], by_name)
    replaced = [
        all_of - sum(flow.amount for flow in flows) for all_of, flows in zip(before, defaults, strict=True)
    ]
    in_turn = [by_arrival(flows) for flows in defaults]
    fallen, anew = falls(scenario, roles), later(as_of.date, 1)
    for one, flows, gone in zip(as_of.defaulted, in_turn, replaced, strict=True):
        stock = one.amount + one.interest - one.recovered - one.written_off - gone
        for flow in flows:
            flow.amount = max(0, min(flow.amount, stock))
            if flow.comes <= as_of.date:
                fall = fallen.get(flow.party) if flow.party is not None else None
                if fall is not None and flow.due < fall.day <= anew:
                    flow.amount = product(flow.amount, fall.share, UNIT)
                flow.due, flow.comes = anew, arrives(anew)
            stock -= flow.amount
    return [flow for flows in defaults for flow in flows if flow.amount]
