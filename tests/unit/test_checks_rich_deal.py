"""Checks of what the small deal does not use: the rich deal passes, and one edit makes a check speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.definitions import checks
from securitize.definitions.loading import load_deal
from tests.unit.mutations import GOOD, Edits, edited, problems_of_deal
from tests.unit.rich_cases import CASES


def test_the_rich_deal_has_no_problem() -> None:
    assert checks.check_deal(load_deal(GOOD / "rich.toml")) == []


@pytest.mark.parametrize(
    ("code", "path", "edits"), CASES, ids=[f"{k}-{c}-{p}" for k, (c, p, _) in enumerate(CASES)]
)
def test_one_edit_makes_a_check_speak(code: str, path: str, edits: Edits, tmp_path: Path) -> None:
    found = problems_of_deal(edited("rich.toml", tmp_path, *edits))
    assert (code, path) in [(problem.code, problem.path) for problem in found]
    problem = next(p for p in found if (p.code, p.path) == (code, path))
    assert problem.line > 0
    assert problem.repair


def test_a_faulty_part_is_measured_once(tmp_path: Path) -> None:
    """What was taken out because it is faulty is not called missing too."""
    edits = (
        ("percent = 0.02\n", "percent = 2\n"),
        ("latched = false\n", 'latched = "no"\n'),
        ('unpaid_interest = "capitalised"', 'unpaid_interest = "capitalized"'),
        ('trigger = "ledgers", share', 'trigger = "the ledgers", share'),
        ('every = "6M"', 'every = "6"'),
    )
    found = problems_of_deal(edited("rich.toml", tmp_path, *edits))
    assert sorted(problem.path for problem in found) == [
        "dates.payment.every",
        "limits.lent.percent",
        "notes.B.settlement.trigger",
        "notes.C.unpaid_interest",
        "triggers.cover.latched",
    ]
