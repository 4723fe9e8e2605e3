"""Bootstrapped curves price what they are made of: by the formulas of the reference page, and by QuantLib's own bonds
and swaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from math import exp
from typing import Any

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.dates import add_months
from securitize.definitions.scenarios.curves import PER_YEAR, CouponCompounding, Curve, IndexCurve, ParCurve
from securitize.market.calendars import BusinessCalendar
from securitize.market.curves import flat_curve, zero_curve
from securitize.market.day_counters import day_counter
from securitize.market.day_counts import accrual
from securitize.market.evaluation import evaluation_date, quantlib_date
from securitize.market.market_curves import MarketCurves, discount_of
from securitize.market.periods import InterestPeriod
from tests.unit.market_samples import PAR, flat, index, market, market_curves, par, zero

#: Rates are a percent or so of face: a curve found to 1e-14 in its nodes prices a bond of ten years to 1e-12.
EXACT = 1e-10
DAYS = [
    dt.date(2024, 2, 20),
    dt.date(2024, 2, 29),
    dt.date(2019, 9, 11),
    dt.date(2000, 8, 31),
    dt.date(2023, 1, 31),
]
COUPONS = ["ACT/ACT-ICMA", "ACT/365F", "ACT/360", "ACT/ACT-ISDA", "30/360", "30E/360"]
NEGATIVE = (("3M", "-0.004"), ("6M", "-0.003"), ("1Y", "-0.002"), ("5Y", "0.001"))
STEEP = (("1Y", "0.01"), ("2Y", "0.03"), ("3Y", "0.045"), ("30Y", "0.05"))


def _curves(day: dt.date, curve: dict[str, Any]) -> tuple[MarketCurves, Curve]:
    written = market({"government": curve}, date=day, calendar="none")
    return market_curves(written), written.curves["government"]


def _months(tenor: str) -> int:
    return int(tenor[:-1]) * (12 if tenor.endswith("Y") else 1)


@pytest.mark.parametrize("interpolation", ["linear-zero", "flat-forward"])
@pytest.mark.parametrize("day_count", COUPONS)
@pytest.mark.parametrize("compounding", ["annual", "semiannual"])
@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("points", [PAR, NEGATIVE, STEEP], ids=["usual", "negative", "steep"])
def test_bonds_and_bills_are_worth_their_face(
    points: Any, day: dt.date, compounding: CouponCompounding, day_count: str, interpolation: str
) -> None:
    told = par(
        points,
        compounding=compounding,
        day_count=day_count,
        interpolation=interpolation,
        may_be_negative=True,
    )
    curves, curve = _curves(day, told)
    assert isinstance(curve, ParCurve)
    step = 12 // PER_YEAR[compounding]
    for tenor, rate in points:
        length = _months(tenor)
        ends = [add_months(day, k) for k in range(min(step, length), length + 1, step)]
        value = Fraction(0)
        for start, end, paid in zip([day, *ends], ends, curves.discount(ends), strict=False):
            period = InterestPeriod(start, end, step, (day,))
            share = Fraction(*accrual(curve.day_count, start, end, period=period))
            value += Fraction(rate) * share * Fraction(paid)
        value += Fraction(curves.discount(ends[-1:])[0])
        assert abs(float(value - 1)) < EXACT, tenor


@pytest.mark.parametrize("compounding", ["annual", "semiannual"])
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_quantlib_values_the_bonds_at_their_face(day: dt.date, compounding: CouponCompounding) -> None:
    curves, _ = _curves(day, par(compounding=compounding))
    step = 12 // PER_YEAR[compounding]
    engine = ql.DiscountingBondEngine(ql.YieldTermStructureHandle(curves.government))
    for tenor, rate in PAR:
        if _months(tenor) < 12:
            continue
        dates = [quantlib_date(add_months(day, k)) for k in range(0, _months(tenor) + 1, step)]
        schedule = ql.Schedule(
            dates, ql.NullCalendar(), ql.Unadjusted, ql.Unadjusted, ql.Period(step, ql.Months),
            ql.DateGeneration.Forward, False, [True] * (len(dates) - 1),
        )  # fmt: skip
        with evaluation_date(day):
            bond = ql.FixedRateBond(0, 100.0, schedule, [float(rate)], day_counter("ACT/ACT-ICMA", schedule))
            bond.setPricingEngine(engine)
            assert bond.NPV() == pytest.approx(100.0, abs=100 * EXACT)


@pytest.mark.parametrize("lag", [0, 1, 2])
@pytest.mark.parametrize("every", ["3M", "6M", "1Y"])
@pytest.mark.parametrize("interpolation", ["linear-zero", "flat-forward"])
def test_deposits_and_swaps_are_worth_nothing(interpolation: str, every: str, lag: int) -> None:
    deposits, swaps = (("1M", "0.018"), ("3M", "0.019")), (("1Y", "0.02"), ("2Y", "0.021"), ("5Y", "0.024"))
    curve = index(deposits, swaps, interpolation=interpolation, swap_every=every, settlement_days=lag)
    written = market({"government": par(), "swap": curve})
    told = written.curves["swap"]
    assert isinstance(told, IndexCurve)
    assert written.date is not None
    discount, calendar = (
        discount_of(market_curves(written).curves["swap"]),
        BusinessCalendar("china-interbank"),
    )
    spot = written.date
    for _ in range(lag):
        spot = calendar.nearest(spot + dt.timedelta(days=1))[1]

    def at(months: int) -> dt.date:
        return calendar.adjust(add_months(spot, months), "modified-following")

    (begun,) = discount([spot])
    for tenor, rate in deposits:
        end = at(_months(tenor))
        growth = 1 + float(rate) * (end - spot).days / 360
        assert begun == pytest.approx(growth * discount([end])[0], abs=EXACT)
    for tenor, rate in swaps:
        dates = [spot, *(at(k) for k in range(_months(every), _months(tenor) + 1, _months(every)))]
        days = np.diff([day.toordinal() for day in dates])
        fixed = float(rate) * float(days / 365 @ discount(dates[1:]))
        # The floating leg of one curve is what is lent at the start less what comes back at the end.
        assert fixed == pytest.approx(begun - discount(dates[-1:])[0], abs=EXACT)


COMPOUNDINGS: dict[str, Callable[[float, float], float]] = {
    "simple": lambda rate, years: 1 / (1 + rate * years),
    "annual": lambda rate, years: (1 + rate) ** -years,
    "semiannual": lambda rate, years: (1 + rate / 2) ** (-2 * years),
    "continuous": lambda rate, years: exp(-rate * years),
}


@pytest.mark.parametrize("day_count", ["ACT/365F", "ACT/360", "ACT/ACT-ISDA", "30/360", "30E/360"])
@pytest.mark.parametrize("compounding", COMPOUNDINGS)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_zero_and_flat_rates_against_their_formula(day: dt.date, compounding: str, day_count: Any) -> None:
    zeros, _ = _curves(day, zero(compounding=compounding, day_count=day_count))
    level, _ = _curves(day, flat("0.031", compounding=compounding, day_count=day_count))
    for tenor, rate in PAR:
        end = add_months(day, _months(tenor))
        numerator, denominator = accrual(day_count, day, end)
        years, formula = numerator / denominator, COMPOUNDINGS[compounding]
        assert zeros.discount([end])[0] == pytest.approx(formula(float(rate), years), abs=1e-14)
        assert level.discount([end])[0] == pytest.approx(formula(0.031, years), abs=1e-14)


def test_curves_of_short_rates_and_of_markets_are_the_same() -> None:
    day = dt.date(2024, 2, 20)
    days = [day + dt.timedelta(days=k) for k in range(1, 3600, 37)]
    points = [(_months(tenor), float(rate)) for tenor, rate in PAR]
    zeros, _ = _curves(day, zero())
    assert zeros.discount(days) == pytest.approx(zero_curve(day, points)(days), abs=1e-14)
    level, _ = _curves(day, flat("0.031"))
    assert level.discount(days) == pytest.approx(flat_curve(day, 0.031, 60)(days), abs=1e-14)


def test_between_points_zero_rates_are_linear_or_forward_rates_flat() -> None:
    day = dt.date(2023, 2, 20)
    days = [day + dt.timedelta(days=k) for k in range(365 + 1, 3 * 365)]
    years = np.array([(one - day).days / 365 for one in days])
    for interpolation in ("linear-zero", "flat-forward"):
        curves, _ = _curves(day, par(interpolation=interpolation))
        logs = -np.log(curves.discount(days))
        straight = logs / years if interpolation == "linear-zero" else logs
        assert np.abs(np.diff(straight, 2)).max() < 1e-13


def test_higher_yields_discount_more() -> None:
    day = dt.date(2024, 2, 20)
    days = [add_months(day, k) for k in range(1, 120)]
    up = [(tenor, f"{float(rate) + 0.001:.6f}") for tenor, rate in PAR]
    low, high = (_curves(day, par(points))[0].discount(days) for points in (PAR, up))
    assert (high < low).all()
    assert (low > 0).all()
