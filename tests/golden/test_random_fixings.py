"""Random index rates under deals with floating rules: every path alone, floors, what is told on top."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.errors import DefinitionError
from securitize.engine.calculation import calculate
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import simulate
from securitize.library import list_templates
from securitize.market.calendars import BusinessCalendar
from securitize.waterfall.period_inputs import floating_rules, given_fixings
from tests.golden.test_random_royalties import drawn_paths, lines_of, replay

TEMPLATE = next(template.path for template in list_templates() if template.path.stem == "trust-loan")
RATES = """
name = "restless"
hazard = 0.05
loading = 0.5

[rates.LPR-1Y]
tenor = "1Y"
volatility = {volatility}
reversion = 0.05
loading = -0.3
{curve}

[rates.SHIBOR-3M]  # no rule of the deal follows it
tenor = "3M"
volatility = 0.01
"""
#: The template's dates move beyond what the market tells.
YEARS = 3


def restless(
    folder: Path, volatility: float = 0.01, curve: str = "", floor: float = 0.0, scenario: str | None = None
) -> Prepared:
    """The template some years later, so that its resets are not known, with random rates."""
    deal = folder / f"deal-{floor}"
    if not deal.exists():
        shutil.copytree(TEMPLATE, deal)
        for file in [deal / "deal.toml", *deal.rglob("pool*.toml"), *deal.rglob("*.csv")]:
            text = file.read_text()
            for year in range(2040, 2010, -1):
                text = text.replace(f"{year}-", f"{year + YEARS}-")
            file.write_text(text.replace("floor = 0.0 ", f"floor = {floor} "))
    file = folder / "restless.toml"
    file.write_text(RATES.format(volatility=volatility, curve=curve))
    return prepare(deal, scenario, draw=Draw(file, 300))


def fixings(prepared: Prepared, key: str = "notes.A2", paths: int = 300) -> Int64:
    return drawn_paths(prepared, 0, paths).period_inputs[f"fixing.{key}"]


def test_paths_replayed_alone_have_the_same_cents(tmp_path: Path) -> None:
    prepared = restless(tmp_path)
    rules = {f"fixing.{key}" for key, _ in floating_rules(prepared.deal)}
    drawn = drawn_paths(prepared, 0, 5)
    assert set(drawn.period_inputs) == rules
    assert len(rules) >= 2
    replay(prepared, 40)


def test_without_volatility_every_path_is_the_deterministic_run(tmp_path: Path) -> None:
    prepared = restless(tmp_path, volatility=0)
    for name, told in drawn_paths(prepared, 0, 30).period_inputs.items():
        assert (told == prepared.period_inputs[name]).all(), name


def test_rates_vary_around_what_is_told_and_stresses_come_on_top(tmp_path: Path) -> None:
    prepared = restless(tmp_path)
    told, found = np.array(prepared.period_inputs["fixing.notes.A2"]), fixings(prepared, paths=4000)
    error = found.std(axis=0) / np.sqrt(4000)
    # Under the measure of the bank account the mean is above the forward rate by some s^2 t^2 / 2, t below 4 years.
    above = found.mean(axis=0) - told
    assert (above <= 4 * error + 0.01**2 * 8 * 1e8).all()
    assert (above >= -4 * error).all()
    up = restless(tmp_path, scenario="lpr-up-200")
    assert (np.array(up.period_inputs["fixing.notes.A2"]) - told >= 0).all()
    shift = np.array(up.period_inputs["fixing.notes.A2"]) - told
    assert (fixings(up, paths=4000) == found + shift).all()


def test_a_curve_moves_the_expected_fixings(tmp_path: Path) -> None:
    curve = 'curve = [{ tenor = "1Y", rate = 0.03 }, { tenor = "10Y", rate = 0.06 }]'
    prepared = restless(tmp_path, volatility=0, curve=curve)
    found, told = fixings(prepared, paths=2), np.array(prepared.period_inputs["fixing.notes.A2"])
    assert found[0, -1] != told[-1]
    assert (np.diff(found[0, told.size // 2 :]) >= 0).all()


def test_floors_bite(tmp_path: Path) -> None:
    plain, floored = restless(tmp_path), restless(tmp_path, floor=0.02)
    found = [lines_of(one, drawn_paths(one, 0, 400)) for one in (plain, floored)]
    due = [lines["note", "A2", "interest_due"] for lines in found]
    margin = -600_000
    low = (fixings(plain, paths=400) + margin < 2_000_000).any(axis=1)
    assert 0 < low.sum() < 400
    assert (due[0][~low] == due[1][~low]).all()
    assert (due[1].sum(axis=1) >= due[0].sum(axis=1)).all()
    assert (due[1][low] != due[0][low]).any(axis=1).mean() > 0.5


def test_what_is_known_is_not_drawn(tmp_path: Path) -> None:
    """As shipped, the template's first reset is on its closing: that rate is known, later ones are not."""
    restless(tmp_path)
    prepared = prepare(TEMPLATE, draw=Draw(tmp_path / "restless.toml", 10))
    calendar = BusinessCalendar(prepared.deal.dates.calendar)
    days = given_fixings(prepared.deal, prepared.schedule, prepared.period_inputs, calendar)
    drawn = drawn_paths(prepared, 0, 200).period_inputs
    known = 0
    for name, one in days.items():
        for t, day in enumerate(one.days):
            moved = bool((drawn[name][:, t] != one.rates[t]).any()) if name in drawn else False
            assert moved == (day > dt.date(2024, 6, 12)), (name, day)
            known += not moved
    assert known


def test_simulation_takes_the_drawn_fixings(tmp_path: Path) -> None:
    prepared = restless(tmp_path)
    found = simulate(calculate(prepared), workers=2, block=77)
    again = simulate(calculate(prepared), block=300)
    assert len(np.unique(found.notes["A2"].total_interest)) > 250
    assert (found.notes["A2"].total_interest == again.notes["A2"].total_interest).all()


def test_points_of_a_curve_ascend(tmp_path: Path) -> None:
    curve = 'curve = [{ tenor = "12M", rate = 0.03 }, { tenor = "1Y", rate = 0.06 }]'
    with pytest.raises(DefinitionError) as told:
        restless(tmp_path, curve=curve)
    assert [problem.code for problem in told.value.problems] == ["SEC167"]


def test_numbers_of_a_path_do_not_depend_on_the_block(tmp_path: Path) -> None:
    prepared = restless(tmp_path)
    whole = fixings(prepared, paths=300)
    for first, after in ((0, 1), (7, 8), (100, 290)):
        assert (
            drawn_paths(prepared, first, after).period_inputs["fixing.notes.A2"] == whole[first:after]
        ).all()
