"""Business days: the calendars of China, weekends only, or none.

``china_days.toml`` holds the holidays announced so far, year by year, as QuantLib's calendar of China has them: a
run need not load QuantLib, which takes long. Before its first year QuantLib is asked; past its last one only weekends
and the user's own holiday file are known, and a warning says so.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple, assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.definitions.figures import MOVES, Adjustment, Calendar
from securitize.definitions.scenarios.market import Holidays

if TYPE_CHECKING:
    import QuantLib as ql  # noqa: N813


#: The markets of China, by QuantLib's words.
_Market = Literal["IB", "SSE"]


@dataclass(frozen=True, slots=True)
class _Days:
    """What a calendar knows.

    china     : the market of China, by QuantLib's word; None where only weekends are free
    every_day : whether each day is a business day
    weekends  : whether the calendar works on the weekends that make up for holidays; exchanges stay shut
    """

    china: _Market | None
    every_day: bool
    weekends: bool


_DAYS: Mapping[Calendar, _Days] = complete(
    Calendar,
    {
        "china-interbank": _Days("IB", every_day=False, weekends=True),
        "china-exchange": _Days("SSE", every_day=False, weekends=False),
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
        self._china, self._weekends = days.china, days.weekends
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
        if self._china is None:
            return day.weekday() < 5
        known = _known_years().get(day.year)
        if known is None:
            return _of_quantlib(self._china, day)
        if day.weekday() < 5:
            return day not in known.closed[self._china]
        return self._weekends and day in known.working_weekends

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
        import QuantLib as ql  # noqa: N813

        from securitize.market.evaluation import quantlib_date

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


class _KnownYear(NamedTuple):
    """Weekdays that are closed, by market, and weekends on which the interbank market works."""

    closed: Mapping[_Market, frozenset[dt.date]]
    working_weekends: frozenset[dt.date]


@cache
def _known_years() -> Mapping[int, _KnownYear]:
    written = tomllib.loads((files("securitize.market") / "china_days.toml").read_text(encoding="utf-8"))

    def days(year: str, word: str) -> frozenset[dt.date]:
        return frozenset(dt.date.fromisoformat(f"{year}-{day}") for day in written[year][word])

    return {
        int(year): _KnownYear(
            {"IB": days(year, "IB"), "SSE": days(year, "SSE")}, days(year, "working_weekends")
        )
        for year in written
    }


def _of_quantlib(market: _Market, day: dt.date) -> bool:
    """Whether a day before the table is a business day."""
    import QuantLib as ql  # noqa: N813

    china = ql.China(getattr(ql.China, market))
    return bool(china.isBusinessDay(ql.Date(day.day, day.month, day.year)))


def last_known_year() -> int:
    """The last year whose holidays are known."""
    return max(_known_years())
