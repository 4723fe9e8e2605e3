"""What of a floating note's coupons is fixed by settlement, and the index rates of the others.

Source: ``docs/reference/prices.md``, sections 2c and 2e.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import Note
from securitize.definitions.deals.rates import FloatingRate
from securitize.definitions.figures import months
from securitize.engine.calculation import Calculation
from securitize.market.calendars import BusinessCalendar
from securitize.market.index_forwards import IndexCurves
from securitize.pricing.floating import FloatingCoupons
from securitize.pricing.note_flows import PAR
from securitize.waterfall.period_inputs import fixing_dates, stressed_index
from securitize.waterfall.rates import reset_dates

#: Of the note's published lines, those that say what becomes of its interest.
_LINES = ("opening", "coupon", "accrued", "interest_paid", "capitalised", "principal_paid")


@dataclass(frozen=True, slots=True)
class _Resets:
    """By period, (T,) each: when its rate is looked up, from when on it holds, and until when."""

    fixed_on: Sequence[dt.date]
    begins: Sequence[dt.date]
    ends: Sequence[dt.date]

    def years(self, day: dt.date) -> Float64:
        """From a day to the first and the last day for which each rate holds, (T, 2)."""
        pairs = zip(self.begins, self.ends, strict=True)
        return np.array([[(begin - day).days / 365, (end - day).days / 365] for begin, end in pairs])


def index_on(calculation: Calculation, note: Note, day: dt.date) -> float | None:
    """The index rate of a floating note on a day, a decimal a year, under the scenario; None of others."""
    rule = note.coupon.floating
    if rule is None:
        return None
    value = calculation.prepared.index_history.any_value(rule.index, day)
    return _under_the_scenario(calculation, rule, day, value)


def floating_coupons(
    calculation: Calculation, name: str, note: Note, day: dt.date, first: int, forwards: IndexCurves
) -> FloatingCoupons | None:
    """Of the periods whose payments come after ``day``; None where the note does not float.

    first    : the place of the first of them among the periods that were calculated
    forwards : curves of the indices whose rates are not held
    """
    rule = note.coupon.floating
    if rule is None:
        return None
    resets = _resets(calculation, rule, first)
    lines = {what: calculation.lines[("note", name, what)][first:] for what in _LINES}
    given = calculation.prepared.period_inputs[f"fixing.notes.{name}"]
    rate, scale = calculation.resolved.notes[name].rate, PAR / int(lines["opening"][0])
    accrued, paid, joined = lines["accrued"], lines["interest_paid"], lines["capitalised"]
    found = FloatingCoupons(
        margin=rule.margin / RATE_UNITS,
        floor=rule.floor / RATE_UNITS,
        cap=None if rule.cap is None else rule.cap / RATE_UNITS,
        index=_index_rates(calculation, rule, day, resets, forwards),
        fixings=np.array(given[first + calculation.resolved.past :]) / RATE_UNITS,
        added=np.zeros(len(accrued)),
        known=np.array([fixing <= day for fixing in resets.fixed_on]),
        full=paid == accrued,
        joins=(paid == 0) & (joined == accrued) & (accrued > 0),
        interest=np.asarray(accrued * scale, np.float64),
        lengths=rate.years[first:] / (rate.denominator[first:] / RATE_UNITS),
        balance=np.asarray(lines["opening"] * scale, np.float64),
        principal=np.asarray(lines["principal_paid"] * scale, np.float64),
        resets=resets.years(day),
    )
    return found.beside(lines["coupon"] / RATE_UNITS)


def _resets(calculation: Calculation, rule: FloatingRate, first: int) -> _Resets:
    prepared, k = calculation.prepared, first + calculation.resolved.past
    schedule, holidays = prepared.schedule, prepared.definitions.holidays
    calendar = BusinessCalendar(prepared.deal.dates.calendar, holidays.model if holidays else None)
    begins = reset_dates(rule, schedule, prepared.deal.dates.closing)[k:]
    return _Resets(
        fixed_on=fixing_dates(rule, prepared.deal, schedule, calendar)[k:],
        begins=begins,
        ends=[add_months(begin, months(rule.reset)) for begin in begins]
        if rule.reset
        else schedule.accrual[k + 1 :],
    )


def _index_rates(
    calculation: Calculation, rule: FloatingRate, day: dt.date, resets: _Resets, forwards: IndexCurves
) -> Float64:
    """Of each period: the rate of ``day``, or its forward rate, as the scenario moves a fixing of its own day, (T,)."""
    now = calculation.prepared.index_history.any_value(rule.index, day)
    found = []
    for fixed_on, begin in zip(resets.fixed_on, resets.begins, strict=True):
        value = now
        if rule.index in forwards:
            value = round(forwards[rule.index](begin, now / RATE_UNITS) * RATE_UNITS)
        found.append(_under_the_scenario(calculation, rule, max(fixed_on, day), value))
    return np.array(found)


def _under_the_scenario(calculation: Calculation, rule: FloatingRate, day: dt.date, value: int) -> float:
    """An index rate of a day, units of 1e-8, as the scenario leaves it: a decimal a year."""
    prepared = calculation.prepared
    stress = prepared.definitions.scenario.model if prepared.definitions.scenario else None
    cut_off, today = prepared.deal.dates.cut_off, prepared.today
    return stressed_index(rule.index, day, value, stress, cut_off, today) / RATE_UNITS
