"""Losses over random paths: tails, distribution, contributions of obligors, convergence."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.engine.sampled import expected, first_of, losses
from securitize.engine.simulate import Simulation
from securitize.risk.contributions import contributions
from securitize.risk.order_statistics import expected_shortfall, quantile
from securitize.risk.statistics import mean, mean_and_error, probability_and_interval
from securitize.tables.rows import Rows

#: Ten-thousandths; 99.97% is the horizon of an AA default a year.
LEVELS = (9000, 9500, 9900, 9950, 9990, 9997)
#: Upper ends of the bands of loss, shares.
BANDS = (0.0, 0.001, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FIRST_LOOK = 1024


def loss_tails(simulation: Simulation) -> dict[str, Any]:
    """One row a note or pool and level."""
    rows = Rows(
        "of", "name", "level", "value_at_risk", "value_at_risk_low", "value_at_risk_high", "expected_shortfall",
        "expected_shortfall_error",
    )  # fmt: skip
    sampled = simulation.weights, simulation.groups
    for of, name, loss in losses(simulation):
        for level in LEVELS:
            rows.add(
                of,
                name,
                level,
                *quantile(loss, level, *sampled),
                *expected_shortfall(loss, level, *sampled),
            )
    return rows.columns


def loss_distribution(simulation: Simulation) -> dict[str, Any]:
    """One row a note or pool and band."""
    rows = Rows(
        "of", "name", "band", "low", "high", "probability", "probability_error", "exceedance", "mean_loss"
    )
    weights, groups = simulation.weights, simulation.groups
    for of, name, loss in losses(simulation):
        # A loss may be more than all: interest that never comes, of the pool.
        ends = (*BANDS, float(loss.max())) if loss.max() > BANDS[-1] else BANDS
        for band, high in enumerate(ends):
            low = ends[band - 1] if band else None
            inside = (loss <= high) if low is None else (loss > low) & (loss <= high)
            share, error = mean_and_error(inside.astype(np.float64), weights, groups)
            beyond = mean((loss > high).astype(np.float64), weights)
            average = (
                mean(loss[inside], None if weights is None else weights[inside]) if inside.any() else None
            )
            rows.add(of, name, band, low, high, share, error, beyond, average)
    return rows.columns


def loss_contributions(simulation: Simulation) -> dict[str, Any]:
    """One row a note and obligor, and one of what none caused."""
    rows = Rows("note", "obligor", "contribution", "contribution_error", "share")
    for of, name, loss in losses(simulation):
        if of == "note":
            whole = expected(simulation, loss)[0]
            found, errors = contributions(simulation.contributed[name], simulation.paths, whole)
            for k, obligor in enumerate((*simulation.obligors, "")):
                error = None if errors is None else float(errors[k])
                rows.add(name, obligor, float(found[k]), error, float(found[k]) / whole if whole else None)
    return rows.columns


def convergence(simulation: Simulation) -> dict[str, Any]:
    """One row a note and number of paths."""
    rows = Rows(
        "note", "paths", "expected_loss", "expected_loss_error", "default_probability", "default_probability_low",
        "default_probability_high",
    )  # fmt: skip
    looks = [FIRST_LOOK << k for k in range(40) if FIRST_LOOK << k < simulation.paths]
    for of, name, loss in losses(simulation):
        if of == "pool":
            continue
        measures = simulation.notes[name]
        failed = (measures.loss > 0) | (measures.unpaid_interest > 0)
        for paths in (*looks, simulation.paths):
            some = first_of(simulation, paths)
            rows.add(
                name,
                paths,
                *expected(some, loss[:paths]),
                *probability_and_interval(failed[:paths], some.weights, some.groups),
            )
    return rows.columns
