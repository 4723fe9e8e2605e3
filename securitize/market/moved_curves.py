"""The curves of a market where all interest rates move. Source: ``docs/reference/prices.md``, section 1a."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from securitize.base.arrays import Float64
from securitize.definitions.scenarios.curves import PER_YEAR
from securitize.market.curves import DAYS_OF_YEAR, Discount
from securitize.market.market_curves import ByTenor, MarketCurves, par_yield

#: Tenors, years, of a curve whose rate held for every one of them before it moved.
_WHOLE_YEARS = tuple(range(1, 31))


@dataclass(frozen=True, slots=True)
class RateMove:
    """The forward rates of days from ``since`` on move by ``shift``, a decimal, continuous."""

    since: dt.date
    shift: float


def moved_curves(curves: MarketCurves, moves: Sequence[RateMove]) -> MarketCurves:
    """Discount factors and par yields of the government curve after these moves; spreads stay.

    A move from the market's date or before is one of all zero rates in parallel.
    """
    if not moves:
        return curves
    discount = reduce(_moved, moves, curves.discount)
    return replace(curves, discount=discount, par_yields=_par_yields(curves, discount))


def _moved(discount: Discount, move: RateMove) -> Discount:
    """P(t) exp(-shift (t - since)) after ``since``."""

    def moved(days: Sequence[dt.date]) -> Float64:
        years = np.array([max(0, (day - move.since).days) for day in days]) / DAYS_OF_YEAR
        found: Float64 = discount(days) * np.exp(-move.shift * years)
        return found

    return moved


def _par_yields(curves: MarketCurves, discount: Discount) -> ByTenor:
    """Those of today, each moved as the par yield that the discount factors give for its tenor."""
    before = curves.par_yields
    every = before.first_holds and before.last_holds and len(before.years) == 1
    years = tuple(map(float, _WHOLE_YEARS)) if every else before.years
    rates = tuple((before.at(tenor) or 0.0) + _par_move(curves, discount, tenor) for tenor in years)
    return ByTenor(years, rates, before.first_holds, before.last_holds)


def _par_move(curves: MarketCurves, discount: Discount, years: float) -> float:
    after, before = (
        par_yield(of, curves.date, round(12 * years), PER_YEAR[curves.compounding], curves.par_day_count)
        for of in (discount, curves.discount)
    )
    return after - before
