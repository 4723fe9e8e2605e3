"""Accruals against QuantLib over random pairs of dates, and cases worked by hand."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest
import QuantLib as ql  # noqa: N813

from securitize.definitions.figures import DayCount
from securitize.market.day_counts import DENOMINATORS, accrual, accrual_of_rates

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
}


@pytest.mark.parametrize("name", PLAIN)
def test_days_against_quantlib(name: DayCount) -> None:
    counter = PLAIN[name]
    for start, end in PAIRS:
        assert accrual(name, start, end) == (counter.dayCount(_ql(start), _ql(end)), DENOMINATORS[name])


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


def test_several_rates_add_up() -> None:
    pieces = [(4_000_000, D(2019, 1, 1), D(2019, 4, 1)), (5_000_000, D(2019, 4, 1), D(2019, 7, 1))]
    assert accrual_of_rates("ACT/365F", pieces) == (4_000_000 * 90 + 5_000_000 * 91, 365 * 10**8)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        accrual("ACT/365F", D(2020, 1, 2), D(2020, 1, 1))
