"""Business days: QuantLib's calendars of China, weekends only, or none.

QuantLib's calendar of China holds the holidays announced so far, year by year. Past its last year only
weekends and the user's own holiday file are known, and a warning says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import assert_never

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.definitions.figures import MOVES, Adjustment, Calendar
from securitize.definitions.scenarios.market import Holidays
from securitize.market.evaluation import quantlib_date


@dataclass(frozen=True, slots=True)
class _Days:
    """What a calendar knows.

    china     : QuantLib's market of China, None where only weekends are free
    every_day : whether each day is a business day
    weekends  : whether the calendar works on the weekends that make up for holidays; exchanges stay shut
    """

    china: int | None
    every_day: bool
    weekends: bool


_DAYS: Mapping[Calendar, _Days] = complete(
    Calendar,
    {
        "china-interbank": _Days(ql.China.IB, every_day=False, weekends=True),
        "china-exchange": _Days(ql.China.SSE, every_day=False, weekends=False),
        "weekends": _Days(None, every_day=False, weekends=False),
        "none": _Days(None, every_day=True, weekends=False),
    },
)


class BusinessCalendar:
    """Which days are business days, and the business day that a date moves to."""

    def __init__(self, name: Calendar, holidays: Holidays | None = None) -> None:
        self.name = name
        days = _DAYS[name]
        self._every_day = days.every_day
        self._ql = ql.WeekendsOnly() if days.china is None else ql.China(days.china)
        self._last_known = dt.MAXYEAR if days.china is None else last_known_year()
        self._own_years = frozenset(holidays.years if holidays and days.china is not None else ())
        self._closed = frozenset(holidays.holidays if holidays else ())
        self._open = frozenset(holidays.working_weekends if holidays and days.weekends else ())
        self._known: dict[tuple[dt.date, Adjustment], dt.date] = {}
        #: What its business days are fixed by.
        self.content = (name, self._own_years, self._closed, self._open)

    def __eq__(self, other: object) -> bool:
        """Whether both have the same business days."""
        return isinstance(other, BusinessCalendar) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def is_business_day(self, day: dt.date) -> bool:
        """Whether ``day`` is one."""
        if self._every_day:
            return True
        if day.year in self._own_years:
            return day in self._open or (day.weekday() < 5 and day not in self._closed)
        if day.year > self._last_known:
            return day.weekday() < 5
        return bool(self._ql.isBusinessDay(quantlib_date(day)))

    def adjust(self, day: dt.date, adjustment: Adjustment) -> dt.date:
        """``day`` moved to a business day by the convention; ``day`` itself where it is one."""
        if not MOVES[adjustment] or self._every_day:
            return day
        key = (day, adjustment)
        if key not in self._known:
            self._known[key] = self._adjusted(day, adjustment)
        return self._known[key]

    def adjust_each(self, days: Int64, adjustment: Adjustment) -> Int64:
        """The same for ordinals of days, int64 of any shape."""
        if not MOVES[adjustment] or self._every_day or not days.size:
            return days
        if days.size == 1:
            one = self.adjust(dt.date.fromordinal(int(days.flat[0])), adjustment)
            return np.full_like(days, one.toordinal())
        first, last = (dt.date.fromordinal(int(day)).year for day in (days.min(), days.max()))
        if first == last:
            table = _of_year(self, adjustment, first)
        else:
            table = np.concatenate([_of_year(self, adjustment, year) for year in range(first, last + 1)])
        return table[days - dt.date(first, 1, 1).toordinal()]

    def business_days_before(self, day: dt.date, count: int) -> dt.date:
        """The business day ``count`` business days before ``day``; ``day`` itself for none."""
        for _ in range(count):
            day = self._next(day - dt.timedelta(days=1), -1)
        return day

    def nearest(self, day: dt.date) -> tuple[dt.date, dt.date]:
        """The last business day up to ``day`` and the first from it on."""
        return self._next(day, -1), self._next(day, 1)

    def quantlib(self, start: dt.date, end: dt.date) -> ql.Calendar:
        """The same business days from start to end for QuantLib; no other calendar of QuantLib is touched.

        Holidays added to a shared calendar of QuantLib would hold everywhere: this one is its own.
        """
        calendar = ql.BespokeCalendar(self.name)
        for k in range((end - start).days + 1):
            day = start + dt.timedelta(days=k)
            if not self.is_business_day(day):
                calendar.addHoliday(quantlib_date(day))
        return calendar

    def warnings(self, dates: Iterable[dt.date]) -> tuple[str, ...]:
        """A warning where a date lies in a year whose holidays are not known; else nothing."""
        unknown = sorted({d.year for d in dates if d.year > self._last_known} - self._own_years)
        if not unknown:
            return ()
        known = Message(
            "holidays of {name} are not known after {last_known}", name=self.name, last_known=self._last_known
        )
        return (
            Message(
                "{known}; weekends only are used in {first} to {last}",
                known=known,
                first=unknown[0],
                last=unknown[-1],
            ),
        )

    def _adjusted(self, day: dt.date, adjustment: Adjustment) -> dt.date:
        match adjustment:
            case "following":
                return self._next(day, 1)
            case "preceding":
                return self._next(day, -1)
            case "modified-following":
                moved = self._next(day, 1)
                return moved if moved.month == day.month else self._next(day, -1)
            case "unadjusted":
                return day
            case _:
                assert_never(adjustment)

    def _next(self, day: dt.date, step: int) -> dt.date:
        while not self.is_business_day(day):
            day += dt.timedelta(days=step)
        return day


@lru_cache(maxsize=1024)
def _of_year(calendar: BusinessCalendar, adjustment: Adjustment, year: int) -> Int64:
    """The business day that each day of a year moves to, ordinals."""
    first, after = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal() + 1
    days = [calendar.adjust(dt.date.fromordinal(day), adjustment).toordinal() for day in range(first, after)]
    found: Int64 = np.array(days, np.int64)
    found.flags.writeable = False
    return found


@cache
def last_known_year() -> int:
    """The last year for which QuantLib's calendar of China holds more than New Year's Day."""
    china, year = ql.China(ql.China.SSE), 2020
    while year < 2100 and len(china.holidayList(ql.Date(2, 1, year + 1), ql.Date(31, 12, year + 1))) > 0:
        year += 1
    return year
