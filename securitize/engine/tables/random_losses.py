"""Losses over random paths: tails, distribution, contributions of obligors, convergence."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.engine.sampled import LOSS_MEASURE, POOL_MEASURE, expected, first_of, losses
from securitize.engine.simulate import Simulation
from securitize.risk.contributions import contributions
from securitize.risk.order_statistics import tail_estimates
from securitize.risk.statistics import mean, mean_and_error, probability_and_interval
from securitize.tables.rows import Rows

#: Ten-thousandths; 99.97% is the horizon of an AA default a year.
LEVELS = (9000, 9500, 9900, 9950, 9990, 9997)
#: Upper ends of the bands of loss, shares.
BANDS = (0.0, 0.001, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FIRST_LOOK = 1024
#: What a loss is of a note and of the pool.
MEASURE_OF = {"note": LOSS_MEASURE, "pool": POOL_MEASURE}


def loss_tails(simulation: Simulation) -> dict[str, Any]:
    """One row a note or pool and level."""
    rows = Rows("loss_tails")
    weights, groups = simulation.weights, simulation.groups
    for of, name, loss in losses(simulation):
        for level in LEVELS:
            (value, low, high), (shortfall, error), tail = tail_estimates(loss, level, weights, groups)
            rows.add(
                of=of,
                name=name,
                level=level,
                loss_measure=MEASURE_OF[of],
                value_at_risk=value,
                value_at_risk_low=low,
                value_at_risk_high=high,
                expected_shortfall=shortfall,
                expected_shortfall_error=error,
                expected_shortfall_low=tail.low,
                expected_shortfall_high=tail.high,
                expected_shortfall_interval=tail.kind,
            )
    return rows.columns


def loss_distribution(simulation: Simulation) -> dict[str, Any]:
    """One row a note or pool and band."""
    rows = Rows("loss_distribution")
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
            rows.add(
                of=of,
                name=name,
                band=band,
                loss_measure=MEASURE_OF[of],
                low=low,
                high=high,
                probability=share,
                probability_error=error,
                exceedance=beyond,
                mean_loss=average,
            )
    return rows.columns


def loss_contributions(simulation: Simulation) -> dict[str, Any]:
    """One row a note and obligor, and one of what none caused."""
    rows = Rows("loss_contributions")
    for of, name, loss in losses(simulation):
        if of == "note":
            whole = expected(simulation, loss)[0]
            found, errors = contributions(simulation.contributed[name], simulation.paths, whole)
            for k, obligor in enumerate((*simulation.obligors, "")):
                error = None if errors is None else float(errors[k])
                rows.add(
                    note=name,
                    obligor=obligor,
                    loss_measure=LOSS_MEASURE,
                    contribution=float(found[k]),
                    contribution_error=error,
                    share=float(found[k]) / whole if whole else None,
                )
    return rows.columns


def convergence(simulation: Simulation) -> dict[str, Any]:
    """One row a note and number of paths."""
    rows = Rows("convergence")
    looks = [FIRST_LOOK << k for k in range(40) if FIRST_LOOK << k < simulation.paths]
    for of, name, loss in losses(simulation):
        if of == "pool":
            continue
        failed = simulation.notes[name].loses
        for paths in (*looks, simulation.paths):
            some = first_of(simulation, paths)
            average, error = expected(some, loss[:paths])
            share, low, high = probability_and_interval(failed[:paths], some.weights, some.groups)
            rows.add(
                note=name,
                paths=paths,
                loss_measure=LOSS_MEASURE,
                expected_loss=average,
                expected_loss_error=error,
                default_probability=share,
                default_probability_low=low,
                default_probability_high=high,
            )
    return rows.columns
