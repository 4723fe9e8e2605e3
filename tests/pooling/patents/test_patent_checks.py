"""Every problem of a file of curves and of the inputs of a valuation, at once and with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from securitize.base.errors import DefinitionError
from securitize.patents.checks import check_income, check_lives
from securitize.patents.figures import FOLDER, lapse_curves, read_lapse_curves

CURVES_FILE = (FOLDER / "lapse_curves.toml").read_text(encoding="utf-8")


def problems_of(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_lapse_curves(path)
    return [(problem.line, problem.path, problem.code) for problem in caught.value.problems]


def test_the_committed_file_is_a_file_of_ones_own() -> None:
    assert (read_lapse_curves(FOLDER / "lapse_curves.toml").hazard == lapse_curves().hazard).all()


def test_every_problem_of_a_file_of_curves(tmp_path: Path) -> None:
    lines = CURVES_FILE.splitlines()
    at = {name: lines.index(f"[curves.{name}]") + 1 for name in ("all", "domestic", "foreign")}
    # lower, hazard and upper of all owners: the first number of the hazard leaves its band.
    hazard = at["all"] + 3
    assert lines[hazard - 1].startswith("hazard = [")
    lines[hazard - 1] = "hazard = [0.5" + lines[hazard - 1][lines[hazard - 1].index(",") :]
    exposure = at["domestic"] + 1
    lines[exposure - 1] = "exposure = [1, 2]"
    lines[at["foreign"] - 1] = "[curves.abroad]"
    lines[lines.index("[curves]") + 2] = ""
    assert problems_of(tmp_path, "\n".join(lines)) == [
        (lines.index("[curves]") + 1, "curves.foreign", "SEC430"),
        (lines.index("[curves]") + 1, "curves.source", "SEC432"),
        (hazard, "curves.all.hazard", "SEC431"),
        (exposure, "curves.domestic.exposure", "SEC430"),
    ]


def test_a_file_without_curves(tmp_path: Path) -> None:
    codes = [code for _, _, code in problems_of(tmp_path, "title = 'nothing'\n")]
    assert sorted(codes) == ["SEC430"] * 9 + ["SEC432"] * 2


def test_every_problem_of_lives() -> None:
    problems = check_lives(
        "patents.csv",
        [2, 3, 4, 5, 6],
        ["2010-01-01", "NaT", "2025-01-01", "2012-01-01", "2024-12-31"],
        ["2009-01-01", "2012-01-01", "NaT", "2014-01-01", "2024-12-31"],
        [0, 1, 2, -1, 0],
        "2024-12-31",
    )
    assert [(p.line, p.path, p.found, p.code) for p in problems] == [
        (3, "filing_date", "", "SEC433"),
        (5, "patent_kind", "", "SEC433"),
        (4, "filing_date", "2025-01-01", "SEC434"),
        (2, "grant_date", "2009-01-01", "SEC434"),
    ]


def test_every_problem_of_an_income() -> None:
    problems = check_income(
        "patents.csv",
        [2, 3, 4],
        np.array([[1, -250], [0, 0], [5, 5]]),
        np.array([[1, 2], [3, 150_000_000], [0, 0]]),
        np.array([0, -1, 100_000_000]),
    )
    assert [(p.line, p.path, p.found, p.code) for p in problems] == [
        (2, "revenue", "-2.50", "SEC435"),
        (3, "contribution", "1.5", "SEC435"),
        (3, "discount", "-1e-08", "SEC435"),
    ]
    assert check_income("f", [2], np.array([[0]]), np.array([[0]]), np.array([0])) == []
