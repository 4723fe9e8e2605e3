"""Accruals against QuantLib over random pairs of dates, and cases worked by hand."""

from __future__ import annotations

import calendar
import datetime as dt
import random
from fractions import Fraction
from itertools import pairwise

import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.dates import add_months
from securitize.definitions.figures import DayCount
from securitize.market.day_counts import DENOMINATORS, OneDenominator, accrual
from securitize.market.periods import CollectionPeriod, InterestPeriod, dates_of_reference

D = dt.date


def _ql(day: dt.date) -> ql.Date:
    return ql.Date(day.day, day.month, day.year)


def _pairs(count: int) -> list[tuple[dt.date, dt.date]]:
    """Pairs over 14 years, half of the dates at the end of a month."""
    draw = random.Random(7)

    def one() -> dt.date:
        day = D(2015, 1, 1) + dt.timedelta(days=draw.randrange(14 * 365))
        if draw.random() < 0.5:
            first = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            day = first - dt.timedelta(days=draw.randrange(1, 4))
        return day

    return [(min(a, b), max(a, b)) for a, b in ((one(), one()) for _ in range(count))]


PAIRS = _pairs(4000)
PLAIN: dict[DayCount, ql.DayCounter] = {
    "ACT/365F": ql.Actual365Fixed(),
    "ACT/360": ql.Actual360(),
    "30/360": ql.Thirty360(ql.Thirty360.BondBasis),
    "30E/360": ql.Thirty360(ql.Thirty360.EurobondBasis),
    "30U/360": ql.Thirty360(ql.Thirty360.USA),
    "30/360-Italian": ql.Thirty360(ql.Thirty360.Italian),
    "30/360-NASD": ql.Thirty360(ql.Thirty360.NASD),
    "NL/365": ql.Actual365Fixed(ql.Actual365Fixed.NoLeap),
}


@pytest.mark.parametrize("name", PLAIN)
def test_days_against_quantlib(name: OneDenominator) -> None:
    counter = PLAIN[name]
    for start, end in PAIRS:
        days = max(0, counter.dayCount(_ql(start), _ql(end)))
        assert accrual(name, start, end) == (days, DENOMINATORS[name])


@pytest.mark.parametrize("at_termination", [False, True])
def test_isda_days_against_quantlib(at_termination: bool) -> None:
    for start, end in PAIRS:
        last = end if at_termination else D(2040, 1, 1)
        expected = ql.Thirty360(ql.Thirty360.ISDA, _ql(last)).dayCount(_ql(start), _ql(end))
        assert accrual("30E/360-ISDA", start, end, last) == (max(0, expected), 360)


def test_actual_actual_against_quantlib() -> None:
    counter = ql.ActualActual(ql.ActualActual.ISDA)
    for start, end in PAIRS:
        exact = Fraction(*accrual("ACT/ACT-ISDA", start, end))
        assert float(exact) == pytest.approx(counter.yearFraction(_ql(start), _ql(end)), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "start", "end", "days"),
    [
        ("30/360", D(2020, 1, 31), D(2020, 2, 29), 29),
        ("30/360", D(2020, 1, 30), D(2020, 3, 31), 60),
        ("30/360", D(2020, 2, 29), D(2020, 3, 31), 32),
        ("30E/360", D(2020, 2, 29), D(2020, 3, 31), 31),
        ("30E/360-ISDA", D(2020, 2, 29), D(2020, 3, 31), 30),
        ("30E/360-ISDA", D(2019, 8, 31), D(2020, 2, 29), 180),
    ],
)
def test_leap_february_by_hand(name: DayCount, start: dt.date, end: dt.date, days: int) -> None:
    assert accrual(name, start, end) == (days, 360)


def test_isda_keeps_the_last_day_of_february_at_termination() -> None:
    assert accrual("30E/360-ISDA", D(2019, 8, 31), D(2020, 2, 29), D(2020, 2, 29)) == (179, 360)


def test_a_whole_year_is_one_in_actual_actual() -> None:
    assert Fraction(*accrual("ACT/ACT-ISDA", D(2020, 1, 1), D(2021, 1, 1))) == 1
    assert Fraction(*accrual("ACT/ACT-ISDA", D(2019, 7, 1), D(2020, 7, 1))) == Fraction(184, 365) + Fraction(
        182, 366
    )


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        accrual("ACT/365F", D(2020, 1, 2), D(2020, 1, 1))


def test_every_pair_of_ten_years_against_quantlib() -> None:
    """Each day of two years with each third day of the ten after it, all variants of 30/360."""
    first = D(2019, 12, 1)
    starts = [first + dt.timedelta(days=k) for k in range(731)]
    ends = [first + dt.timedelta(days=k) for k in range(0, 3653, 3)]
    last = [day for day in ends if day.day >= 28]
    shown = {day: _ql(day) for day in {*starts, *ends}}
    for name in ("30/360", "30U/360", "30E/360", "30/360-Italian", "30/360-NASD"):
        counter = PLAIN[name]
        for start in starts:
            if start.day in (1, 15, 27, 28, 29, 30, 31):
                for end in last:
                    if end >= start:
                        days = max(0, counter.dayCount(shown[start], shown[end]))
                        assert accrual(name, start, end) == (days, 360), (name, start, end)


def test_afb_against_quantlib() -> None:
    counter = ql.ActualActual(ql.ActualActual.AFB)
    for start, end in PAIRS:
        numerator, denominator = accrual("ACT/ACT-AFB", start, end)
        assert numerator / denominator == pytest.approx(
            counter.yearFraction(_ql(start), _ql(end)), rel=1e-13, abs=1e-15
        )


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_icma_against_quantlib(months: int) -> None:
    """Regular periods, parts of them, and stretches over several, by a schedule of QuantLib's."""
    anchor, count = D(2019, 3, 31), 120 // months
    dates = [add_months(anchor, k * months, True) for k in range(count)]
    schedule = ql.MakeSchedule(_ql(dates[0]), _ql(dates[-1]), ql.Period(months, ql.Months), endOfMonth=True)
    assert [_ql(day) for day in dates] == list(schedule)
    counter = ql.ActualActual(ql.ActualActual.ISMA, schedule)
    period = InterestPeriod(dates[0], dates[1], months, (anchor,), True)
    draw = random.Random(11)
    for _ in range(500):
        k = draw.randrange(count - 1)
        days = (dates[k + 1] - dates[k]).days
        start = dates[k] + dt.timedelta(days=draw.randrange(days))
        end = start + dt.timedelta(days=draw.randrange((dates[k + 1] - start).days + 1))
        numerator, denominator = accrual("ACT/ACT-ICMA", start, end, None, period)
        expected = counter.yearFraction(_ql(start), _ql(end), _ql(dates[k]), _ql(dates[k + 1]))
        assert numerator / denominator == pytest.approx(expected, rel=1e-12, abs=1e-15)
    for k in range(count - 1):
        assert Fraction(*accrual("ACT/ACT-ICMA", dates[k], dates[k + 1], None, period)) == Fraction(
            months, 12
        )


STUBS = ("short first", "long first", "short last", "long last")


def _by_quantlib(stub: str, days: list[dt.date], months: int, at_end: bool) -> ql.DayCounter:
    """QuantLib's ISMA by a schedule of these days, of which the first or the last period is none of the rule."""
    ahead = stub.endswith("last")
    made = ql.MakeSchedule(
        *(_ql(days[0]), _ql(days[-1]), ql.Period(months, ql.Months)),
        rule=ql.DateGeneration.Forward if ahead else ql.DateGeneration.Backward,
        endOfMonth=at_end,
        firstDate=ql.Date() if ahead else _ql(days[1]),
        nextToLastDate=_ql(days[-2]) if ahead else ql.Date(),
    )
    assert list(made) == [_ql(day) for day in days]
    return ql.ActualActual(ql.ActualActual.ISMA, made)


@pytest.mark.parametrize("stub", STUBS)
def test_icma_of_irregular_periods_against_quantlib(stub: str) -> None:
    """Stubs that are short and long, first and last, on days up to the 28th and at the ends of months."""
    draw = random.Random(stub)
    for _ in range(60):
        months, at_end = draw.choice([3, 6, 12]), draw.random() < 0.5
        first = D(draw.randrange(2018, 2026), draw.randrange(1, 13), draw.choice([1, 15, 28]))
        if at_end:
            first = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        days = [add_months(first, k * months, at_end) for k in range(draw.randrange(2, 6))]
        least, most = (1, 28 * months) if stub.startswith("short") else (31 * months, 55 * months)
        apart = dt.timedelta(days=draw.randrange(least, most))
        days = [*days, days[-1] + apart] if stub.endswith("last") else [first - apart, *days]
        counter = _by_quantlib(stub, days, months, at_end)
        for start, end in pairwise(days):
            period = InterestPeriod(start, end, months, (first,), at_end)
            numerator, denominator = accrual("ACT/ACT-ICMA", start, end, None, period)
            expected = counter.yearFraction(_ql(start), _ql(end))
            assert numerator / denominator == pytest.approx(expected, abs=1e-12), (days, start)


@pytest.mark.parametrize(
    ("stub", "days", "k", "share", "of_quantlib"),
    [
        # From 31 May every 6M: 30 November to 31 May has 182 days; from 30 November to 30 May 181.
        (
            "short last",
            [D(2024, 5, 31), D(2024, 11, 30), D(2025, 5, 31), D(2025, 11, 30), D(2026, 5, 11)],
            3,
            Fraction(162, 2 * 182),
            Fraction(162, 2 * 181),
        ),
        # Before 31 July every 3M: 30 April, 31 January (89 days); before 30 April 30 January (90 days).
        (
            "long first",
            [D(2025, 4, 12), D(2025, 7, 31), D(2025, 10, 31)],
            0,
            Fraction(92, 4 * 92) + Fraction(18, 4 * 89),
            Fraction(92, 4 * 92) + Fraction(18, 4 * 90),
        ),
    ],
)
def test_icma_counts_from_the_first_date_where_quantlib_counts_from_the_last_one(
    stub: str, days: list[dt.date], k: int, share: Fraction, of_quantlib: Fraction
) -> None:
    """A rule from the 29th, 30th or 31st without end_of_month: the page says why the two differ."""
    months = 6 if k else 3
    counter = _by_quantlib(stub, days, months, False)
    anchor = days[0] if k else days[1]
    period = InterestPeriod(days[k], days[k + 1], months, (anchor,), False)
    assert Fraction(*accrual("ACT/ACT-ICMA", days[k], days[k + 1], None, period)) == share
    assert counter.yearFraction(_ql(days[k]), _ql(days[k + 1])) == pytest.approx(
        float(of_quantlib), abs=1e-12
    )


def test_stubs_by_icma_by_hand() -> None:
    period = InterestPeriod(D(2020, 1, 1), D(2020, 9, 15), 6, (D(2020, 9, 15),))
    # 1 January to 15 March lies in [15 Sep 2019, 15 Mar 2020] of 182 days, then one whole half-year.
    assert Fraction(*accrual("ACT/ACT-ICMA", D(2020, 1, 1), D(2020, 9, 15), None, period)) == (
        Fraction(74, 2 * 182) + Fraction(1, 2)
    )


def test_365l_by_hand() -> None:
    half = InterestPeriod(D(2023, 9, 1), D(2024, 3, 1), 6)
    assert accrual("ACT/365L", half.start, half.end, None, half) == (182, 366)
    assert accrual(
        "ACT/365L", D(2024, 9, 1), D(2025, 3, 1), None, InterestPeriod(D(2024, 9, 1), D(2025, 3, 1), 6)
    ) == (
        181,
        365,
    )
    year = InterestPeriod(D(2023, 3, 1), D(2024, 3, 1), 12)
    assert accrual("ACT/365L", year.start, year.end, None, year) == (366, 366)
    year = InterestPeriod(D(2024, 3, 1), D(2025, 3, 1), 12)
    assert accrual("ACT/365L", year.start, year.end, None, year) == (365, 365)


def test_one_over_one_and_30e_plus_by_hand() -> None:
    period = InterestPeriod(D(2024, 1, 1), D(2024, 4, 1))
    assert Fraction(*accrual("1/1", D(2024, 1, 1), D(2024, 4, 1), None, period)) == 1
    assert Fraction(*accrual("1/1", D(2024, 1, 1), D(2024, 2, 1), None, period)) == Fraction(31, 91)
    assert accrual("30E+/360", D(2024, 1, 31), D(2024, 3, 31)) == (61, 360)
    assert accrual("30E+/360", D(2024, 1, 30), D(2024, 2, 29)) == (29, 360)


HALVES = (D(2023, 8, 31), D(2024, 2, 28), D(2024, 8, 31), D(2025, 2, 28))


def listed_icma(start: dt.date, end: dt.date, listed: tuple[dt.date, ...], months: int) -> Fraction:
    """From the day on which interest begins: the first of the dates that are given."""
    dates = dates_of_reference(listed[0], listed[1:], months, False)
    return Fraction(*accrual("ACT/ACT-ICMA", start, end, None, InterestPeriod(start, end, months, dates)))


def test_icma_of_a_list_by_hand() -> None:
    """What the list has as a period is a whole one, wherever February ends; a stub is part of a period by rule."""
    dates: tuple[dt.date, ...] = (D(2023, 2, 28), *HALVES)
    assert [listed_icma(*each, dates, 6) for each in pairwise(dates)] == [Fraction(1, 2)] * 4
    # Closing on the last of August: the first half-year ends on 29 February, one interval later.
    dates = (D(2023, 8, 31), D(2024, 2, 29), D(2024, 8, 31))
    assert [listed_icma(*each, dates, 6) for each in pairwise(dates)] == [Fraction(1, 2)] * 2
    # A list of business days: 30 April is a holiday's eve, paid on 6 May, six days later than a quarter.
    dates = (D(2024, 1, 31), D(2024, 5, 6), D(2024, 7, 31))
    assert listed_icma(D(2024, 5, 6), D(2024, 7, 31), dates, 3) == Fraction(1, 4)
    # A last period of three months among half-years, in the list: 31 Dec to 31 Mar of 31 Dec to 30 Jun.
    dates = (D(2023, 12, 31), D(2024, 6, 30), D(2024, 12, 31), D(2025, 3, 31))
    assert listed_icma(D(2024, 12, 31), D(2025, 3, 31), dates, 6) == Fraction(90, 2 * 181)
    # A first period of seven months: a half-year back from its end, then 31 days of the one before.
    dates = (D(2023, 11, 30), D(2024, 6, 30), D(2024, 12, 30))
    assert listed_icma(D(2023, 11, 30), D(2024, 6, 30), dates, 6) == Fraction(1, 2) + Fraction(30, 2 * 183)


def test_an_interest_period_holds_its_first_day_and_a_collection_period_its_last() -> None:
    interest, collection = (
        InterestPeriod(D(2024, 1, 31), D(2024, 4, 30)),
        CollectionPeriod(D(2024, 1, 31), D(2024, 4, 30)),
    )
    days = (D(2024, 1, 30), D(2024, 1, 31), D(2024, 2, 1), D(2024, 4, 30), D(2024, 5, 1))
    assert [day in interest for day in days] == [False, True, True, False, False]
    assert [day in collection for day in days] == [False, False, True, True, False]
    assert interest.days == 90
