"""The table of holidays against QuantLib's calendars of China, day by day."""

from __future__ import annotations

import datetime as dt

import pytest
import QuantLib as ql  # noqa: N813

from securitize.definitions.figures import Calendar
from securitize.market.calendars import BusinessCalendar, last_known_year


@pytest.mark.parametrize(
    ("name", "market"), [("china-interbank", ql.China.IB), ("china-exchange", ql.China.SSE)]
)
def test_every_day_to_the_last_known_year(name: Calendar, market: int) -> None:
    ours, theirs = BusinessCalendar(name), ql.China(market)
    day = dt.date(2002, 1, 1)
    while day.year <= last_known_year():
        expected = theirs.isBusinessDay(ql.Date(day.day, day.month, day.year))
        assert ours.is_business_day(day) == expected, day
        day += dt.timedelta(days=1)


def test_the_table_ends_where_quantlib_does() -> None:
    """A renewed QuantLib that knows a further year asks for a new table."""
    china, year = ql.China(ql.China.SSE), 2020
    while china.holidayList(ql.Date(2, 1, year + 1), ql.Date(31, 12, year + 1)):
        year += 1
    assert last_known_year() == year
