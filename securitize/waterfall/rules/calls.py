"""The clean-up call and the issuer's call (section 9)."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.calls import CleanUpCall
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import excess, positive, product, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.fees import charge_repayment, fees_of_repayment


def test_calls(books: Books) -> None:
    """Exercise a call where it may be; its price enters the main account."""
    deal, r = books.resolved.deal, books.recorder
    if deal.clean_up_call is None and deal.issuer_call is None:
        return
    price = r.constant(0)
    if deal.clean_up_call is not None:
        price = _clean_up(books, deal.clean_up_call)
    if deal.issuer_call is not None:
        price = price + _issuer_call(books)
    books.call_price = price
    books.accounts[books.resolved.main_account].pay_in(price)


def _clean_up(books: Books, call: CleanUpCall) -> Value:
    r = books.recorder
    performing = r.input("performing")
    opening = r.constant(books.resolved.opening_performing)
    at_most = product(opening, call.threshold, RATE_UNITS, "down")
    price = product(performing, call.price, RATE_UNITS, books.resolved.deal.rounding)
    exercised = (
        r.flag(books.resolved.call_open)
        & ~books.called.opening
        & ~(performing > at_most)
        & positive(performing)
        & positive(_balances(books))
    )
    match call.condition:
        case "repays-notes":
            exercised = exercised & ~(_money(books) + price < _claims(books))
            charge_repayment(books, exercised)
        case "none":
            pass
        case _:
            assert_never(call.condition)
    books.called.now = books.called.opening | exercised
    return price & exercised


def _issuer_call(books: Books) -> Value:
    r, prices = books.recorder, books.resolved.issuer_call
    exercised = (
        r.flag([price > 0 for price in prices.tolist()]) & ~books.called.now & positive(_balances(books))
    )
    premiums = r.constant(0)
    over_par = r.constant(np.maximum(prices - RATE_UNITS, 0))
    for kept in books.notes.values():
        premium = product(kept.before, over_par, RATE_UNITS, books.resolved.deal.rounding) & exercised
        kept.premium_charged = premium
        kept.premium.now = kept.premium.now + premium
        premiums = premiums + premium
    books.issuer_called = exercised
    books.called.now = books.called.now | exercised
    paid_in = _paid_in(books, premiums, exercised)
    charge_repayment(books, exercised)
    return paid_in


def _paid_in(books: Books, premiums: Value, exercised: Value) -> Value:
    """What lacks for fees, interest, balances and premiums."""
    return excess(_claims(books) + premiums, _money(books)) & exercised


def _money(books: Books) -> Value:
    return total(books.recorder, [account.balance.now for account in books.accounts.values()])


def _balances(books: Books) -> Value:
    return total(books.recorder, [note.before for note in books.notes.values()])


def _claims(books: Books) -> Value:
    """Fees due, with those on these payments, interest due and balances, before any payment of this date."""
    due = [fee.unpaid.now for fee in books.fees.values()]
    fees = total(books.recorder, [*due, *fees_of_repayment(books).values()])
    interest = total(books.recorder, [note.interest_due for note in books.notes.values()])
    return fees + interest + _balances(books)
