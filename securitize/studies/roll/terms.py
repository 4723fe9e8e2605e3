"""What the terms of a claim give in a period on a balance that stands before it.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Identities", and ``assets.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, assert_never

from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.resolved import ResolvedPerformance


class Instalment(NamedTuple):
    """Interest and principal, minor units."""

    interest: int
    principal: int


def instalments_of(claim: ResolvedContract, prepared: Prepared, t: int) -> list[int]:
    """The instalments with adjusted date in a collection period, from 0 both."""
    since, until = prepared.schedule.collection[t], prepared.schedule.collection[t + 1]
    return [k for k, day in enumerate(claim.adjusted) if k >= claim.first and since < day <= until]


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
    terms, opening = claim.terms, claim.scheduled.balance[k]
    if terms.interest:
        return int(multiply_divide(balance, terms.interest[k], max(1, opening))[0])
    return int(
        multiply_divide(balance, terms.rates[k] * terms.numerators[k], terms.denominators[k] * RATE_UNITS)[0]
    )


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
