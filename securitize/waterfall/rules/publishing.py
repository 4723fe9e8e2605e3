"""What is published of a payment date."""

from __future__ import annotations

from securitize.waterfall.formulas import total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.coverage import principal_in_coverage


def publish_before_payments(books: Books) -> None:
    """What coverage looks at: fees due, account balances and support left before any payment of this date."""
    store = books.recorder.store
    rated = {trigger.rated for trigger in books.resolved.deal.triggers.values()}
    for name, fee in books.fees.items():
        if not books.resolved.fees[name].fee.on_payments:
            store(("fee", name, "due"), fee.due)
    for name, account in books.accounts.items():
        store(("account", name, "before"), account.balance.now)
    for name in books.support:
        left = books.support_left(name)
        if left is not None:
            store(("support", name, "left"), left)
        store(("support", name, "pays"), books.pays(name))
        if name in rated:
            store(("support", name, "rating"), books.rating(name))
        if books.support[name].late:
            store(("support", name, "late"), books.pays_late(name))
            store(("support", name, "arrears"), books.support[name].arrears.opening)
    for name in books.parties:
        store(("party", name, "available"), books.capacity_left(name))
    for name, note in books.notes.items():
        store(("note", name, "interest_due"), note.interest_due)
        store(("note", name, "principal_scheduled"), principal_in_coverage(books, name))
        store(("note", name, "before"), note.before)
        if books.resolved.notes[name].puts:
            store(("note", name, "put_due"), note.put.now)
        store(("note", name, "coupon_numerator"), note.coupon_numerator)


def publish_after_steps(books: Books) -> None:
    """Account balances before the final distribution."""
    for name, account in books.accounts.items():
        books.recorder.store(("account", name, "after_steps"), account.balance.now)


def publish(books: Books) -> None:
    """Everything but the steps."""
    store, r, resolved = books.recorder.store, books.recorder, books.resolved
    if books.final_distribution is not None:
        store(("final_distribution",), books.final_distribution)
    store(("originator",), books.originator.now)
    store(("distribution_left",), books.distribution.now)
    if books.call_price is not None:
        store(("call",), books.called.now & ~books.called.opening)
        store(("call_price",), books.call_price)
    if books.issuer_called is not None:
        store(("issuer_call",), books.issuer_called)
    for stream, amount in books.streams.items():
        store(("collections", stream), amount)
    store(("performing",), books.performing)
    store(("defaulted",), books.live(r.input("defaulted")))
    store(("scheduled",), books.live(r.constant(resolved.scheduled)))
    if any(trigger.reads_sales for trigger in resolved.deal.triggers.values()):
        store(("sales",), books.live(r.input("sales")))
        store(("forecast_sales",), books.live(books.period_input("forecast_sales")))
    for name in books.notes:
        _publish_note(books, name)
        store(("note", name, "in_full"), books.in_full(name))
    _publish_fees(books)
    _publish_accounts(books)
    _publish_parties(books)
    _publish_supports(books)
    _publish_triggers(books)
    for name, left in books.limits.items():
        store(("limit", name, "left"), left.now)


def publish_states(books: Books) -> None:
    """Everything that is carried to the next payment date."""
    for name, state in books.recorder.states.items():
        books.recorder.store(("state", name), state.now)


def _publish_note(books: Books, name: str) -> None:
    note = books.notes[name]
    lines = {
        "opening": note.balance.opening,
        "coupon": note.coupon,
        "accrued": note.accrued,
        "interest_on_unpaid": note.on_unpaid,
        "interest_paid": note.interest_paid.now,
        "unpaid": note.deferred.now + note.on_deferred.now,
        "overdue_interest": note.overdue_interest,
        "overdue_principal": note.overdue_principal,
        "deferred_interest": note.on_deferred.now,
        "capitalised": note.capitalised_now.now,
        "interest_written_off": note.interest_written_off.now,
        "principal_paid": note.principal_paid.now,
        "put": note.put.now,
        "premium_charged": note.premium_charged,
        "premium_paid": note.premium_paid.now,
        "premium": note.premium.now,
        "residual_paid": note.residual_paid.now,
        "supported": note.supported.now,
        "deficiency": note.deficiency.now,
        "closing": note.balance.now,
        "written_off": note.written_off.now + (note.balance.now & books.final),
    }
    for line, value in lines.items():
        books.recorder.store(("note", name, line), value)


def _publish_fees(books: Books) -> None:
    store = books.recorder.store
    for name, fee in books.fees.items():
        if books.resolved.fees[name].fee.on_payments:
            # What its payments bring is due only once they are made.
            store(("fee", name, "due"), fee.due + fee.paid.now)
        store(("fee", name, "accrued"), fee.accrued_in_all)
        store(("fee", name, "paid"), fee.paid.now)
        store(("fee", name, "unpaid"), fee.unpaid.now)
        store(("fee", name, "pending"), fee.pending.now)
        if fee.cap_left is not None:
            store(("fee", name, "cap_left"), fee.cap_left.now)


def _publish_accounts(books: Books) -> None:
    store = books.recorder.store
    for name, account in books.accounts.items():
        store(("account", name, "opening"), account.balance.opening)
        store(("account", name, "in"), account.came_in.now)
        store(("account", name, "out"), account.went_out.now)
        store(("account", name, "closing"), account.balance.now)
        store(("account", name, "interest"), account.earned)
        if books.resolved.deal.accounts[name].party is not None:
            store(("account", name, "lost"), account.lost)


def _publish_parties(books: Books) -> None:
    store = books.recorder.store
    for name, party in books.parties.items():
        store(("party", name, "recoveries_due"), party.recoveries_due)
        store(("party", name, "recoveries"), party.recoveries)
        supported = total(books.recorder, [books.support[one].drawn.now for one in party.supports])
        store(("party", name, "supported"), supported)
        store(("party", name, "paid"), books.paid_in_all(name))
        store(("party", name, "left"), books.capacity_left(name))


def _publish_supports(books: Books) -> None:
    store = books.recorder.store
    for name, support in books.support.items():
        store(("support", name, "drawn"), support.drawn.now)
        store(("support", name, "reimbursed"), support.reimbursed.now)
        store(("support", name, "outstanding"), support.outstanding)
        store(("support", name, "used"), support.used)
        store(("support", name, "interest_charged"), support.interest_charged)
        store(("support", name, "interest_due"), support.interest.now)
        store(("support", name, "interest_paid"), support.interest_paid.now)
        store(("support", name, "fee_charged"), support.fee_charged)
        store(("support", name, "fee_due"), support.fee.now)
        store(("support", name, "fee_paid"), support.fee_paid.now)


def _publish_triggers(books: Books) -> None:
    store = books.recorder.store
    for name, trigger in books.triggers.items():
        store(("trigger", name, "breached"), trigger.breached.now)
        store(("trigger", name, "active"), trigger.active)
        for line, count in (("failed", trigger.failed), ("passed", trigger.passed)):
            if count is not None:
                store(("trigger", name, line), count.now)
