"""Forward rates of the indices of which a market holds a curve. Source: ``docs/reference/prices.md``, section 2c."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import assert_never

import QuantLib as ql  # noqa: N813

from securitize.base.dates import add_months
from securitize.definitions.figures import months
from securitize.definitions.scenarios.curves import FlatRate, IndexCurve, ParCurve, ZeroRates
from securitize.definitions.scenarios.market import Market
from securitize.market.day_counters import day_counter
from securitize.market.evaluation import quantlib_date
from securitize.market.market_curves import MarketCurves

#: By index: the rate that is fixed on a day, from the day and the rate that holds now.
IndexCurves = Mapping[str, Callable[[dt.date, float], float]]


def index_curves(market: Market, curves: MarketCurves) -> IndexCurves:
    """Forward rates of the indices of which a market holds a curve; before its date the rate that holds now."""
    found: dict[str, Callable[[dt.date, float], float]] = {}
    for name, curve in market.curves.items():
        match curve:
            case IndexCurve():
                found[curve.index] = partial(_forward, curve, name, curves)
            case ParCurve() | ZeroRates() | FlatRate():
                pass
            case _:
                assert_never(curve)
    return found


def _forward(curve: IndexCurve, name: str, curves: MarketCurves, day: dt.date, now: float) -> float:
    if day <= curves.date:
        return now
    start, end = quantlib_date(day), quantlib_date(add_months(day, months(curve.index_tenor)))
    found: float = (
        curves.curves[name].forwardRate(start, end, day_counter(curve.deposit_day_count), ql.Simple).rate()
    )
    return found
