"""Stress tables of the deterministic scenarios: one row of a waterfall each, all paid in one call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.triggers import Trigger, TriggerBase, corridor
from securitize.definitions.suites.suite import WHOLE, Applies
from securitize.engine.calculation import Calculation
from securitize.engine.life import life_measures, plain_by_rank
from securitize.engine.measures import COVERAGE, coverage_by_rank, or_null
from securitize.engine.periods import periods_of
from securitize.engine.scenario_batch import ScenarioBatch
from securitize.engine.tables.measures import balances_of, computed_from, least_coverage, loss_columns
from securitize.tables import Columns
from securitize.tables.rows import Rows
from securitize.waterfall.life_coverage import LifeCoverage
from securitize.waterfall.losses import lent
from securitize.waterfall.measures import measure_note
from securitize.waterfall.note_states import states_of
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import PublishedCoverage
from securitize.waterfall.trigger_inputs import trigger_inputs


@dataclass(frozen=True, slots=True)
class NamedBatch:
    """Cells with the names of their scenarios, in the order of the cells."""

    names: Sequence[str]
    batch: ScenarioBatch

    @property
    def lines(self) -> Mapping[Line, Int64]:
        """Published lines, int64 (scenarios, periods)."""
        return self.batch.lines

    def dates(self) -> Iterator[tuple[int, int, dt.date]]:
        """(index, period number, payment date) of each payment."""
        return periods_of(self.batch.resolved)

    def coverage(self) -> dict[int, PublishedCoverage]:
        """Coverage of each rank, float64 (scenarios, periods)."""
        batch = self.batch
        return coverage_by_rank(batch.prepared, batch.resolved, self.lines, batch.fee_interest)

    def life(self) -> dict[int, LifeCoverage]:
        """Life coverage of each rank, float64 (scenarios, 1 + periods)."""
        return self.batch.life()


def drawn_from_support(named: NamedBatch) -> Int64:
    """What all supports pay over the life, int64 (scenarios,), minor units."""
    nothing = np.zeros(named.batch.count, np.int64)
    return sum(
        (named.lines["support", name, "drawn"].sum(axis=1) for name in named.batch.prepared.deal.support),
        nothing,
    )


def stress_results(named: NamedBatch, applies: Mapping[str, Applies] | None = None) -> Columns:
    """One row a scenario and note. ``applies`` : of each scenario, how much of it acts; whole where it is not said."""
    rows = Rows("stress_results")
    deal, dates = named.batch.prepared.deal, named.batch.resolved.schedule.payment
    by_rank, life, drawn = named.coverage(), named.life(), drawn_from_support(named)
    triggers = [_first_trigger(named, row) for row in range(named.batch.count)]
    for name, note in deal.notes.items():
        m = measure_note(named.batch.resolved, named.lines, name)
        states = states_of(named.batch.resolved, named.lines, name)
        unpaid = named.lines["note", name, "unpaid"] > 0
        for row, scenario in enumerate(named.names):
            late = np.flatnonzero(unpaid[row])
            first_trigger, first_trigger_date = triggers[row]
            rows.add(
                scenario=scenario,
                note=name,
                rank=note.rank,
                currency=deal.currency,
                **balances_of(named.batch.resolved, name),
                # Only where every stress of a scenario acts a note holds in it.
                holds=states.holds(row, whole=applies is None or applies[scenario] in WHOLE),
                applies=applies[scenario] if applies else "whole",
                lent=lent(named.batch.resolved, name),
                **loss_columns(m, row),
                interest_shortfall_max=int(m.largest_unpaid_interest[row]),
                unpaid_interest=int(m.unpaid_interest[row]),
                total_principal=int(m.total_principal[row]),
                total_interest=int(m.total_interest[row]),
                total_residual=int(m.total_residual[row]),
                wal_years=or_null(m.wal_years[row]),
                first_unpaid_date=dates[late[0]] if late.size else None,
                first_trigger=first_trigger,
                first_trigger_date=first_trigger_date,
                support_drawn=int(drawn[row]),
                outstanding_at_legal_final=int(m.written_off[row]),
                **states.columns(row),
                **least_coverage(by_rank[note.rank], row),
                **life_measures(life[note.rank], row),
            )
    return rows.columns


def _first_trigger(named: NamedBatch, row: int) -> tuple[str | None, dt.date | None]:
    """The trigger that is breached first, of one date the first written."""
    found: tuple[int, str] | None = None
    for name in named.batch.resolved.deal.triggers:
        breached = np.flatnonzero(named.lines["trigger", name, "breached"][row])
        if breached.size and (found is None or breached[0] < found[0]):
            found = (int(breached[0]), name)
    if found is None:
        return None, None
    return found[1], named.batch.resolved.schedule.payment[found[0]]


def stress_coverage(named: NamedBatch) -> Columns:
    """One row a scenario, rank and payment date."""
    rows = Rows("stress_coverage")
    for rank, found in named.coverage().items():
        for row, scenario in enumerate(named.names):
            for t, period, day in named.dates():
                ratios = {name: or_null(getattr(found, kind)[row, t]) for name, kind in COVERAGE.items()}
                rows.add(scenario=scenario, rank=rank, period=period, payment_date=day, **ratios)
    return rows.columns


def stress_life_coverage(named: NamedBatch, base: Calculation) -> Columns:
    """One row a scenario, rank and day, today first. ``base`` : the deal without any scenario."""
    rows = Rows("stress_life_coverage")
    plain = plain_by_rank(base, named.batch.plain_to_come())
    today = (named.batch.resolved.past, named.batch.prepared.today.notes)
    days = [today, *((period, day) for _, period, day in named.dates())]
    for rank, found in named.life().items():
        for row, scenario in enumerate(named.names):
            for k, (period, day) in enumerate(days):
                rows.add(
                    scenario=scenario,
                    rank=rank,
                    period=period,
                    measured_on=day,
                    life_coverage=or_null(found.life[row, k]),
                    life_coverage_with_support=or_null(found.with_support[row, k]),
                    plain_coverage=or_null(plain[rank][row, k]),
                )
    return rows.columns


def stress_balances(named: NamedBatch) -> Columns:
    """One row a scenario, note and payment date."""
    kinds = ("closing", "interest_paid", "principal_paid", "unpaid")
    rows = Rows("stress_balances")
    deal = named.batch.prepared.deal
    for row, scenario in enumerate(named.names):
        for name in deal.notes:
            for t, period, day in named.dates():
                rows.add(
                    scenario=scenario,
                    note=name,
                    period=period,
                    payment_date=day,
                    currency=deal.currency,
                    **{kind: int(named.lines["note", name, kind][row, t]) for kind in kinds},
                )
    return rows.columns


def trigger_ledger(named: NamedBatch) -> Columns:
    """One row a scenario, trigger and payment date."""
    rows = Rows("trigger_ledger")
    for name, resolved in named.batch.resolved.triggers.items():
        trigger = resolved.trigger
        inputs = trigger_inputs(named.batch.resolved, named.lines, name)
        measured = inputs.measure
        threshold = getattr(trigger, "threshold", None)
        limit = None if threshold is None else threshold / RATE_UNITS
        for row, scenario in enumerate(named.names):
            before = False
            for t, period, day in named.dates():
                breached = bool(named.lines["trigger", name, "breached"][row, t])
                actual = None if measured is None else or_null(measured[row, t])
                status = "breached" if breached else "cured" if before else "passes"
                if not resolved.tested[t] and not breached:
                    status = "not tested"
                rows.add(
                    scenario=scenario,
                    trigger=name,
                    period=period,
                    payment_date=day,
                    title=trigger.title,
                    title_zh=trigger.title_zh or None,
                    actual=actual,
                    threshold=limit,
                    headroom=headroom(trigger, actual),
                    status=status,
                    cure=cure_of(trigger),
                    consequence=consequence_of(trigger),
                    currency=named.batch.resolved.deal.currency,
                    **computed_from(inputs, trigger, row, t),
                    fails=bool(inputs.fails[row, t]) if resolved.tested[t] else None,
                )
                before = breached
    return rows.columns


def headroom(trigger: Trigger, actual: float | None) -> float | None:
    """Distance to a breach, negative beyond it; to the nearer end of a corridor."""
    if actual is None:
        return None
    least_passing, most_passing = corridor(trigger)
    ends = [] if least_passing is None else [actual - least_passing / RATE_UNITS]
    ends += [] if most_passing is None else [most_passing / RATE_UNITS - actual]
    return min(ends, default=None)


def cure_of(trigger: TriggerBase) -> str:
    """How a breach ends."""
    if trigger.latched:
        return "none: a breach stands"
    if trigger.cure == 1:
        return Message("1 test passed in a row")
    return Message("{cure} tests passed in a row", cure=trigger.cure)


def consequence_of(trigger: TriggerBase) -> str:
    """What a breach does."""
    match trigger.priority:
        case None:
            early, other = "notes are repaid early", "as the steps say that look at it"
        case "acceleration":
            early, other = "priority of acceleration and notes are repaid early", "priority of acceleration"
        case "default":
            early, other = "priority of default and notes are repaid early", "priority of default"
        case _:
            assert_never(trigger.priority)
    return early if trigger.early_repayment else other
