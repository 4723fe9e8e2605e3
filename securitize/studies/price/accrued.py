"""Interest of a note that has accrued by settlement, each day at its rate.

Source: ``docs/reference/prices.md``, section 2b.
"""

from __future__ import annotations

import datetime as dt

from securitize.definitions.deals.notes import Note
from securitize.engine.calculation import Calculation
from securitize.waterfall.rates import ResolvedRate, coupon_of, resolve_rate
from securitize.waterfall.resolve import ends_of_settlement


def accrued_by(calculation: Calculation, name: str, note: Note, day: dt.date, first: int) -> float:
    """Minor units on the balance before the first payment after ``day``.

    first : the place of that payment among the periods that were calculated
    Negative where the payment before was made ahead of its accrual date, which ``day`` has not reached.
    """
    schedule = calculation.resolved.schedule
    if day < schedule.accrual[first]:
        return -_paid_ahead(calculation, name, note, day, first)
    total, t = 0.0, first
    while t < len(schedule.payment) and schedule.accrual[t] < day:
        total += _earned(calculation, name, note, day, t)
        t += 1
    return total


def _earned(calculation: Calculation, name: str, note: Note, day: dt.date, t: int) -> float:
    """Of the interest of a period what its days up to ``day`` have earned, at their rates."""
    owed = float(calculation.lines[("note", name, "accrued")][t])
    schedule, past = calculation.prepared.schedule, calculation.resolved.past
    end = ends_of_settlement(note, schedule).get(t + past, schedule.accrual[t + past + 1])
    if day >= end or not owed:
        return owed
    whole = calculation.resolved.notes[name].rate
    part = _rate_until(calculation, note, day, t + past)
    # Beside the rule: what triggers add; of a floating note the whole coupon.
    added = int(calculation.lines[("note", name, "coupon")][t]) - int(whole.start[t])
    shares = [
        (int(rate.numerator[k]) + added * int(rate.years[k])) / int(rate.denominator[k])
        for rate, k in ((part, t + past), (whole, t))
    ]
    return owed * shares[0] / shares[1] if shares[1] else 0.0


def _paid_ahead(calculation: Calculation, name: str, note: Note, day: dt.date, first: int) -> float:
    """Interest from ``day`` to the end of the interest period before, which its holder has been paid."""
    k = first + calculation.resolved.past - 1
    if k < 0:
        return 0.0
    schedule = calculation.prepared.schedule
    whole = _rate_until(calculation, note, schedule.accrual[k + 1], k)
    part = _rate_until(calculation, note, day, k)
    added = int(calculation.lines[("note", name, "coupon")][first])
    rule = note.coupon.floating
    if rule is None:
        added -= int(whole.ahead[k])
    else:
        fixing = calculation.prepared.period_inputs[f"fixing.notes.{name}"][k]
        added = max(fixing + rule.margin, rule.floor)
        added = added if rule.cap is None else min(added, rule.cap)
        if whole.first[k]:
            added = rule.first_rate or 0
    years = [
        (int(rate.numerator[k]) + added * int(rate.years[k])) / int(rate.denominator[k])
        for rate in (whole, part)
    ]
    return float(calculation.lines[("note", name, "opening")][first]) * (years[0] - years[1])


def _rate_until(calculation: Calculation, note: Note, day: dt.date, t: int) -> ResolvedRate:
    """The coupon on all dates of the deal, of which interest period t bears interest up to a day."""
    schedule, dates = calculation.prepared.schedule, calculation.prepared.deal.dates
    until = min(max(day, schedule.accrual[t]), schedule.accrual[t + 1])
    rule = coupon_of(note, schedule)
    return resolve_rate(rule, note.day_count, schedule, dates.closing, dates.legal_final, {t: until})
