"""What the notes of a calculation pay after a day, per 100 of their balance.

Source: ``docs/reference/prices.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from securitize.base.errors import CalculationError
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import Note
from securitize.engine.calculation import Calculation
from securitize.market.day_counts import accrual
from securitize.pricing.measures import payments_a_year
from securitize.pricing.note_flows import PAR, NoteFlows
from securitize.waterfall.resolve import ends_of_settlement

#: Paid to a note beside principal.
INTEREST = ("interest_paid", "premium_paid", "residual_paid")


def flows_of(calculation: Calculation, name: str, note: Note, day: dt.date) -> NoteFlows | None:
    """What a note pays after a day, per 100 of its balance; None where nothing is outstanding or paid any more.

    Raises CalculationError where the day is before closing, or before the state of a deal in mid-life.
    """
    lines = {
        what: calculation.lines[("note", name, what)] for what in (*INTEREST, "principal_paid", "opening")
    }
    return mean_flows(calculation, name, note, day, {what: values[None] for what, values in lines.items()})


def mean_flows(
    calculation: Calculation,
    name: str,
    note: Note,
    day: dt.date,
    lines: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]],
) -> NoteFlows | None:
    """The mean of the flows of some paths, (paths, periods) each, per 100 of the balance of the deterministic path."""
    prepared, schedule = calculation.prepared, calculation.resolved.schedule
    since = prepared.today.notes
    if day < since:
        raise CalculationError(
            "settlement on {day} is before {since}, when the notes begin", day=day, since=since
        )
    first = payments_until(calculation, day)
    if first >= len(schedule.payment):
        return None
    balance = int(calculation.lines[("note", name, "opening")][first])
    if balance == 0:
        return None
    scale = PAR / balance
    interest = np.sum([lines[what] for what in INTEREST], axis=0).mean(axis=0) * scale
    start = schedule.accrual[first]
    early = ends_of_settlement(prepared.deal.notes[name], prepared.schedule)
    end = early.get(first + calculation.resolved.past, schedule.accrual[first + 1])
    owed = float(calculation.lines[("note", name, "accrued")][first]) * scale
    whole, part = (_years(note, start, upto) for upto in (end, min(max(day, start), end)))
    dates = schedule.payment[first:]
    # Of the whole schedule: of a deal in mid-life too it is known when it last paid.
    previous = max((date for date in prepared.schedule.payment if date <= day), default=schedule.accrual[0])
    return NoteFlows(
        settlement=day,
        dates=tuple(dates),
        interest=interest[first:],
        principal=lines["principal_paid"].mean(axis=0)[first:] * scale,
        balance=lines["opening"].mean(axis=0)[first:] * scale,
        previous=previous,
        accrued=owed * part / whole if whole else 0.0,
        coupon=float(calculation.lines[("note", name, "coupon")][first]) / RATE_UNITS,
        payments_a_year=_payments_a_year(calculation, name, first, previous),
    )


def _payments_a_year(calculation: Calculation, name: str, first: int, previous: dt.date) -> int:
    """As often as the note is paid anything after settlement on the deterministic path; of one date, since the date
    before it."""
    paid = np.sum([calculation.lines[("note", name, what)] for what in (*INTEREST, "principal_paid")], axis=0)
    later = [calculation.resolved.schedule.payment[k] for k in np.flatnonzero(paid).tolist() if k >= first]
    return payments_a_year(later if len(later) != 1 else [previous, *later])


def _years(note: Note, start: dt.date, end: dt.date) -> float:
    numerator, denominator = accrual(note.day_count or "ACT/365F", start, end)
    return numerator / denominator


def payments_until(calculation: Calculation, day: dt.date) -> int:
    """How many payments are made up to a day: the place of the first one after it."""
    return sum(date <= day for date in calculation.resolved.schedule.payment)
