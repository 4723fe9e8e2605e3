"""Exports: the standalone file has the cents of the run, tables keep their values, nothing is overwritten."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from securitize.base.errors import UsageError
from securitize.reports.exports import export_tables, write_standalone
from securitize.store.stored import StoredRun
from securitize.studies.diff.differences import compare_runs
from securitize.studies.proof import standalone as proof
from securitize.studies.proof.standalone import bundled, standalone
from securitize.studies.run import api
from tests.cli.program import ROOT

FIVE = ("guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024", "biopharma-2000", "xoma-vabysmo-2023")


def stored(deal: str, folder: Path, scenario: str | None = None) -> StoredRun:
    made = api.run(deal, scenario, output=folder / f"{deal}-{scenario}")
    assert made.stored is not None
    return made.stored


def by_itself(file: Path) -> subprocess.CompletedProcess[str]:
    """Python without the packages of this environment, in another folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(file)], capture_output=True, text=True, check=False, cwd="/", env={}
    )


def recompute(deal: str, folder: Path, scenario: str | None = None) -> None:
    file = folder / "standalone.py"
    run = stored(deal, folder, scenario)
    write_standalone(run, file)
    told = by_itself(file)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1].endswith("figures compared, 0 differ")
    # What is printed is what the run has stored.
    for row in run.table("note_cash_flows").to_pylist():
        printed = (
            f"{row['payment_date']} {row['note']:12} {row['interest_paid']:>18,} {row['principal_paid']:>18,}"
        )
        assert printed in told.stdout


@pytest.mark.parametrize("deal", ["guangzhou-2019", "xoma-vabysmo-2023"])
def test_the_standalone_file_has_the_cents_of_the_run(deal: str, tmp_path: Path) -> None:
    recompute(deal, tmp_path)


@pytest.mark.deep(part="solvers")
@pytest.mark.parametrize("deal", FIVE)
def test_the_standalone_file_of_every_deal(deal: str, tmp_path: Path) -> None:
    recompute(deal, tmp_path)


def test_the_standalone_file_of_a_stress(tmp_path: Path) -> None:
    recompute("guangzhou-2019", tmp_path, "guangzhou-2019-severe")


def test_a_cent_that_differs_ends_in_one(tmp_path: Path) -> None:
    text = standalone(stored("nanshan-5-2022", tmp_path))
    assert text == standalone(stored("nanshan-5-2022", tmp_path))
    changed = text.replace("'interest_paid': [", "'interest_paid': [1 + ", 1)
    assert changed != text
    (tmp_path / "changed.py").write_text(changed)
    told = by_itself(tmp_path / "changed.py")
    assert told.returncode == 1
    assert "DIFFERS" in told.stdout


def test_names_move_no_cursor_and_turn_no_line_round(tmp_path: Path) -> None:
    deal = tmp_path / "d"
    shutil.copytree(ROOT / "deals/templates/pledged-loan", deal, copy_function=shutil.copyfile)
    text = (deal / "deal.toml").read_text(encoding="utf-8")
    title = 'title = "A pledged-loan deal to start from"'
    assert title in text
    # A TOML file takes these signs as escapes, and the last of them as it is.
    hostile = text.replace(title, 'title = "a\\u001b]0;x\\u0007\\u009b31m\\u2067b\u202ec"')
    (deal / "deal.toml").write_text(hostile, encoding="utf-8")
    made = api.run(deal, output=tmp_path / "run")
    assert made.stored is not None
    write_standalone(made.stored, tmp_path / "standalone.py")
    told = by_itself(tmp_path / "standalone.py")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("a\\x1b]0;x\\x07\\x9b31m\\u2067b\\u202ec: base case, CNY\n")
    for said in (told.stdout, (tmp_path / "standalone.py").read_text(encoding="utf-8")):
        assert all(sign.isprintable() or sign == "\n" for sign in said)


def test_the_bundle_needs_nothing_but_the_standard_library() -> None:
    imports, body = bundled()
    assert all(line.split()[1].split(".")[0] in sys.stdlib_module_names for line in imports)
    assert "import" not in {line.split(" ")[0] for line in body.splitlines()}
    assert "securitize." not in body


def test_a_name_of_the_standard_library_that_a_module_gives_too_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the joined file the one would silently stand in the place of the other."""
    (tmp_path / "first.py").write_text(
        "from itertools import count\n\nnumbers = count(1)\n", encoding="utf-8"
    )
    (tmp_path / "second.py").write_text("def count() -> None: ...\n", encoding="utf-8")
    monkeypatch.setattr(proof, "files", lambda package: tmp_path)
    monkeypatch.setattr(proof, "MODULES", ("first", "second"))
    with pytest.raises(ValueError, match=r"\['count'\] of the standard library, imported by first"):
        bundled()


def test_tables_keep_their_values(tmp_path: Path) -> None:
    run = stored("guangzhou-2019", tmp_path)
    assert export_tables(run, "csv", tmp_path / "csv") == len(run.manifest.tables)
    with open(tmp_path / "csv" / "note_measures.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = run.table("note_measures").to_pylist()
    assert [row["total_interest"] for row in rows] == [str(row["total_interest"]) for row in wanted]
    package = json.loads((tmp_path / "csv" / "datapackage.json").read_text())
    assert {one["name"] for one in package["resources"]} == set(run.manifest.tables)
    export_tables(run, "datapackage", tmp_path / "one.zip")
    export_tables(run, "datapackage", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.read("note_measures.csv") == (tmp_path / "csv" / "note_measures.csv").read_bytes()


def test_duckdb_reads_what_was_stored(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    run = stored("guangzhou-2019", tmp_path)
    export_tables(run, "duckdb", tmp_path / "run.duckdb")
    with duckdb.connect(str(tmp_path / "run.duckdb"), read_only=True) as database:
        found = database.execute("SELECT note, total_interest FROM note_measures ORDER BY note").fetchall()
    assert found == [(row["note"], row["total_interest"]) for row in run.table("note_measures").to_pylist()]


@pytest.mark.parametrize("kind", ["csv", "datapackage", "duckdb"])
def test_nothing_is_overwritten(kind: str, tmp_path: Path) -> None:
    run = stored("nanshan-5-2022", tmp_path)
    there = tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(UsageError):
        export_tables(run, kind, there)
    with pytest.raises(UsageError):
        write_standalone(run, there)
    assert there.read_text() == "mine"


def test_differences_of_two_runs(tmp_path: Path) -> None:
    base, severe = (
        stored("guangzhou-2019", tmp_path),
        stored("guangzhou-2019", tmp_path, "guangzhou-2019-severe"),
    )
    assert compare_runs(base, base).inputs == ()
    assert compare_runs(base, base).tables == ()
    there, back = compare_runs(base, severe), compare_runs(severe, base)
    assert [one.table for one in there.tables] == [one.table for one in back.tables]
    for one, other in zip(there.tables, back.tables, strict=True):
        assert (one.added, one.removed, one.largest) == (other.removed, other.added, other.largest)
        assert sorted((c.key, c.column, c.before) for c in one.cells) == sorted(
            (c.key, c.column, c.after) for c in other.cells
        )
    assert ("manifest.json", "options.scenario", "None", "guangzhou-2019-severe") in {
        (one.file, one.path, one.before, one.after) for one in there.inputs
    }
    assert there.above(0.5)
    assert not compare_runs(base, base).above(0.0)


def test_a_changed_number_is_told_with_its_sources(tmp_path: Path) -> None:
    from securitize.library import find_deal, find_pool

    file = find_deal("nanshan-5-2022")
    text = file.read_text()
    for name, coupon in (("one", "0.038"), ("two", "0.039")):
        folder = tmp_path / name
        (folder / "pool").mkdir(parents=True)
        (folder / "deal.toml").write_text(text.replace("value = 0.038", f"value = {coupon}"))
        (folder / "pool" / "pool.toml").write_text(find_pool(file, "nanshan-5-2022").read_text())
    one, two = (api.run(tmp_path / name, output=tmp_path / f"run-{name}").stored for name in ("one", "two"))
    assert one is not None
    assert two is not None
    found = compare_runs(one, two)
    change = next(each for each in found.inputs if each.path == "notes.A.coupon.rate")
    assert (change.before, change.after) == ("0.038", "0.039")
    assert change.source_before
    interest = next(each for each in found.tables if each.table == "note_measures")
    cell = next(each for each in interest.cells if each.column == "total_interest")
    # On one schedule interest is in proportion to the coupon, to the rounding of each period.
    assert cell.relative == pytest.approx(1 - 38 / 39, abs=1e-8)
