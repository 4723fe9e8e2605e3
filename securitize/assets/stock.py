"""What is still to come of the defaults that are in a contract's books.

Source: ``docs/reference/assets.md``, section 1, "What has defaulted by then".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from securitize.assets.events import on
from securitize.assets.recoveries import recoveries_of
from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import Int64
from securitize.definitions.pools.past import PastClaim, PastDefault
from securitize.performance.parties import source_key
from securitize.performance.resolved import ResolvedPerformance, resolved_recoveries


@dataclass(frozen=True, slots=True)
class StockFlow:
    """One recovery of a default of the past.

    arrival : when it is with the vehicle
    amount  : int64 (paths,), minor units
    owed    : of a party, the day as written on which it owes it; None where nobody promised it
    """

    source: str
    party: str | None
    arrival: dt.date
    amount: Int64
    owed: dt.date | None


def flows_of_default(
    default: PastDefault, contract: ResolvedContract, performance: ResolvedPerformance
) -> list[StockFlow]:
    """Everything that the rules make of one default, as written, the deposit first; nothing taken away yet."""
    day, moved = on(default.date), contract.contract.moved
    borne = np.full(performance.paths, default.deposit, np.int64)
    found = [StockFlow("deposit", None, contract.received_on(default.date), borne, None)]
    own = default.recoveries
    for one in recoveries_of(
        performance.as_written if own is None else resolved_recoveries(own),
        day,
        np.full(performance.paths, default.amount - default.deposit, np.int64),
        contract.calendar,
        moved,
        performance.parties,
        performance.late_parties,
        contract.terms.unit,
        default.interest,
    ):
        arrival = contract.received_on(dt.date.fromordinal(int(one.dates[0])))
        owed = None if one.owed is None else dt.date.fromordinal(int(one.owed[0]))
        found.append(StockFlow(one.source, one.party, arrival, one.amount, owed))
    return found


def flows_to_come(
    past: PastClaim, contract: ResolvedContract, performance: ResolvedPerformance
) -> list[StockFlow]:
    """What is still to come of all defaults in the books of a contract, after what has come and is expected by name."""
    flows: list[tuple[int, StockFlow]] = []
    for place, default in enumerate(past.defaulted):
        had = np.full(performance.paths, default.recovered + default.given_up, np.int64)
        for flow in sorted(flows_of_default(default, contract, performance), key=lambda one: one.arrival):
            taken = np.minimum(had, flow.amount)
            had = had - taken
            flows.append((place, replace(flow, amount=flow.amount - taken)))
    by_name = np.full(performance.paths, past.expected_recoveries, np.int64)
    room = [np.full(performance.paths, default.stock, np.int64) for default in past.defaulted]
    left = []
    for place, flow in sorted(flows, key=lambda one: one[1].arrival):
        taken = np.minimum(by_name, flow.amount)
        by_name = by_name - taken
        room[place] = np.maximum(0, room[place] - taken)
        left.append((place, replace(flow, amount=flow.amount - taken)))
    found = []
    for place, flow in left:
        due = replace(flow, amount=np.minimum(room[place], flow.amount))
        if due.amount.any():
            comes = _due_anew(due, past.date, contract, performance)
            # As after a default of the projection: what a failed party does not pay is left for those after it.
            room[place] = room[place] - comes.amount
            found.append(comes)
    return found


def _due_anew(
    flow: StockFlow, today: dt.date, contract: ResolvedContract, performance: ResolvedPerformance
) -> StockFlow:
    """A flow that is overdue falls due on the day after the books; others stay as they are."""
    if flow.arrival > today:
        return flow
    due = today + dt.timedelta(days=1)
    amount = flow.amount
    failed = performance.parties.get(flow.party or source_key(flow.source))
    if failed is not None:
        # What fell due before the party failed has its share not taken yet.
        reduced = flow.owed is not None and on(flow.owed) >= failed.dates
        amount = np.where(reduced, amount, failed.pays(on(due), amount, contract.terms.unit))
    arrival = contract.received_on(contract.calendar.adjust(due, contract.contract.moved))
    return replace(flow, arrival=arrival, amount=amount, owed=None if flow.owed is None else due)
