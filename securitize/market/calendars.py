"""Business days: QuantLib's calendars of China, weekends only, or none.

QuantLib's calendar of China holds the holidays announced so far, year by year. Past its last year only
weekends and the user's own holiday file are known, and a warning says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

import QuantLib as ql  # noqa: N813

from securitize.definitions.figures import Adjustment, Calendar
from securitize.definitions.scenarios.market import Holidays
from securitize.market.evaluation import quantlib_date

_CHINA = {"china-interbank": ql.China.IB, "china-exchange": ql.China.SSE}


class BusinessCalendar:
    """Which days are business days, and the business day that a date moves to."""

    def __init__(self, name: Calendar, holidays: Holidays | None = None) -> None:
        self.name = name
        self._ql = ql.China(_CHINA[name]) if name in _CHINA else ql.WeekendsOnly()
        self._last_known = last_known_year() if name in _CHINA else dt.MAXYEAR
        self._own_years = frozenset(holidays.years if holidays and name in _CHINA else ())
        self._closed = frozenset(holidays.holidays if holidays else ())
        # The exchanges stay shut on weekends that others work.
        works = holidays is not None and name == "china-interbank"
        self._open = frozenset(holidays.working_weekends if holidays and works else ())
        self._known: dict[tuple[dt.date, Adjustment], dt.date] = {}

    def is_business_day(self, day: dt.date) -> bool:
        """Whether ``day`` is one."""
        if self.name == "none":
            return True
        if day.year in self._own_years:
            return day in self._open or (day.weekday() < 5 and day not in self._closed)
        if day.year > self._last_known:
            return day.weekday() < 5
        return bool(self._ql.isBusinessDay(quantlib_date(day)))

    def adjust(self, day: dt.date, adjustment: Adjustment) -> dt.date:
        """``day`` moved to a business day by the convention; ``day`` itself where it is one."""
        if adjustment == "unadjusted" or self.name == "none":
            return day
        key = (day, adjustment)
        if key not in self._known:
            self._known[key] = self._adjusted(day, adjustment)
        return self._known[key]

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
        known = f"holidays of {self.name} are not known after {self._last_known}"
        return (f"{known}; weekends only are used in {unknown[0]} to {unknown[-1]}",)

    def _adjusted(self, day: dt.date, adjustment: Adjustment) -> dt.date:
        step = -1 if adjustment == "preceding" else 1
        moved = self._next(day, step)
        if adjustment == "modified-following" and moved.month != day.month:
            moved = self._next(day, -1)
        return moved

    def _next(self, day: dt.date, step: int) -> dt.date:
        while not self.is_business_day(day):
            day += dt.timedelta(days=step)
        return day


@cache
def last_known_year() -> int:
    """The last year for which QuantLib's calendar of China holds more than New Year's Day."""
    china, year = ql.China(ql.China.SSE), 2020
    while year < 2100 and len(china.holidayList(ql.Date(2, 1, year + 1), ql.Date(31, 12, year + 1))) > 0:
        year += 1
    return year
