"""Interest on notes and accounts (sections 1, 4 and 5)."""

from __future__ import annotations

from typing import assert_never

from securitize.base.arithmetic import Rounding
from securitize.definitions.deals.notes import (
    Note,
    UnpaidAtCoupon,
    UnpaidAtCouponPlus,
    UnpaidAtFixedRate,
)
from securitize.waterfall.expressions import Operand, Value
from securitize.waterfall.formulas import in_units, maximum, minimum, product
from securitize.waterfall.rates import ResolvedRate
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.parties import bears_interest


def floating_rate(books: Books, key: str, rate: ResolvedRate) -> Value:
    """The rate of the period of a floating rule, units of 1e-8; ``key`` names its fixings."""
    rule, r = rate.floating, books.recorder
    if rule is None:
        raise ValueError(f"{key} does not float")
    floated = maximum(books.period_input(f"fixing.{key}") + rule.margin, rule.floor)
    if rule.cap is not None:
        floated = minimum(floated, rule.cap)
    first = r.flag(rate.first)
    return (first & (0 if rule.first_rate is None else rule.first_rate)) | (~first & floated)


def numerator(books: Books, key: str, rate: ResolvedRate) -> Value:
    """What a balance is multiplied with to give a period's interest."""
    if rate.floating is None:
        return books.recorder.constant(rate.numerator)
    return floating_rate(books, key, rate) * rate.years


def earn_on_accounts(books: Books) -> None:
    """Interest on what the accounts held since the date before enters them."""
    for name, rate in books.resolved.accounts.items():
        account = books.accounts[name]
        times = numerator(books, f"accounts.{name}", rate)
        rounding = books.resolved.deal.rounding
        account.earned = product(bears_interest(books, name), times, rate.denominator, rounding)
        account.pay_in(account.earned)


def accrue_notes(books: Books) -> None:
    """Interest on each note's balance before this date's principal, and on its deferred interest."""
    for name, kept in books.notes.items():
        resolved, note = books.resolved.notes[name], books.resolved.notes[name].note
        times = _coupon(books, name, resolved.rate)
        kept.coupon, kept.coupon_numerator = _coupon_in_force(books, name), times
        if resolved.whole_rate is not resolved.rate:
            kept.coupon_numerator = _coupon(books, name, resolved.whole_rate)
        kept.accrued = interest_on(books, name, kept.balance.opening, times)
        bears = note.unpaid_bears
        if bears is not None:
            years = books.recorder.constant(resolved.rate.years)
            match bears:
                case UnpaidAtFixedRate():
                    on_unpaid: Value = years * bears.rate
                case UnpaidAtCoupon():
                    on_unpaid = times
                case UnpaidAtCouponPlus():
                    on_unpaid = times + years * bears.margin
                case _:
                    assert_never(bears)
            kept.on_unpaid = interest_on(books, name, kept.deferred.opening, on_unpaid)
            joined = kept.deferred if bears.compounding else kept.on_deferred
            joined.now = joined.now + kept.on_unpaid
        kept.current.now = kept.accrued


def rounding_of(books: Books, note: Note) -> Rounding:
    """Certificates are paid rounded down, and their interest accrues so."""
    return "down" if note.certificates else books.resolved.deal.rounding


def _coupon(books: Books, name: str, rate: ResolvedRate) -> Value:
    """The numerator of a note's interest, coupon steps of triggers included."""
    resolved = books.resolved.notes[name]
    times = numerator(books, f"notes.{name}", rate)
    for step in resolved.note.coupon_steps:
        added = books.recorder.constant(rate.years) * step.add
        times = times + (books.triggers[step.trigger].stood_breached & added)
    return times


def _coupon_in_force(books: Books, name: str) -> Value:
    """The coupon with which a note's interest period begins, coupon steps of triggers included; units of 1e-8."""
    resolved, r = books.resolved.notes[name], books.recorder
    floats = resolved.rate.floating is not None
    rate = floating_rate(books, f"notes.{name}", resolved.rate) if floats else r.constant(resolved.rate.start)
    for step in resolved.note.coupon_steps:
        rate = rate + (books.triggers[step.trigger].stood_breached & r.constant(step.add))
    return rate


def interest_on(
    books: Books, name: str, balance: Value, times: Operand, rate: ResolvedRate | None = None
) -> Value:
    """A period's interest of a note on any balance, rounded as its accrued interest is.

    rate : of which ``times`` is the numerator; None for the note's own
    """
    resolved = books.resolved.notes[name]
    denominator = (rate or resolved.rate).denominator
    interest = product(balance, times, denominator, rounding_of(books, resolved.note))
    return in_units(interest, resolved.unit)
