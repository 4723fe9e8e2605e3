"""Months and business days of many days at once against one day at a time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from securitize.base.dates import add_months
from securitize.base.ordinals import months_later
from securitize.definitions.figures import Adjustment
from securitize.definitions.scenarios.market import Holidays
from securitize.market.calendars import BusinessCalendar
from securitize.performance.resolved import LateParty, days_late

#: Two leap years, one before the year from which NumPy counts.
DAYS = np.array(
    [dt.date(1963, 12, 1).toordinal() + k for k in range(500)]
    + [dt.date(2023, 11, 1).toordinal() + k for k in range(500)],
    np.int64,
)
HOLIDAYS = Holidays.model_validate(
    {
        "name": "own",
        "sources": ("by hand",),
        "years": (2024,),
        "holidays": (dt.date(2024, 1, 31), dt.date(2024, 2, 1)),
        "working_weekends": (),
    }
)


@pytest.mark.parametrize("months", [0, 1, 6, 12, 25, -1])
def test_months_later_are_those_of_one_day(months: int) -> None:
    one_by_one = [add_months(dt.date.fromordinal(day), months).toordinal() for day in DAYS.tolist()]
    assert months_later(DAYS, months).tolist() == one_by_one
    assert months_later(DAYS[:1], months).tolist() == one_by_one[:1]


def test_a_day_after_the_calendar_is_refused() -> None:
    late = np.array([dt.date(9999, 1, 31).toordinal(), dt.date(2024, 1, 1).toordinal()], np.int64)
    with pytest.raises(ValueError, match="9999"):
        months_later(late, 12)
    with pytest.raises(ValueError, match="10000"):
        months_later(late[:1], 12)


@pytest.mark.parametrize("adjustment", ["following", "preceding", "modified-following", "unadjusted"])
@pytest.mark.parametrize("name", ["china-interbank", "china-exchange", "weekends", "none"])
def test_business_days_of_many_days_are_those_of_one(name: str, adjustment: Adjustment) -> None:
    calendar = BusinessCalendar(name, HOLIDAYS)  # type: ignore[arg-type]
    one_by_one = [calendar.adjust(dt.date.fromordinal(day), adjustment).toordinal() for day in DAYS.tolist()]
    assert calendar.adjust_each(DAYS, adjustment).tolist() == one_by_one
    assert calendar.adjust_each(DAYS[:1], adjustment).tolist() == one_by_one[:1]


def test_calendars_of_other_holidays_are_others() -> None:
    # 2024-01-31 is a Wednesday: only with the holidays does it move.
    day = np.array([dt.date(2024, 1, 31).toordinal()] * 2, np.int64)
    plain, own = BusinessCalendar("china-interbank"), BusinessCalendar("china-interbank", HOLIDAYS)
    assert plain != own
    assert own == BusinessCalendar("china-interbank", HOLIDAYS)
    assert plain.adjust_each(day, "following").tolist() == day.tolist()
    assert own.adjust_each(day, "following").tolist() == (day + 2).tolist()


def test_of_several_windows_the_longest_delay_counts() -> None:
    owed = np.array([10, 20, 30, 40], np.int64)
    days = [dt.date.fromordinal(day) for day in range(1, 50)]
    windows = [
        LateParty("g", days[9], days[29], 5),
        LateParty("g", days[19], days[19], 9),
        LateParty("h", days[0], days[48], 99),
    ]
    assert days_late(windows, "g", owed).tolist() == [5, 9, 5, 0]
