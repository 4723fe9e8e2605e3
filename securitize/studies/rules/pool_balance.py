"""The balance of a deal's pool today, of which its notes are strips: contracts and money in reserves.

Source: ``docs/reference/rules.md``, section 2; Regulation (EU) 575/2013 article 256, CRE44.14, 12 CFR 217.43(b)(3).
"""

from __future__ import annotations

from dataclasses import dataclass

from securitize.base.arithmetic import multiply_divide
from securitize.base.closed import partition
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Stream
from securitize.definitions.pools.past import FROM_PARTIES, PastClaim
from securitize.engine.calculation import Calculation
from securitize.engine.prepare.prepared import Prepared

#: Of cash that is still expected of the past, what is, but for its interest, principal of the pool.
OVERDUE, _ = partition(Stream, {"principal", "fee"}, {"interest", "prepayment", "recovery", "royalty"})


@dataclass(frozen=True, slots=True)
class PoolBalance:
    """What stands behind the notes, minor units.

    contracts : performing, overdue and in default; None where a royalty, which has no balance, is among them
    defaulted : the part of it in default
    reserves  : money in reserve accounts;  from_collections : the part of it that collections brought
    """

    contracts: int | None
    defaulted: int
    reserves: int
    from_collections: int

    def whole(self, closing_money: bool) -> int | None:
        """N. ``closing_money`` : whether reserves count with what was put in at closing."""
        return None if self.contracts is None else self.contracts + self.counted(closing_money)

    def counted(self, closing_money: bool) -> int:
        """R, the money in reserves that counts in N."""
        return self.reserves if closing_money else self.from_collections


def pool_today(calculation: Calculation, said: int | None = None) -> PoolBalance:
    """The pool of a calculation. ``said`` : what the contracts come to, in place of the books, minor units."""
    prepared = calculation.prepared
    defaulted = in_default(prepared)
    contracts = said
    if said is None and not prepared.pool.royalties:
        contracts = int(calculation.collections.performing[0, 0]) + overdue(prepared) + defaulted
    reserves, closing = reserves_today(prepared)
    return PoolBalance(contracts, defaulted, reserves, reserves - closing)


def overdue(prepared: Prepared) -> int:
    """Principal that was due by today and is still expected, of claims that are restated."""
    return sum(
        cash.amount - cash.interest
        for past in _books(prepared)
        for cash in past.expected
        if cash.stream in OVERDUE and cash.date > prepared.today.pool
    )


def in_default(prepared: Prepared) -> int:
    """What has defaulted by today and is neither recovered nor written off.

    Of books that have no entry of a default, the recoveries that they expect.
    """
    return sum(
        past.stock
        if past.defaulted
        else sum(
            cash.amount
            for cash in past.expected
            if cash.stream in FROM_PARTIES and cash.date > prepared.today.pool
        )
        for past in _books(prepared)
    )


def _books(prepared: Prepared) -> list[PastClaim]:
    """Of the claims that are restated."""
    return [past for one in prepared.resolved_pool.claims if (past := one.contract.as_of) is not None]


def reserves_today(prepared: Prepared) -> tuple[int, int]:
    """Money in reserve accounts, and how much of it is taken to be of closing, which leaves last."""
    whole = closing = 0
    for name, account in prepared.deal.accounts.items():
        if not account.is_reserve:
            continue
        books = prepared.state.accounts.get(name) if prepared.state else None
        balance = account.opening if books is None or books.balance is None else books.balance
        bank = prepared.performance.parties.get(account.party or "")
        taken = books is not None and bool(books.failed)
        if bank is not None and not taken and bank.dates[0] <= prepared.today.notes.toordinal():
            # As the priority of payments has it (section 4): what is not paid is rounded, and lost.
            lost = RATE_UNITS - int(bank.share[0])
            balance -= int(multiply_divide(balance, lost, RATE_UNITS, prepared.deal.rounding)[0])
        whole += balance
        closing += min(balance, account.opening) if account.funded else 0
    return whole, closing
