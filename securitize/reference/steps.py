"""Section 10 of the reference: the steps."""

from __future__ import annotations

from collections.abc import Sequence

from securitize.reference import accounts, deficiency, fees, limits, notes, redemption, support
from securitize.reference.numbers import allocate, down_to, in_turn
from securitize.reference.state import Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such, one_of, word_of

TAKES_EVERYTHING = ("transfer", "residual", "originator")  # payees due everything available
STAYS_INSIDE = ("reserve", "release", "transfer", "deficiency")  # what stays in the vehicle's accounts
INTEREST = ("interest", "current-interest", "deferred-interest")
TO_NOTES = (*INTEREST, "principal", "redemption", "put", "premium", "residual")
ELSEWHERE = ("fee", "fee-excess", "originator", "reimbursement", "support-interest", "support-fee")
PAYEES = (*TO_NOTES, *STAYS_INSIDE, *ELSEWHERE)


def kind_and_name(payee: str) -> tuple[str, str]:
    """Section 10: the two halves of a payee; `originator` has no name."""
    kind, _, name = payee.partition(":")
    return one_of("payee", kind, PAYEES), name


def due_of(v: Vehicle, payee: str, available: int) -> int:
    """Section 10, table of payees: what one payee is due at this moment."""
    kind, name = kind_and_name(payee)
    if kind in TAKES_EVERYTHING:
        return available
    if kind in ("fee", "fee-excess"):
        return v.fees[name].due if kind == "fee" else v.fees[name].unpaid
    if kind in ("reimbursement", "support-interest", "support-fee"):
        given = v.support[name]
        owed = {
            "reimbursement": given.outstanding,
            "support-interest": given.interest,
            "support-fee": given.fee,
        }
        return owed[kind]
    if kind in ("reserve", "release"):
        account = v.accounts[name]
        excess = account.balance - accounts.reserve_target(v, account)
        return max(0, excess if kind == "release" else -excess)
    return due_to_note(v, kind, name)


def due_to_note(v: Vehicle, kind: str, name: str) -> int:
    """Section 10, table of payees: what a note, or its ledger, is due at this moment."""
    note = v.notes[name]
    if kind in INTEREST:
        return notes.interest_due(note, kind)
    if kind == "principal":
        return notes.principal_due(v, note)
    if kind == "redemption":
        return note.balance
    if kind == "put":
        return min(note.put, note.balance)
    if kind == "premium":
        return note.premium
    if kind == "deficiency":
        return note.deficiency
    raise no_such("payee", f"{kind}:{name}")


def apply_payment(v: Vehicle, payee: str, cash: int, supported: int) -> None:
    """Section 10, table of payees: what a payment does."""
    kind, name = kind_and_name(payee)
    paid = cash + supported
    if kind in ("fee", "fee-excess"):
        v.fees[name].unpaid -= paid
        v.fees[name].paid += paid
        v.fees[name].cap_used += paid if kind == "fee" else 0
    elif kind in TO_NOTES:
        pay_note(v, kind, name, paid)
    elif kind == "originator":
        v.originator += paid
    elif kind == "reimbursement":
        v.support[name].reimbursed += paid
        v.support[name].reimbursed_in_all += paid
    elif kind == "support-interest":
        v.support[name].interest -= paid
        v.support[name].interest_paid += paid
    elif kind == "support-fee":
        v.support[name].fee -= paid
        v.support[name].fee_paid += paid
    elif kind == "deficiency":
        v.accounts[deficiency.terms_of(v)["account"]].receive(paid)
        v.notes[name].deficiency -= paid
        v.principal_left += paid
    elif kind == "release":
        v.accounts[v.main].receive(paid)
    elif kind in ("reserve", "transfer"):
        v.accounts[name].receive(paid)
    else:
        raise no_such("payee", payee)


def pay_note(v: Vehicle, kind: str, name: str, paid: int) -> None:
    """Section 10, table of payees: what a payment to a note does."""
    note = v.notes[name]
    if kind in INTEREST:
        notes.pay_interest(note, kind, paid)
    elif kind in ("principal", "redemption", "put"):
        notes.pay_principal(v, note, paid)
        note.put -= paid if kind == "put" else 0
    elif kind == "premium":
        note.premium -= paid
        note.premium_paid += paid
    elif kind == "residual":
        note.residual_paid += paid
    else:
        raise no_such("payee of a note", kind)


def split(v: Vehicle, amount: int, wants: Sequence[int], step: Table) -> list[int]:
    """Section 10, 6: divide what a step pays among its payees."""
    if word_of(step, "split", "sequential", "pari-passu") == "pari-passu":
        return allocate(amount, wants, step.get("leftover", "first"), v.k)
    return in_turn(amount, wants)


def round_to_certificates(v: Vehicle, payees: Sequence[str], shares: list[int]) -> list[int]:
    """Section 10, 6: the share of a note with certificates is rounded down to a whole multiple of q."""
    rounded = []
    for payee, share in zip(payees, shares, strict=True):
        kind, name = kind_and_name(payee)
        rounded.append(down_to(v.notes[name].step, share) if kind in TO_NOTES else share)
    return rounded


def share_principal(v: Vehicle, step: Table, dues: list[int]) -> None:
    """Section 10, 2: the `collected` notes under `principal:` in one step share M."""
    sharing: dict[int, int] = {}  # position in the step -> balance
    for position, payee in enumerate(step["pay"]):
        kind, name = kind_and_name(payee)
        if kind == "principal" and v.notes[name].shares_collections:
            sharing[position] = v.notes[name].balance
    balances = list(sharing.values())
    shares = split(v, min(v.principal_left, sum(balances)), balances, step)
    for position, share in zip(sharing, shares, strict=True):
        _, name = kind_and_name(step["pay"][position])
        if not notes.all_principal_due(v, v.notes[name]):
            dues[position] = share


def dues_of(v: Vehicle, step: Table, available: int) -> list[int]:
    """Section 10, 2 and 3: what every payee of a step is due, after its member limit."""
    dues = [due_of(v, payee, available) for payee in step["pay"]]
    share_principal(v, step, dues)
    bounds = [step.get("member_limits", {}).get(payee) for payee in step["pay"]]
    return [limits.cut(v, due, bound, due, available) for due, bound in zip(dues, bounds, strict=True)]


def support_step(v: Vehicle, step: Table, asked: int, dues: list[int], paid: list[int]) -> list[int]:
    """Section 10, 5 and 6: what the named supports pay to each payee, one support after another."""
    supported = [0] * len(dues)
    for name in step.get("support", []):
        given = v.support[name]
        owed = support.would_pay(v, given, asked - sum(paid) - sum(supported))
        given.called_for += owed
        amount = support.pays_at_once(v, given, owed)
        lacking = [e - x - y for e, x, y in zip(dues, paid, supported, strict=True)]
        shares = round_to_certificates(v, step["pay"], split(v, amount, lacking, step))
        support.draw_support(given, sum(shares))
        supported = [y + more for y, more in zip(supported, shares, strict=True)]
    return supported


def run_step(v: Vehicle, priority: str, index: int, step: Table) -> None:
    """Section 10, 1 to 8: one step on one date."""
    payees: list[str] = list(step["pay"])
    kind, name = kind_and_name(payees[0])
    sources: list[str] = [name] if kind == "release" else list(step.get("from", [v.main]))
    named = [v.limits[limit] for limit in step.get("limits", [])]

    available = sum(v.accounts[source].balance for source in sources)
    dues = dues_of(v, step, available)
    due = sum(dues)
    asked = limits.cut(v, due, step.get("limit"), due, available)
    asked = min([asked, *(limit.left for limit in named)])

    paid = split(v, min(asked, available), dues, step)
    if priority != redemption.REDEMPTION:
        paid = round_to_certificates(v, payees, paid)
    cash = sum(paid)
    supported = support_step(v, step, asked, dues, paid)

    for limit in named:
        limit.left -= cash + sum(supported)
    for source, amount in zip(sources, in_turn(cash, [v.accounts[s].balance for s in sources]), strict=True):
        v.accounts[source].draw(amount)
    for payee, e, x, y in zip(payees, dues, paid, supported, strict=True):
        apply_payment(v, payee, x, y)
        row = {"priority": priority, "step": index, "payee": payee, "due": e, "available": available}
        v.steps.append(row | {"paid": x, "supported": y, "shortfall": e - x - y})
    if step.get("debits_deficiency", False):
        deficiency.debit(v, cash)
    fees.charge_payments(v)


def run_steps(v: Vehicle, priority: str) -> None:
    """Section 10: the steps of the priority in force, in order, where `when` and `unless` let them run."""
    by_call = priority == redemption.REDEMPTION
    for index, step in enumerate(redemption.steps_of(v) if by_call else v.deal["priority"][priority]):
        allowed = all(v.triggers[name].active for name in step.get("when", []))
        barred = any(v.triggers[name].active for name in step.get("unless", []))
        if allowed and not barred:
            run_step(v, priority, index, step)
