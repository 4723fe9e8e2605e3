"""In what a yield counts time: periods from settlement to each payment, on the dates of a deal.

Source: ``docs/reference/prices.md``, section 2a.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.closed import partition
from securitize.base.dates import add_months, ends_month
from securitize.definitions.figures import DayCount
from securitize.market.day_counts import MOVED_AT_MOST, accrual
from securitize.market.periods import InterestPeriod
from securitize.market.schedules import Schedule

#: Payments a year that a yield compounds by.
FREQUENCIES = (1, 2, 3, 4, 6, 12)
_DAYS_OF_YEAR = 365
#: Day counts that call every period a year, and the others.
WHOLE, _ = partition(
    DayCount,
    {"1/1"},
    {"ACT/365F", "ACT/365L", "ACT/360", "NL/365", "ACT/ACT-ISDA", "ACT/ACT-ICMA", "ACT/ACT-AFB"}
    | {"30/360", "30U/360", "30E/360", "30E/360-ISDA", "30E+/360", "30/360-Italian", "30/360-NASD"},
)


@dataclass(frozen=True)
class Counted:
    """Time from settlement to the payments after it, (T,) each.

    street, interbank : periods of 1 / f of a year
    lengths           : years by the note's day count, of each interest period, of the first what lies after settlement
    """

    street: Float64
    interbank: Float64
    lengths: Float64


def payments_a_year(paid: Sequence[int], first: int, schedule: Schedule) -> int:
    """f, from the payment dates on which a note is paid anything after settlement, counted from 0.

    first : of the dates after settlement
    """
    if not paid:
        return 1
    dates = schedule.payment
    gaps = [b - a for a, b in itertools.pairwise(paid)] or [paid[0] - first + 1]
    if schedule.months is not None:
        a_year = 12 / (schedule.months * median_low(gaps))
    else:
        before = dates[first - 1] if first else schedule.accrual[0]
        days = [dates[k] for k in paid] if len(paid) > 1 else [before, dates[paid[0]]]
        a_year = _DAYS_OF_YEAR * (len(days) - 1) / (days[-1] - days[0]).days
    return min(FREQUENCIES, key=lambda often: float(abs(np.log(often / a_year))))


@dataclass(frozen=True)
class YieldClock:
    """The dates on which a note's yields count.

    schedule : of the whole deal;  final : the legal final date as written
    often    : f;  anchor : the first date as written on which the note is paid
    """

    schedule: Schedule
    day_count: DayCount
    final: dt.date
    often: int
    anchor: dt.date

    def counted(self, settlement: dt.date, first: int) -> Counted:
        """From settlement to the payments from the ``first`` date on, counted from 0."""
        accrual_dates = self.schedule.accrual
        left, lengths = [], []
        for j in range(first, self.schedule.periods):
            left.append(self._length(j) * (1 - self._share(j, settlement)))
            lengths.append(self._years(j, accrual_dates[j + 1]) - self._years(j, settlement))
        if first and settlement < accrual_dates[first]:
            # The payment before was made ahead of its accrual date.
            left[0] += self._length(first - 1) * (1 - self._share(first - 1, settlement))
            lengths[0] += self._years(first - 1, accrual_dates[first]) - self._years(first - 1, settlement)
        months = 12 // self.often
        listed = self.schedule.listed if self.schedule.months == months else (self.anchor,)
        reference = InterestPeriod(settlement, settlement, months, listed, self.schedule.end_of_month)
        actual = [
            accrual("ACT/ACT-ICMA", settlement, day, None, reference) for day in self.schedule.payment[first:]
        ]
        return Counted(
            street=self.often * np.cumsum(left),
            interbank=self.often * np.array([days / year for days, year in actual]),
            lengths=np.array(lengths),
        )

    def _years(self, j: int, day: dt.date) -> float:
        """By the day count, from the start of interest period j to a day, at most to its end."""
        start, end = self.schedule.accrual[j : j + 2]
        if day <= start:
            return 0.0
        whole = self.schedule.interest_period(start, end)
        days, year = accrual(self.day_count, start, min(day, end), self.final, whole)
        return days / year

    def _share(self, j: int, day: dt.date) -> float:
        """The share of interest period j that is over on a day."""
        _start, end = self.schedule.accrual[j : j + 2]
        whole = self._years(j, end)
        if not whole:
            return 0.0 if day < end else 1.0
        return min(1.0, self._years(j, day) / whole)

    def _length(self, j: int) -> float:
        """Years of interest period j: whole months where it is regular, else by the day count."""
        if self._regular(j):
            return self._months / 12
        start, end = self.schedule.accrual[j : j + 2]
        # 1/1 calls every period a year.
        count: DayCount = "ACT/ACT-ICMA" if self.day_count in WHOLE else self.day_count
        listed = self.schedule.listed if self.schedule.months else (self.anchor,)
        whole = InterestPeriod(start, end, self._months, listed, self.schedule.end_of_month)
        days, year = accrual(count, start, end, self.final, whole)
        return days / year

    @property
    def _months(self) -> int:
        return self.schedule.months or 12 // self.often

    def _regular(self, j: int) -> bool:
        written = self.schedule.written or self.schedule.payment
        start, end = written[j - 1] if j else self.schedule.accrual[0], written[j]
        ends = self.schedule.end_of_month
        after = add_months(start, self._months, ends and ends_month(start))
        if after == end or add_months(end, -self._months, ends and ends_month(end)) == start:
            return True
        listed = self.schedule.listed
        return len(listed) > 1 and {start, end} <= {*listed} and abs((end - after).days) <= MOVED_AT_MOST
