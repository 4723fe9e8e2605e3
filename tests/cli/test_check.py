"""``securitize check --capital``: what is said first, what is asked for, what each option moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import securitize

FIRST = "the Chinese rule for these notes (NFRA, capital rules of 2023, annex 11) is not here"


def test_comparisons_are_called_so_before_any_of_them(tmp_path: Path) -> None:
    found = securitize("check", "guangzhou-2019", "--capital", "eu-sec-erba", cwd=tmp_path, COLUMNS="200")
    assert found.returncode == 0
    assert found.stdout.index(FIRST) < found.stdout.index("eu-sec-erba")
    assert "may be of a national scale" in found.stdout
    chinese = securitize(
        "check", "guangzhou-2019", "--capital", "us-ssfa", "--language", "zh", cwd=tmp_path, COLUMNS="200"
    )
    assert "附件11，以下仅供比较" in chinese.stdout
    dollars = securitize("check", "biopharma-2000", "--capital", "us-ssfa", cwd=tmp_path)
    assert FIRST not in dollars.stdout


def test_what_the_books_do_not_tell_is_said_by_options(tmp_path: Path) -> None:
    options = (
        "--unknown",
        "0.01",
        "--delinquent",
        "0.06",
        "--risk-weight",
        "1.125",
        "--pool-balance",
        "301000000",
    )
    rows = _rows(tmp_path, "eu-sec-sa", *options, "--pool-known")
    assert [row["k_pool"] for row in rows] == pytest.approx([0.99 * (0.94 * 0.09 + 0.06 * 0.5) + 0.01] * 2)
    assert (rows[0]["pool_balance"], rows[0]["attachment"]) == ("301000000.00", pytest.approx(15.2 / 301))
    assert (rows[0]["risk_weight"], rows[0]["cap"]) == (1.125, 1.125)
    assert rows[0]["without_cap"] > 1.125
    rated = _rows(tmp_path, "eu-sec-erba", "--rating-scale", "international", "--rating", "A=BBB+")
    assert 0.75 <= rated[0]["risk_weight"] <= 0.90


def test_a_pool_balance_is_an_amount(tmp_path: Path) -> None:
    found = securitize(
        "check", "guangzhou-2019", "--capital", "eu-sec-sa", "--pool-balance", "-1", cwd=tmp_path
    )
    assert found.returncode == 2
    assert "--pool-balance -1: write an amount above 0, in currency units" in found.stderr


def _rows(folder: Path, name: str, *options: str) -> list[dict[str, Any]]:
    """The capital of guangzhou-2019, the most senior note first."""
    found = securitize("check", "guangzhou-2019", "--capital", name, *options, "--format", "json", cwd=folder)
    assert found.returncode == 0, found.stderr
    rows: list[dict[str, Any]] = json.loads(found.stdout)["tables"]["note_capital"]
    return sorted(rows, key=lambda row: str(row["note"]))
