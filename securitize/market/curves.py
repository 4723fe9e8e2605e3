"""Discount factors of today's curve, by date: from one index rate, flat, or from zero rates by tenor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.market.evaluation import quantlib_date
from securitize.market.hull_white import MONTHS_OF_YEAR, is_simple

#: Discount factors of dates, (dates,).
Discount = Callable[[Sequence[dt.date]], Float64]
DAYS_OF_YEAR = 365


def flat_curve(today: dt.date, rate: float, months: int) -> Discount:
    """All forward rates of the tenor are about ``rate``: simple up to a year, compounded annually beyond.

    The forward rate of continuous compounding is the same on every day; a tenor is months / 12 years in it.
    """
    years = months / MONTHS_OF_YEAR
    growth = np.log1p(rate * years) / years if is_simple(months) else np.log1p(rate)

    def discount(days: Sequence[dt.date]) -> Float64:
        found: Float64 = np.exp(-growth * np.array([(day - today).days / DAYS_OF_YEAR for day in days]))
        return found

    return discount


def zero_curve(today: dt.date, points: Sequence[tuple[int, float]]) -> Discount:
    """Zero rates by tenor, compounded annually, ACT/365F.

    points : months, ascending, and rate. Linear in zero rates of continuous compounding between the points; before the
    first its rate holds, after the last the forward rate there.
    """
    import QuantLib as ql  # noqa: N813

    days = [today, *(add_months(today, months) for months, _ in points)]
    rates = [points[0][1], *(rate for _, rate in points)]
    curve = ql.ZeroCurve(
        [quantlib_date(day) for day in days],
        rates,
        ql.Actual365Fixed(),
        ql.NullCalendar(),
        ql.Linear(),
        ql.Compounded,
        ql.Annual,
    )
    curve.enableExtrapolation()

    def discount(wanted: Sequence[dt.date]) -> Float64:
        return np.array([curve.discount(quantlib_date(day)) for day in wanted])

    return discount
