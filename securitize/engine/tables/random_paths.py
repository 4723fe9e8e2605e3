"""Random paths as tables: every path, and the risk of notes and triggers over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from securitize.engine.note_values import UNKNOWN
from securitize.engine.periods import periods
from securitize.engine.sampled import LOSS_MEASURE, expected, loss_interval, note_loss
from securitize.engine.simulate import KeptPaths, Simulation
from securitize.engine.tables.kept_paths import path_collections, path_note_cash_flows, path_quantiles
from securitize.engine.tables.measures import balances_of
from securitize.engine.tables.random_losses import (
    convergence,
    loss_contributions,
    loss_distribution,
    loss_tails,
)
from securitize.risk.statistics import (
    mean,
    mean_and_error,
    probability_and_interval,
    share_and_error,
    tail,
)
from securitize.tables.rows import Rows
from securitize.waterfall.losses import lent, share_of

TAIL = 99


def path_measures(simulation: Simulation) -> dict[str, Any]:
    """One row a path and note."""
    notes, paths = simulation.notes, simulation.paths
    dates = np.array(simulation.calculation.resolved.schedule.payment, "datetime64[D]")
    last = [
        np.where(m.last_principal >= 0, dates[m.last_principal], np.datetime64("NaT")) for m in notes.values()
    ]

    def all_of(name: str) -> Any:
        return np.concatenate([getattr(measures, name) for measures in notes.values()])

    wal = all_of("wal_years")
    return {
        "path": np.tile(np.arange(paths) + simulation.first, len(notes)),
        "note": [note for note in notes for _ in range(paths)],
        "principal_loss_minor": all_of("principal_loss"),
        "interest_loss_minor": all_of("interest_loss"),
        "present_value_loss": all_of("present_value_loss"),
        "unpaid_interest_minor": all_of("unpaid_interest"),
        "interest_shortfall_max_minor": all_of("largest_unpaid_interest"),
        "total_interest_minor": all_of("total_interest"),
        "total_principal_minor": all_of("total_principal"),
        "wal_years": np.ma.masked_where(np.isnan(wal), wal),
        "last_principal_date": np.concatenate(last),
        "present_value_minor": np.ma.masked_equal(_joined(simulation.present_value), UNKNOWN),
        "yield": np.ma.masked_invalid(_joined(simulation.yields)),
    }


def _joined(by_note: Mapping[str, Any]) -> Any:
    return np.concatenate(list(by_note.values()))


def path_pool(simulation: Simulation) -> dict[str, Any]:
    """One row a path."""
    names = list(simulation.first_active)
    never = len(simulation.calculation.resolved.schedule.payment)
    first = np.full(simulation.paths, never, np.int64)
    trigger = np.full(simulation.paths, -1, np.int64)
    for k, active in enumerate(simulation.first_active.values()):
        sooner = (active >= 0) & (active < first)
        first, trigger = np.where(sooner, active, first), np.where(sooner, k, trigger)
    dates = np.array([*simulation.calculation.resolved.schedule.payment, None], "datetime64[D]")
    return {
        "path": np.arange(simulation.paths) + simulation.first,
        "weight": np.ones(simulation.paths) if simulation.weights is None else simulation.weights,
        "obligors_defaulted": simulation.obligors_defaulted,
        "defaulted_minor": simulation.defaulted,
        "collected_minor": simulation.collected,
        "pool_collected_minor": simulation.pool_collected,
        "support_drawn_minor": simulation.support_drawn,
        "first_trigger": [names[k] if k >= 0 else None for k in trigger.tolist()],
        "first_trigger_date": dates[first],
    }


def note_risk(simulation: Simulation) -> dict[str, Any]:
    """One row a note."""
    rows = Rows("note_risk")
    deal = simulation.calculation.prepared.deal
    weights, groups = simulation.weights, simulation.groups

    def over(kept: Any, values: Any) -> float | None:
        return mean(values[kept], None if weights is None else weights[kept]) if kept.any() else None

    for name, measures in simulation.notes.items():
        note = deal.notes[name]
        loss, failed = note_loss(simulation, name), measures.loses
        short = (measures.largest_unpaid_interest > 0).astype(np.float64)
        average, error = expected(simulation, loss)
        average_interval = loss_interval(simulation, loss)
        share, low, high = probability_and_interval(failed, weights, groups)
        late, late_low, late_high = probability_and_interval(measures.late, weights, groups)
        quantile, shortfall = tail(loss, TAIL, weights)
        present_value, present_value_error = _share_of_par(simulation, name)
        whole = lent(simulation.calculation.resolved, name)
        rows.add(
            note=name,
            rank=note.rank,
            currency=deal.currency,
            **balances_of(simulation.calculation.resolved, name),
            paths=simulation.paths,
            lent=whole,
            loss_measure=LOSS_MEASURE,
            expected_loss=average,
            expected_loss_error=error,
            expected_loss_low=average_interval.low,
            expected_loss_high=average_interval.high,
            expected_loss_interval=average_interval.kind,
            default_probability=share,
            default_probability_low=low,
            default_probability_high=high,
            loss_given_default=over(failed, loss),
            loss_given_default_error=_error_of_mean_over(simulation, failed, loss),
            loss_quantile_99=quantile,
            expected_shortfall_99=shortfall,
            interest_shortfall_probability=mean(short, weights),
            late_probability=late,
            late_probability_low=late_low,
            late_probability_high=late_high,
            wal_years=over(~np.isnan(measures.wal_years), measures.wal_years),
            present_value=present_value,
            present_value_error=present_value_error,
            expected_interest_loss=expected(simulation, share_of(measures.interest_loss, whole))[0],
            expected_present_value_loss=expected(simulation, measures.present_value_loss)[0],
            support_risk=simulation.calculation.prepared.support_risk,
        )
    return rows.columns


def _error_of_mean_over(simulation: Simulation, kept: Any, values: Any) -> float | None:
    """Of the mean over some paths: of a ratio, whose numerator and denominator are both drawn (Cochran 1977)."""
    if not kept.any():
        return None
    weights, groups = simulation.weights, simulation.groups
    average = mean(values[kept], None if weights is None else weights[kept])
    error = mean_and_error(np.where(kept, values - average, 0.0), weights, groups)[1]
    return None if error is None else error / mean(kept.astype(np.float64), weights)


def _share_of_par(simulation: Simulation, note: str) -> tuple[float | None, float | None]:
    values, measured = simulation.present_value[note], simulation.par[note]
    if not measured or (values == UNKNOWN).any():
        return None, None
    return expected(simulation, values / measured)


def trigger_risk(simulation: Simulation) -> dict[str, Any]:
    """One row a trigger and payment date."""
    rows = Rows("trigger_risk")
    for name, first in simulation.first_active.items():
        for t, period, day in periods(simulation.calculation):
            active = (first >= 0) & (first <= t)
            share, error = share_and_error(active, simulation.weights, simulation.groups)
            rows.add(
                trigger=name, period=period, payment_date=day, probability=share, probability_error=error
            )
    return rows.columns


TABLES: dict[str, Callable[[Simulation], dict[str, Any]]] = {
    "path_measures": path_measures,
    "path_pool": path_pool,
    "note_risk": note_risk,
    "trigger_risk": trigger_risk,
    "loss_tails": loss_tails,
    "loss_distribution": loss_distribution,
    "loss_contributions": loss_contributions,
    "convergence": convergence,
    "path_quantiles": path_quantiles,
}
KEPT_TABLES: dict[str, Callable[[Simulation, KeptPaths], dict[str, Any]]] = {
    "path_note_cash_flows": path_note_cash_flows,
    "path_collections": path_collections,
}
