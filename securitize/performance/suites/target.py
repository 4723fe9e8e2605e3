"""A deal and its pool on the day on which a suite is put to them.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from securitize.base.dates import add_months
from securitize.base.messages import Message
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import months
from securitize.definitions.pools.pool import Pool
from securitize.market.today import Today


@dataclass(frozen=True, slots=True)
class Target:
    """What a suite is put to.

    today    : from which it is told
    cash     : of each contract, what it owes after today by the books, minor units
    end      : the last payment date;  collection : the cut-off and every collection date
    indices  : that a rate of the deal or the pool follows, sorted; nodes : of obligors, where they are known
    suppliers: nodes of obligors that supply another node of the pool's obligors
    """

    deal: Deal
    pool: Pool
    today: Today
    cash: Mapping[str, int]
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

    def owed(self) -> dict[str, int]:
        """What each obligor owes after today, those of nothing left out, as written."""
        found = dict.fromkeys(self.pool.obligors, 0)
        for name, amount in self.cash.items():
            found[self.pool.contracts[name].obligor] += amount
        return {name: amount for name, amount in found.items() if amount}

    def obligors(self) -> list[str]:
        """Those that owe anything after today, most first, among equals as written."""
        owed = self.owed()
        return sorted(owed, key=lambda name: -owed[name])


class DoesNotApply(Exception):  # noqa: N818
    """A stress has nothing to act on; says why."""


def end_of_window(since: dt.date, lasts: str) -> dt.date:
    """The last day of a window of so many months or years that begins on ``since``: a year ends the day before."""
    return add_months(since - dt.timedelta(days=1), months(lasts))


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
