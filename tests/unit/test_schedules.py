"""Calendars, the dates of a deal, and the loan prime rate."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import QuantLib as ql  # noqa: N813
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.dates import add_months, dates_every, months_between
from securitize.base.errors import DefinitionError
from securitize.definitions.deals.deal import Dates
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.market.calendars import BusinessCalendar
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import deal_schedule

D = dt.date
PAYMENT = {"every": "3M", "first": D(2019, 12, 11), "last": D(2020, 9, 11), "adjustment": "following"}


def _dates(**changes: Any) -> Dates:
    written: dict[str, Any] = {
        "cut_off": D(2019, 8, 31),
        "closing": D(2019, 9, 11),
        "legal_final": D(2022, 9, 11),
        "calendar": "china-interbank",
        "payment": PAYMENT,
        "collection": {"days_before": 10},
    }
    return Dates.model_validate(written | changes)


def test_dates_of_a_deal_by_rule() -> None:
    schedule = deal_schedule(_dates())
    # 2022-09-11 is a Sunday, and 2022-09-12 the Mid-Autumn holiday.
    assert schedule.payment == (
        D(2019, 12, 11),
        D(2020, 3, 11),
        D(2020, 6, 11),
        D(2020, 9, 11),
        D(2022, 9, 13),
    )
    assert schedule.accrual[0] == D(2019, 9, 11)
    assert schedule.accrual[-1] == D(2022, 9, 11)
    assert schedule.collection[0] == D(2019, 8, 31)
    assert schedule.collection[-1] == D(2022, 9, 3)
    assert schedule.warnings == ()


def test_accrual_dates_follow_payment_dates_when_adjusted() -> None:
    schedule = deal_schedule(_dates(payment=PAYMENT | {"accrual": "adjusted"}))
    assert schedule.accrual[1:] == schedule.payment


def test_legal_final_is_appended_only_where_it_is_missing() -> None:
    listed = {"dates": (D(2020, 9, 11), D(2022, 9, 11))}
    assert deal_schedule(_dates(payment=listed)).payment == (D(2020, 9, 11), D(2022, 9, 11))
    assert len(deal_schedule(_dates(payment={"dates": (D(2020, 9, 11),)})).payment) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"payment": PAYMENT | {"last": D(2020, 9, 12)}},
        {"payment": {"dates": (D(2020, 9, 11), D(2020, 9, 11))}},
        {"payment": {"dates": (D(2023, 9, 11),)}},
        {"payment": {"every": "3M", "first": D(2020, 9, 11)}},
        {"payment": PAYMENT | {"dates": (D(2020, 9, 11),)}},
        {"closing": D(2019, 12, 11)},
        {"cut_off": D(2019, 12, 1)},
        {"collection": {"dates": (D(2020, 1, 1),)}},
        {"collection": {"dates": tuple(D(2021, 1, k) for k in range(1, 6))}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_dates_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="SEC162"):
        deal_schedule(_dates(**changes))


@pytest.mark.parametrize(
    ("name", "market"), [("china-interbank", ql.China.IB), ("china-exchange", ql.China.SSE)]
)
def test_business_days_against_quantlib(name: Any, market: int) -> None:
    calendar, other = BusinessCalendar(name), ql.China(market)
    conventions: dict[Any, int] = {
        "following": ql.Following,
        "modified-following": ql.ModifiedFollowing,
        "preceding": ql.Preceding,
    }
    for n in range(0, 12 * 365, 3):
        day = D(2014, 1, 1) + dt.timedelta(days=n)
        for adjustment, convention in conventions.items():
            moved = other.adjust(ql.Date(day.day, day.month, day.year), convention)
            assert calendar.adjust(day, adjustment) == D(moved.year(), moved.month(), moved.dayOfMonth())


def test_working_weekends_are_business_days_between_banks_only() -> None:
    day = D(2025, 9, 28)
    assert BusinessCalendar("china-interbank").is_business_day(day)
    assert not BusinessCalendar("china-exchange").is_business_day(day)
    assert not BusinessCalendar("weekends").is_business_day(day)
    assert BusinessCalendar("none").is_business_day(day)


def test_unknown_years_are_warned_of_until_a_file_tells_them() -> None:
    far = D(2090, 10, 2)
    plain = BusinessCalendar("china-interbank")
    assert plain.adjust(far, "following") == far
    assert "weekends only" in plain.warnings([far])[0]
    told = BusinessCalendar(
        "china-interbank",
        Holidays(
            name="h", sources=("a test",), years=(2090,), holidays=(far,), working_weekends=(D(2090, 10, 7),)
        ),
    )
    assert told.adjust(far, "following") == D(2090, 10, 3)
    assert told.is_business_day(D(2090, 10, 7))
    assert told.warnings([far]) == ()
    assert BusinessCalendar("weekends").warnings([far]) == ()


@given(st.dates(D(1950, 1, 1), D(2100, 1, 1)), st.integers(-500, 500))
def test_months_against_quantlib(day: dt.date, months: int) -> None:
    moved = ql.Date(day.day, day.month, day.year) + ql.Period(months, ql.Months)
    assert add_months(day, months) == D(moved.year(), moved.month(), moved.dayOfMonth())


@given(st.dates(D(1990, 1, 1), D(2030, 1, 1)), st.integers(0, 4000))
def test_months_between_comes_back(start: dt.date, days: int) -> None:
    end = start + dt.timedelta(days=days)
    whole, left = months_between(start, end)
    assert add_months(start, whole) + dt.timedelta(days=left) == end
    assert add_months(start, whole + 1) > end


def test_month_ends_are_cut_back_and_come_back() -> None:
    assert dates_every(D(2020, 1, 31), D(2020, 7, 31), 1)[1:4] == (
        D(2020, 2, 29),
        D(2020, 3, 31),
        D(2020, 4, 30),
    )


def test_loan_prime_rate_holds_until_the_next_row() -> None:
    rows = (
        {
            "date": D(2020, 2, 20),
            "one_year": Decimal("0.0405"),
            "five_year": Decimal("0.0475"),
            "source": "x",
        },
        {
            "date": D(2020, 4, 20),
            "one_year": Decimal("0.0385"),
            "five_year": Decimal("0.0465"),
            "source": "x",
        },
    )
    history = IndexHistory(Market.model_validate({"name": "m", "lpr": rows}))
    assert history.value("LPR-1Y", D(2020, 4, 19)) == 4_050_000
    assert history.value("LPR-5Y", D(2020, 4, 20)) == 4_650_000
    assert history.warnings([D(2020, 4, 20)]) == ()
    assert "2020-04-20" in history.warnings([D(2020, 4, 21)])[0]
    with pytest.raises(DefinitionError, match="SEC163"):
        history.value("LPR-1Y", D(2020, 2, 19))


MONTH_ENDS = {"every": "3M", "first": D(2019, 9, 30)}


@pytest.mark.parametrize(
    ("collection", "payment", "second", "third"),
    [
        (MONTH_ENDS | {"end_of_month": True}, PAYMENT, D(2019, 12, 31), D(2020, 3, 31)),
        (
            MONTH_ENDS | {"end_of_month": True, "availability_lag": 70},
            PAYMENT,
            D(2019, 12, 31),
            D(2020, 3, 31),
        ),
        (MONTH_ENDS, PAYMENT, D(2019, 12, 30), D(2020, 3, 30)),
        (MONTH_ENDS, PAYMENT | {"end_of_month": True}, D(2019, 12, 31), D(2020, 3, 31)),
        (
            MONTH_ENDS | {"end_of_month": False},
            PAYMENT | {"end_of_month": True},
            D(2019, 12, 30),
            D(2020, 3, 30),
        ),
    ],
)
def test_collection_dates_end_months_by_a_word_of_their_own(
    collection: dict[str, Any], payment: dict[str, Any], second: dt.date, third: dt.date
) -> None:
    """Royalties of the year's last quarter, paid on 31 December, are there on the next payment date."""
    dates = _dates(collection=collection, payment=payment)
    schedule = deal_schedule(dates)
    period = next(k for k, end in enumerate(schedule.collection) if end == second)
    assert schedule.collection[period : period + 2] == (second, third)
    assert (D(2019, 12, 31) in schedule.collection_period(period)) is (second.day == 30)
    assert schedule.period_of(D(2019, 12, 31)) == (period if second.day == 30 else period - 1)


def test_collection_dates_have_all_fields_of_the_rule() -> None:
    rule = {
        "every": "3M",
        "first": D(2020, 1, 31),
        "irregular_first": D(2019, 11, 30),
        "last": D(2022, 7, 31),
    }
    schedule = deal_schedule(_dates(collection=rule))
    assert schedule.collection == (
        D(2019, 8, 31),
        D(2019, 11, 30),
        D(2020, 1, 31),
        D(2020, 4, 30),
        D(2020, 7, 31),
        D(2022, 7, 31),
    )


def test_the_periods_of_a_deal_share_their_ends_and_no_day() -> None:
    """An interest period begins on the day on which the one before ends, a collection period on the day after."""
    schedule = deal_schedule(_dates(payment=PAYMENT | {"accrual": "adjusted"}))
    for days, periods in (
        (schedule.accrual, schedule.interest_periods),
        (schedule.collection, schedule.collection_periods),
    ):
        assert [(one.start, one.end) for one in periods] == list(pairwise(days))
        for day in (days[0] + dt.timedelta(days=k) for k in range((days[-1] - days[0]).days)):
            held = [
                one for one in periods if (day if days is schedule.accrual else day + dt.timedelta(1)) in one
            ]
            assert len(held) == 1
    assert schedule.accrual[1] in schedule.interest_periods[1]
    assert schedule.collection[1] in schedule.collection_periods[0]
    assert schedule.collection[0] not in schedule.collection_periods[0]


def test_dates_that_do_not_ascend_are_told_in_chinese() -> None:
    with pytest.raises(DefinitionError) as refused:
        deal_schedule(_dates(collection={"dates": (D(2019, 12, 2), D(2019, 12, 1)), "availability_lag": 1}))
    (problem,) = refused.value.problems
    assert "2019-12-02 then 2019-12-01" in problem.text("en")
    assert "2019-12-02之后为2019-12-01" in problem.text("zh")
