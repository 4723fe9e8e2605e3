"""Many told scenarios paid in one call: the cents of each are those of a run of its own."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from securitize.definitions.scenarios.scenario import Stress
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import ScenarioBatch, evaluate, with_stresses
from securitize.engine.tables.scenarios import NamedBatch, stress_results
from securitize.library import list_deals, list_templates
from securitize.market.calendars import BusinessCalendar
from securitize.performance.stresses import resolve_performance
from securitize.studies.solvers.grid import grid
from securitize.waterfall.period_inputs import inputs_by_period
from tests.stress.drawn import drawn_stresses

DEALS = [one.path for one in list_deals()] + [one.path for one in list_templates()]


def alone(prepared: Prepared, stresses: tuple[Stress, ...]) -> Calculation:
    scenario = with_stresses(prepared, stresses)
    performance = resolve_performance(
        prepared.deal.performance, scenario, prepared.pool, prepared.schedule, prepared.today, prepared.deal
    )
    period_inputs = inputs_by_period(
        prepared.deal,
        scenario,
        prepared.schedule,
        prepared.index_history,
        BusinessCalendar(prepared.deal.dates.calendar, None),
        performance.parties,
    )
    return calculate(replace(prepared, performance=performance, period_inputs=period_inputs))


def differing(cells: ScenarioBatch, row: int, run: Calculation) -> list[object]:
    assert cells.lines.keys() == run.lines.keys()
    return [line for line, values in run.lines.items() if not np.array_equal(cells.lines[line][row], values)]


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_cells_have_the_cents_of_runs(deal: Path) -> None:
    prepared, draw = prepare(deal), random.Random(7)
    additions = [(), *(drawn_stresses(prepared, draw) for _ in range(11))]
    cells = evaluate(prepared, additions)
    for row, stresses in enumerate(additions):
        assert differing(cells, row, alone(prepared, stresses)) == [], stresses


@pytest.mark.deep(part="solvers")
@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_many_cells_have_the_cents_of_runs(deal: Path) -> None:
    prepared, draw = prepare(deal), random.Random(11)
    additions = [drawn_stresses(prepared, draw) for _ in range(150)]
    cells = evaluate(prepared, additions)
    for row, stresses in enumerate(additions):
        assert differing(cells, row, alone(prepared, stresses)) == [], stresses


def test_scenarios_of_another_deal_are_kept_apart() -> None:
    prepared = prepare("nanshan-5-2022", "nanshan-5-2022-severe")
    cells = evaluate(prepared, [(), ()])
    assert differing(cells, 1, calculate(prepared)) == []


def test_there_is_a_cell() -> None:
    with pytest.raises(ValueError, match="no cell"):
        evaluate(prepare("nanshan-5-2022"), [])


def test_a_grid_is_its_cells() -> None:
    prepared = prepare("guangzhou-2019")
    found = grid(prepared, ["default-rate=0:0.1:3", "recovery-rate=1,0.5"], support=False)
    assert len(found["cell"]) == 3 * 2 * len(prepared.deal.notes)
    assert found["value_1"][:6] == [0.0, 0.0, 0.05, 0.05, 0.1, 0.1]
    assert found["value_2"][:4] == [1.0, 0.5, 1.0, 0.5]
    senior = [loss for note, loss in zip(found["note"], found["principal_loss"], strict=True) if note == "A"]
    assert senior[0] == 0
    # Less is recovered, more is lost; more default, more is lost.
    assert senior[2] < senior[3] < senior[5]
    assert senior[2] < senior[4]


def test_results_are_those_of_the_run() -> None:
    prepared = prepare("guangzhou-2019", "guangzhou-2019-severe")
    period_inputs = stress_results(NamedBatch(["severe"], evaluate(prepared, [()])))
    run = calculate(prepared)
    assert period_inputs["principal_loss"] == [
        int(run.lines["note", name, "written_off"].sum()) for name in prepared.deal.notes
    ]
    drawn = sum(int(run.lines["support", name, "drawn"].sum()) for name in prepared.deal.support)
    assert period_inputs["support_drawn"] == [drawn] * len(prepared.deal.notes)
