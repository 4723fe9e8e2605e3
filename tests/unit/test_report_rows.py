"""Calls and the final distribution as the reports read them, against the engine's own lines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.tables import tabulate
from securitize.reports.rows import call_exercised, rows_of
from securitize.store.run import Run
from securitize.tables import build, names
from tests.cli.program import replace, small_deal

CALL = "[clean_up_call]\nthreshold = 0.10\nfirst_date = 2025-08-29"
EARLY_CALL = '[clean_up_call]\nthreshold = 0.90\nprice = 0.7\ncondition = "none"\nfirst_date = 2025-02-28'
RESIDUAL = '[[priority.normal]]\nname = "residual"\npay = ["residual:C"]\n'


@pytest.mark.parametrize("scenario", [None, "stress"])
@pytest.mark.parametrize("called", [False, True])
@pytest.mark.parametrize("left", [False, True])
def test_call_and_final_distribution_are_those_of_the_engine(
    tmp_path: Path, scenario: str | None, called: bool, left: bool
) -> None:
    deal = small_deal(tmp_path / "deal")
    if called:
        replace(deal / "deal.toml", CALL, EARLY_CALL)
    if left:
        replace(deal / "deal.toml", RESIDUAL, "")
    calculation = calculate(prepare(deal, scenario))
    columns = tabulate(calculation)
    tables = {name: build(name, columns[name]) for name in names()}
    rows = rows_of(Run("", None, False, (), {}, {}, None, tables=tables), "payment_dates")
    found = {row["period"]: (row["call_price"], row["final_distribution"]) for row in rows}
    prices, finals = calculation.lines[("call_price",)], calculation.lines[("final_distribution",)]
    assert found == {
        t + 1: (Decimal(int(prices[t])).scaleb(-2), Decimal(int(finals[t])).scaleb(-2))
        for t in range(calculation.prepared.schedule.periods)
    }
    assert bool(prices.any()) == called
    assert {call_exercised(row) for row in rows} == ({"", "clean-up call exercised"} if called else {""})
    if left and scenario is None and not called:
        assert finals[-1] > 0
