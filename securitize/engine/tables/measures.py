"""Measures of a run: triggers, coverage by date, measures of each note."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import IN_FORCE
from securitize.definitions.deals.triggers import Trigger, corridor
from securitize.engine.calculation import Calculation
from securitize.engine.life import life_measures, life_of
from securitize.engine.measures import COVERAGE, coverage_by_rank, least, or_null
from securitize.engine.periods import periods
from securitize.tables.rows import Rows
from securitize.waterfall.losses import lent
from securitize.waterfall.measures import NoteMeasures, measure_note
from securitize.waterfall.note_states import states_of
from securitize.waterfall.passed_over import passed_over
from securitize.waterfall.published_coverage import PublishedCoverage
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.trigger_inputs import TriggerInputs, trigger_inputs


def triggers(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a trigger and payment date."""
    rows = Rows("triggers")
    one_path, currency = calculation.one_path, calculation.prepared.deal.currency
    for name, resolved in calculation.resolved.triggers.items():
        inputs = trigger_inputs(calculation.resolved, one_path, name)
        measured, terms = inputs.measure, resolved.trigger
        threshold = getattr(terms, "threshold", None)
        for t, period, day in periods(calculation):
            breached, active = (
                bool(calculation.lines[("trigger", name, k)][t]) for k in ("breached", "active")
            )
            in_force = IN_FORCE[int(calculation.lines[("priority",)][t])]
            failed, passed = (calculation.lines.get(("trigger", name, k)) for k in ("failed", "passed"))
            rows.add(
                trigger=name,
                period=period,
                payment_date=day,
                tested=resolved.tested[t],
                measure=None if measured is None else or_null(measured[0, t]),
                threshold=None if threshold is None else threshold / RATE_UNITS,
                breached=breached,
                active=active,
                priority_in_force=in_force,
                failed_in_a_row=None if failed is None else int(failed[t]),
                passed_in_a_row=None if passed is None else int(passed[t]),
                kind=terms.kind,
                currency=currency,
                **computed_from(inputs, terms, 0, t),
                fails=bool(inputs.fails[0, t]) if resolved.tested[t] else None,
                consecutive=terms.consecutive,
                cure=terms.cure,
                latched=terms.latched,
            )
    return rows.columns


def computed_from(inputs: TriggerInputs, trigger: Trigger, row: int, t: int) -> dict[str, Any]:
    """What one test was computed from, by column."""
    lower, upper = (None if end is None else end / RATE_UNITS for end in corridor(trigger))
    money = {"numerator": inputs.numerator, "denominator": inputs.denominator, "count": inputs.count}
    return {
        **{name: None if values is None else int(values[row, t]) for name, values in money.items()},
        "count_threshold": inputs.count_threshold,
        "lower": lower,
        "upper": upper,
    }


def _coverage(calculation: Calculation) -> dict[int, PublishedCoverage]:
    return coverage_by_rank(
        calculation.prepared,
        calculation.resolved,
        calculation.one_path,
        calculation.collections.fee_interest,
    )


def least_coverage(measured: PublishedCoverage, row: int) -> dict[str, float | int | None]:
    """The least coverage of a rank over the dates on which it is defined, by column, and how many those of DSCR are."""
    found: dict[str, float | int | None] = {
        f"min_{name}": least(getattr(measured, k)[row]) for name, k in COVERAGE.items()
    }
    return {**found, "dscr_dates": int(np.count_nonzero(~np.isnan(measured.dscr[row])))}


def coverage_by_date(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a rank and payment date; null where there is nothing to cover."""
    rows = Rows("coverage")
    for rank, measured in _coverage(calculation).items():
        for t, period, day in periods(calculation):
            ratios = {name: or_null(getattr(measured, k)[0, t]) for name, k in COVERAGE.items()}
            rows.add(rank=rank, period=period, payment_date=day, **ratios)
    return rows.columns


def loss_columns(measured: NoteMeasures, row: int) -> dict[str, int | float]:
    """The three losses of a note on one path, by column."""
    return {
        "principal_loss": int(measured.principal_loss[row]),
        "interest_loss": int(measured.interest_loss[row]),
        "present_value_loss": float(measured.present_value_loss[row]),
    }


def balances_of(resolved: ResolvedDeal, note: str) -> dict[str, int | float | None]:
    """A note's balance today, its face, and the one over the other, by column."""
    today, face = lent(resolved, note), resolved.deal.notes[note].balance
    return {"balance": today, "original_balance": face, "factor": today / face if face else None}


def _passed_over(calculation: Calculation, note: str) -> dict[str, object]:
    """Who is paid while a note lacks what it loses, by column; null of a note that is not passed over."""
    found = passed_over(calculation.resolved, calculation.one_path, note)
    columns = {
        "passed_over_date": found and calculation.resolved.schedule.payment[found.date],
        "passed_over_lacking": found and found.lacking,
        "paid_to_junior": found and sum(found.junior.values()),
        "junior_paid": found and (" + ".join(found.junior) or None),
        "paid_to_originator": found and found.originator,
    }
    return dict(columns)


def note_measures(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a note."""
    rows = Rows("note_measures")
    deal, dates = calculation.prepared.deal, calculation.resolved.schedule.payment
    one_path = calculation.one_path
    by_rank, life = _coverage(calculation), life_of(calculation)
    for name, note in deal.notes.items():
        m = measure_note(calculation.resolved, one_path, name)
        first, last = int(m.first_principal[0]), int(m.last_principal[0])
        rows.add(
            note=name,
            rank=note.rank,
            currency=deal.currency,
            **balances_of(calculation.resolved, name),
            wal_years=or_null(m.wal_years[0]),
            first_principal_date=dates[first] if first >= 0 else None,
            last_principal_date=dates[last] if last >= 0 else None,
            total_interest=int(m.total_interest[0]),
            total_principal=int(m.total_principal[0]),
            total_residual=int(m.total_residual[0]),
            unpaid_interest=int(m.unpaid_interest[0]),
            interest_shortfall_max=int(m.largest_unpaid_interest[0]),
            lent=lent(calculation.resolved, name),
            **loss_columns(m, 0),
            written_off=int(m.written_off[0]),
            total_capitalised=int(m.total_capitalised[0]),
            total_premium=int(m.total_premium[0]),
            interest_written_off=int(m.interest_written_off[0]),
            **states_of(calculation.resolved, one_path, name).columns(0),
            **_passed_over(calculation, name),
            **least_coverage(by_rank[note.rank], 0),
            **life_measures(life[note.rank], 0),
        )
    return rows.columns
