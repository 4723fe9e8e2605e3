"""What a contract still owes after a day, by the books.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Today".
"""

from __future__ import annotations

import datetime as dt
from typing import assert_never

from securitize.assets.claims import product
from securitize.assets.resolve import ResolvedContract
from securitize.assets.royalties import ResolvedRoyalty
from securitize.base.money import RATE_UNITS


def owed_after(contract: ResolvedContract | ResolvedRoyalty, day: dt.date) -> int:
    """Scheduled cash of the instalments after ``day``, in proportion to what a restated contract owes; minor units."""
    first = sum(due <= day for due in contract.adjusted)
    expected = contract.contract.as_of.expected if contract.contract.as_of else ()
    match contract:
        case ResolvedRoyalty(contract=terms):
            whole = RATE_UNITS
            kept = terms.as_of.entitled if terms.as_of else whole
            amounts = [int(amount) for amount in contract.net]
        case ResolvedContract(contract=claim, scheduled=scheduled):
            whole = scheduled.balance[contract.projected]
            kept = claim.as_of.balance if claim.as_of else whole
            amounts = [contract.interest_received(k) + paid for k, paid in enumerate(scheduled.principal)]
        case _:
            assert_never(contract)
    as_scheduled, later = amounts[first : contract.projected], amounts[max(first, contract.projected) :]
    if kept != whole:
        later = [product(amount, kept, whole) for amount in later] if whole else [kept]
    return sum(as_scheduled) + sum(later) + sum(cash.amount for cash in expected if cash.date > day)
