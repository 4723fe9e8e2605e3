"""Annual to period rates: many at once against decimals, and against formulas of an hour's work."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal, localcontext
from typing import Literal

import numpy as np
import pytest

from securitize.performance.conversion import period_rates

START = dt.date(2020, 1, 31)
UNIT = 10**8


def _exact(rate: int, years: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 40
        return (1 - (1 - Decimal(rate) / UNIT) ** years) * UNIT


@pytest.mark.parametrize("conversion", ["days", "months"])
@pytest.mark.parametrize("days", [1, 29, 30, 91, 366, 1200])
def test_many_rates_against_decimals(conversion: Literal["days", "months"], days: int) -> None:
    draw = random.Random(days)
    rates = [0, 1, UNIT - 1, UNIT, *(draw.randrange(UNIT) for _ in range(4000))]
    rates += [draw.randrange(10**6) for _ in range(1000)]
    end = START + dt.timedelta(days=days)
    many = period_rates(np.array(rates, np.int64), START, end, conversion)
    few = [int(period_rates(np.array([rate], np.int64), START, end, conversion)[0]) for rate in rates]
    assert many.tolist() == few


@pytest.mark.parametrize("days", [1, 91, 1200])
def test_float_error_is_far_below_what_decides(days: int) -> None:
    draw = random.Random(days)
    rates = np.array([draw.randrange(1, UNIT) for _ in range(2000)])
    lost = np.expm1(np.log1p(rates / -UNIT) * (days / 365)) * -UNIT
    exact = [_exact(int(rate), Decimal(days) / 365) for rate in rates]
    assert max(abs(Decimal(float(a)) - b) for a, b in zip(lost, exact, strict=True)) < Decimal("1e-6")


def test_rates_close_to_a_half_are_rounded_as_decimals_are() -> None:
    """Of 500,000 rates some lie within 1e-4 of a half; the two ways must agree on each of them."""
    rates = np.arange(1, 500_001, dtype=np.int64)
    end = dt.date(2020, 5, 1)
    lost = np.expm1(np.log1p(rates / -UNIT) * (91 / 365)) * -UNIT
    close = rates[np.abs(lost - np.floor(lost) - 0.5) < 1e-4]
    assert close.size > 20
    many = period_rates(rates, START, end, "days")
    for rate in close:
        assert many[rate - 1] == int(_exact(int(rate), Decimal(91) / 365).to_integral_value())


def test_months_count_whole_and_thirtieths() -> None:
    annual = np.array([10_000_000], np.int64)
    one_year = period_rates(annual, START, dt.date(2021, 1, 31), "months")
    assert one_year.tolist() == [10_000_000]
    # 2020-01-31 to 2020-02-29 is one month, cut back; the fourteen days to 2020-03-14 are thirtieths.
    part = period_rates(annual, START, dt.date(2020, 3, 14), "months")
    assert part.tolist() == [round(float(_exact(10_000_000, Decimal(44) / 360)))]


@pytest.mark.parametrize("size", [1, 20])
def test_nothing_happens_in_no_time(size: int) -> None:
    annual = np.full(size, UNIT, np.int64)
    assert not period_rates(annual, START, START, "days").any()
    assert not period_rates(annual, START, START - dt.timedelta(days=3), "months").any()
