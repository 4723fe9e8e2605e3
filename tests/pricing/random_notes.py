"""Random notes on random dates: stubs, steps, repayments, capitalised interest; cash and accrual by QuantLib."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.definitions.figures import DayCount
from securitize.market.evaluation import quantlib_date
from securitize.market.schedules import Schedule
from securitize.pricing.note_flows import NoteFlows
from securitize.pricing.yield_periods import YieldClock

T30 = ql.Thirty360
COUNTERS: dict[DayCount, ql.DayCounter] = {
    "ACT/365F": ql.Actual365Fixed(),
    "ACT/360": ql.Actual360(),
    "NL/365": ql.Actual365Fixed(ql.Actual365Fixed.NoLeap),
    "ACT/ACT-ISDA": ql.ActualActual(ql.ActualActual.ISDA),
    "ACT/ACT-ICMA": ql.ActualActual(ql.ActualActual.ISMA),
    "ACT/ACT-AFB": ql.ActualActual(ql.ActualActual.AFB),
    "30/360": T30(T30.BondBasis),
    "30U/360": T30(T30.USA),
    "30E/360": T30(T30.EurobondBasis),
    "30E/360-ISDA": T30(T30.ISDA, ql.Date(1, 1, 2100)),
    "30/360-Italian": T30(T30.Italian),
    "30/360-NASD": T30(T30.NASD),
}
#: Without a counterpart in QuantLib; on days up to the 27th 30E+/360 is 30/360.
OWN: tuple[DayCount, ...] = ("ACT/365L", "30E+/360", "1/1")
DAY_COUNTS: tuple[DayCount, ...] = (*COUNTERS, *OWN)
#: Day counts for which every regular period is the same part of a year.
EVEN: tuple[DayCount, ...] = tuple(
    name for name in COUNTERS if name.startswith("30") or name == "ACT/ACT-ICMA"
)
KINDS = ("bullet", "step-up", "amortizing", "capitalised")
FREQUENCY = {12: ql.Annual, 6: ql.Semiannual, 3: ql.Quarterly, 1: ql.Monthly}


def moved(day: dt.date, months: int) -> dt.date:
    """Whole months later; days of month are up to the 27th."""
    month = day.year * 12 + day.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, day.day)


def _fraction(day_count: DayCount, *days: dt.date) -> float:
    return float(COUNTERS[day_count].yearFraction(*map(quantlib_date, days)))


@dataclass(frozen=True)
class RandomNote:
    """A note: dates from closing to the last payment, of which the first and the last period may be broken.

    regular : the dates of the rule;  interest, principal, joined, balance, rates : by period, (T,)
    """

    day_count: DayCount
    months: int
    dates: tuple[dt.date, ...]
    regular: tuple[dt.date, ...]
    rates: Float64
    interest: Float64
    principal: Float64
    joined: Float64
    balance: Float64
    settlement: dt.date

    @property
    def first(self) -> int:
        """The place of the first payment after settlement, from 0."""
        return sum(day <= self.settlement for day in self.dates[1:])

    @property
    def often(self) -> int:
        """Payments a year."""
        return 12 // self.months

    def flows(self) -> NoteFlows:
        """As the calculation has them, per 100 of the balance."""
        k, schedule = self.first, self.schedule
        clock = YieldClock(schedule, self.day_count, dt.date(2100, 1, 1), self.often, self.dates[k + 1])
        scale = 100 / self.balance[k]
        start = self.dates[k]
        accrued = scale * self.balance[k] * self.rates[k] * self.years(k, start, self.settlement)
        return NoteFlows(
            self.settlement,
            self.dates[k + 1 :],
            self.interest[k:] * scale,
            self.principal[k:] * scale,
            self.balance[k:] * scale,
            start,
            accrued,
            float(self.rates[k]),
            self.often,
            clock.counted(self.settlement, k),
            self.joined[k:] * scale,
        )

    @property
    def schedule(self) -> Schedule:
        """By rule from the first regular date on."""
        after = self.dates[1:]
        return Schedule(after, self.dates, self.dates, months=self.months, listed=(self.regular[0],))

    def reference(self, k: int) -> tuple[dt.date, dt.date]:
        """The regular period to which interest period k, whole or broken, belongs."""
        start, end = self.dates[k : k + 2]
        if end in self.regular:
            return moved(end, -self.months), end
        return start, moved(start, self.months)

    def years(self, k: int, start: dt.date, end: dt.date) -> float:
        """By the day count, of days of interest period k."""
        days = (end - start).days
        match self.day_count:
            case "1/1":
                return days / (self.dates[k + 1] - self.dates[k]).days
            case "ACT/365L":
                return days / self._leap_basis(k)
            case "30E+/360":
                return _fraction("30/360", start, end)
            case "ACT/ACT-ICMA":
                return _fraction(self.day_count, start, end, *self.reference(k))
            case _:
                return _fraction(self.day_count, start, end)

    def _leap_basis(self, k: int) -> int:
        start, end = self.dates[k : k + 2]
        leap = [y for y in range(start.year, end.year + 1) if ql.Date.isLeap(y)]
        if self.months == 12:
            return 366 if any(start < dt.date(y, 2, 29) <= end for y in leap) else 365
        return 366 if end.year in leap else 365


def drawn(seed: int) -> RandomNote:
    """One of :data:`KINDS`, of every day count in turn; settled on a date or inside a period."""
    random = np.random.default_rng(seed)
    day_count, kind = DAY_COUNTS[seed % len(DAY_COUNTS)], KINDS[seed // len(DAY_COUNTS) % len(KINDS)]
    months = int(random.choice([1, 3, 6, 12]))
    first = dt.date(2019, 1, 1) + dt.timedelta(days=int(random.integers(0, 3000)))
    first = first.replace(day=min(first.day, 27))  # from the 28th on the ends of February count
    regular = tuple(moved(first, months * k) for k in range(int(random.integers(1, 20))))
    span = 30 * months
    stubs = random.integers(
        0, 3, 2
    )  # none, short, long: the last one is short, a long one has a date of the rule inside
    closing = (
        moved(first, -months)
        if stubs[0] == 0
        else first
        - dt.timedelta(
            days=int(
                random.integers(span // 3, span - 4)
                if stubs[0] == 1
                else random.integers(span + 8, 2 * span - 8)
            )
        )
    )
    dates = (closing, *regular)
    if stubs[1]:
        dates += (regular[-1] + dt.timedelta(days=int(random.integers(span // 4, span - 4))),)
    periods = len(dates) - 1
    settled = int(random.integers(0, periods))
    inside = int(random.integers(0, (dates[settled + 1] - dates[settled]).days)) * int(
        random.integers(0, 4) > 0
    )
    rates = np.full(periods, random.uniform(0.005, 0.09))
    if kind == "step-up":
        rates += 0.004 * (np.arange(periods) > periods // 3)
    nothing = np.zeros(periods)
    settlement = dates[settled] + dt.timedelta(days=inside)
    empty = RandomNote(
        day_count, months, dates, regular, rates, nothing, nothing, nothing, nothing, settlement
    )
    balance, interest, principal, joined, left = 100.0, *np.zeros((4, periods))
    for k in range(periods):
        left[k] = balance
        due = balance * rates[k] * empty.years(k, dates[k], dates[k + 1])
        joins = kind == "capitalised" and k + 1 < max(periods - periods // 3, 1)
        interest[k], joined[k] = (0.0, due) if joins else (due, 0.0)
        if k + 1 == periods:
            principal[k] = balance
        elif kind == "amortizing":
            principal[k] = balance * random.uniform(0.02, 0.2)
        balance += joined[k] - principal[k]
    return RandomNote(
        day_count, months, dates, regular, rates, interest, principal, joined, left, empty.settlement
    )
