"""Term structures from the quotes of a curve, fixed to their date: nothing of QuantLib's global state moves them.

QuantLib bootstraps with helpers that follow its evaluation date; what comes back is a curve of the nodes found.
Source: ``docs/reference/markets.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import assert_never

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.closed import complete
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Adjustment, months
from securitize.definitions.scenarios.curves import (
    PER_YEAR,
    Compounding,
    CouponDayCount,
    Curve,
    FlatRate,
    IndexCurve,
    Interpolation,
    ParCurve,
    Quote,
    ZeroRates,
)
from securitize.market.calendars import BusinessCalendar
from securitize.market.day_counters import day_counter
from securitize.market.day_counts import accrual
from securitize.market.evaluation import evaluation_date, quantlib_date
from securitize.market.periods import InterestPeriod

#: Of the bootstrap: a solver's step in a zero rate or a discount factor.
ACCURACY = 1e-14
#: Of time along every curve.
TIME = ql.Actual365Fixed()
_COMPOUNDING = complete(
    Compounding,
    {
        "simple": (ql.Simple, ql.Annual),
        "annual": (ql.Compounded, ql.Annual),
        "semiannual": (ql.Compounded, ql.Semiannual),
        "continuous": (ql.Continuous, ql.Annual),
    },
)
_ADJUSTMENTS = complete(
    Adjustment,
    {
        "following": ql.Following,
        "modified-following": ql.ModifiedFollowing,
        "preceding": ql.Preceding,
        "unadjusted": ql.Unadjusted,
    },
)


def term_structure(curve: Curve, day: dt.date, calendar: BusinessCalendar) -> ql.YieldTermStructure:
    """The curve of ``day``; it extrapolates.

    Raises RuntimeError where no curve meets the quotes.
    """
    match curve:
        case FlatRate():
            flat = curve.rate / RATE_UNITS
            if flat < 0 and _COMPOUNDING[curve.compounding][0] == ql.Simple:
                raise RuntimeError("a simple negative rate ends with no discount factor at all")
            return _open(
                ql.FlatForward(
                    quantlib_date(day), flat, day_counter(curve.day_count), *_COMPOUNDING[curve.compounding]
                )
            )
        case ZeroRates():
            return _zero(curve, day)
        case ParCurve():
            with evaluation_date(day):
                helpers = [_par_helper(curve, day, point) for point in curve.points]
                return _bootstrapped(day, helpers, curve.interpolation)
        case IndexCurve():
            with evaluation_date(day):
                return _bootstrapped(day, _index_helpers(curve, day, calendar), curve.interpolation)
        case _:
            assert_never(curve)


def share_of_year(
    day: dt.date, start: dt.date, end: dt.date, per_year: int, day_count: CouponDayCount
) -> float:
    """The share of a year from start to end of a bond of ``day``, whose coupon periods count from that day."""
    step = 12 // per_year
    numerator, denominator = accrual(day_count, start, end, period=InterestPeriod(start, end, step, (day,)))
    return numerator / denominator


def _zero(curve: ZeroRates, day: dt.date) -> ql.YieldTermStructure:
    start, days, rates = quantlib_date(day), [], []
    for point in curve.points:
        end = quantlib_date(add_months(day, months(point.tenor)))
        rate = ql.InterestRate(
            point.rate / RATE_UNITS, day_counter(curve.day_count), *_COMPOUNDING[curve.compounding]
        )
        years = TIME.yearFraction(start, end)
        days.append(end)
        factor = rate.discountFactor(start, end)
        if not factor > 0:
            raise RuntimeError(f"the discount factor of {point.tenor} would be {factor:g}")
        rates.append(-float(np.log(factor)) / years)
    return _fixed(start, days, rates, curve.interpolation)


def _par_helper(curve: ParCurve, day: dt.date, point: Quote) -> ql.RateHelper:
    per_year, rate = PER_YEAR[curve.compounding], point.rate / RATE_UNITS
    step, tenor = 12 // per_year, months(point.tenor)
    end = add_months(day, tenor)
    if tenor <= step:
        # The deposit's own day count has no coupon period to look at: the same growth by days over 365.
        growth = rate * share_of_year(day, day, end, per_year, curve.day_count)
        quote = ql.QuoteHandle(ql.SimpleQuote(growth * 365 / (end - day).days))
        period = ql.Period(tenor, ql.Months)
        return ql.DepositRateHelper(quote, period, 0, ql.NullCalendar(), ql.Unadjusted, False, TIME)
    dates = [quantlib_date(add_months(day, k)) for k in range(0, tenor + 1, step)]
    schedule = ql.Schedule(
        dates, ql.NullCalendar(), ql.Unadjusted, ql.Unadjusted, ql.Period(step, ql.Months), ql.DateGeneration.Forward,
        False, [True] * (len(dates) - 1),
    )  # fmt: skip
    quote = ql.QuoteHandle(ql.SimpleQuote(100.0))
    counter = day_counter(curve.day_count, schedule)
    return ql.FixedRateBondHelper(quote, 0, 100.0, schedule, [rate], counter, ql.Unadjusted)


def _index_helpers(curve: IndexCurve, day: dt.date, calendar: BusinessCalendar) -> list[ql.RateHelper]:
    longest = max(months(point.tenor) for point in (*curve.deposits, *curve.swaps))
    business = calendar.quantlib(day, add_months(day, longest + 2))
    moved, lag = _ADJUSTMENTS[curve.adjustment], curve.settlement_days
    counter = day_counter(curve.deposit_day_count)
    floating = ql.IborIndex(
        curve.index, ql.Period(months(curve.index_tenor), ql.Months), lag, ql.CNYCurrency(), business, moved, False,
        counter,
    )  # fmt: skip
    helpers: list[ql.RateHelper] = []
    for point in curve.deposits:
        quote = ql.QuoteHandle(ql.SimpleQuote(point.rate / RATE_UNITS))
        tenor = ql.Period(months(point.tenor), ql.Months)
        helpers.append(ql.DepositRateHelper(quote, tenor, lag, business, moved, False, counter))
    every = ql.Period(months(curve.swap_every), ql.Months).frequency()
    fixed = day_counter(curve.swap_day_count)
    for point in curve.swaps:
        quote = ql.QuoteHandle(ql.SimpleQuote(point.rate / RATE_UNITS))
        tenor = ql.Period(months(point.tenor), ql.Months)
        helpers.append(ql.SwapRateHelper(quote, tenor, business, every, moved, fixed, floating))
    return helpers


def _bootstrapped(
    day: dt.date, helpers: list[ql.RateHelper], interpolation: Interpolation
) -> ql.YieldTermStructure:
    """The curve that meets every helper; QuantLib's evaluation date must be ``day`` here."""
    start = quantlib_date(day)
    solver = ql.IterativeBootstrap(ACCURACY)
    match interpolation:
        case "linear-zero":
            moving = ql.PiecewiseLinearZero(start, helpers, TIME, solver)
            nodes = [(at, rate) for at, rate in moving.nodes() if at != start]
        case "flat-forward":
            moving = ql.PiecewiseLogLinearDiscount(start, helpers, TIME, solver)
            nodes = [
                (at, -float(np.log(factor)) / TIME.yearFraction(start, at))
                for at, factor in moving.nodes()
                if at != start
            ]
        case _:
            assert_never(interpolation)
    return _fixed(start, [at for at, _ in nodes], [rate for _, rate in nodes], interpolation)


def _fixed(
    start: ql.Date, days: Sequence[ql.Date], rates: Sequence[float], interpolation: Interpolation
) -> ql.YieldTermStructure:
    """rates : zero rates of continuous compounding at ``days``; before the first day its rate holds."""
    match interpolation:
        case "linear-zero":
            return _open(
                ql.ZeroCurve(
                    [start, *days], [rates[0], *rates], TIME, ql.NullCalendar(), ql.Linear(), ql.Continuous
                )
            )
        case "flat-forward":
            factors = [
                float(np.exp(-rate * TIME.yearFraction(start, at)))
                for at, rate in zip(days, rates, strict=True)
            ]
            return _open(ql.DiscountCurve([start, *days], [1.0, *factors], TIME))
        case _:
            assert_never(interpolation)


def _open(curve: ql.YieldTermStructure) -> ql.YieldTermStructure:
    curve.enableExtrapolation()
    return curve
