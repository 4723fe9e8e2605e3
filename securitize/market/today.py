"""The day from which the future of a deal is told: one for stresses, draws, prices and what remains.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Today".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from securitize.definitions.deals.state import PartyState, State, SupportState
from securitize.definitions.figures import Rating
from securitize.market.schedules import Schedule


@dataclass(frozen=True, slots=True)
class CompanyFailure:
    """That a company has defaulted by today: on ``at``; ``recovery``: what it pays since, None for its party's own."""

    at: dt.date
    recovery: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """Where a deal stands.

    period : k, how many periods are past; 0 at closing
    pool   : c_k, after which the pool's future begins: the last collection date in the books, at closing the cut-off
    notes  : d_k, after which the notes' future begins: the last payment date, at closing the closing date
    failed : companies that have defaulted by the books, by the keys of :mod:`securitize.performance.parties`
    ratings: of providers of support by the books, by support, where they are not those of the deal
    known  : the information date, whose index rates are known (``markets.md``, section 8); None for ``notes``
    """

    period: int
    pool: dt.date
    notes: dt.date
    failed: Mapping[str, CompanyFailure] = field(default_factory=dict, hash=False)
    ratings: Mapping[str, Rating] = field(default_factory=dict, hash=False)
    known: dt.date | None = None

    @property
    def in_mid_life(self) -> bool:
        """Whether a period is past."""
        return self.period > 0

    @property
    def next_of_pool(self) -> dt.date:
        """The first day of the pool's future."""
        return self.pool + dt.timedelta(days=1)

    @property
    def next_of_notes(self) -> dt.date:
        """From when on something may befall those who owe the notes: closing itself, in mid-life the day after d_k."""
        return self.notes + dt.timedelta(days=1) if self.in_mid_life else self.notes

    def in_future(self, day: dt.date) -> dt.date:
        """``day``, of a deal in mid-life not before c_k: fixings of that day and later can be changed."""
        return max(day, self.pool) if self.in_mid_life else day

    def rates_from(self, day: dt.date | None) -> dt.date:
        """From when on all interest rates move that are to move from ``day`` on: not before what is known."""
        known = self.known or self.notes
        return known if day is None else max(day, known)


def today_of(schedule: Schedule, state: State | None = None) -> Today:
    """Today, from the whole deal's schedule.

    state : of a deal in mid-life, else None. Raises ValueError where its day is no payment date before the last.
    """
    if state is None:
        return Today(0, schedule.collection[0], schedule.accrual[0])
    meant = schedule.payment_dates.meant(state.as_of)
    if meant is None or meant == schedule.periods - 1:
        raise ValueError(f"{state.as_of} is no payment date of the deal before its last")
    period = meant + 1
    ratings = {name: one.rating for name, one in state.support.items() if one.rating is not None}
    return Today(period, schedule.collection[period], schedule.payment[meant], _failed(state), ratings)


def _failed(state: State) -> dict[str, CompanyFailure]:
    """By key; a support stands for its company only where it names no party."""
    companies: dict[str, PartyState | SupportState] = {
        **state.parties,
        **{f"support:{name}": one for name, one in state.support.items()},
    }
    return {
        key: CompanyFailure(one.failed, one.recovery)
        for key, one in companies.items()
        if one.failed is not None
    }
