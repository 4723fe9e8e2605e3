"""The steps of a priority of payments (section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import (
    BulletPrincipal,
    CollectedPrincipal,
    ScheduledPrincipal,
    TargetPrincipal,
    TurboPrincipal,
)
from securitize.definitions.deals.payees import Payee
from securitize.definitions.deals.steps import InForce, Limit, Step
from securitize.waterfall.expressions import Value, Variable
from securitize.waterfall.formulas import allocate, excess, in_units, is_one, minimum, product, total
from securitize.waterfall.resolved import ResolvedStep
from securitize.waterfall.rules import invariants
from securitize.waterfall.rules.books import Books, FeeBooks
from securitize.waterfall.rules.claims import debit
from securitize.waterfall.rules.coverage import scheduled_balance
from securitize.waterfall.rules.fees import charge_on_payments
from securitize.waterfall.rules.note_books import NoteBooks, in_order_paid
from securitize.waterfall.rules.reserves import reserve_target


def record_priority(books: Books, priority: InForce, mask: Value) -> None:
    """The steps of one priority, in order, on the paths where it is in force."""
    with books.recorder.only_where(mask):
        for index, step in enumerate(books.resolved.steps_of(priority)):
            _record_step(books, (priority, str(index)), step, mask)


def _record_step(books: Books, place: tuple[InForce, str], resolved: ResolvedStep, mask: Value) -> None:
    step, payees, r = resolved.step, resolved.payees, books.recorder
    for trigger in step.when:
        mask = mask & books.triggers[trigger].active
    for trigger in step.unless:
        mask = mask & ~books.triggers[trigger].active
    available = total(r, [books.accounts[name].balance.now for name in resolved.sources]) & mask
    dues = [due & mask for due in _dues(books, resolved, available)]
    for i, text in enumerate(step.pay):
        if text in step.member_limits:
            dues[i] = minimum(dues[i], _limit(books, step.member_limits[text], dues[i], available))
    asked = total(r, dues)
    if step.limit is not None:
        asked = minimum(asked, _limit(books, step.limit, asked, available))
    for name in step.limits:
        asked = minimum(asked, books.limits[name].now)
    cash = minimum(asked, available)
    paid = _split(cash, dues, step)
    # A redemption repays every certificate in full.
    units = [1 if place[0] == "redemption" else _unit(books, payee) for payee in payees]
    if not all(is_one(unit) for unit in units):
        paid = [in_units(amount, unit) for amount, unit in zip(paid, units, strict=True)]
        cash = total(r, paid)
    lacking = [due - amount for due, amount in zip(dues, paid, strict=True)]
    supported = [r.constant(0) for _ in dues]
    for name in step.support:
        wanted = asked - cash - total(r, supported)
        shares = _call_on(books, name, wanted, lacking, resolved, units)
        supported = [sofar + share for sofar, share in zip(supported, shares, strict=True)]
        lacking = [left - share for left, share in zip(lacking, shares, strict=True)]
    for name in step.limits:
        books.limits[name].now = books.limits[name].now - cash - total(r, supported)
    _draw(books, resolved.sources, cash)
    if step.debits_deficiency:
        debit(books, cash)
    for payee, amount, help_ in zip(payees, paid, supported, strict=True):
        _apply(books, payee, amount, help_)
    if any(payee.pays_holders for payee in payees):
        charge_on_payments(books)
    r.store(("step", *place, "ran"), mask)
    r.store(("step", *place, "available"), available)
    for i in range(len(payees)):
        for line, values in (("due", dues), ("paid", paid), ("supported", supported)):
            r.store(("step", *place, str(i), line), values[i])
    slack = total(r, [r.value(unit) - 1 for unit in units])
    invariants.check_step(books, ".".join(place), available, asked, dues, paid, supported, slack)


def _dues(books: Books, resolved: ResolvedStep, available: Value) -> list[Value]:
    """What each payee is due, found before any of them is paid."""
    shared = _shared_distribution(books, resolved)
    return [
        shared[i] if i in shared else _due(books, payee, available) for i, payee in enumerate(resolved.payees)
    ]


def _due(books: Books, payee: Payee, available: Value) -> Value:
    kind, name = payee.kind, payee.name
    match kind:
        case "transfer" | "residual" | "originator":
            return available
        case "fee":
            return books.fees[name].due
        case "fee-excess":
            return books.fees[name].unpaid.now
        case "interest" | "current-interest" | "deferred-interest":
            return total(books.recorder, [part.now for part in _interest_parts(books, payee)])
        case "redemption":
            return books.notes[name].balance.now
        case "principal":
            return _principal_due(books, name)
        case "put":
            note = books.notes[name]
            return note.put.now if note.put.now.never() else minimum(note.put.now, note.balance.now)
        case "premium":
            return books.notes[name].premium.now
        case "deficiency":
            return books.notes[name].deficiency.now
        case "reserve":
            return excess(reserve_target(books, name), books.accounts[name].balance.now)
        case "release":
            return excess(books.accounts[name].balance.now, reserve_target(books, name))
        case "reimbursement":
            return books.support[name].outstanding
        case "support-interest":
            return books.support[name].interest.now
        case "support-fee":
            return books.support[name].fee.now
        case _:
            assert_never(kind)


def _interest_parts(books: Books, payee: Payee) -> list[Variable]:
    """The parts of a note's interest that a payee is paid, in the order in which it is."""
    kept = books.notes[payee.name]
    deferred: list[Variable] = [kept.on_deferred, kept.deferred]
    match payee.kind:
        case "deferred-interest":
            return deferred
        case "current-interest":
            return [kept.current]
        case "interest":
            return in_order_paid(books.resolved.notes[payee.name].note, deferred, kept.current)
        case _:
            raise ValueError(f"{payee} is no payee of interest")


def _principal_due(books: Books, name: str) -> Value:
    resolved, balance = books.resolved.notes[name], books.notes[name].balance.now
    principal, in_full = resolved.note.principal, books.in_full(name)
    match principal:
        case TurboPrincipal():
            return balance
        case CollectedPrincipal():
            by_rule = minimum(balance, books.distribution.now)
        case TargetPrincipal():
            by_rule = minimum(balance, _above_target(books, name, principal))
        case ScheduledPrincipal() | BulletPrincipal():
            by_rule = excess(balance, scheduled_balance(books, name))
        case _:
            assert_never(principal)
    return (balance & in_full) | (by_rule & ~in_full)


def _above_target(books: Books, name: str, principal: TargetPrincipal) -> Value:
    """What a note and those that share its target are above it."""
    rounding = books.resolved.deal.rounding
    target = excess(product(books.performing, principal.share, RATE_UNITS, rounding), principal.less)
    together = [books.notes[note].balance.now for note in (name, *principal.with_)]
    return excess(total(books.recorder, together), target)


def _shared_distribution(books: Books, resolved: ResolvedStep) -> dict[int, Value]:
    """Dues of two or more pass-through notes in one step, which share the principal distribution amount."""
    members = [
        i
        for i, payee in enumerate(resolved.payees)
        if payee.rule.by_its_kind and books.resolved.notes[payee.name].note.principal.shares_collections
    ]
    if len(members) < 2:
        return {}
    balances = [books.notes[resolved.payees[i].name].balance.now for i in members]
    left = minimum(total(books.recorder, balances), books.distribution.now)
    by_rule = _split(left, balances, resolved.step)
    full = [books.in_full(resolved.payees[i].name) for i in members]
    return {
        i: (balance & in_full) | (due & ~in_full)
        for i, balance, due, in_full in zip(members, balances, by_rule, full, strict=True)
    }


def _limit(books: Books, limit: Limit, due: Value, available: Value) -> Value:
    """A limit as an amount; limits always round down."""
    if limit.amount is not None:
        return due.recorder.constant(limit.amount)
    if limit.percent is None:
        raise ValueError("a limit has an amount or a percent")
    match limit.of:
        case "available":
            base = available
        case "smaller":
            base = minimum(due, available)
        case "collections":
            base = books.collections
        case "due" | None:
            base = due
        case _:
            assert_never(limit.of)
    return product(base, limit.percent, RATE_UNITS, "down")


def _unit(books: Books, payee: Payee) -> int:
    """Minor units of which a payment is a whole multiple: those of a note's certificates, else 1."""
    return books.resolved.notes[payee.name].unit if payee.rule.in_units else 1


def _split(amount: Value, dues: Sequence[Value], step: Step) -> list[Value]:
    """``amount`` among the payees: pro rata to what they are due, or one after another.

    The share of a payee to whom nothing can fall due is a constant, so that what is kept of it stays one.
    """
    match step.split:
        case "pari-passu":
            shares = allocate(amount, dues, step.leftover)
        case "sequential":
            shares = _in_turn(amount, dues)
        case _:
            assert_never(step.split)
    return [due if due.never() else share for due, share in zip(dues, shares, strict=True)]


def _in_turn(amount: Value, dues: Sequence[Value]) -> list[Value]:
    shares, left = [], amount
    for due in dues:
        share = minimum(due, left)
        shares.append(share)
        left = left - share
    return shares


def _call_on(
    books: Books,
    name: str,
    lacking: Value,
    members: Sequence[Value],
    resolved: ResolvedStep,
    units: Sequence[int],
) -> list[Value]:
    """A support pays what it owes of what is lacking, as far as its limits and its provider go; by member."""
    on_dates, kept = books.resolved.support[name], books.support[name]
    owed = product(lacking, on_dates.support.coverage, RATE_UNITS, "down")
    left = books.support_left(name)
    owed = owed if left is None else minimum(owed, left)
    owed = owed & books.recorder.flag(on_dates.callable)
    owed = product(owed, books.pays(name), RATE_UNITS, "down")
    drawn = _of_arrears(books, name, owed) if kept.late else owed
    shares = _split(drawn, members, resolved.step)
    if not all(is_one(unit) for unit in units):
        shares = [in_units(share, unit) for share, unit in zip(shares, units, strict=True)]
        drawn = total(books.recorder, shares)
    if kept.late:
        kept.arrears.now = kept.arrears.now + (excess(owed, drawn) & books.pays_late(name))
    kept.drawn.now = kept.drawn.now + drawn
    kept.paid_in_all.now = kept.paid_in_all.now + drawn
    return shares


def _of_arrears(books: Books, name: str, owed: Value) -> Value:
    """A provider that is late pays what it was called for and did not pay on the date before, no more."""
    kept, late = books.support[name], books.pays_late(name)
    paid = minimum(owed, excess(kept.arrears.opening, kept.drawn.now))
    return (paid & late) | (owed & ~late)


def _draw(books: Books, sources: Sequence[str], cash: Value) -> None:
    left = cash
    for account in sources[:-1]:
        taken = minimum(left, books.accounts[account].balance.now)
        books.accounts[account].pay_out(taken)
        left = left - taken
    books.accounts[sources[-1]].pay_out(left)


def _apply(books: Books, payee: Payee, cash: Value, supported: Value) -> None:
    """What a payment of cash and support does to the books of its payee."""
    name, amount = payee.name, cash + supported
    match payee.kind:
        case "fee":
            fee = books.fees[name]
            _pay_fee(fee, amount)
            if fee.cap_left is not None:
                fee.cap_left.now = fee.cap_left.now - amount
        case "fee-excess":
            _pay_fee(books.fees[name], amount)
        case "interest" | "current-interest" | "deferred-interest":
            note = books.notes[name]
            note.interest_paid.now = note.interest_paid.now + amount
            note.supported.now = note.supported.now + supported
            left = amount
            for part in _interest_parts(books, payee):
                if part.now.never():
                    continue
                taken = minimum(part.now, left)
                part.now, left = part.now - taken, left - taken
        case "principal" | "redemption":
            _repay(books, books.notes[name], name, amount, supported)
        case "put":
            _repay(books, books.notes[name], name, amount, supported)
            books.notes[name].put.now = books.notes[name].put.now - amount
        case "premium":
            note = books.notes[name]
            note.premium.now = note.premium.now - amount
            note.premium_paid.now = note.premium_paid.now + amount
            note.supported.now = note.supported.now + supported
        case "residual":
            books.notes[name].residual_paid.now = books.notes[name].residual_paid.now + amount
        case "originator":
            books.originator.now = books.originator.now + amount
        case "reserve" | "transfer":
            books.accounts[name].pay_in(amount)
        case "release":
            books.accounts[books.resolved.main_account].pay_in(amount)
        case "deficiency":
            ledger = books.resolved.deal.principal_deficiency
            if ledger is None:
                raise ValueError("the deal keeps no deficiency ledgers")
            books.accounts[ledger.account].pay_in(amount)
            books.notes[name].deficiency.now = books.notes[name].deficiency.now - amount
            books.distribution.now = books.distribution.now + amount
        case "reimbursement":
            support = books.support[name]
            support.reimbursed_in_all.now = support.reimbursed_in_all.now + amount
            support.reimbursed.now = support.reimbursed.now + amount
        case "support-interest":
            support = books.support[name]
            support.interest.now = support.interest.now - amount
            support.interest_paid.now = support.interest_paid.now + amount
        case "support-fee":
            support = books.support[name]
            support.fee.now = support.fee.now - amount
            support.fee_paid.now = support.fee_paid.now + amount
        case _:
            assert_never(payee.kind)


def _pay_fee(fee: FeeBooks, amount: Value) -> None:
    fee.unpaid.now = fee.unpaid.now - amount
    fee.paid.now = fee.paid.now + amount


def _repay(books: Books, note: NoteBooks, name: str, amount: Value, supported: Value) -> None:
    note.balance.now = note.balance.now - amount
    note.principal_paid.now = note.principal_paid.now + amount
    note.supported.now = note.supported.now + supported
    if books.resolved.notes[name].note.principal.shares_collections:
        books.distribution.now = excess(books.distribution.now, amount)
