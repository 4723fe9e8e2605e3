"""What the terms of a claim give in a period on a balance that stands before it.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Identities", and ``assets.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, assert_never

from securitize.assets.claims import product
from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import multiply_divide
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.resolved import ResolvedPerformance


class Instalment(NamedTuple):
    """Interest and principal, minor units."""

    interest: int
    principal: int


def instalments_of(claim: ResolvedContract, prepared: Prepared, t: int) -> list[int]:
    """The instalments with adjusted date in a collection period, from 0 both."""
    period = prepared.schedule.collection_period(t)
    return [k for k, day in enumerate(claim.adjusted) if k >= claim.first and day in period]


def due_in(
    claim: ResolvedContract,
    prepared: Prepared,
    t: int,
    balance: int,
    performance: ResolvedPerformance,
    before: dt.date = dt.date.max,
) -> Instalment:
    """What falls due in a period, before a day, where nothing is late, prepaid or defaults."""
    interest = principal = 0
    for k in (one for one in instalments_of(claim, prepared, t) if claim.adjusted[one] < before):
        of_k = _interest(claim, k, balance)
        paid = _principal(claim, k, balance, of_k, performance)
        interest, principal, balance = interest + of_k, principal + paid, balance - paid
    return Instalment(interest, principal)


def interest_of(claim: ResolvedContract, prepared: Prepared, t: int, balance: int, one_more: bool) -> int:
    """The most interest that a balance bears in a period: of each instalment on all of it.

    one_more : whether what was repaid out of turn brings interest of the instalment after them too
    """
    found = instalments_of(claim, prepared, t)
    if one_more:
        until = prepared.schedule.collection[t + 1]
        found += [k for k, day in enumerate(claim.adjusted) if day > until][:1]
    return sum(_interest(claim, k, balance) for k in found)


def unpaid_interest(
    claim: ResolvedContract, performance: ResolvedPerformance, amount: int, day: dt.date
) -> int:
    """Interest on what defaulted on a day that was unpaid then, where a recovery of the deal has a claim to it.

    A default on the adjusted date of an instalment is one on its date as written.
    """
    if not any(one.of_interest for one in performance.as_written):
        return 0
    k = next((k for k, due in enumerate(claim.adjusted) if due >= day), None)
    if k is None:
        return 0
    upto = claim.dates[k + 1] if day == claim.adjusted[k] else min(day, claim.dates[k + 1])
    unit = claim.terms.unit
    interest = product(amount, *claim.under(performance.index).interest_to(k, upto), unit)
    return interest - min(interest, product(amount, *claim.trust_share(k, upto), unit))


def fees_left(claim: ResolvedContract, prepared: Prepared, t: int, balance: int) -> int:
    """All licence fees still to come on a balance, each rounded up."""
    since, scheduled = prepared.schedule.collection[t], claim.scheduled
    later = [k for k, day in enumerate(claim.adjusted) if day > since]
    if not later or not scheduled.balance[later[0]]:
        return balance
    before = scheduled.balance[later[0]]
    return sum(
        int(multiply_divide(scheduled.interest[k] + scheduled.principal[k], balance, before, "up")[0]) + 1
        for k in later
    )


def _interest(claim: ResolvedContract, k: int, balance: int) -> int:
    return product(balance, *claim.interest_to(k, claim.dates[k + 1]), claim.terms.unit)


def _principal(
    claim: ResolvedContract, k: int, balance: int, interest: int, performance: ResolvedPerformance
) -> int:
    scheduled = claim.scheduled
    if k == len(claim.adjusted) - 1:
        return balance
    match performance.instalment:
        case "recomputed":
            opening = scheduled.balance[k]
            return int(multiply_divide(balance, scheduled.principal[k], opening)[0]) if opening else 0
        case "fixed":
            paid = scheduled.principal[k]
            if claim.contract.shape.level:
                paid = max(0, paid + scheduled.interest[k] - interest)
            return min(balance, paid)
        case _:
            assert_never(performance.instalment)
