"""Banks and capacities on many paths, told or drawn: the cents of each are those of a run of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.definitions.loading import load_scenario
from securitize.engine.calculation import calculate, given_path, pay_paths
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.simulate import Engine
from securitize.performance.random.draw import draw
from tests.unit.bank_deal import bank_out, out, prepared, run
from tests.unit.test_capacity import BOTH_OUT, NO_RESERVE, O2_OUT, capacity

GUARANTOR_OUT = 'driver = "party-default"\nparty = "guarantor"\nat = 2020-08-01\nrecovery = 0.5'
CHANGES = (capacity("250_000"), NO_RESERVE)
PATHS = 24
LAWS = """
name = "drawn"
hazard = 1
loading = 0.5
[providers.bank]
hazard = {bank}
[providers.guarantor]
hazard = 0.5
recovery = 0.4
"""


def test_cells_have_the_cents_of_runs(tmp_path: Path) -> None:
    cells = [(), (bank_out("2020-07-05"),), (O2_OUT, bank_out("2020-07-12")), (*BOTH_OUT, GUARANTOR_OUT)]
    cells += [(O2_OUT, GUARANTOR_OUT, bank_out("2020-10-05")), (out("o1", "2020-08-03"),)]
    alone = [run(tmp_path, *cell, changes=CHANGES) for cell in cells]
    stresses = []
    for cell in cells:
        (tmp_path / "scenario.toml").write_text(
            'name = "x"\n' + "".join(f"[[stress]]\n{one}\n" for one in cell)
        )
        stresses.append(load_scenario(tmp_path / "scenario.toml").model.stress)
    batch = evaluate(prepared(tmp_path, changes=CHANGES), stresses)
    for row, one in enumerate(alone):
        assert batch.lines.keys() == one.lines.keys()
        for line, values in one.lines.items():
            assert np.array_equal(batch.lines[line][row], values), (row, line)


def drawn(folder: Path, bank: float, *stresses: str) -> Prepared:
    prepared(folder, *stresses, changes=CHANGES)
    laws = folder / "laws.toml"
    laws.write_text(LAWS.format(bank=bank))
    scenario = str(folder / "scenario.toml") if stresses else None
    return prepare(folder, scenario, draw=Draw(laws, PATHS, 3))


@pytest.mark.parametrize("stresses", [(), (bank_out("2020-10-05"),)], ids=["drawn", "given too"])
def test_every_path_alone_has_the_cents_that_it_has_among_the_others(
    stresses: tuple[str, ...], tmp_path: Path
) -> None:
    deal = drawn(tmp_path, 1.5, *stresses)
    kept = Engine(calculate(deal)).kept(PATHS).lines
    assert deal.random is not None
    paths = draw(deal.random, deal.performance, deal.numbers(0, PATHS))
    lost = 0
    for path in range(PATHS):
        alone = calculate(given_path(deal, paths, path)).lines
        lost += int(alone[("account", "main", "lost")].sum() > 0)
        for line, values in kept.items():
            assert np.array_equal(values[path], alone[line]), (path, line)
    assert (lost == PATHS) if stresses else (5 < lost < PATHS)


def test_the_fast_route_knows_what_a_failed_bank_held(tmp_path: Path) -> None:
    """Only obligors are drawn, and the bank fails on a given day: cash is looked up by days of default."""
    prepared(tmp_path, bank_out("2020-07-05"), changes=CHANGES)
    laws = tmp_path / "laws.toml"
    laws.write_text('name = "drawn"\nhazard = 1\nloading = 0\n')
    deal = prepare(tmp_path, str(tmp_path / "scenario.toml"), draw=Draw(laws, PATHS, 3))
    engine = Engine(calculate(deal))
    assert engine._pool.outcomes is not None
    kept = engine.kept(PATHS).lines
    assert deal.random is not None
    paths = draw(deal.random, deal.performance, deal.numbers(0, PATHS))
    slow = pay_paths(deal, project(deal.resolved_pool, paths.performance), varying=paths.period_inputs)[2]
    for line, values in kept.items():
        assert np.array_equal(values, slow[line]), line


def test_the_fast_route_ends_where_the_bank_is_drawn(tmp_path: Path) -> None:
    deal = drawn(tmp_path, 1.5)
    assert Engine(calculate(deal))._pool.outcomes is None
