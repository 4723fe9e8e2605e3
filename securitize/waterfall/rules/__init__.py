"""What a deal means, one payment date written once as expressions over paths.

The order is that of section 11 of ``docs/reference/priority-of-payments.md``; each module holds one subject.
"""

from __future__ import annotations

from securitize.waterfall.expressions import Recorder
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import (
    calls,
    claims,
    fees,
    final_distribution,
    interest,
    invariants,
    limits,
    overdue,
    parties,
    publishing,
    reserves,
    steps,
    totals,
    triggers,
)
from securitize.waterfall.rules.books import Books
from securitize.waterfall.terms import Parts


def record_payment_date(
    resolved: ResolvedDeal | Parts, *, states: bool = False, with_totals: bool = False
) -> Recorder:
    """One payment date of ``resolved``, whole or taken apart, recorded with every published line.

    states      : publish also every state at the end of the date, as lines ("state", name)
    with_totals : hand over what each path comes to, see :mod:`securitize.waterfall.rules.totals`
    """
    books = Books.open(resolved)
    before_payments(books)
    for name, mask in triggers.priorities_in_force(books).items():
        steps.record_priority(books, name, mask)
    after_payments(books)
    publishing.publish(books)
    invariants.check_period(books)
    if states:
        publishing.publish_states(books)
    if with_totals:
        totals.record_totals(books)
    return books.recorder


def before_payments(books: Books) -> None:
    """Section 11, 1 to 4: money enters, everything accrues, calls and triggers are tested."""
    interest.earn_on_accounts(books)
    parties.pay_recoveries(books)
    books.receive_collections()
    parties.lose_at_banks(books)
    limits.renew_limits(books)
    interest.accrue_notes(books)
    fees.accrue_fees(books)
    fees.charge_for_support(books)
    claims.debit_defaults(books)
    claims.settle(books)
    claims.put_notes(books)
    calls.test_calls(books)
    publishing.publish_before_payments(books)
    triggers.prepare(books)
    triggers.test(books, "before-payment")
    triggers.see_active(books)


def after_payments(books: Books) -> None:
    """Section 11, 6 and 7: what is left is carried, triggers are tested, and the deal ends."""
    overdue.find_overdue(books)
    claims.carry_interest(books)
    claims.cut_to_balances(books)
    triggers.test(books, "after-payment")
    reserves.publish_targets(books)
    final_distribution.close(books)
