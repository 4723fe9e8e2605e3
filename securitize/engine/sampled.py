"""Losses of notes over the paths drawn, and their expected values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from securitize.base.arrays import Float64
from securitize.engine.calculation import pool_collections
from securitize.engine.simulate import Simulation
from securitize.risk.statistics import controlled_mean, mean_and_error
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
        yield "pool", prepared.pool.name, (planned - simulation.pool_collected) / planned


def note_loss(simulation: Simulation, note: str) -> Float64:
    """The principal loss of a note on each path, a share of what was lent; 0 where nothing was."""
    return share_of(simulation.notes[note].principal_loss, lent(simulation.calculation.resolved, note))


def expected(simulation: Simulation, values: Float64) -> tuple[float, float | None]:
    """The mean of (paths,) with its standard error, as the paths were sampled."""
    if simulation.weights is not None and simulation.controls is not None:
        return controlled_mean(values, simulation.weights, simulation.controls)
    return mean_and_error(values, simulation.weights, simulation.groups)


def first_of(simulation: Simulation, paths: int) -> Simulation:
    """How the first paths were sampled; what they measured is left as it is."""

    def cut(values: Any) -> Any:
        return None if values is None else values[:paths]

    sampled = {name: cut(getattr(simulation, name)) for name in ("weights", "groups", "controls")}
    return replace(simulation, **sampled)
