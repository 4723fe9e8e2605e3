"""What of a floating note's coupons is fixed by settlement, and the index that is held for the others.

Source: ``docs/reference/prices.md``, section 2c.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import assert_never

import numpy as np

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import Note
from securitize.definitions.figures import months
from securitize.definitions.scenarios.curves import FlatRate, IndexCurve, ParCurve, ZeroRates
from securitize.definitions.scenarios.market import Market
from securitize.engine.calculation import Calculation
from securitize.market.calendars import BusinessCalendar
from securitize.market.day_counters import day_counter
from securitize.market.evaluation import quantlib_date
from securitize.market.lpr import IndexHistory
from securitize.market.market_curves import MarketCurves
from securitize.pricing.floating import FloatingCoupons
from securitize.waterfall.period_inputs import fixing_dates, stressed_index
from securitize.waterfall.rates import reset_dates

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
    import QuantLib as ql  # noqa: N813

    if day <= curves.date:
        return now
    start, end = quantlib_date(day), quantlib_date(add_months(day, months(curve.index_tenor)))
    found: float = (
        curves.curves[name].forwardRate(start, end, day_counter(curve.deposit_day_count), ql.Simple).rate()
    )
    return found


def index_on(calculation: Calculation, note: Note, day: dt.date) -> float | None:
    """The index rate of a floating note on a day, under the scenario; None of others."""
    rule, prepared = note.coupon.floating, calculation.prepared
    if rule is None:
        return None
    market, scenario = prepared.definitions.market, prepared.definitions.scenario
    value = IndexHistory(market.model if market else None).any_value(rule.index, day)
    stress = scenario.model if scenario else None
    return (
        stressed_index(rule.index, day, value, stress, prepared.deal.dates.cut_off, prepared.today)
        / RATE_UNITS
    )


def floating_coupons(
    calculation: Calculation, name: str, note: Note, day: dt.date, first: int, forwards: IndexCurves
) -> FloatingCoupons | None:
    """Of the periods whose payments come after ``day``; None where the note does not float.

    first : the place of the first of them among the periods that were calculated
    """
    rule, index = note.coupon.floating, index_on(calculation, note, day)
    if rule is None or index is None:
        return None
    prepared, past = calculation.prepared, calculation.resolved.past
    schedule, holidays = prepared.schedule, prepared.definitions.holidays
    calendar = BusinessCalendar(prepared.deal.dates.calendar, holidays.model if holidays else None)
    fixed_on = fixing_dates(rule, prepared.deal, schedule, calendar)[first + past :]
    begins = reset_dates(rule, schedule, prepared.deal.dates.closing)[first + past :]
    ends = (
        [add_months(reset, months(rule.reset)) for reset in begins]
        if rule.reset
        else list(schedule.accrual[first + past + 1 :])
    )
    lines = {
        what: calculation.lines[("note", name, what)][first:]
        for what in ("opening", "coupon", "accrued", "interest_paid")
    }
    fixings = np.array(prepared.period_inputs[f"fixing.notes.{name}"][first + past :]) / RATE_UNITS
    rate, scale = calculation.resolved.notes[name].rate, 100 / int(lines["opening"][0])
    found = FloatingCoupons(
        margin=rule.margin / RATE_UNITS,
        floor=rule.floor / RATE_UNITS,
        cap=None if rule.cap is None else rule.cap / RATE_UNITS,
        index=np.array([forwards[rule.index](begin, index) for begin in begins])
        if rule.index in forwards
        else np.full(len(fixings), index),
        fixings=fixings,
        added=np.zeros(len(fixings)),
        known=np.array([fixing <= day for fixing in fixed_on]),
        full=lines["interest_paid"] == lines["accrued"],
        interest=lines["accrued"] * scale,
        lengths=rate.years[first:] / (rate.denominator[first:] / RATE_UNITS),
        balance=lines["opening"] * scale,
        resets=np.array(
            [
                [(start - day).days / 365, (end - day).days / 365]
                for start, end in zip(begins, ends, strict=True)
            ]
        ),
    )
    return found.beside(lines["coupon"] / RATE_UNITS)
