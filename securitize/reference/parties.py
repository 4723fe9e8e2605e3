"""Sections 4 and 7 of the reference: the capacity of one company in all its roles, and the bank that keeps accounts."""

from __future__ import annotations

from securitize.reference.numbers import ONE
from securitize.reference.state import STREAMS, AccountState
from securitize.reference.vehicle import Vehicle


def pay_recoveries(v: Vehicle) -> None:
    """Section 7, capacity: recoveries come first; what is above the capacity left is not in the stream."""
    for name, party in v.parties.items():
        party.recoveries_due = v.recovered[name][v.t] if name in v.recovered else 0
        party.recoveries = min(party.recoveries_due, party.left)
        party.recovered_in_all += party.recoveries
        v.streams["recovery"][v.t] -= party.recoveries_due - party.recoveries


def credited(v: Vehicle, name: str) -> int:
    """Section 4: the streams of today that go to an account."""
    into = v.deal.get("collections", {})
    return v.collected(stream for stream in STREAMS if into.get(stream, v.main) == name)


def lose_at_banks(v: Vehicle) -> None:
    """Section 4, account bank: what a failed bank does not pay leaves its accounts; each balance counts once."""
    for name, account in v.accounts.items():
        pays = v.account_pays[name][v.t] if name in v.account_pays else ONE
        account.earning = account.balance
        if pays == ONE:
            continue
        held = min(v.held[name][v.t], credited(v, name)) if name in v.held else 0
        lose(v, account, pays, held)


def lose(v: Vehicle, account: AccountState, pays: int, held: int) -> None:
    """Section 4, account bank: X of one account, and the balance on which the bank still pays interest."""
    kept = 0 if account.failed else account.balance
    if not account.failed:
        account.earning = v.product(account.balance, pays, ONE)
    account.failed = True
    account.lost = v.product(kept + held, ONE - pays, ONE)
    account.balance -= account.lost
