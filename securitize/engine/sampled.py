"""Losses of notes over the paths drawn, and their expected values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.ranged import as_array, remembered
from securitize.engine.calculation import pool_collections
from securitize.engine.simulate import Simulation
from securitize.risk.intervals import Interval, interval_of_loss
from securitize.risk.statistics import controlled_mean, controlled_residuals, mean_and_error
from securitize.waterfall.losses import lent, share_of

#: The loss that expected losses, quantiles and shortfalls are of, and what the pool loses in its place.
LOSS_MEASURE, POOL_MEASURE = "principal-loss", "collections-shortfall"


def losses(simulation: Simulation) -> Iterator[tuple[str, str, Float64]]:
    """("note" or "pool", name, loss of each path as a share), of every note and of the pool.

    That of a note is of :data:`LOSS_MEASURE`, of what was lent; that of the pool is what it collects less, a call or
    none: what a caller collects is not lost.
    """
    prepared = simulation.calculation.prepared
    for name in simulation.notes:
        yield "note", name, note_loss(simulation, name)
    if planned := pool_collections(simulation.calculation):
        yield "pool", prepared.pool.name, remembered((planned - simulation.pool_collected) / planned)


def note_loss(simulation: Simulation, note: str) -> Float64:
    """The principal loss of a note on each path, a share of what was lent; 0 where nothing was."""
    loss = simulation.notes[note].principal_loss
    found: Float64 = remembered(share_of(loss, lent(simulation.calculation.resolved, note)))
    return found


def expected(simulation: Simulation, values: Float64) -> tuple[float, float | None]:
    """The mean of (paths,) with its standard error, as the paths were sampled."""
    if simulation.weights is not None and simulation.controls is not None:
        return controlled_mean(values, simulation.weights, simulation.controls)
    return mean_and_error(values, simulation.weights, simulation.groups)


def loss_interval(simulation: Simulation, losses: Float64) -> Interval:
    """The 95% interval of :func:`expected` of losses, shares from 0 to 1."""
    return interval_over(losses, simulation.weights, simulation.groups, simulation.controls)


def interval_over(
    losses: Float64, weights: Float64 | None, groups: Int64 | None, controls: Float64 | None
) -> Interval:
    """The 95% interval of an expected loss; see :class:`Simulation` for what paths are."""
    if weights is not None and controls is not None and len(losses) > controls.shape[1] + 1:
        average, left = controlled_residuals(losses, weights, controls)
        # What the controls explain is known: deviations are around the mean of all weights, which is 1.
        return interval_of_loss(average, losses, left, None, weights)
    average, _ = mean_and_error(losses, weights, groups)
    counted = 1.0 if weights is None else weights
    return interval_of_loss(average, losses, counted * (losses - average), groups, weights)


def first_of(simulation: Simulation, paths: int, *, held: bool = False) -> Simulation:
    """How the first paths were sampled; what they measured is left as it is. ``held``: as arrays."""

    def cut(values: Any) -> Any:
        if values is None:
            return None
        return as_array(values[:paths]) if held else values[:paths]

    sampled = {name: cut(getattr(simulation, name)) for name in ("weights", "groups", "controls")}
    return replace(simulation, **sampled)
