"""The day from which the future of a deal is told: one for stresses, draws, prices and what remains.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Today".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from securitize.definitions.deals.state import State
from securitize.market.schedules import Schedule


@dataclass(frozen=True, slots=True)
class Today:
    """Where a deal stands.

    period : k, how many periods are past; 0 at closing
    pool   : c_k, after which the pool's future begins: the last collection date in the books, at closing the cut-off
    notes  : d_k, after which the notes' future begins: the last payment date, at closing the closing date
    """

    period: int
    pool: dt.date
    notes: dt.date

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


def today_of(schedule: Schedule, state: State | None = None) -> Today:
    """Today, from the whole deal's schedule.

    state : of a deal in mid-life, else None. Raises ValueError where its day is no payment date before the last.
    """
    if state is None:
        return Today(0, schedule.collection[0], schedule.accrual[0])
    if state.as_of not in schedule.payment[:-1]:
        raise ValueError(f"{state.as_of} is no payment date of the deal before its last")
    period = schedule.payment.index(state.as_of) + 1
    return Today(period, schedule.collection[period], state.as_of)
