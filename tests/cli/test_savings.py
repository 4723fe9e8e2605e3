"""``securitize savings`` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from rich.cells import cell_len

from tests.cli.program import ROOT, replace, securitize

SHIPPED = ROOT / "deals" / "financing" / "longhua-1-2021.toml"


def test_a_comparison_fits_eighty_columns(tmp_path: Path) -> None:
    done = securitize("savings", "nanshan-5-2022", cwd=tmp_path, COLUMNS="80")
    held = "warning: the LPR is held as known on 2022-04-14 for resets up to 2023-03-30\n"
    assert (done.returncode, done.stderr) == (0, held)
    for words in (
        "All-in financing cost of companies, without policies",
        "pooled-credit",
        "no policy pays",
        "margin",
        "plain sum",
        "advance rate",
        "break-evens",
    ):
        assert words in done.stdout
    assert not [line for line in done.stdout.splitlines() if cell_len(line) > 80 or line != line.rstrip()]
    assert list(tmp_path.iterdir()) == []


def test_one_company_in_full(tmp_path: Path) -> None:
    asked = ("savings", "longhua-1-2021", "--company", "average-of-10")
    plain = securitize(*asked, cwd=tmp_path, COLUMNS="80")
    assert (plain.returncode, "with policies" in plain.stdout) == (0, False), plain.stderr
    done = securitize(*asked, "--refund", "deal", cwd=tmp_path, COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "with policies" in done.stdout
    assert done.stdout.startswith("ONE SIDE ONLY: the refund of longhua-1-2021")
    assert "20,200,000.00" in done.stdout
    assert not [line for line in done.stdout.splitlines() if cell_len(line) > 80]
    wrong = securitize("savings", "longhua-1-2021", "--company", "o1", cwd=tmp_path)
    assert (wrong.returncode, "companies are average-of-10" in wrong.stderr) == (2, True)


def test_a_program_reads_json_and_csv(tmp_path: Path) -> None:
    told = json.loads(securitize("savings", "hti-1-2019", "--format", "json", cwd=tmp_path).stdout)
    assert set(told["tables"]) == {
        "assumptions",
        "company_cash_flows",
        "financing_cost",
        "offers",
        "savings",
        "subsidies",
        "public_cost",
    }
    text = securitize(
        "savings",
        "hti-1-2019",
        "--format",
        "csv",
        "--table",
        "offers",
        "--against",
        "factoring",
        cwd=tmp_path,
    ).stdout
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["available"], row["reason"]) == ("false", "nothing to sell")


def test_a_missing_term_is_solved_and_judged(tmp_path: Path) -> None:
    done = securitize("savings", "hti-1-2019", "--solve", "platform_margin", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.2008%" in done.stdout
    assert "as expected" in done.stdout


def test_a_stored_run_is_compared_like_its_deal(tmp_path: Path) -> None:
    assert securitize("run", "ningbo-1-2024", "--output", "one", cwd=tmp_path).returncode == 0
    table = ("--format", "csv", "--table", "financing_cost")
    told = [securitize("savings", what, *table, cwd=tmp_path) for what in ("one", "ningbo-1-2024")]
    assert told[0].returncode == 0, told[0].stderr
    assert told[0].stdout == told[1].stdout


def test_a_bad_file_is_told_with_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(SHIPPED.read_bytes())
    replace(tmp_path / "mine.toml", 'of = "balance"\n', "")
    replace(tmp_path / "mine.toml", "settled = 2022-08-27", "settled = 2021-08-27")
    replace(tmp_path / "mine.toml", "months = {", "month = {")
    done = securitize("savings", "mine.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    told = [line.split(": ")[:2] for line in done.stderr.splitlines()]
    assert [where for _, where in told] == ["facility", "refund.month"]
    assert all(place.startswith("mine.toml:") for place, _ in told)


def test_an_unknown_name_is_told_with_what_is_near(tmp_path: Path) -> None:
    done = securitize("savings", "nanshan-5", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("no deal, run or case is named nanshan-5; known: nanshan-5-2022")


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    """The financing beside the deal, an alternative of the folder's own, and what neither is."""
    folder = tmp_path / "mine"
    assert securitize("init", "mine", "--from", "lease-back", cwd=tmp_path).returncode == 0
    (folder / "financing.toml").unlink()
    missing = securitize("savings", "mine", cwd=tmp_path)
    assert (missing.returncode, "financing" in missing.stderr) == (2, True)
    name = next(
        line.split('"')[1]
        for line in (folder / "deal.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith("name = ")
    )
    own = f'name = "{name}"\ndeal = "{name}"\n'
    (folder / "financing.toml").write_text(own, encoding="utf-8")
    (folder / "scenarios" / "alternatives").mkdir()
    cheap = 'name = "cheap"\ninstrument = "pledge-loan"\nrate = { kind = "fixed", rate = 0.01 }\n'
    (folder / "scenarios" / "alternatives" / "cheap.toml").write_text(cheap, encoding="utf-8")
    done = securitize("savings", "mine", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {row["alternative"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"cheap"}
    for file in ("mine/financing.toml", "mine/scenarios/alternatives/cheap.toml"):
        assert "valid" in securitize("validate", file, cwd=tmp_path).stdout
