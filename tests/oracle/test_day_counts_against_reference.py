"""Every day count against the day-by-day reference, on the days on which months turn."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from typing import get_args

import pytest

from securitize.definitions.figures import DayCount
from securitize.market.day_counts import accrual
from securitize.market.periods import InterestPeriod
from securitize.reference.day_counts import Conventions, icma
from tests.oracle.dates_reference import later, plus_months_by_rule
from tests.oracle.day_counts_reference import share_of_year

DAYS = [
    day
    for day in (later(dt.date(2018, 12, 1), k) for k in range(2300))
    if day.day in (1, 2, 15, 27, 28, 29, 30, 31)
]


@pytest.mark.parametrize("day_count", get_args(DayCount))
def test_a_share_of_a_year_equals_the_reference(day_count: DayCount) -> None:
    draw = random.Random(day_count)
    for _ in range(400):
        start, end = sorted(draw.sample(DAYS, 2))
        if draw.random() < 0.5:
            end = min(day for day in DAYS if day > later(start, draw.randrange(100)))
        final, months = draw.choice([end, dt.date.max]), draw.choice([1, 3, 6, 12])
        anchor, at_end = draw.choice(DAYS), draw.random() < 0.5
        period = InterestPeriod(start, end, months, (anchor,), at_end)
        expected = share_of_year(
            day_count, start, end, final=final, months=months, anchor=anchor, end_of_month=at_end
        )
        assert Fraction(*accrual(day_count, start, end, final, period)) == expected, (start, end, period)


def test_reference_periods_of_a_list_equal_those_of_its_days() -> None:
    """Lists with holidays, months' ends and stubs, in stretches that lie before, across, within and after them."""
    draw = random.Random(18)
    for _ in range(300):
        months, at_end = draw.choice([1, 3, 6, 12]), draw.random() < 0.5
        day, listed = draw.choice(DAYS), list[dt.date]()
        for _ in range(draw.randrange(1, 6)):
            listed.append(day)
            step = months if draw.random() < 0.7 else draw.choice([1, 2, 4, 7])
            day = later(plus_months_by_rule(day, step, False), draw.choice([0, 0, 3, 10, 11, -10, -11]))
        start = later(listed[0], draw.randrange(-300, 400))
        end = later(start, draw.randrange(1, 500))
        expected = share_of_year(
            "ACT/ACT-ICMA",
            start,
            end,
            final=end,
            months=months,
            anchor=listed[0],
            end_of_month=at_end,
            listed=listed,
        )
        period = InterestPeriod(start, end, months, tuple(listed), at_end)
        assert Fraction(*accrual("ACT/ACT-ICMA", start, end, None, period)) == expected, (start, end, period)
        conventions = Conventions(end, months, listed[0], at_end, tuple(listed))
        assert icma(start, end, conventions) == expected, (start, end, conventions)
