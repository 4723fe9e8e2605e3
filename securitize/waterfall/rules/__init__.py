"""What a deal means, one payment date written once as expressions over paths.

The order is that of section 11 of ``docs/reference/priority-of-payments.md``; each module holds one section.
"""

from __future__ import annotations

from securitize.waterfall.expressions import Recorder
from securitize.waterfall.resolve import ResolvedDeal
from securitize.waterfall.rules import accruals, call, invariants, steps, triggers
from securitize.waterfall.rules.books import Books


def record_payment_date(resolved: ResolvedDeal) -> Recorder:
    """One payment date of ``resolved``, recorded, with every published line."""
    books = Books.open(resolved)
    books.receive_collections()
    accruals.accrue_notes(books)
    accruals.accrue_fees(books)
    call.test_call(books)
    books.publish_before_payments()
    triggers.prepare(books)
    triggers.test(books, "before-payment")
    for name, mask in triggers.priorities_in_force(books).items():
        steps.record_priority(books, name, mask)
    triggers.test(books, "after-payment")
    accruals.publish_targets(books)
    books.close()
    invariants.check_period(books)
    return books.recorder
