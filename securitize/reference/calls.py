"""Section 9 of the reference: the clean-up call and the issuer's call."""

from __future__ import annotations

from securitize.reference import fees
from securitize.reference.numbers import ONE, number, rate
from securitize.reference.state import NoteState, Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import word_of


def money_there(v: Vehicle) -> int:
    """Section 9: all account balances, this period's collections included."""
    return sum(account.balance for account in v.accounts.values())


def money_needed(v: Vehicle) -> int:
    """Section 9: R, all that fees, these payments' own included, supports and notes must be paid to be owed nothing."""
    due = sum(fee.unpaid + fee.pending + fees.fee_of_repayment(v, fee) for fee in v.fees.values())
    supports = sum(given.interest + given.fee for given in v.support.values())
    return due + supports + sum(note.owed + note.premium + note.balance for note in v.notes.values())


def call_repays_notes(v: Vehicle, price: int) -> bool:
    """Section 9: whether the money there is, with the price, repays all of it."""
    return money_there(v) + price >= money_needed(v)


def end_pool(v: Vehicle) -> None:
    """Section 9: a call's effect on the pool: performing from t on, everything else from t+1 on."""
    for s in range(v.t, len(v.d)):
        v.performing[s] = 0
    for s in range(v.t + 1, len(v.d)):
        named = (v.streams, v.recovered, v.held)
        by_name = [flow for flows in named for flow in flows.values()]
        for flow in (*by_name, v.defaulted, v.scheduled, v.sales, v.forecast_sales):
            flow[s] = 0


def exercise(v: Vehicle, price: int) -> None:
    """Section 9: the price enters the main account, and all principal is due."""
    v.called = v.called_today = True
    v.call_price = price
    v.accounts[v.main].receive(price)
    end_pool(v)


def redeem(v: Vehicle, price: int) -> None:
    """Section 9, redemption by call: it is exercised; what fees have accrued falls due, and those on its payments."""
    exercise(v, price)
    v.redeemed = v.redeemed_today = True
    for fee in v.fees.values():
        fee.unpaid += fee.pending
        fee.pending = 0
    fees.charge_repayment(v)


def consider_call(v: Vehicle) -> None:
    """Section 9: test the clean-up call, and exercise it."""
    call = v.deal.get("clean_up_call")
    if call is None or v.called or v.final or not v.holds_from(call, "first_date"):
        return
    pool = v.performing[v.t]
    if pool == 0 or v.notes_nil:
        return
    if pool > number(call["threshold"]) * v.performing[0]:
        return
    price = v.product(pool, rate(call.get("price", 1)), ONE)
    if word_of(call, "condition", "repays-notes", "none") == "none":
        exercise(v, price)
    elif call_repays_notes(v, price):
        redeem(v, price)


def issuer_price(v: Vehicle, call: Table) -> int | None:
    """Section 9: the price in force; None before the first."""
    if "prices" not in call:
        return rate(call.get("price", 1))
    in_force = [rate(each["price"]) for each in call["prices"] if v.holds_from(each, "from")]
    return in_force[-1] if in_force else None


def premium_of(v: Vehicle, note: NoteState, price: int) -> int:
    """Section 9: the premium of a note; with certificates in whole q, rounded up."""
    if "certificates" not in note.terms:
        return v.product(note.balance, price - ONE, ONE)
    return -(-note.balance * (price - ONE) // (ONE * note.step)) * note.step


def consider_issuer_call(v: Vehicle) -> None:
    """Section 9: the issuer's call, after the clean-up call."""
    call = v.deal.get("issuer_call", {})
    if "date" not in call or v.called or v.final or v.notes_nil or not v.holds_from(call, "date"):
        return
    price = issuer_price(v, call)
    if price is None:
        return
    for note in v.notes.values():
        note.premium += premium_of(v, note, price)
    v.issuer_called = True
    redeem(v, max(0, money_needed(v) - money_there(v)))
