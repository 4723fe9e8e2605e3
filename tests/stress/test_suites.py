"""Suites put to deals: who is struck, when, and what does not apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.loading import load_scenario, load_suite
from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.library import find_suite, list_deals, list_shipped
from securitize.studies.stress.scenarios import situations, without_support

SUITES = [one.path for one in list_shipped("suite") if one.name != "reverse"]


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.stem)
@pytest.mark.parametrize("deal", [one.path for one in list_deals()], ids=lambda path: path.stem)
def test_every_scenario_is_an_ordinary_one_or_says_why_not(deal: Path, suite: Path, tmp_path: Path) -> None:
    base, loaded = prepare(deal), load_suite(suite)
    found = situations(loaded, base)
    assert [one.name for one in found] == ["base", *(one.name for one in loaded.model.scenarios)]
    for one in found[1:]:
        assert one.prepared is not None or one.composed.left_out or one.subsidies_withdrawn
        if one.prepared is not None:
            file = tmp_path / f"{one.name}.toml"
            file.write_text(one.composed.as_toml())
            assert load_scenario(file).model.stress == one.stresses
    acting = [one for one in found if one.prepared is not None]
    assert evaluate(base, [one.stresses for one in acting]).count == len(acting)


def test_those_that_owe_most_default() -> None:
    base = prepare("guangzhou-2019")
    found = {one.name: one for one in situations(load_suite(find_suite("supervisory")), base)}
    struck = [stress["obligor"] for stress in found["three-largest-out"].composed.stresses]
    cash = target_of(base).cash
    owed = {base.pool.contracts[name].obligor: amount for name, amount in cash.items()}
    assert struck == sorted(owed, key=lambda name: -owed[name])[:3]
    both = found["guarantor-and-two-out"].composed.stresses
    assert [stress["driver"] for stress in both] == ["provider-default", "default", "default"]


def test_a_chain_is_struck_where_nodes_are_known() -> None:
    draw = drawing("lithium-battery-chain", 1)
    base = prepare("lithium-battery", draw=draw)
    found = {one.name: one for one in situations(load_suite(find_suite("supervisory")), base, draw)}
    target = target_of(base)
    struck = {stress["obligor"] for stress in found["upstream-break"].composed.stresses}
    assert struck
    assert struck == {name for name, node in target.nodes.items() if node in target.suppliers}
    assert struck < set(target.nodes)
    without = {
        one.name: one for one in situations(load_suite(find_suite("supervisory")), prepare("lithium-battery"))
    }
    assert "no obligor has a place on a chain" in without["upstream-break"].composed.left_out[0]


def test_without_support_nobody_pays() -> None:
    base = prepare("guangzhou-2019")
    found = situations(load_suite(find_suite("supervisory")), base)
    alone = without_support(found[0], base)
    assert {
        value for name, values in alone.period_inputs.items() if name.startswith("pays.") for value in values
    } == {0}


@pytest.mark.parametrize(
    ("change", "code", "told_there"),
    [
        (('name = "events"', 'name = "rates"'), "SEC740", False),
        (('with = ["rates", "events"]', 'with = ["later"]'), "SEC741", False),
        (("count = 2", "count = 0"), "SEC", True),
        (('driver = "largest-obligors"', 'driver = "largest"'), "SEC", True),
        (("share = 0.5", "share = 50"), "SEC112", True),
    ],
)
def test_faults_of_a_suite_are_told_with_their_place(
    change: tuple[str, str], code: str, told_there: bool, tmp_path: Path
) -> None:
    good = (Path(__file__).parents[1] / "fixtures" / "good" / "suite.toml").read_text()
    assert change[0] in good
    file = tmp_path / "suite.toml"
    file.write_text(good.replace(*change, 1))
    with pytest.raises(DefinitionError) as caught:
        load_suite(file)
    problem = caught.value.problems[0]
    assert problem.code.startswith(code)
    assert str(file) in str(problem)
    line = good[: good.index(change[0])].count("\n") + 1
    assert not told_there or abs(problem.line - line) <= 1
