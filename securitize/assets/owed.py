"""What a contract still owes after a day, by the books.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Today", and ``suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from typing import assert_never

from securitize.assets.claims import product
from securitize.assets.resolve import ResolvedContract
from securitize.assets.royalties import ResolvedRoyalty
from securitize.base.money import RATE_UNITS
from securitize.performance.suites.target import Due


def dues_after(contract: ResolvedContract | ResolvedRoyalty, day: dt.date) -> tuple[Due, ...]:
    """Scheduled cash of the instalments after ``day``, in proportion to what a restated contract owes, minor units.

    Then what is expected of the past, which nothing strikes after ``day``.
    """
    first = sum(due <= day for due in contract.adjusted)
    expected = contract.contract.as_of.expected if contract.contract.as_of else ()
    match contract:
        case ResolvedRoyalty(contract=terms):
            whole = RATE_UNITS
            kept = terms.as_of.left if terms.as_of else whole
            amounts = [int(amount) for amount in contract.net]
        case ResolvedContract(contract=claim, scheduled=scheduled):
            whole = scheduled.balance[contract.projected]
            kept = claim.as_of.balance if claim.as_of else whole
            amounts = [contract.interest_received(k) + paid for k, paid in enumerate(scheduled.principal)]
        case _:
            assert_never(contract)
    if kept != whole:
        # A balance where none was scheduled is repaid with the last instalment.
        rest = amounts[contract.projected :]
        rest = [product(amount, kept, whole) for amount in rest] if whole else [0] * (len(rest) - 1) + [kept]
        amounts = [*amounts[: contract.projected], *rest]
    later = range(first, len(amounts))
    return (
        *(Due(contract.dates[k + 1], _received(contract, k), amounts[k]) for k in later if amounts[k]),
        *(Due(day, cash.date, cash.amount) for cash in expected if cash.date > day and cash.amount),
    )


def _received(contract: ResolvedContract | ResolvedRoyalty, k: int) -> dt.date:
    """When the cash of the instalment after the first ``k`` is with the vehicle."""
    match contract:
        case ResolvedRoyalty():
            return contract.adjusted[k]
        case ResolvedContract():
            return contract.received_on(contract.adjusted[k])
        case _:
            assert_never(contract)
