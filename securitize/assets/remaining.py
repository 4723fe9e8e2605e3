"""One contract from a day on: what it owes then, what is scheduled and what comes after it.

Source: ``docs/reference/measures.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from securitize.assets.claims import product
from securitize.assets.collections import Collections
from securitize.assets.commingling import through_servicer
from securitize.assets.events import BalanceFall, CashFlow
from securitize.assets.owed import dues_after
from securitize.assets.resolve import ResolvedContract, ResolvedPool
from securitize.assets.royalties import ResolvedRoyalty
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.figures import Stream
from securitize.performance.resolved import ResolvedPerformance


@dataclass(frozen=True, slots=True)
class RemainingContract:
    """A contract after a day, on one path, minor units.

    balance    : what it owes after the day, as projected
    rate       : units of 1e-8, of the next instalment; 0 of a royalty, and where none is left
    scheduled  : by stream, of the instalments after the day as the books restate them
    collected, commingled : of what arrives after the day, with the vehicle and lost with a servicer
    defaulted  : that defaults, or is lost by failed rights, after the day
    """

    balance: int
    rate: int
    scheduled: Mapping[Stream, int]
    collected: int
    commingled: int
    defaulted: int


def remaining_contracts(
    pool: ResolvedPool, performance: ResolvedPerformance, collections: Collections, day: dt.date
) -> dict[str, RemainingContract]:
    """Each contract of the pool after ``day``, on the deterministic path.

    collections : of the pool when ``performance`` happens, with dated cash
    """
    found: dict[str, RemainingContract] = {}
    unit = unit_of(pool.pool.currency)
    for published in pool.contracts:
        contract = published.under(performance.index)
        match contract:
            case ResolvedRoyalty():
                opening, rate = 0, 0
                past = contract.contract.as_of
                expected = past.expected if past else ()
                later = sum(cash.amount for cash in expected if cash.date > day)
                scheduled: dict[Stream, int] = {
                    "royalty": sum(due.amount for due in dues_after(contract, day)) - later
                }
            case ResolvedContract():
                opening = contract.scheduled.balance[contract.first]
                first = sum(due <= day for due in contract.adjusted)
                rate = contract.terms.rates[first] if first < len(contract.adjusted) else 0
                scheduled = _scheduled(contract, first)
            case _:
                assert_never(contract)
        cash, falls = collections.flows[contract.name], collections.falls[contract.name]
        found[contract.name] = _after(cash, falls, performance, day, opening, rate, scheduled, unit)
    return found


def _scheduled(contract: ResolvedContract, first: int) -> dict[Stream, int]:
    """Of the instalments after the first so many, in proportion to what a restated claim owes."""
    claim, scheduled, restated = contract.contract, contract.scheduled, contract.projected
    whole = scheduled.balance[restated]
    kept = claim.as_of.balance if claim.as_of else whole
    interest = principal = 0
    for k in range(first, len(contract.adjusted)):
        repaid = scheduled.principal[k]
        both = contract.interest_received(k) + repaid
        if claim.as_of and whole:
            unit = contract.terms.unit
            both, repaid = product(both, kept, whole, unit), product(repaid, kept, whole, unit)
        elif claim.as_of:
            # A balance where none was scheduled is repaid with the last instalment.
            both = repaid = kept if k == len(contract.adjusted) - 1 else 0
        interest, principal = interest + both - repaid, principal + repaid
    if claim.fee_bearing:
        return {"fee": interest + principal}
    return {"interest": interest, "principal": principal}


def _after(
    cash: Iterable[CashFlow],
    falls: Iterable[BalanceFall],
    performance: ResolvedPerformance,
    day: dt.date,
    opening: int,
    rate: int,
    scheduled: Mapping[Stream, int],
    unit: int,
) -> RemainingContract:
    today, owed, defaulted = day.toordinal(), opening, 0
    for fall in falls:
        fallen = int(fall.amount[0])
        if int(fall.dates[0]) <= today:
            owed -= fallen
            continue
        match fall.kind:
            case "defaulted" | "lost":
                defaulted += fallen
            case "principal" | "prepayment" | "restated":
                pass
            case _:
                assert_never(fall.kind)
    collected = commingled = 0
    for flow in cash:
        dates, amount, lost = through_servicer(performance.servicer, flow.dates, flow.amount, unit)
        if int(np.ravel(dates)[0]) > today:
            collected, commingled = collected + int(amount[0]), commingled + int(lost[0])
    return RemainingContract(owed, rate, scheduled, collected, commingled, defaulted)
