"""Stress, solvers, checks, reports and proof as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.program import securitize


def narrow(text: str) -> bool:
    return not [line for line in text.splitlines() if cell_len(line) > 80 and "/" not in line]


def test_from_a_suite_to_a_page_and_its_proof(tmp_path: Path) -> None:
    done = securitize(
        "stress", "nanshan-5-2022", "--suite", "disclosure", "--no-searches", "--paths", "1_000", "--output", "result",
        cwd=tmp_path, COLUMNS="80",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert narrow(done.stdout)
    for words in (
        "Note A, ",
        "together-no-support",
        "Scenarios that act in part or not at all",
        "probability",
        "stored: ",
    ):
        assert words in done.stdout
    assert "took" in done.stderr
    again = securitize(
        "stress",
        "nanshan-5-2022",
        "--suite",
        "disclosure",
        "--no-searches",
        "--paths",
        "1000",
        "--output",
        "result",
        cwd=tmp_path,
    )
    assert "verified and reused" in again.stdout
    page = securitize("report", "result", "--language", "zh", "--workbook", "book.xlsx", cwd=tmp_path)
    assert page.returncode == 0, page.stderr
    assert (tmp_path / "result" / "reports" / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "book.xlsx").stat().st_size > 20_000
    proof = securitize("verify", "result", "--rerun", "--reference", "3", cwd=tmp_path)
    assert proof.returncode == 0, proof.stdout
    assert "0 differ" in " ".join(proof.stdout.split())
    one = securitize("run", "nanshan-5-2022", "--scenario", "result/scenarios/together.toml", cwd=tmp_path)
    assert one.returncode == 0, one.stderr
    with open(tmp_path / "result" / "tables" / "fees.parquet", "r+b") as file:
        file.seek(200)
        file.write(b"\x00\x01\x02")
    broken = securitize("verify", "result", "--format", "json", cwd=tmp_path)
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["problems"]


def test_solvers_in_eighty_columns(tmp_path: Path) -> None:
    for arguments in (
        ("break-even", "xoma-vabysmo-2023"),
        ("reverse", "xoma-vabysmo-2023"),
        ("grid", "xoma-vabysmo-2023", "--over", "royalty-base=1:0.5:6", "--over", "late-payment=0,30"),
        ("size", "nanshan-5-2022", "--note", "A", "--target", "coverage=1.02", "--lot", "10000000"),
    ):
        done = securitize(*arguments, cwd=tmp_path, COLUMNS="80")
        assert (done.returncode, done.stderr) == (0, "")
        assert narrow(done.stdout)
    found = securitize(
        "break-even", "xoma-vabysmo-2023", "--driver", "royalty-base", "--format", "json", cwd=tmp_path
    )
    rows = json.loads(found.stdout)["break_evens"]
    assert {row["driver"] for row in rows} == {"royalty-base"}
    assert all(row["inside"] > row["outside"] for row in rows if row["status"] == "found")


def test_a_breach_ends_in_one(tmp_path: Path) -> None:
    done = securitize("check", "xoma-vabysmo-2023", "--preset", "exchange", cwd=tmp_path, COLUMNS="80")
    assert done.returncode == 1
    assert narrow(done.stdout)
    assert "breached: exchange: " in done.stdout
    passed = securitize(
        "check", "nanshan-5-2022", "--preset", "exchange", "--capital", "eu-sec-sa", cwd=tmp_path
    )
    assert (passed.returncode, "the credit of payers alone" in passed.stdout) == (0, True)
    dated = securitize(
        "check", "nanshan-5-2022", "--capital", "us-ssfa", "--as-of", "2013-12-31", cwd=tmp_path
    )
    assert (dated.returncode, "holds from 2014-01-01" in dated.stderr) == (2, True)


def test_two_runs_and_a_file_of_their_own(tmp_path: Path) -> None:
    for name, more in (("one", ()), ("two", ("--scenario", "late-90-days"))):
        assert securitize("run", "nanshan-5-2022", *more, "--output", name, cwd=tmp_path).returncode == 0
    same = securitize("diff", "one", "one", "--fail-above", "0", cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "no difference\n")
    apart = securitize("diff", "one", "two", "--fail-above", "0.01", cwd=tmp_path, COLUMNS="80")
    assert apart.returncode == 1
    assert "options.scenario" in apart.stdout
    assert narrow(apart.stdout)
    done = securitize("export", "one", "--standalone", "--output", "deal.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    twice = securitize("export", "one", "--standalone", "--output", "deal.py", cwd=tmp_path)
    assert (twice.returncode, "exists already" in twice.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("stress", "nanshan-5-2022", "--suite", "unheard-of"), 2, "no suite is named"),
        (("stress", "nanshan-5-2022", "--suite", "reverse"), 2, "has no scenarios"),
        (("stress", "nanshan-5-2022", "--seed", "3"), 2, "go with --paths"),
        (("stress", "nanshan-5-2022", "--table", "x", "--format", "csv"), 2, "no table is named"),
        (("stress", "xoma-vabysmo-2023", "--policy", "xian-2025", "--no-searches"), 2, "nobody does here"),
        (("break-even", "nanshan-5-2022", "--note", "Z"), 2, "notes are A, sub"),
        (("grid", "nanshan-5-2022", "--over", "royalty-base=1:0:3"), 2, "does not apply"),
        (("grid", "nanshan-5-2022", "--over", "default-rate=x"), 2, "write DRIVER="),
        (("grid", "nanshan-5-2022", "--over", "default-rate=0:5:3"), 2, "goes from 0 to 1"),
        (("size", "nanshan-5-2022", "--note", "sub", "--target", "coverage=1"), 2, "say --against"),
        (
            ("size", "nanshan-5-2022", "--note", "A", "--target", "expected-loss=0.1"),
            2,
            "name a --performance",
        ),
        (
            ("size", "nanshan-5-2022", "--note", "A", "--target", "coverage=99999", "--lot", "1000000"),
            4,
            "meets the target",
        ),
        (("check", "nanshan-5-2022"), 2, "name a --preset"),
        (("check", "nanshan-5-2022", "--preset", "exchange", "--waive", "ten"), 2, "write NAME=VALUE"),
        (("check", "nanshan-5-2022", "--preset", "exchange", "--waive", "x=y"), 2, "no rule is named"),
        (
            ("check", "nanshan-5-2022", "--preset", "risk-retention", "--retained", "A=2"),
            2,
            "a share is 0 to 1",
        ),
        (("export", "nowhere", "--standalone", "--output", "x.py"), 2, "no run"),
        (("report", "nowhere"), 2, "no run"),
        (("verify", "nowhere"), 2, "no run"),
    ],
)
def test_wrong_usage_is_told_in_a_line(
    arguments: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    done = securitize(*arguments, cwd=tmp_path)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
