"""Each command as it is meant to be used."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from securitize.base import errors
from securitize.commands.main import group
from securitize.library import list_templates
from tests.cli.program import ROOT, replace, securitize, small_deal


def test_list_tells_kind_and_size_of_deals(tmp_path: Path) -> None:
    done = securitize("list", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for said in ("guangzhou-2019", "licence-back", "CNY 301,000,000", "nanshan-5-2022", "pledged loan"):
        assert said in done.stdout
    assert "late-90-days" in done.stdout


def test_every_exit_code_is_told_by_the_help_and_on_the_page() -> None:
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    told = " ".join((group.help or "").partition("Exit codes: ")[2].split())
    assert {int(entry.split()[0]) for entry in told.split("; ")} == codes
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert {int(row) for row in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == codes


def test_show_tells_the_whole_deal(place: Path) -> None:
    done = securitize("show", "small", cwd=place)
    assert done.returncode == 0
    for said in (
        "Small deal", "Manager Ltd", "60,000,000.00", "4.50%+", "2.00% of A, B", "Guarantor Ltd",
        "clean-up call", "Priority of payments: default", "interest:B",
        "covered by undertaking", "unless cover", "SYNTHETIC", "2 published, 3 assumed",
    ):  # fmt: skip
        assert said in done.stdout, said


def test_show_lists_every_number_with_its_source(place: Path) -> None:
    done = securitize("show", "small", "--assumptions", cwd=place, COLUMNS="120")
    assert done.returncode == 0
    line = next(line for line in done.stdout.splitlines() if "notes.A.coupon.rate" in line)
    assert line.split()[1:3] == ["0.038", "published"]
    assert "Prospectus, page 3" in line


def test_validate_counts(place: Path) -> None:
    done = securitize("validate", "small", "--scenario", "stress", cwd=place)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "small, scenario stress: valid: 3 notes, 4 fees, 4 triggers, 2 contracts of 2 obligors"
    )
    assert done.stderr.startswith("warning: ")


@pytest.mark.parametrize(
    ("file", "kind"), [("pool/pool.toml", "pool"), ("scenarios/stress.toml", "scenario")]
)
def test_validate_takes_another_kind_of_file_alone(place: Path, file: str, kind: str) -> None:
    done = securitize("validate", f"small/{file}", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"valid {kind} file" in done.stdout


@pytest.mark.parametrize("kind", ["deal", "pool", "scenario", "market"])
def test_schema_is_json(place: Path, kind: str) -> None:
    done = securitize("schema", kind, cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")


def test_version(place: Path) -> None:
    plain = securitize("version", cwd=place)
    told = json.loads(securitize("version", "--json", cwd=place).stdout)
    assert plain.stdout.split() == ["securitize", told["securitize"]]
    assert {"numpy", "pyarrow", "QuantLib"} <= set(told["libraries"])


def test_run_prints_writes_and_reuses(place: Path, tmp_path: Path) -> None:
    first = securitize("run", place / "small", "--runs", "kept", cwd=tmp_path)
    assert first.returncode == 0
    for said in (
        "Notes, CNY", "(years)", "Lowest published coverage", "Coverage by payment date, rank 1", "Fees, CNY",
        "Closing: sources and uses, CNY",
    ):  # fmt: skip
        assert said in first.stdout
    folder = Path(first.stdout.strip().splitlines()[-1].rpartition("written: ")[2])
    assert folder.parent == tmp_path / "kept"
    assert (folder / "manifest.json").is_file()
    assert f"next: securitize trace {folder} --date 2024-08-29" in first.stderr
    again = securitize("run", place / "small", "--runs", "kept", cwd=tmp_path)
    assert again.returncode == 0
    assert f"verified and reused: {folder}" in again.stdout


def test_coverage_of_very_many_dates_is_left_to_its_table(tmp_path: Path) -> None:
    deal = small_deal(tmp_path / "deal")
    for old, new in (
        ('every = "6M"', 'every = "1M"'),
        ("first = 2024-08-29", "first = 2024-03-29"),
        ("last = 2026-08-29", "last = 2034-08-29"),
        ("legal_final = 2027-02-28", "legal_final = 2034-08-29"),
    ):
        replace(deal / "deal.toml", f"\n{old}", f"\n{new}")
    done = securitize("run", "deal", cwd=tmp_path)
    assert "coverage of 126 payment dates: --format csv --table coverage" in done.stdout
    assert "Coverage by date" not in done.stdout


def test_dry_run_writes_nothing(place: Path, tmp_path: Path) -> None:
    done = securitize("run", place / "small", "--dry-run", cwd=tmp_path)
    told = securitize("run", place / "small", "--dry-run", "--format", "json", cwd=tmp_path)
    plan = json.loads(told.stdout)
    assert (plan["payment_dates"], plan["notes"], plan["exists"]) == (6, 3, False)
    assert f"run {plan['run']} would be written" in done.stdout
    assert not list(tmp_path.iterdir())


def test_json_holds_every_table_exactly(place: Path, tmp_path: Path) -> None:
    done = securitize("run", place / "small", "--scenario", "base", "--format", "json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert set(told["tables"]) >= {"note_cash_flows", "steps", "note_measures", "assumptions"}
    closing = told["tables"]["closing"]
    sides = {
        side: sum(Decimal(row["amount"]) for row in closing if row["side"] == side)
        for side in ("source", "use")
    }
    assert sides["source"] == sides["use"] == Decimal("85000000.00")


def test_csv_is_one_table(place: Path, tmp_path: Path) -> None:
    done = securitize("run", place / "small", "--format", "csv", "--table", "note_cash_flows", cwd=tmp_path)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 3 * 6
    assert rows[0]["opening_balance"] == "60000000.00"
    default = securitize("run", place / "small", "--format", "csv", cwd=tmp_path)
    assert default.stdout.startswith("note,rank,currency,balance")


def test_runs_are_listed_and_shown(place: Path) -> None:
    listed = securitize("runs", "ls", cwd=place)
    assert listed.stdout.splitlines()[1].split()[:3] == ["done", "small", "stress"]
    shown = securitize("runs", "show", "runs/done", cwd=place)
    assert "Triggers breached" in shown.stdout
    assert "unpaid   2026-08-31" in shown.stdout


def test_no_runs_is_no_failure(tmp_path: Path) -> None:
    done = securitize("runs", "ls", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no runs in runs\n")


def test_a_run_is_found_by_the_start_of_its_id(place: Path, tmp_path: Path) -> None:
    securitize("run", place / "small", cwd=tmp_path)
    [folder] = (tmp_path / "runs").iterdir()
    done = securitize("runs", "show", folder.name[:6], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stdout or f"runs/{folder.name}" in done.stdout


def test_trace_shows_every_step_of_the_priority_in_force(place: Path) -> None:
    done = securitize("trace", "runs/done", "--date", "2026-08-31", cwd=place, COLUMNS="160")
    assert done.returncode == 0
    assert "Priority of payments: default" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "interest:B" in line)
    assert line.split()[0] == "1.2"
    amounts = [
        Decimal(word.replace(",", ""))
        for word in line.split()
        if word.replace(",", "").replace(".", "").isdigit()
    ]
    due, paid, supported, shortfall = amounts[1], amounts[3], amounts[4], amounts[5]
    assert due == paid + supported + shortfall > 0
    for said in ("Collections after", "Triggers", "Accounts", "Notes", "Fees", "Support"):
        assert said in done.stdout


def test_trace_tells_the_nearest_dates(place: Path) -> None:
    done = securitize("trace", "runs/done", "--date", "2026-08-30", cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "2026-08-30 is no payment date; the nearest are 2026-02-28, 2026-08-31, 2027-03-01\n"
    )


def test_trace_finds_no_call_where_there_is_none(place: Path) -> None:
    """On ordinary dates no clean-up call is made up from the accounts."""
    for date in ("2024-08-29", "2025-02-28", "2027-03-01"):
        done = securitize("trace", "runs/done", "--date", date, cwd=place)
        assert done.returncode == 0, done.stderr
        assert "clean-up call" not in done.stdout


@pytest.mark.parametrize("template", [template.name for template in list_templates()])
def test_a_template_is_started_validated_and_run_unedited(tmp_path: Path, template: str) -> None:
    started = securitize("init", "my deal", "--from", template, cwd=tmp_path)
    assert (started.returncode, started.stdout) == (0, "")
    assert "next: securitize validate 'my deal'" in started.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["my deal"]
    assert (tmp_path / "my deal").stat().st_mode & 0o700 == 0o700
    for command in ("validate", "run"):
        done = securitize(command, "my deal", cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_init_leaves_what_stands_there(place: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("mine")
    shutil.copytree(place / "small", tmp_path / "full")
    before = sorted(tmp_path.rglob("*"))
    for name in ("full", "file", "."):
        done = securitize("init", name, "--from", "licence-back", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
    assert securitize("init", "empty", "--from", "licence-back", cwd=tmp_path).returncode == 0
    assert (tmp_path / "empty" / "deal.toml").is_file()


def test_a_template_by_its_chinese_title_is_named_as_it_stands(tmp_path: Path) -> None:
    started = securitize("init", "mine", "--from", "二次许可", cwd=tmp_path)
    assert started.returncode == 0
    said = started.stdout + started.stderr
    assert "a complete deal of your own from template licence-back" in said
    assert "二次许可" not in said
