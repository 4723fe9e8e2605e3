"""Random paths on top of each scenario, with the same random numbers in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from securitize.risk.statistics import mean, mean_and_error, probability_and_interval, tail
from securitize.runs.calculation import calculate
from securitize.runs.prepare import Prepared
from securitize.runs.simulate import Progress, Simulation, simulate
from securitize.runs.tabulate.random_paths import TAIL
from securitize.runs.tabulate.rows import Rows
from securitize.waterfall.measures import NoteMeasures


@dataclass(frozen=True, slots=True)
class NoteRisk:
    """What one note loses over the paths of one scenario; shares of its balance and of paths."""

    paths: int
    expected_loss: float
    error: float | None
    default_probability: float
    low: float
    high: float
    interest_shortfall: float
    quantile: float
    expected_shortfall: float


def draw_on(prepared: Prepared, workers: int, progress: Progress | None) -> dict[str, NoteRisk]:
    """The risk of every note when paths are drawn on what the scenario tells, by note."""
    return risks_of(simulate(calculate(prepared), workers=workers, progress=progress))


def risks_of(simulation: Simulation) -> dict[str, NoteRisk]:
    """The risk of every note of a simulation."""
    notes = simulation.calculation.prepared.deal.notes
    return {
        name: _risk(measures, notes[name].balance, simulation) for name, measures in simulation.notes.items()
    }


def _risk(measures: NoteMeasures, balance: int, simulation: Simulation) -> NoteRisk:
    weights, groups = simulation.weights, simulation.groups
    loss = measures.loss / balance if balance else np.zeros(simulation.paths)
    failed = (measures.loss > 0) | (measures.unpaid_interest > 0)
    late = (measures.largest_unpaid_interest > 0).astype(np.float64)
    return NoteRisk(
        simulation.paths,
        *mean_and_error(loss, weights, groups),
        *probability_and_interval(failed, weights, groups),
        mean(late, weights),
        *tail(loss, TAIL, weights),
    )


def stress_risk(
    names: Sequence[str], risks: Sequence[dict[str, NoteRisk]], prepared: Prepared
) -> dict[str, Any]:
    """One row a scenario and note."""
    rows = Rows(
        "scenario", "note", "rank", "paths", "expected_loss", "expected_loss_error", "default_probability",
        "default_probability_low", "default_probability_high", "interest_shortfall_probability",
        "loss_quantile_99", "expected_shortfall_99",
    )  # fmt: skip
    for scenario, of_scenario in zip(names, risks, strict=True):
        for note, one in of_scenario.items():
            rows.add(
                scenario, note, prepared.deal.notes[note].rank, one.paths, one.expected_loss, one.error,
                one.default_probability, one.low, one.high, one.interest_shortfall, one.quantile,
                one.expected_shortfall,
            )  # fmt: skip
    return rows.columns
