"""Late is not lost and does not hold: right values of shipped deals, and gates that end with exit code 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import EXIT_BREACH, EXIT_DONE, EXIT_INVALID, EXIT_USAGE
from securitize.definitions.loading import load_suite
from securitize.definitions.suites.gates import Gate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import evaluate
from securitize.library import find_suite
from securitize.studies.stress.gates import judged
from securitize.studies.stress.scenarios import situations
from securitize.waterfall.note_states import states_of
from tests.cli.program import securitize as program

LATE = ("late-90", "late-180", "no-recovery")


def told(deal: str, note: str) -> dict[str, tuple[Any, ...]]:
    """State, first late date and largest overdue amount by scenario."""
    base = prepare(deal, None, None)
    acting = [one for one in situations(load_suite(find_suite("supervisory", None)), base) if one.prepared]
    chosen = [one for one in acting if one.name in ("base", *LATE)]
    cells = evaluate(base, [one.stresses for one in chosen])
    found = states_of(cells.resolved, cells.lines, note)
    rows = {one.name: found.columns(k) for k, one in enumerate(chosen)}
    return {
        name: (row["state"], str(row["first_late_date"]), row["largest_overdue"])
        for name, row in rows.items()
    }


def test_nanshan_misses_the_repayment_of_its_senior_note() -> None:
    found = told("nanshan-5-2022", "A")
    assert found["base"] == ("on-time", "None", 0)
    assert {found[name][:2] for name in LATE} == {("late", "2023-04-14")}
    # 202,000,000.00 are due and 198,480,500.80 are paid on that day.
    assert found["late-180"][2] == 202_000_000_00 - 198_480_500_80


def test_ningbo_misses_the_repayment_of_its_senior_note() -> None:
    found = told("ningbo-1-2024", "A")
    assert found["base"][0] == "on-time"
    assert {found[name][0] for name in LATE} == {"late"}


def row(scenario: str, state: str | None, note: str = "A") -> dict[str, Any]:
    """A row of ``stress_results`` as gates read it."""
    return {"scenario": scenario, "note": note, "state": state, "lent": 100}


def test_a_gate_fails_where_a_note_is_late_and_says_where_it_was_not_tried() -> None:
    applies = {
        "base": "whole",
        "slow": "whole",
        "part": "in-part",
        "bad": "in-part",
        "none": "not-applicable",
    }
    scenarios = [
        {"scenario": name, "position": k, "applies": how} for k, (name, how) in enumerate(applies.items())
    ]
    results = [row("bad", "loses"), row("slow", "late"), row("base", "on-time"), row("part", "on-time")]
    results += [row("slow", None, "sub"), row("base", None, "sub")]
    late, loses, owes_nothing = judged(
        [Gate("A", "late"), Gate("A", "loses"), Gate("sub", "late")], results, scenarios
    )
    assert [one["scenario"] for one in late.failing] == ["slow", "bad"]
    assert late.untried == ("part", "none")
    assert [one["scenario"] for one in loses.failing] == ["bad"]
    assert not owes_nothing.failing
    assert owes_nothing.untried == ("part", "bad", "none")


def test_a_gate_is_not_passed_where_the_state_is_not_recorded() -> None:
    unknown = {**row("base", None), "lent": None}
    (found,) = judged(
        [Gate("A", "late")], [unknown], [{"scenario": "base", "position": 0, "applies": "whole"}]
    )
    assert found.untried == ("base",)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one scenario in which nanshan is late."""
    file = tmp_path / "slow.toml"
    file.write_text(
        'name = "slow"\nversion = "1"\n\n[[scenarios]]\nname = "slow"\ntitle = "Slow"\ntitle_zh = "慢"\n\n'
        '[[scenarios.stress]]\ndriver = "all-payments-late"\ndays = 180\n',
        encoding="utf-8",
    )
    return file


def test_the_exit_code_is_that_of_the_gates(suite: Path, tmp_path: Path) -> None:
    words = ["stress", "nanshan-5-2022", "--suite", str(suite), "--no-searches"]
    assert program(*words, cwd=tmp_path).returncode == EXIT_DONE
    asked = program(*words, "--fail-on", "A=loses", "--fail-on", "A=late", cwd=tmp_path)
    assert asked.returncode == EXIT_BREACH
    assert "gate A=late fails: slow (late; first late on 2023-04-14, 367 days)" in asked.stderr
    assert "gate A=loses does not fail in any scenario" in asked.stderr
    assert program(*words, "--fail-on", "B=late", cwd=tmp_path).returncode == EXIT_USAGE
    assert program(*words, "--fail-on", "A=slow", cwd=tmp_path).returncode == EXIT_USAGE
    text = suite.read_text(encoding="utf-8")
    for written, code in (("A=late", EXIT_BREACH), ("B=late", EXIT_INVALID)):
        suite.write_text(
            text.replace('version = "1"', f'version = "1"\nfail_on = ["{written}"]'), encoding="utf-8"
        )
        assert program(*words, cwd=tmp_path).returncode == code
