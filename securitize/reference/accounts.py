"""Section 4 of the reference: what accounts earn, and the targets of reserves."""

from __future__ import annotations

from securitize.reference import notes, rates
from securitize.reference.numbers import ONE, count, money, rate
from securitize.reference.state import STREAMS, AccountState, Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such, one_of

ZERO_AT = ("notes-nil", "legal-final")


def earn_interest(v: Vehicle) -> None:
    """Section 4: interest on every account, on the balance that the date before left and its bank still owes."""
    for name, account in v.accounts.items():
        rule = account.terms.get("interest")
        account.interest = 0
        if rule is not None:
            account.interest = rates.rule_interest(v, account.earning, f"accounts.{name}", rule)
            account.receive(account.interest)


def enter_collections(v: Vehicle) -> None:
    """Section 4: each stream enters its account."""
    into: dict[str, str] = v.deal.get("collections", {})
    for stream in into:
        one_of("stream", stream, STREAMS)
    for stream in STREAMS:
        v.accounts[into.get(stream, v.main)].receive(v.streams[stream][v.t])


def target_in_force(v: Vehicle, account: AccountState) -> Table:
    """Section 4, targets_on: the first whose trigger is active, else the account's own."""
    for entry in account.terms.get("targets_on", []):
        if v.triggers[entry["trigger"]].active:
            instead: Table = entry["target"]
            return instead
    own: Table = account.terms["target"]
    return own


def reserve_target(v: Vehicle, account: AccountState) -> int:
    """Section 4: the target at this moment."""
    if v.redeemed:
        return 0
    target = target_in_force(v, account)
    zero_at = [one_of("zero_at", word, ZERO_AT) for word in target.get("zero_at", ZERO_AT)]
    if "notes-nil" in zero_at and v.notes_nil:
        return 0
    if "legal-final" in zero_at and v.final:
        return 0
    if target["kind"] == "fixed":
        return money(target["amount"])
    if target["kind"] == "months-of-interest":
        amount = months_of_interest(v, target)
    elif target["kind"] == "percent":
        amount = percent(v, target)
    else:
        raise no_such("kind of target", target["kind"])
    if "floor" in target:
        amount = max(amount, money(target["floor"]))
    if "cap" in target:
        amount = min(amount, money(target["cap"]))
    return amount


def percent(v: Vehicle, target: Table) -> int:
    """Section 4, percent: a share of the pool, now or at the cut-off, or of each of some notes."""
    share = rate(target["rate"])
    if target["of"] == "pool":
        return v.product(v.performing[v.t], share, ONE)
    if target["of"] == "pool-at-cut-off":
        return v.product(v.performing[0], share, ONE)
    if isinstance(target["of"], str):
        raise no_such("base of a target", target["of"])
    return sum(v.product(v.notes[name].balance, share, ONE) for name in target["of"])


def months_of_interest(v: Vehicle, target: Table) -> int:
    """Section 4, months-of-interest: one product a note."""
    amount = 0
    for note in (v.notes[name] for name in target["notes"]):
        amount += v.product(note.balance, notes.target_coupon(v, note) * count(target["months"]), 12 * ONE)
    return amount
