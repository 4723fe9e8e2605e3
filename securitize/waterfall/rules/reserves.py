"""Targets of reserve accounts (section 4)."""

from __future__ import annotations

from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.accounts import FixedTarget, MonthsOfInterestTarget, PercentTarget, Target
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import maximum, minimum, positive, product, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.interest import floating_rate


def reserve_target(books: Books, account: str) -> Value:
    """Target of a reserve account from the balances at this moment and the triggers that are active."""
    terms = books.resolved.deal.accounts[account]
    if terms.target is None:
        raise ValueError(f"account {account} has no target")
    amount = _target(books, terms.target)
    for each in reversed(terms.targets_on):
        active = books.triggers[each.trigger].active
        amount = (active & _target(books, each.target)) | (~active & amount)
    return amount & ~books.redeemed.now


def publish_targets(books: Books) -> None:
    """The target of each reserve after the payments of this date."""
    for name, account in books.resolved.deal.accounts.items():
        if account.target is not None:
            books.recorder.store(("account", name, "target"), reserve_target(books, name))


def _target(books: Books, target: Target) -> Value:
    r = books.recorder
    match target:
        case FixedTarget():
            amount = r.constant(target.amount)
        case PercentTarget() | MonthsOfInterestTarget():
            amount = maximum(_proportional(books, target), target.floor)
            if target.cap is not None:
                amount = minimum(amount, target.cap)
        case _:
            assert_never(target)
    if "notes-nil" in target.zero_at:
        amount = amount & positive(total(r, [note.balance.now for note in books.notes.values()]))
    if "legal-final" in target.zero_at:
        amount = amount & ~books.final
    return amount


def _proportional(books: Books, target: PercentTarget | MonthsOfInterestTarget) -> Value:
    match target:
        case MonthsOfInterestTarget():
            return _months_of_interest(books, target)
        case PercentTarget():
            return _percent(books, target)
        case _:
            assert_never(target)


def _months_of_interest(books: Books, target: MonthsOfInterestTarget) -> Value:
    rounding = books.resolved.deal.rounding
    parts = [
        product(
            books.notes[note].balance.now,
            _coupon_ahead(books, note) * target.months,
            12 * RATE_UNITS,
            rounding,
        )
        for note in target.notes
    ]
    return total(books.recorder, parts)


def _percent(books: Books, target: PercentTarget) -> Value:
    r, rounding = books.recorder, books.resolved.deal.rounding
    match target.of:
        case "pool":
            return product(books.performing, target.rate, RATE_UNITS, rounding)
        case "pool-at-cut-off":
            opening = r.constant(books.resolved.opening_performing)
            return product(opening, target.rate, RATE_UNITS, rounding)
        case tuple(notes):
            balances = [books.notes[note].balance.now for note in notes]
            return total(r, [product(each, target.rate, RATE_UNITS, rounding) for each in balances])
        case _:
            assert_never(target.of)


def _coupon_ahead(books: Books, note: str) -> Value:
    """The coupon in force for the coming period; of a floating note the present one, without coupon steps."""
    rate = books.resolved.notes[note].rate
    if rate.floating is None:
        return books.recorder.constant(rate.ahead)
    return floating_rate(books, f"notes.{note}", rate)
