"""What a plan hands over at the end of a path against the lines that it publishes on the way, in both machines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.engine.calculation import calculate
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.random_inputs import RandomInputs
from securitize.library import list_deals
from securitize.waterfall.execute import MachineName, run_blocks
from securitize.waterfall.losses import lent, owed_today
from securitize.waterfall.measures import first_date, measure_note, measures_of_totals
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.rules import record_payment_date

PATHS = 300
HARSH = """
name = "harsh"
hazard = { value = 0.25, kind = "assumed", source = "harsh enough to reach every note" }
loading = 0.6
"""


@pytest.mark.parametrize("machine", ["numpy", "compiled"])
@pytest.mark.parametrize("deal", [deal.path for deal in list_deals()], ids=lambda path: path.stem)
def test_totals_are_those_of_the_lines(deal: Path, machine: MachineName, tmp_path: Path) -> None:
    harsh = tmp_path / "harsh.toml"
    harsh.write_text(HARSH)
    prepared = prepare(deal, draw=Draw(harsh, PATHS, 11))
    assert prepared.random is not None
    resolved = calculate(prepared).resolved
    pool = RandomInputs(prepared, resolved, prepared.random, 11)
    plan = build_plan(record_payment_date(resolved, with_totals=True))
    alone = build_plan(record_payment_date(resolved, with_totals=True), lines=())

    def both(first: int, after: int, lines: Int64, totals: Int64) -> tuple[Int64, Int64]:
        return lines.copy(), totals

    ((lines, totals),) = run_blocks(
        plan, PATHS, lambda *block: pool.block(*block).inputs, both, machine=machine
    )
    ((_, only),) = run_blocks(alone, PATHS, lambda *block: pool.block(*block).inputs, both, machine=machine)
    assert (totals == only).all()
    by_line: dict[Line, Int64] = {line: lines[k].T for k, line in enumerate(plan.lines)}
    by_name = dict(zip(plan.totals, totals, strict=True))
    for note in resolved.deal.notes:
        right, found = (
            measure_note(resolved, by_line, note),
            measures_of_totals(by_name, note, lent(resolved, note), owed_today(resolved, note)),
        )
        for field in right.__slots__:
            assert np.array_equal(getattr(found, field), getattr(right, field), equal_nan=True), (note, field)
    for name, values in by_name.items():
        if name[0] == "sum":
            assert (values == by_line[name[1:]].sum(axis=1)).all(), name
    for trigger in resolved.deal.triggers:
        active = by_line[("trigger", trigger, "active")] != 0
        first = np.where(active.any(axis=1), active.argmax(axis=1), -1)
        assert (first_date(by_name[("first", "trigger", trigger, "active")]) == first).all()
