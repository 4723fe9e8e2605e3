"""Record dates counted back day by day, on drawn deals whose payment dates fall on weekends (section 2)."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.deals.deal import Dates
from securitize.market.schedules import Schedule, deal_schedule
from tests.oracle.dated_deals import dated_deal
from tests.properties.comparison import as_tuples
from tests.properties.drawing import evenly, one_of

DEALS = 150
DAY = dt.timedelta(days=1)


def business_days_before(day: dt.date, days: int, calendar: str) -> dt.date:
    """So many business days before a day, which may be none itself."""
    while days:
        day -= DAY
        days -= calendar == "none" or day.weekday() < 5
    return day


def expected(schedule: Schedule, closing: dt.date, calendar: str, days: int) -> list[dt.date] | None:
    """The record date of each payment; None where one does not come after the payment before."""
    found = [business_days_before(paid, days, calendar) for paid in schedule.payment]
    before = [closing - DAY, *schedule.payment]
    return found if all(day > since for day, since in zip(found, before, strict=False)) else None


def test_record_dates_are_business_days_before_the_adjusted_payment() -> None:
    seen: Counter[str] = Counter()
    for number in range(DEALS):
        draw, dates = evenly(number), dated_deal(number)[0]["dates"]
        usual, last = one_of(draw, 1, 1, 2, 5, 12), one_of(draw, None, 3, 3, 20)
        record = {"days_before": usual} | ({} if last is None else {"days_before_last": last})
        schedule = deal_schedule(Dates.model_validate(as_tuples(dates)))
        wanted = [
            expected(schedule, dates["closing"], dates["calendar"], days) for days in (usual, last or usual)
        ]
        told = Dates.model_validate(as_tuples({**dates, "record": record}))
        if None in wanted:
            with pytest.raises(DefinitionError, match="SEC256"):
                deal_schedule(told)
            seen["refused"] += 1
            continue
        got = deal_schedule(told)
        assert [list(got.record), list(got.record_last)] == wanted, number
        seen["over a weekend"] += any(
            (paid - day).days > usual for paid, day in zip(got.payment, got.record, strict=True)
        )
        seen["paid on a weekend"] += any(paid.weekday() > 4 for paid in got.payment)
    assert min(seen[what] for what in ("refused", "over a weekend", "paid on a weekend")) > 5, seen
