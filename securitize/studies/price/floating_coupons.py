"""What of a floating note's coupons is fixed by settlement, and the index that is held for the others.

Source: ``docs/reference/prices.md``, section 2c.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import Note
from securitize.definitions.figures import months
from securitize.engine.calculation import Calculation
from securitize.market.calendars import BusinessCalendar
from securitize.market.index_forwards import IndexCurves
from securitize.pricing.floating import FloatingCoupons
from securitize.waterfall.period_inputs import fixing_dates, stressed_index
from securitize.waterfall.rates import reset_dates


def index_on(calculation: Calculation, note: Note, day: dt.date) -> float | None:
    """The index rate of a floating note on a day, under the scenario; None of others."""
    rule, prepared = note.coupon.floating, calculation.prepared
    if rule is None:
        return None
    scenario = prepared.definitions.scenario
    value = prepared.index_history.any_value(rule.index, day)
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
        interest=np.asarray(lines["accrued"] * scale, np.float64),
        lengths=rate.years[first:] / (rate.denominator[first:] / RATE_UNITS),
        balance=np.asarray(lines["opening"] * scale, np.float64),
        resets=np.array(
            [
                [(start - day).days / 365, (end - day).days / 365]
                for start, end in zip(begins, ends, strict=True)
            ]
        ),
    )
    return found.beside(lines["coupon"] / RATE_UNITS)
