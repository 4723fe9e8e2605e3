"""What a scenario tells of the options of a note is in every proof of a run: in the reference, and in the one file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from securitize.studies.proof.replay import replay_in_reference
from securitize.studies.proof.standalone import standalone
from securitize.studies.run import api
from tests.pricing.test_exercise import NORMAL, PUT, folder

PUTS = (
    "puts = [{ date = 2021-03-11, share = 0.1,"
    " reset = { announced = 2021-02-10, lowest = 0.02, highest = 0.06 } }]\n"
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


def test_a_run_under_told_options_is_proved_again_with_its_random_paths(tmp_path: Path) -> None:
    deal = folder(
        tmp_path,
        ('rating = "AAA"\nday_count', f'rating = "AAA"\n{PUTS}day_count'),
        (NORMAL, f"{PUT}{NORMAL}"),
    )
    (tmp_path / "told.toml").write_text(TOLD, encoding="utf-8")
    made = api.run(
        deal, tmp_path / "told.toml", performance="assumed-royalties", paths=4, output=tmp_path / "run"
    )
    assert made.stored is not None
    rows = made.stored.table("note_cash_flows").to_pylist()
    assert {float(row["coupon"]) for row in rows if row["note"] == "A"} >= {0.055}
    assert sum(row["written_off"] for row in rows if row["note"] == "sub") > 0
    assert replay_in_reference(made.stored, 2).differences == ()
    file = tmp_path / "standalone.py"
    file.write_text(standalone(made.stored, 3), encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(file)], capture_output=True, text=True, check=False, env={}
    )
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr
    # As many paths as it says are compared, and the deterministic one.
    lines = said.stdout.splitlines()
    assert "random paths: 3 compared; each scenario here has 4" in lines
    assert sum(line.startswith("base, path ") for line in lines) == 3
