"""Runtime invariants: equalities and bounds of the published numbers, on every path and date.

They are part of the plan, so that they hold for each path of each run. The list is in
``docs/explanation/invariants.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from securitize.base.messages import Message
from securitize.definitions.deals.notes import Note
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import is_one, minimum, product, ratio, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.interest import rounding_of


def check_step(
    books: Books,
    place: str,
    available: Value,
    asked: Value,
    dues: Sequence[Value],
    paid: Sequence[Value],
    supported: Sequence[Value],
    slack: Value,
) -> None:
    """Of one step: 0 <= paid <= due, paid in all <= available, and no shortfall while money is left.

    slack : minor units that certificates may leave in the accounts
    """
    r = books.recorder
    cash = total(r, paid)
    for due, amount, help_ in zip(dues, paid, supported, strict=True):
        r.require_not_negative(Message("step {place}: a payment is not negative", place=place), amount)
        r.require_not_negative(Message("step {place}: support is not negative", place=place), help_)
        r.require_not_negative(
            Message("step {place}: nobody is paid more than is due", place=place), due - amount - help_
        )
    r.require_not_negative(
        Message("step {place}: no more is paid than is available", place=place), available - cash
    )
    left = minimum(available, asked) - cash
    if not slack.never():
        r.require_not_negative(
            Message("step {place}: no shortfall while money is left", place=place), slack - left
        )
    else:
        r.require_zero(Message("step {place}: no shortfall while money is left", place=place), left)


def check_period(books: Books) -> None:
    """Of one payment date: sources are uses, everything rolls forward, nothing is negative, interest is
    exact."""
    _check_cash(books)
    _check_accounts(books)
    _check_notes(books)
    _check_fees(books)
    _check_support_and_limits(books)
    _check_parties(books)
    _check_triggers(books)
    if books.resolved.may_redeem:
        _check_redemption(books)


def _check_redemption(books: Books) -> None:
    """From the date of a redemption by call on nothing is owed."""
    r, redeemed = books.recorder, books.redeemed.now
    for name, note in books.notes.items():
        parts = [note.balance, note.deferred, note.on_deferred, note.premium, note.put, note.deficiency]
        owed = total(r, [part.now for part in parts]) & redeemed
        r.require_zero(Message("note {name}: nothing is owed after a redemption by call", name=name), owed)
    for name, fee in books.fees.items():
        owed = (fee.unpaid.now + fee.pending.now) & redeemed
        r.require_zero(Message("fee {name}: nothing is owed after a redemption by call", name=name), owed)
    for name, support in books.support.items():
        # Interest on what is still outstanding goes on.
        owed = (support.interest.now + support.fee.now) & books.redeemed_now
        r.require_zero(Message("support {name}: a redemption by call pays what it charges", name=name), owed)


def _check_cash(books: Books) -> None:
    r = books.recorder
    came_in = books.collections + total(r, [account.balance.opening for account in books.accounts.values()])
    came_in = came_in + total(r, [account.earned for account in books.accounts.values()])
    if books.call_price is not None:
        came_in = came_in + books.call_price
    came_in = came_in + total(r, [support.drawn.now for support in books.support.values()])
    to_payees = [books.originator]
    for note in books.notes.values():
        to_payees += [note.interest_paid, note.principal_paid, note.residual_paid, note.premium_paid]
    for fee in books.fees.values():
        to_payees.append(fee.paid)
    for support in books.support.values():
        to_payees += [support.reimbursed, support.interest_paid, support.fee_paid]
    went_out = total(r, [variable.now for variable in to_payees])
    if books.final_distribution is not None:
        went_out = went_out + books.final_distribution
    left = total(r, [account.balance.now for account in books.accounts.values()])
    left = left + total(r, [account.lost for account in books.accounts.values()])
    r.require_zero("sources are uses", came_in - went_out - left)


def _check_accounts(books: Books) -> None:
    r = books.recorder
    for name, account in books.accounts.items():
        rolled = account.balance.opening + account.came_in.now - account.went_out.now - account.lost
        r.require_zero(Message("account {name} rolls forward", name=name), account.balance.now - rolled)
        r.require_not_negative(Message("account {name} is not negative", name=name), account.balance.now)
        r.require_zero(
            Message("account {name} is empty after the legal final", name=name),
            account.balance.now & books.final,
        )


def _check_notes(books: Books) -> None:
    r = books.recorder
    for name, note in books.notes.items():
        paid, lost, joined = note.principal_paid.now, note.written_off.now, note.capitalised_now.now
        rolled = note.balance.opening - paid - lost + joined
        r.require_zero(Message("note {name}: balance rolls forward", name=name), rolled - note.balance.now)
        r.require_not_negative(Message("note {name}: balance is not negative", name=name), note.balance.now)
        repaid = r.state(f"repaid.{name}")
        repaid.now = repaid.opening + paid
        settled = r.state(f"lost.{name}", kept=books.resolved.notes[name].note.settlement is not None)
        settled.now = settled.opening + lost
        face = books.resolved.notes[name].note.balance + note.capitalised.now
        r.require_zero(
            Message("note {name}: repaid, lost and outstanding are the face", name=name),
            repaid.now + settled.now + note.balance.now - face,
        )
        unpaid = note.deferred.now + note.on_deferred.now
        due = note.unpaid_before + note.accrued + note.on_unpaid
        gone = note.interest_paid.now + note.interest_written_off.now + joined
        r.require_zero(Message("note {name}: interest rolls forward", name=name), due - gone - unpaid)
        r.require_not_negative(
            Message("note {name}: unpaid interest is not negative", name=name), note.deferred.now
        )
        r.require_not_negative(
            Message("note {name}: unpaid interest is not negative", name=name), note.on_deferred.now
        )
        r.require_not_negative(
            Message("note {name}: the amount put is not negative", name=name), note.put.now
        )
        r.require_not_negative(
            Message("note {name}: the premium is not negative", name=name), note.premium.now
        )
        premium = note.premium.opening + note.premium_charged - note.premium_paid.now
        r.require_zero(
            Message("note {name}: the premium rolls forward", name=name), premium - note.premium.now
        )
        r.require_not_negative(
            Message("note {name}: the deficiency is not negative", name=name), note.deficiency.now
        )
        r.require_not_negative(
            Message("note {name}: the deficiency is within the balance", name=name),
            note.balance.now - note.deficiency.now,
        )
        _check_interest(books, name)


def _rounds_down(books: Books, note: Note) -> bool:
    match rounding := rounding_of(books, note):
        case "down":
            return True
        case "half-even" | "half-up":
            return False
        case "up":
            raise ValueError("interest is never rounded up")
        case _:
            assert_never(rounding)


def _check_interest(books: Books, name: str) -> None:
    """What rounding left: balance x numerator - accrued x denominator, within half a unit (a whole one
    rounded down, a payment unit of certificates)."""
    r, note, resolved = books.recorder, books.notes[name], books.resolved.notes[name]
    if resolved.rate.floating is not None or resolved.note.coupon_steps:
        return
    numerator, denominator = r.constant(resolved.rate.numerator), r.constant(resolved.rate.denominator)
    law, accrued = Message("note {name}: interest is exact", name=name), note.accrued
    down = _rounds_down(books, resolved.note)
    if not is_one(resolved.unit):
        # The unit times the denominator may leave 64 bits: the whole product first, then what certificates lose of it.
        accrued = product(note.balance.opening, resolved.rate.numerator, resolved.rate.denominator, "down")
        r.require_not_negative(law, accrued - note.accrued)
        r.require_not_negative(law, r.value(resolved.unit) - 1 - (accrued - note.accrued))
    balance = note.balance.opening
    if r.unit > 1:
        balance, accrued = ratio(balance, 1, r.unit, "down"), ratio(accrued, 1, r.unit, "down")
    rest = balance * numerator - accrued * denominator
    if down:
        r.require_not_negative(law, rest)
        r.require_not_negative(law, denominator - 1 - rest)
    else:
        r.require_not_negative(law, denominator - rest - rest)
        r.require_not_negative(law, denominator + rest + rest)


def _check_fees(books: Books) -> None:
    r = books.recorder
    for name, fee in books.fees.items():
        owed = fee.unpaid.opening + fee.pending.opening + fee.accrued_in_all
        r.require_zero(
            Message("fee {name} rolls forward", name=name),
            owed - fee.paid.now - fee.unpaid.now - fee.pending.now,
        )
        r.require_not_negative(Message("fee {name}: unpaid is not negative", name=name), fee.unpaid.now)
        r.require_not_negative(Message("fee {name}: accrued is not negative", name=name), fee.pending.now)
        if fee.cap_left is not None:
            r.require_not_negative(Message("fee {name}: the cap is kept", name=name), fee.cap_left.now)


def _check_support_and_limits(books: Books) -> None:
    r = books.recorder
    for name, support in books.support.items():
        moved = support.drawn.now - support.reimbursed.now
        rolled = support.outstanding_before + moved
        r.require_zero(Message("support {name} rolls forward", name=name), rolled - support.outstanding)
        r.require_not_negative(
            Message("support {name}: outstanding is not negative", name=name), support.outstanding
        )
        interest = support.interest.opening + support.interest_charged - support.interest_paid.now
        r.require_zero(
            Message("support {name}: interest rolls forward", name=name), interest - support.interest.now
        )
        fee = support.fee.opening + support.fee_charged - support.fee_paid.now
        r.require_zero(Message("support {name}: the fee rolls forward", name=name), fee - support.fee.now)
        r.require_not_negative(
            Message("support {name}: interest is not negative", name=name), support.interest.now
        )
        r.require_not_negative(Message("support {name}: the fee is not negative", name=name), support.fee.now)
        left = books.support_left(name)
        if left is not None:
            r.require_not_negative(Message("support {name}: the limit is kept", name=name), left)
    for name, limit in books.limits.items():
        r.require_not_negative(Message("limit {name} is kept", name=name), limit.now)
    r.require_not_negative("the principal distribution amount is not negative", books.distribution.now)


def _check_parties(books: Books) -> None:
    r = books.recorder
    for name in books.resolved.failing_banks:
        account = books.accounts[name]
        r.require_not_negative(
            Message("account {name}: what its bank keeps is not negative", name=name), account.lost
        )
        r.require_not_negative(
            Message("account {name}: its bank keeps no more than was there and came in", name=name),
            account.balance.opening + account.came_in.now - account.lost,
        )
    for name, party in books.parties.items():
        r.require_not_negative(
            Message("party {name}: no more recoveries are paid than are due", name=name),
            party.recoveries_due - party.recoveries,
        )
        r.require_not_negative(
            Message("party {name}: recoveries are not negative", name=name), party.recoveries
        )
        r.require_not_negative(
            Message("party {name}: the capacity is kept", name=name), books.capacity_left(name)
        )
        used = [books.support[one] for one in party.supports]
        moved = [one.used - one.used_before for one in used]
        drawn = [one.drawn.now - (one.reimbursed.now if one.drawn_again else 0) for one in used]
        r.require_zero(
            Message("party {name}: what it has paid rolls forward", name=name),
            total(r, moved)
            + party.recovered.now
            - party.recovered.opening
            - total(r, drawn)
            - party.recoveries,
        )


def _check_triggers(books: Books) -> None:
    for name, resolved in books.resolved.triggers.items():
        if resolved.trigger.latched:
            breached = books.triggers[name].breached
            books.recorder.require_zero(
                Message("trigger {name} stays breached", name=name), breached.opening & ~breached.now
            )
