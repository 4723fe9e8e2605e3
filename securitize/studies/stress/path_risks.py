"""Random paths on top of each scenario, with the same random numbers in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from securitize.base.progress import Progress
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import Simulation, simulate
from securitize.engine.simulated_ranges import in_ranges
from securitize.engine.tables.random_paths import note_risk
from securitize.tables.rows import Rows

#: Columns of the table ``note_risk`` that are given of every scenario.
RISK = (
    "rank", "paths", "expected_loss", "expected_loss_error", "expected_loss_low",
    "expected_loss_high", "expected_loss_interval", "default_probability", "default_probability_low",
    "default_probability_high", "late_probability", "late_probability_low", "late_probability_high",
    "interest_shortfall_probability", "loss_quantile_99", "expected_shortfall_99",
    "loss_measure", "expected_interest_loss", "expected_present_value_loss",
    "support_risk",
)  # fmt: skip
#: By note, what the table ``note_risk`` says of it.
NoteRisks = Mapping[str, Mapping[str, Any]]


def draw_on(prepared: Prepared, workers: int, progress: Progress | None) -> NoteRisks:
    """The risk of every note when paths are drawn on what the scenario tells."""
    return risks_of(simulate(calculate(prepared), workers=workers, progress=progress))


def risks_of(simulation: Simulation) -> NoteRisks:
    """The risk of every note of a simulation."""
    columns = note_risk(in_ranges(simulation))
    return {note: {name: columns[name][row] for name in RISK} for row, note in enumerate(columns["note"])}


def stress_risk(names: Sequence[str], risks: Sequence[NoteRisks]) -> dict[str, Any]:
    """One row a scenario and note."""
    rows = Rows("stress_risk")
    for scenario, of_scenario in zip(names, risks, strict=True):
        for note, one in of_scenario.items():
            rows.add(scenario=scenario, note=note, **one)
    return rows.columns
