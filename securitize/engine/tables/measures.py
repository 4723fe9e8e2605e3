"""Measures of a run: triggers, coverage by date, measures of each note."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import PRIORITIES
from securitize.engine.calculation import Calculation
from securitize.engine.measures import COVERAGE, coverage_by_rank, least, or_null
from securitize.engine.periods import periods
from securitize.tables.rows import Rows
from securitize.waterfall.measures import Coverage, measure_note, trigger_measure
from securitize.waterfall.plan import Line


def triggers(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a trigger and payment date."""
    rows = Rows(
        "trigger", "period", "payment_date", "tested", "measure", "threshold", "breached", "active",
        "priority_in_force", "failed_in_a_row", "passed_in_a_row",
    )  # fmt: skip
    one_path = _one_path(calculation)
    for name, resolved in calculation.resolved.triggers.items():
        measured = trigger_measure(calculation.resolved, one_path, name)
        threshold = getattr(resolved.trigger, "threshold", None)
        limit = None if threshold is None else threshold / RATE_UNITS
        for t, period, day in periods(calculation):
            breached, active = (
                bool(calculation.lines[("trigger", name, k)][t]) for k in ("breached", "active")
            )
            in_force = PRIORITIES[int(calculation.lines[("priority",)][t])]
            measure = None if measured is None else or_null(measured[0, t])
            counts = (calculation.lines.get(("trigger", name, k)) for k in ("failed", "passed"))
            in_a_row = [None if count is None else int(count[t]) for count in counts]
            rows.add(
                name, period, day, resolved.tested[t], measure, limit, breached, active, in_force, *in_a_row
            )
    return rows.columns


def _one_path(calculation: Calculation) -> dict[Line, Int64]:
    return {line: values[np.newaxis, :] for line, values in calculation.lines.items()}


def _coverage(calculation: Calculation) -> dict[int, Coverage]:
    return coverage_by_rank(calculation.prepared, calculation.resolved, _one_path(calculation))


def coverage_by_date(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a rank and payment date; null where there is nothing to cover."""
    rows = Rows("rank", "period", "payment_date", *COVERAGE)
    for rank, measured in _coverage(calculation).items():
        for t, period, day in periods(calculation):
            rows.add(rank, period, day, *(or_null(getattr(measured, k)[0, t]) for k in COVERAGE.values()))
    return rows.columns


def note_measures(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a note."""
    minima = [f"min_{name}" for name in COVERAGE]
    rows = Rows(
        "note", "rank", "currency", "balance", "wal_years", "first_principal_date", "last_principal_date",
        "total_interest", "total_principal", "total_residual", "unpaid_interest",
        "interest_shortfall_max", "loss", "total_capitalised", "total_premium", "interest_written_off",
        *minima,
    )  # fmt: skip
    deal, dates = calculation.prepared.deal, calculation.resolved.schedule.payment
    one_path = _one_path(calculation)
    by_rank = _coverage(calculation)
    for name, note in deal.notes.items():
        m = measure_note(calculation.resolved, one_path, name)
        first, last = int(m.first_principal[0]), int(m.last_principal[0])
        totals = (m.total_interest, m.total_principal, m.total_residual)
        rows.add(
            name, note.rank, deal.currency, note.balance, or_null(m.wal_years[0]),
            dates[first] if first >= 0 else None, dates[last] if last >= 0 else None,
            *(int(amount[0]) for amount in (*totals, m.unpaid_interest, m.largest_unpaid_interest, m.loss)),
            *(int(amount[0]) for amount in (m.total_capitalised, m.total_premium, m.interest_written_off)),
            *(least(getattr(by_rank[note.rank], k)[0]) for k in COVERAGE.values()),
        )  # fmt: skip
    return rows.columns
