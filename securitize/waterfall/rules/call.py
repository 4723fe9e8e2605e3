"""The clean-up call (section 9)."""

from __future__ import annotations

from securitize.base.money import RATE_UNITS
from securitize.waterfall.formulas import positive, product, total
from securitize.waterfall.rules.books import Books


def test_call(books: Books) -> None:
    """Exercise the call where it may be; its price enters the main account."""
    deal, r = books.resolved.deal, books.recorder
    call = deal.clean_up_call
    if call is None:
        return
    performing = r.input("performing")
    opening = r.constant(books.resolved.opening_performing)
    at_most = product(opening, call.threshold, RATE_UNITS, "down")
    balances = total(r, [balance.opening for balance in books.balances.values()])
    price = product(performing, call.price, RATE_UNITS, deal.rounding)
    exercised = (
        r.flag(books.resolved.call_open)
        & ~books.called.opening
        & ~(performing > at_most)
        & positive(performing)
        & positive(balances)
    )
    if call.condition == "repays-notes":
        money = total(r, [account.now for account in books.accounts.values()]) + price
        fees = total(r, [unpaid.now for unpaid in books.fee_unpaid.values()])
        interest = total(r, list(books.interest_due.values()))
        exercised = exercised & ~(money < fees + interest + balances)
    books.called.now = books.called.opening | exercised
    books.call_price = price & exercised
    books.pay_in(books.resolved.main_account, books.call_price)
