"""Payment dates as they are written and as they are paid, and which of them a written date means.

Source: ``docs/reference/priority-of-payments.md``, section 2, "A written date". A calendar moves no date past its
neighbours, so that the stretches from the written to the adjusted date never overlap: the first one that ends on or
after a day is the one that the day means, or else the next.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64

Flags = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class PaymentDate:
    """One payment date: as written, and on the business day on which it is paid."""

    written: dt.date
    adjusted: dt.date

    @property
    def earliest(self) -> dt.date:
        """The earlier of the two."""
        return min(self.written, self.adjusted)

    @property
    def latest(self) -> dt.date:
        """The later of the two."""
        return max(self.written, self.adjusted)


class PaymentCalendar:
    """The payment dates of a deal; periods are counted from 0, and T is their number."""

    def __init__(self, written: Sequence[dt.date], adjusted: Sequence[dt.date]) -> None:
        self.dates = tuple(PaymentDate(*pair) for pair in zip(written, adjusted, strict=True))
        self._earliest = [date.earliest for date in self.dates]
        self._latest = [date.latest for date in self.dates]

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def last_day(self) -> dt.date:
        """The last day that means a payment date: the legal final date, as written or as paid."""
        return self._latest[-1]

    def meant(self, day: dt.date) -> int | None:
        """The payment date that a day means: written or adjusted so, or lying between the two; None where none is."""
        t = self.first_from(day)
        return t if t < len(self) and self._earliest[t] <= day else None

    def first_from(self, day: dt.date) -> int:
        """from(x): the payment date meant, else the first after it; T where there is none."""
        return bisect_left(self._latest, day)

    def last_until(self, day: dt.date) -> int:
        """until(x): the payment date meant, else the last before it; -1 where there is none."""
        return bisect_right(self._earliest, day) - 1

    def first_from_each(self, days: Int64) -> Int64:
        """from(x) of every day, ordinals of any shape; T where there is none."""
        latest = np.array([day.toordinal() for day in self._latest], np.int64)
        return np.searchsorted(latest, days).astype(np.int64)

    def not_after(self, first: dt.date, second: dt.date) -> bool:
        """Whether a day lies before another, on it, or means the same payment date."""
        return first <= second or (self.meant(first) is not None and self.meant(first) == self.meant(second))

    def on(self, day: dt.date) -> Flags:
        """Whether each is payment date from(day)."""
        first = self.first_from(day)
        return tuple(t == first for t in range(len(self)))

    def within(self, first: dt.date | None, last: dt.date | None) -> Flags:
        """Whether each lies from ``first`` until ``last``, both included; without end where a day is None."""
        since = 0 if first is None else self.first_from(first)
        until = len(self) - 1 if last is None else self.last_until(last)
        return tuple(since <= t <= until for t in range(len(self)))
