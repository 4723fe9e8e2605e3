"""A deal and its pool on the day on which a suite is put to them.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from securitize.base.dates import add_months
from securitize.base.messages import Message
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import months
from securitize.definitions.pools.pool import Pool
from securitize.market.today import Today


@dataclass(frozen=True, slots=True)
class Due:
    """Cash that a contract owes.

    until  : the last day on which a default of the contract strikes it: p_k as written, of a royalty e_u
    dated  : when it is with the vehicle, as scheduled
    amount : minor units
    """

    until: dt.date
    dated: dt.date
    amount: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a suite is put to.

    today    : from which it is told
    dues     : of each contract, what it owes after today by the books
    end      : the last payment date;  collection : the cut-off and every collection date
    indices  : that a rate of the deal or the pool follows, sorted; nodes : of obligors, where they are known
    suppliers: nodes of obligors that supply another node of the pool's obligors
    """

    deal: Deal
    pool: Pool
    today: Today
    dues: Mapping[str, Sequence[Due]]
    end: dt.date
    collection: tuple[dt.date, ...]
    indices: tuple[str, ...]
    nodes: Mapping[str, str]
    suppliers: frozenset[str]

    @property
    def any_royalty(self) -> bool:
        """Whether a contract of the pool follows sales."""
        return any(contract.follows_sales for contract in self.pool.contracts.values())

    @property
    def royalties_alone(self) -> bool:
        """Whether every contract of the pool follows sales."""
        return all(contract.follows_sales for contract in self.pool.contracts.values())

    @property
    def cash(self) -> dict[str, int]:
        """Of each contract, what it owes after today, minor units."""
        return {name: sum(due.amount for due in dues) for name, dues in self.dues.items()}

    def cash_from(self, day: dt.date) -> dict[str, int]:
        """Of each contract, what a default on ``day`` strikes, minor units."""
        return {name: sum(due.amount for due in dues if due.until >= day) for name, dues in self.dues.items()}

    def owed(self, day: dt.date | None = None) -> dict[str, int]:
        """What each obligor owes after today, or from ``day`` on; those of nothing left out, as written."""
        found = dict.fromkeys(self.pool.obligors, 0)
        for name, amount in (self.cash if day is None else self.cash_from(day)).items():
            found[self.pool.contracts[name].obligor] += amount
        return {name: amount for name, amount in found.items() if amount}

    def obligors(self, day: dt.date) -> list[str]:
        """Those that owe anything from ``day`` on, most first, among equals as written. Raises DoesNotApply."""
        owed = self.owed(day)
        if not owed:
            raise DoesNotApply(nothing_owed(day))
        return sorted(owed, key=lambda name: -owed[name])


class DoesNotApply(Exception):  # noqa: N818
    """A stress has nothing to act on; says why."""


def end_of_window(since: dt.date, lasts: str) -> dt.date:
    """The last day of a window of so many months or years that begins on ``since``: a year ends the day before."""
    return add_months(since, months(lasts)) - dt.timedelta(days=1)


def nothing_owed(day: dt.date) -> str:
    """Why nobody can default on ``day``."""
    return Message("no obligor owes anything from {day} on", day=day)


def day_after(target: Target, after: str | None) -> dt.date:
    """Today plus some months, the next day without any. Raises DoesNotApply after the last payment date."""
    day = add_months(target.today.pool, months(after)) if after else target.today.next_of_pool
    if day > target.end:
        raise DoesNotApply(Message("{day} is after the last payment date {end}", day=day, end=target.end))
    return day


def require_claims(target: Target) -> None:
    """Raises DoesNotApply where the pool has no balance that a rate of prepayment could act on."""
    if target.royalties_alone:
        raise DoesNotApply("a royalty has no balance that could be prepaid by a rate")


def require_royalties(target: Target) -> None:
    """Raises DoesNotApply where nothing follows sales."""
    if not target.any_royalty:
        raise DoesNotApply("the pool has no royalty that follows sales")
