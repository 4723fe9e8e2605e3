"""What the notes of a calculation pay after a day, per 100 of their balance.

Source: ``docs/reference/prices.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from securitize.base.errors import CalculationError
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import Note
from securitize.engine.calculation import Calculation
from securitize.market.index_forwards import IndexCurves
from securitize.pricing.note_flows import PAR, NoteFlows
from securitize.pricing.yield_periods import YieldClock, payments_a_year
from securitize.studies.price.accrued import accrued_by
from securitize.studies.price.floating_coupons import floating_coupons

#: Paid to a note beside principal.
INTEREST = ("interest_paid", "premium_paid", "residual_paid")
#: What moves the balance, and what it was.
BALANCES = ("principal_paid", "capitalised", "opening")


def flows_of(
    calculation: Calculation, name: str, note: Note, day: dt.date, forwards: IndexCurves | None = None
) -> NoteFlows | None:
    """What a note pays after a day, per 100 of its balance, without one in minor units.

    None where its balance is repaid and nothing is paid any more.

    forwards : curves of the indices whose rates are not held
    Raises CalculationError where the day is before closing, or before the state of a deal in mid-life.
    """
    lines = {what: calculation.lines[("note", name, what)] for what in (*INTEREST, *BALANCES)}
    found = mean_flows(calculation, name, note, day, {what: values[None] for what, values in lines.items()})
    if found is None or not found.balance[0]:
        return found
    first = payments_until(calculation, day)
    return replace(found, floating=floating_coupons(calculation, name, note, day, first, forwards or {}))


def mean_flows(
    calculation: Calculation,
    name: str,
    note: Note,
    day: dt.date,
    lines: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]],
) -> NoteFlows | None:
    """The mean of the flows of some paths, (paths, periods) each, per 100 of the balance of the deterministic path.

    In minor units where it has none.
    """
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
    paid = np.sum([lines[what] for what in INTEREST], axis=0)
    if balance == 0 and note.balance and not (paid + lines["principal_paid"])[:, first:].any():
        return None
    scale = PAR / balance if balance else 1.0
    interest = paid.mean(axis=0) * scale
    dates, past = schedule.payment[first:], calculation.resolved.past
    # Of the whole schedule: of a deal in mid-life too it is known when it last paid.
    previous = max((date for date in prepared.schedule.payment if date <= day), default=schedule.accrual[0])
    clock = _clock(calculation, name, note, first)
    return NoteFlows(
        settlement=day,
        dates=tuple(dates),
        interest=interest[first:],
        principal=lines["principal_paid"].mean(axis=0)[first:] * scale,
        balance=lines["opening"].mean(axis=0)[first:] * scale,
        previous=previous,
        accrued=accrued_by(calculation, name, note, day, first) * scale,
        coupon=float(calculation.lines[("note", name, "coupon")][first]) / RATE_UNITS,
        payments_a_year=clock.often,
        counted=clock.counted(day, first + past),
        joined=lines["capitalised"].mean(axis=0)[first:] * scale,
    )


def _clock(calculation: Calculation, name: str, note: Note, first: int) -> YieldClock:
    """How the note's yields count time; its payments are those of the deterministic path."""
    schedule, past = calculation.prepared.schedule, calculation.resolved.past
    cash = np.sum([calculation.lines[("note", name, what)] for what in (*INTEREST, "principal_paid")], axis=0)
    paid = [k + past for k in np.flatnonzero(cash).tolist() if k >= first]
    often = payments_a_year(paid, first + past, schedule)
    written = schedule.written or schedule.payment
    anchor = written[paid[0] if paid else first + past]
    return YieldClock(schedule, note.day_count, calculation.prepared.deal.dates.legal_final, often, anchor)


def payments_until(calculation: Calculation, day: dt.date) -> int:
    """How many payments are made up to a day: the place of the first one after it."""
    return sum(date <= day for date in calculation.resolved.schedule.payment)
