"""Random paths at the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.program import securitize

DRAW = ("--performance", "assumed-small-companies", "--paths", "400", "--seed", "7")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("random")
    done = securitize("run", "nanshan-5-2022", *DRAW, "--output", "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    for said in (
        "Random paths: 400 of assumed-small-companies, seed 7",
        "Triggers over all paths",
        "Expected",
    ):
        assert said in done.stdout
    # Its guarantor has a law of default.
    assert "given that the guarantor pays" not in done.stdout
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 80
    return folder


def test_every_path_is_traced_with_its_own_cents(desk: Path) -> None:
    listed = securitize(
        "run", "nanshan-5-2022", *DRAW, "--output", "out", "--format", "csv", "--table", "path_pool", cwd=desk
    )
    rows = list(csv.DictReader(io.StringIO(listed.stdout)))
    assert [int(row["path"]) for row in rows] == list(range(400))
    struck = next(row["path"] for row in rows if int(row["defaulted_minor"]))
    flows = json.loads(
        securitize("run", "nanshan-5-2022", "--format", "json", "--output", "plain", cwd=desk).stdout
    )
    date = max(row["payment_date"] for row in flows["tables"]["note_cash_flows"])
    told = securitize("trace", "out", "--date", date, cwd=desk)
    assert (
        securitize("trace", "plain", "--date", date, cwd=desk).stdout.splitlines()[2:]
        == (told.stdout.splitlines()[2:])
    )
    done = securitize("trace", "out", "--date", date, "--path", struck, cwd=desk)
    assert done.returncode == 0, done.stderr
    assert done.stdout != told.stdout


def test_what_does_not_go_together_is_refused(desk: Path) -> None:
    for words, code in (
        (("run", "nanshan-5-2022", "--paths", "10"), 2),
        (("run", "nanshan-5-2022", "--table", "note_risk", "--format", "csv"), 2),
        (("run", "nanshan-5-2022", "--performance", "nobody"), 2),
        (("trace", "out", "--date", "2023-01-01", "--path", "400"), 2),
        (("trace", "plain", "--date", "2023-01-01", "--path", "0"), 2),
    ):
        done = securitize(*words, cwd=desk)
        assert (done.returncode, done.stdout) == (code, ""), words
        assert "Traceback" not in done.stderr


def test_a_file_of_random_performance_is_checked_by_itself(desk: Path) -> None:
    file = desk / "mine.toml"
    file.write_text('name = "mine"\nhazard = 0.02\nloading = 0.3\n[obligors.o1]\nhazard = 0.05\n')
    done = securitize("validate", "mine.toml", cwd=desk)
    assert (done.returncode, done.stdout) == (
        0,
        "mine.toml: valid random performance file, checked by itself\n",
    )
    file.write_text('name = "mine"\nhazard = -0.02\nloading = 3\n')
    done = securitize("validate", "mine.toml", cwd=desk)
    assert done.returncode == 3
    assert [line.split(":")[1] for line in done.stderr.splitlines()] == ["2", "3"]


def test_who_cannot_default_is_measured_only_where_it_is_so(desk: Path) -> None:
    draw = ("--paths", "50")
    every = securitize("run", "lithium-battery", "--performance", "lithium-battery-chain", *draw, cwd=desk)
    assert every.returncode == 0, every.stderr
    assert "default at random" not in every.stdout
    law = '[providers.loans]\nhazard = 0.1\nsource = "guarantee of the loans"\n'
    for name, text in (("loans", law), ("nobody", "")):
        (desk / f"{name}.toml").write_text(f'name = "{name}"\nhazard = 0.1\nloading = 0.3\n{text}')
    # One company behind loans and notes: who lets it fail in one role lets it fail in both.
    loans, nobody = (
        securitize("run", "lithium-battery", "--performance", f"{name}.toml", *draw, cwd=desk)
        for name in ("loans", "nobody")
    )
    assert "default at random" not in loans.stdout
    assert (
        "given that the guarantor pays: no guarantor or provider of support defaults at random"
        in " ".join(nobody.stdout.split())
    )


def test_a_dry_run_says_how_many_paths(desk: Path) -> None:
    done = securitize("run", "nanshan-5-2022", *DRAW, "--dry-run", cwd=desk)
    assert done.returncode == 0
    assert "400 random paths" in done.stdout
