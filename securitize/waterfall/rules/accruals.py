"""Interest of notes and fees of a payment date (sections 5 and 6), and reserve targets (section 4)."""

from __future__ import annotations

from securitize.base.money import RATE_UNITS
from securitize.definitions.deal import (
    BalanceFee,
    CollectionsFee,
    FixedTarget,
    MonthsOfInterestTarget,
    OneOffFee,
    PercentTarget,
)
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import maximum, minimum, positive, product, total
from securitize.waterfall.rules.books import Books


def accrue_notes(books: Books) -> None:
    """Interest on each note's balance before this date's principal, and on its unpaid interest."""
    rounding = books.resolved.deal.rounding
    for name, resolved in books.resolved.notes.items():
        numerator, denominator = resolved.numerator, resolved.denominator
        accrued = product(books.balances[name].opening, numerator, denominator, rounding)
        unpaid = books.unpaid_interest[name]
        on_unpaid = books.recorder.constant(0)
        if resolved.note.interest_on_unpaid == "coupon":
            on_unpaid = product(unpaid.opening, numerator, denominator, rounding)
        due = accrued + on_unpaid + unpaid.opening
        books.accrued[name], books.on_unpaid[name], books.interest_due[name] = accrued, on_unpaid, due
        unpaid.now = due


def accrue_fees(books: Books) -> None:
    """Each fee accrues, and what is payable falls due."""
    deal = books.resolved.deal
    for name, resolved in books.resolved.fees.items():
        fee = resolved.fee
        net = _net_fee(books, name)
        if not isinstance(fee, OneOffFee) and fee.while_ == "notes-outstanding":
            net = net & books.notes_outstanding()
        tax = product(net, fee.vat, RATE_UNITS, deal.rounding)
        accrued = net + tax + product(tax, fee.surcharge, RATE_UNITS, deal.rounding)
        books.fee_accrued[name] = accrued
        pending, unpaid = books.fee_pending[name], books.fee_unpaid[name]
        pending.now = pending.now + accrued
        falls_due = pending.now & books.recorder.flag(resolved.payable)
        pending.now = pending.now - falls_due
        unpaid.now = unpaid.now + falls_due


def _net_fee(books: Books, name: str) -> Value:
    resolved, r, deal = books.resolved.fees[name], books.recorder, books.resolved.deal
    fee = resolved.fee
    if isinstance(fee, BalanceFee):
        if fee.base == "pool":
            base = r.input("performing_before") & ~books.called.opening
        else:
            names = list(books.balances) if fee.base == "notes" else fee.base
            base = total(r, [books.balances[note].opening for note in names])
        return product(base, resolved.numerator, resolved.denominator, deal.rounding)
    if isinstance(fee, CollectionsFee):
        collected = total(r, [books.streams[stream] for stream in fee.streams])
        whole = RATE_UNITS + fee.rate if fee.inclusive else RATE_UNITS
        return product(collected, fee.rate, whole, deal.rounding) & r.flag(resolved.charged)
    return r.constant(resolved.amounts)


def reserve_target(books: Books, account: str) -> Value:
    """Target of a reserve account from the balances at this moment."""
    deal, r = books.resolved.deal, books.recorder
    target = deal.accounts[account].target
    if target is None:
        raise ValueError(f"account {account} has no target")
    if isinstance(target, FixedTarget):
        amount = r.constant(target.amount)
    else:
        amount = maximum(_proportional_target(books, target), target.floor)
        if target.cap is not None:
            amount = minimum(amount, target.cap)
    if "notes-nil" in target.zero_at:
        amount = amount & positive(total(r, [balance.now for balance in books.balances.values()]))
    if "legal-final" in target.zero_at:
        amount = amount & ~books.final
    return amount


def publish_targets(books: Books) -> None:
    """The target of each reserve after the payments of this date."""
    for name, account in books.resolved.deal.accounts.items():
        if account.target is not None:
            books.recorder.store(("account", name, "target"), reserve_target(books, name))


def _proportional_target(books: Books, target: PercentTarget | MonthsOfInterestTarget) -> Value:
    r, rounding = books.recorder, books.resolved.deal.rounding
    if isinstance(target, MonthsOfInterestTarget):
        parts = [
            product(
                books.balances[note].now,
                books.resolved.notes[note].coupon_ahead * target.months,
                12 * RATE_UNITS,
                rounding,
            )
            for note in target.notes
        ]
        return total(r, parts)
    if target.of == "pool":
        return product(books.performing, target.rate, RATE_UNITS, rounding)
    if target.of == "pool-at-cut-off":
        opening = r.constant(books.resolved.opening_performing)
        return product(opening, target.rate, RATE_UNITS, rounding)
    return total(
        r, [product(books.balances[note].now, target.rate, RATE_UNITS, rounding) for note in target.of]
    )
