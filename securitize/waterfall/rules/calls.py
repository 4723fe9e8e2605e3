"""The clean-up call and the issuer's call (section 9)."""

from __future__ import annotations

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.calls import CleanUpCall
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import excess, positive, product, ratio, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.fees import charge_repayment, fees_of_repayment


def test_calls(books: Books) -> None:
    """Exercise a call where it may be; its price enters the main account."""
    deal, r = books.resolved.deal, books.recorder
    if not deal.may_be_called:
        return
    price = r.constant(0)
    if deal.clean_up_call is not None:
        price = _clean_up(books, deal.clean_up_call)
    if deal.issuer_call is not None:
        price = price + _issuer_call(books)
    books.call_price = price
    books.accounts[books.resolved.main_account].pay_in(price)
    if books.resolved.may_redeem:
        _make_fees_due(books)


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
    if call.redeems:
        exercised = exercised & ~(_money(books) + price < _owed(books))
        books.redeemed.now = books.redeemed.opening | exercised
    books.called.now = books.called.opening | exercised
    return price & exercised


def _issuer_call(books: Books) -> Value:
    prices = books.recorder.constant(books.resolved.issuer_call)
    exercised = positive(prices) & ~books.called.now & positive(_balances(books))
    over_par = excess(prices, RATE_UNITS)
    for name, kept in books.notes.items():
        kept.premium_charged = _premium(books, name, over_par) & exercised
        kept.premium.now = kept.premium.now + kept.premium_charged
    books.issuer_called = exercised
    books.called.now = books.called.now | exercised
    books.redeemed.now = books.redeemed.now | exercised
    return excess(_owed(books), _money(books)) & exercised


def _premium(books: Books, name: str, over_par: Value) -> Value:
    """The premium of a note; of certificates in whole units, and no less than was promised."""
    before, unit = books.notes[name].before, books.resolved.notes[name].unit
    if books.resolved.notes[name].note.certificates is None:
        return product(before, over_par, RATE_UNITS, books.resolved.deal.rounding)
    return ratio(product(before, over_par, RATE_UNITS, "up"), 1, unit, "up") * unit


def _money(books: Books) -> Value:
    return total(books.recorder, [account.balance.now for account in books.accounts.values()])


def _balances(books: Books) -> Value:
    return total(books.recorder, [note.before for note in books.notes.values()])


def _owed(books: Books) -> Value:
    """R: fees due and accrued, and on all this, what supports charge, interest, premiums and balances."""
    owed = [amount for fee in books.fees.values() for amount in (fee.unpaid.now, fee.pending.now)]
    owed += fees_of_repayment(books).values()
    owed += [amount for one in books.support.values() for amount in (one.interest.now, one.fee.now)]
    owed += [amount for note in books.notes.values() for amount in (note.interest_due, note.premium.now)]
    return total(books.recorder, owed) + _balances(books)


def _make_fees_due(books: Books) -> None:
    """What fees have accrued falls due with a redemption, and those on what it pays the holders."""
    for kept in books.fees.values():
        falls_due = kept.pending.now & books.redeemed_now
        kept.pending.now = kept.pending.now - falls_due
        kept.unpaid.now = kept.unpaid.now + falls_due
    charge_repayment(books, books.redeemed_now)
