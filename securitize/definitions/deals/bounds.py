"""The bound of amounts, within which the whole-number arithmetic of a deal is exact.

Source: ``docs/reference/priority-of-payments.md``, section 1.
"""

from __future__ import annotations

from securitize.base.money import QUOTIENT_LIMIT, RATE_UNITS
from securitize.definitions.deals.deal import Deal


def amount_limit(deal: Deal | None) -> int:
    """What all amounts of a life lie below, minor units; None for a pool by itself.

    Their product with the largest multiple must stay below 2^50, with a margin for what is summed of them.
    """
    largest = [RATE_UNITS]
    if deal is not None:
        largest += [each for trigger in deal.triggers.values() for each in trigger.multiples]
        largest += [each for note in deal.notes.values() for each in note.principal.multiples]
        if deal.issuer_call:
            largest += deal.issuer_call.every_price
        if deal.clean_up_call:
            largest.append(deal.clean_up_call.price)
    return QUOTIENT_LIMIT * RATE_UNITS // max(largest) // 4
