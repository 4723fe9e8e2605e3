"""What a scenario tells of the options of a note is in every proof of a run: in the reference, and in the one file."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from securitize.engine.prepare.prepare import prepare
from securitize.engine.targets import target_of
from securitize.performance.suites.puts import all_puts
from securitize.performance.suites.target import DoesNotApply
from securitize.reports.names import Names
from securitize.reports.puts import print_puts
from securitize.studies.proof.replay import replay_in_reference
from securitize.studies.proof.standalone import standalone
from securitize.studies.run import api
from securitize.studies.stress.api import stress
from tests.pricing.test_exercise import NORMAL, PUT, folder

PUTS = (
    "puts = [{ date = 2021-03-11, share = 0.1,"
    " window = { from = 2021-02-22, until = 2021-02-26 },"
    " reset = { announced = 2021-02-10, lowest = 0.02, highest = 0.06 } },"
    " { date = 2022-03-11, share = 0 }]\n"
)
TOLD = """
name = "told"
[[stress]]
driver = "put"
note = "A"
at = 2021-03-11
share = { value = 0.3, kind = "assumed", source = "half of the holders" }
rate = 0.055
[[stress]]
driver = "settlement"
note = "sub"
at = 2022-05-20
amount = 1_000_000.50
amount_order = "interest-first"
"""


SUITE = """
name = "puts"
version = "1"
title = "Puts"
title_zh = "回售"
[[scenarios]]
name = "all-put"
title = "All put"
title_zh = "全部回售"
stress = [{ driver = "all-puts", share = 1 }]
"""


def putable(tmp_path: Path) -> Path:
    """The senior note may be given back in March 2021 and 2022; the window of the first closes before."""
    return folder(
        tmp_path,
        ('rating = "AAA"\nday_count', f'rating = "AAA"\n{PUTS}day_count'),
        (NORMAL, f"{PUT}{NORMAL}"),
    )


def by_itself(text: str, file: Path) -> list[str]:
    """What a standalone file says, in a Python without the packages of this environment."""
    file.write_text(text, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(file)], capture_output=True, text=True, check=False, env={}
    )
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr
    return said.stdout.splitlines()


def test_a_run_under_told_options_is_proved_again_with_its_random_paths(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "told.toml").write_text(TOLD, encoding="utf-8")
    made = api.run(
        putable(tmp_path),
        tmp_path / "told.toml",
        performance="assumed-royalties",
        paths=4,
        output=tmp_path / "run",
    )
    assert made.stored is not None
    rows = made.stored.table("note_cash_flows").to_pylist()
    assert {float(row["coupon"]) for row in rows if row["note"] == "A"} >= {0.055}
    assert sum(row["written_off"] for row in rows if row["note"] == "sub") > 0
    monkeypatch.setenv("COLUMNS", "80")
    print_puts(made, Names.of_run(made))
    said = capsys.readouterr().out
    due = next(
        row["due"] for row in made.stored.table("steps").to_pylist() if row["payee"] == "put:A" and row["due"]
    )
    assert f"{due:,}" in said
    assert "5.5000%" in said
    assert max(map(len, said.splitlines())) <= 80
    assert replay_in_reference(made.stored, 2).differences == ()
    lines = by_itself(standalone(made.stored, 3), tmp_path / "standalone.py")
    # As many paths as it says are compared.
    assert "random paths: 3 compared; each scenario here has 4" in lines
    assert sum(line.startswith("base, path ") for line in lines) == 3


def test_a_suite_puts_every_note_and_is_proved_with_what_it_put(tmp_path: Path) -> None:
    (tmp_path / "suite.toml").write_text(SUITE, encoding="utf-8")
    made = stress(putable(tmp_path), tmp_path / "suite.toml", output=tmp_path / "result", searches=False)
    assert made.stored is not None
    assert {row["passes"] for row in made.stored.table("validations").to_pylist()} == {True}
    put = [row for row in made.stored.table("stress_factors").to_pylist() if row["driver"] == "put"]
    assert [str(row["first_date"]) for row in put] == ["2021-03-11", "2022-03-11"]
    assert replay_in_reference(made.stored, 0).scenarios == 2
    lines = by_itself(standalone(made.stored, 0), tmp_path / "standalone.py")
    assert any(line.startswith("all-put: ") and line.endswith(", 0 differ") for line in lines)


@pytest.mark.parametrize(
    ("today", "ahead"),
    [("2021-02-25", ["2021-03-11", "2022-03-11"]), ("2021-02-26", ["2022-03-11"]), ("2022-03-11", [])],
)
def test_puts_are_ahead_until_their_window_closes(tmp_path: Path, today: str, ahead: list[str]) -> None:
    target = target_of(prepare(putable(tmp_path)))
    stands = replace(target, today=replace(target.today, notes=date.fromisoformat(today)))
    try:
        found = [str(one["at"]) for one in all_puts({"share": 1}, stands)]
    except DoesNotApply:
        found = []
    assert found == ahead
