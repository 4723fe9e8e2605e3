"""Fees, and what supports charge (sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FeeChange,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import excess, product, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.interest import numerator
from securitize.waterfall.rules.note_books import NoteBooks


def accrue_fees(books: Books) -> None:
    """Each fee accrues, and what is payable falls due."""
    for name, kept in books.fees.items():
        resolved = books.resolved.fees[name]
        fee = resolved.fee
        net = _net_fee(books, name)
        if fee.ends_with_notes:
            net = net & books.notes_outstanding()
        net = net & ~books.redeemed.opening
        kept.accrued = _with_taxes(books, fee, net)
        kept.pending.now = kept.pending.now + kept.accrued
        falls_due = kept.pending.now & books.recorder.flag(resolved.payable)
        kept.pending.now = kept.pending.now - falls_due
        kept.unpaid.now = kept.unpaid.now + falls_due


def _net_fee(books: Books, name: str) -> Value:
    resolved, r, rounding = books.resolved.fees[name], books.recorder, books.resolved.deal.rounding
    fee = resolved.fee
    match fee:
        case BalanceFee():
            days = r.constant(resolved.days)
            return product(_base(books, fee), days * _rate(books, fee), resolved.denominator, rounding)
        case CollectionsFee():
            collected = total(r, [books.streams[stream] for stream in fee.streams])
            rate = _rate(books, fee)
            whole = rate + RATE_UNITS if fee.inclusive else r.constant(RATE_UNITS)
            return product(collected, rate, whole, rounding) & r.flag(resolved.charged)
        case FixedFee(change=FeeChange(trigger=trigger, amount=amount)) if amount is not None:
            changed = r.constant(resolved.counts) * amount
            return _changed(books, trigger, r.constant(resolved.amounts), changed)
        case OneOffFee() | ScheduledFee() | FixedFee():
            return r.constant(resolved.amounts)
        case PaymentsFee():
            return r.constant(0)
        case _:
            assert_never(fee)


def _with_taxes(books: Books, fee: Fee, net: Value) -> Value:
    """A net amount, value added tax and the surcharge on that."""
    deal = books.resolved.deal
    tax = product(net, fee.vat, RATE_UNITS, deal.rounding)
    return net + tax + product(tax, fee.surcharge, RATE_UNITS, deal.rounding)


def charge_on_payments(books: Books) -> None:
    """After a step: fees on payments to holders rise to what this date's payments so far come to."""
    for name, fee, notes in _on_payments(books):
        parts = [
            part.now
            for note in notes
            for part in (note.interest_paid, note.principal_paid, note.premium_paid)
        ]
        _charge(books, name, _on(books, name, fee, total(books.recorder, parts)))


def fees_of_repayment(books: Books) -> dict[str, Value]:
    """What each fee on payments costs where its notes are paid all that they are due, as a call does that repays them.

    Source: section 6, a fee on payments where a call repays the notes.
    """
    found = {}
    for name, fee, notes in _on_payments(books):
        due = [part for note in notes for part in (note.interest_due, note.premium.now, note.before)]
        found[name] = _on(books, name, fee, total(books.recorder, due))
    return found


def charge_repayment(books: Books, exercised: Value) -> None:
    """Where a call that repays the notes is exercised: fees on these payments are due before any step."""
    for name, amount in fees_of_repayment(books).items():
        _charge(books, name, amount & exercised)


def _on_payments(books: Books) -> Iterator[tuple[str, PaymentsFee, list[NoteBooks]]]:
    """Each fee on payments, with the notes whose holders' payments bear it."""
    for name in books.fees:
        match fee := books.resolved.fees[name].fee:
            case PaymentsFee():
                yield name, fee, [note for each, note in books.notes.items() if fee.bears(each)]
            case OneOffFee() | ScheduledFee() | FixedFee() | BalanceFee() | CollectionsFee():
                continue
            case _:
                assert_never(fee)


def _on(books: Books, name: str, fee: PaymentsFee, paid: Value) -> Value:
    """g: the fee on an amount paid, its taxes included; nothing outside its dates."""
    net = product(paid, _rate(books, fee), RATE_UNITS, books.resolved.deal.rounding)
    return _with_taxes(books, fee, net) & books.recorder.flag(books.resolved.fees[name].charged)


def _charge(books: Books, name: str, amount: Value) -> None:
    """What of the date's fee has not been charged yet."""
    kept = books.fees[name]
    rise = excess(amount, kept.charged.now)
    kept.charged.now = kept.charged.now + rise
    kept.unpaid.now = kept.unpaid.now + rise


def _base(books: Books, fee: BalanceFee) -> Value:
    r = books.recorder
    match fee.base:
        case "pool":
            return r.input("performing_before") & ~books.called.opening
        case "pool-at-cut-off":
            return r.constant(books.resolved.opening_performing)
        case "notes":
            return total(r, [note.balance.opening for note in books.notes.values()])
        case tuple(names):
            return total(r, [books.notes[note].balance.opening for note in names])
        case _:
            assert_never(fee.base)


def _rate(books: Books, fee: BalanceFee | CollectionsFee | PaymentsFee) -> Value:
    rate = books.recorder.constant(fee.rate)
    if fee.change is None or fee.change.rate is None:
        return rate
    return _changed(books, fee.change.trigger, rate, books.recorder.constant(fee.change.rate))


def _changed(books: Books, trigger: str, own: Value, changed: Value) -> Value:
    breached = books.triggers[trigger].stood_breached
    return (breached & changed) | (~breached & own)


def charge_for_support(books: Books) -> None:
    """Interest on what is outstanding, and the fee on what is undrawn, since the date before."""
    r, rounding = books.recorder, books.resolved.deal.rounding
    for name, kept in books.support.items():
        if kept.late:
            kept.arrears.now = r.constant(0)
        resolved = books.resolved.support[name]
        if resolved.interest is not None:
            times = numerator(books, f"support.{name}", resolved.interest)
            charged = product(kept.outstanding_before, times, resolved.interest.denominator, rounding)
            kept.interest_charged = charged
            kept.interest.now = kept.interest.now + charged
        support = resolved.support
        if support.undrawn_fee is not None and support.limit is not None:
            undrawn = r.constant(support.limit) - kept.used_before
            days = r.constant(resolved.undrawn_days) * support.undrawn_fee.rate
            charged = product(undrawn, days, resolved.undrawn_denominator, rounding)
            charged = charged & ~books.redeemed.opening
            kept.fee_charged = charged
            kept.fee.now = kept.fee.now + charged
