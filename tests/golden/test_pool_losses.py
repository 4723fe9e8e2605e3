"""The pool's loss without sampling against random paths, and where it has no such law."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import securitize
from securitize.base.errors import InfeasibleError
from securitize.engine.calculation import calculate, pool_collections
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.simulate import simulate
from securitize.studies.roll import api as rolling
from securitize.studies.run.api import run

PATHS = 8_000
HARSH = """
name = "harsh"
hazard = { value = 0.15, kind = "assumed", source = "harsh" }
loading = 0.6
copula = { kind = "student-t", degrees = 4 }
[obligors.o3]
cumulative = [0.05, 0.3]
loading = 0.2
[[recovery]]
source = "company and patents"
mean = 0.35
deviation = 0
lag = "7M"
"""


@pytest.fixture
def harsh(tmp_path: Path) -> str:
    file = tmp_path / "harsh.toml"
    file.write_text(HARSH)
    return str(file)


def compare(deal: str, performance: str) -> None:
    """Mean, deviation and the probability of every band within four standard errors of the paths'."""
    found = securitize.losses(deal, performance=performance)
    whole = found.arrow("pool_loss").to_pylist()[0]
    calculation = calculate(prepare(deal, draw=Draw(performance, PATHS, 5)))
    planned = pool_collections(calculation)
    loss = 1 - simulate(calculation, workers=2).pool_collected / planned
    assert int(whole["planned_collections"] * 100) == planned
    assert abs(loss.mean() - whole["expected_loss"]) < 4 * loss.std() / np.sqrt(PATHS)
    assert loss.std() == pytest.approx(whole["loss_deviation"], rel=0.05)
    for band in found.arrow("pool_loss_bands").to_pylist():
        assert band["exceedance_low"] <= band["exceedance"] <= band["exceedance_high"]
        chance = band["exceedance"]
        error = np.sqrt(chance * (1 - chance) / PATHS)
        assert abs((loss > band["high"]).mean() - chance) < 4 * error + 2e-3 * (whole["lattice_error"] > 0)
    for row in found.arrow("pool_loss_levels").to_pylist():
        assert row["value_at_risk_low"] <= row["value_at_risk"] <= row["value_at_risk_high"]
        assert row["expected_shortfall_low"] <= row["expected_shortfall"] <= row["expected_shortfall_high"]
        assert row["value_at_risk"] <= row["expected_shortfall"]
        assert (
            row["value_at_risk_high"] - row["value_at_risk_low"]
            <= float(whole["lattice_error"]) * 100 / planned + 1e-9
        )


def test_heavy_tails_unequal_obligors_stated_recoveries_and_a_call(harsh: str) -> None:
    compare("guangzhou-2019", harsh)


def test_one_obligor() -> None:
    compare("biopharma-2000", "assumed-small-companies")


def test_in_mid_life(tmp_path: Path) -> None:
    run("guangzhou-2019", output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "f.csv", until=3, by_asset=True)
    rolling.roll(tmp_path / "run", tmp_path / "f.csv", output=tmp_path / "after-3")
    (tmp_path / "mine.toml").write_text('name = "mine"\nhazard = 0.08\nloading = 0.3\n')
    compare(str(tmp_path / "after-3"), str(tmp_path / "mine.toml"))


def test_what_else_is_random_is_named_and_parties_may_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError, match=r"owe recoveries .* guarantor"):
        securitize.losses("nanshan-5-2022", performance="assumed-small-companies")
    found = securitize.losses(
        "nanshan-5-2022", performance="assumed-small-companies", given_that_parties_pay=True
    )
    assert found.given_that_parties_pay
    obligors = found.arrow("pool_loss_obligors").to_pylist()
    assert sum(row["share"] for row in obligors) == pytest.approx(1)
    more = {
        "late payment": "[late]\nprobability = 0.1\ndelays = [{ days = 30, share = 1 }]",
        "prepayment": "[prepayment]\nhazard = 0.1",
        "deviation": '[[recovery]]\nsource = "company and patents"\nmean = 0.3\ndeviation = 0.1',
    }
    for said, text in more.items():
        file = tmp_path / "more.toml"
        file.write_text(f'name = "more"\nhazard = 0.1\nloading = 0.3\n{text}\n')
        with pytest.raises(InfeasibleError, match=said):
            securitize.losses("guangzhou-2019", performance=file)
    with pytest.raises(InfeasibleError, match="contagion"):
        securitize.losses("lithium-battery", performance="lithium-battery-chain")
