"""The steps of a priority of payments (section 10)."""

from __future__ import annotations

from collections.abc import Sequence

from securitize.base.money import RATE_UNITS
from securitize.definitions.deal import Limit, PriorityName, Step
from securitize.definitions.payees import TAKE_ALL, Payee
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import allocate, excess, minimum, product, total
from securitize.waterfall.resolve import ResolvedStep
from securitize.waterfall.rules import invariants
from securitize.waterfall.rules.accruals import reserve_target
from securitize.waterfall.rules.books import Books


def record_priority(books: Books, priority: PriorityName, mask: Value) -> None:
    """The steps of one priority, in order, on the paths where it is in force."""
    with books.recorder.only_where(mask):
        for index, step in enumerate(books.resolved.priorities[priority]):
            _record_step(books, (priority, str(index)), step, mask)


def _record_step(books: Books, place: tuple[str, str], resolved: ResolvedStep, mask: Value) -> None:
    step, payees, r = resolved.step, resolved.payees, books.recorder
    for trigger in step.when:
        mask = mask & books.active[trigger]
    for trigger in step.unless:
        mask = mask & ~books.active[trigger]
    available = total(r, [books.accounts[name].now for name in resolved.sources]) & mask
    dues = [due & mask for due in _dues(books, resolved, available)]
    for i, text in enumerate(step.pay):
        if text in step.member_limits:
            dues[i] = minimum(dues[i], _limit(step.member_limits[text], dues[i], available))
    asked = total(r, dues)
    if step.limit is not None:
        asked = minimum(asked, _limit(step.limit, asked, available))
    for name in step.limits:
        asked = minimum(asked, books.limit_left[name].now)
    cash = minimum(asked, available)
    paid = _split(cash, dues, step)
    lacking = [due - amount for due, amount in zip(dues, paid, strict=True)]
    supported = [r.constant(0) for _ in dues]
    for name in step.support:
        shares = _call_on(books, name, asked - cash - total(r, supported), lacking, step)
        supported = [sofar + share for sofar, share in zip(supported, shares, strict=True)]
        lacking = [left - share for left, share in zip(lacking, shares, strict=True)]
    for name in step.limits:
        books.limit_left[name].now = books.limit_left[name].now - cash - total(r, supported)
    _draw(books, resolved.sources, cash)
    for payee, amount, help_ in zip(payees, paid, supported, strict=True):
        _apply(books, payee, amount, help_)
    r.store(("step", *place, "ran"), mask)
    r.store(("step", *place, "available"), available)
    for i in range(len(payees)):
        for line, values in (("due", dues), ("paid", paid), ("supported", supported)):
            r.store(("step", *place, str(i), line), values[i])
    invariants.check_step(books, ".".join(place), available, asked, dues, paid, supported)


def _dues(books: Books, resolved: ResolvedStep, available: Value) -> list[Value]:
    """What each payee is due, found before any of them is paid."""
    shared = _shared_distribution(books, resolved)
    return [
        shared[i] if i in shared else _due(books, payee, available) for i, payee in enumerate(resolved.payees)
    ]


def _due(books: Books, payee: Payee, available: Value) -> Value:
    kind, name = payee.kind, payee.name
    if kind in TAKE_ALL:
        return available
    match kind:
        case "fee":
            return books.fee_due(name)
        case "fee-excess":
            return books.fee_unpaid[name].now
        case "interest":
            return books.unpaid_interest[name].now
        case "redemption":
            return books.balances[name].now
        case "principal":
            return _principal_due(books, name)
        case "reserve":
            return excess(reserve_target(books, name), books.accounts[name].now)
        case "release":
            return excess(books.accounts[name].now, reserve_target(books, name))
        case "reimbursement":
            return books.support_outstanding[name].now
    raise ValueError(f"unknown payee {kind}")


def _principal_due(books: Books, name: str) -> Value:
    resolved, balance = books.resolved.notes[name], books.balances[name].now
    kind = resolved.note.principal.kind
    if kind == "turbo":
        return balance
    if kind == "collected":
        by_rule = minimum(balance, books.distribution.now)
    else:
        by_rule = excess(balance, books.recorder.constant(resolved.scheduled))
    return (balance & books.in_full) | (by_rule & ~books.in_full)


def _shared_distribution(books: Books, resolved: ResolvedStep) -> dict[int, Value]:
    """Dues of two or more pass-through notes in one step, which share the principal distribution amount."""
    members = [
        i
        for i, payee in enumerate(resolved.payees)
        if payee.kind == "principal" and books.resolved.notes[payee.name].note.principal.kind == "collected"
    ]
    if len(members) < 2:
        return {}
    balances = [books.balances[resolved.payees[i].name].now for i in members]
    left = minimum(total(books.recorder, balances), books.distribution.now)
    by_rule = _split(left, balances, resolved.step)
    in_full = books.in_full
    return {
        i: (balance & in_full) | (due & ~in_full)
        for i, balance, due in zip(members, balances, by_rule, strict=True)
    }


def _limit(limit: Limit, due: Value, available: Value) -> Value:
    """A limit as an amount; limits always round down."""
    if limit.amount is not None:
        return due.recorder.constant(limit.amount)
    if limit.percent is None:
        raise ValueError("a limit has an amount or a percent")
    base = {"due": due, "available": available, "smaller": minimum(due, available)}[limit.of or "due"]
    return product(base, limit.percent, RATE_UNITS, "down")


def _split(amount: Value, dues: Sequence[Value], step: Step) -> list[Value]:
    """``amount`` among the payees: pro rata to what they are due, or one after another."""
    if step.split == "pari-passu":
        return allocate(amount, dues, step.leftover)
    shares, left = [], amount
    for due in dues:
        share = minimum(due, left)
        shares.append(share)
        left = left - share
    return shares


def _call_on(books: Books, name: str, lacking: Value, members: Sequence[Value], step: Step) -> list[Value]:
    """A support pays what is lacking, as far as its limits go; its payments by member."""
    left = books.support_left(name)
    drawn = lacking if left is None else minimum(lacking, left)
    for variable in (books.drawn[name], books.support_used[name], books.support_outstanding[name]):
        variable.now = variable.now + drawn
    return _split(drawn, members, step)


def _draw(books: Books, sources: Sequence[str], cash: Value) -> None:
    left = cash
    for account in sources[:-1]:
        taken = minimum(left, books.accounts[account].now)
        books.pay_out(account, taken)
        left = left - taken
    books.pay_out(sources[-1], left)


def _apply(books: Books, payee: Payee, cash: Value, supported: Value) -> None:
    """What a payment of cash and support does to the books of its payee."""
    name, amount = payee.name, cash + supported
    match payee.kind:
        case "fee" | "fee-excess":
            books.fee_unpaid[name].now = books.fee_unpaid[name].now - amount
            books.fee_paid[name].now = books.fee_paid[name].now + amount
            if payee.kind == "fee" and name in books.fee_cap_left:
                books.fee_cap_left[name].now = books.fee_cap_left[name].now - amount
        case "interest":
            books.unpaid_interest[name].now = books.unpaid_interest[name].now - amount
            books.interest_paid[name].now = books.interest_paid[name].now + amount
            books.supported[name].now = books.supported[name].now + supported
        case "principal" | "redemption":
            books.balances[name].now = books.balances[name].now - amount
            books.principal_paid[name].now = books.principal_paid[name].now + amount
            books.supported[name].now = books.supported[name].now + supported
            if books.resolved.notes[name].note.principal.kind == "collected":
                books.distribution.now = excess(books.distribution.now, amount)
        case "residual":
            books.residual_paid[name].now = books.residual_paid[name].now + amount
        case "originator":
            books.originator.now = books.originator.now + amount
        case "reserve" | "transfer":
            books.pay_in(name, amount)
        case "release":
            books.pay_in(books.resolved.main_account, amount)
        case "reimbursement":
            books.support_outstanding[name].now = books.support_outstanding[name].now - amount
            books.reimbursed[name].now = books.reimbursed[name].now + amount
            if books.resolved.deal.support[name].reinstates:
                books.support_used[name].now = books.support_used[name].now - amount
