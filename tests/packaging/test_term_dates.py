"""Dates of the terms are resolved to payment dates in one place; below it nobody compares dates."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.packaging.tree import ROOT

#: Dates of terms, and lists of payment dates, as the code calls them.
DATES = {
    "payment", "written", "adjusted", "date", "until", "from_", "first_call", "first_date", "first_test", "last_test",
    "effect_from", "capitalise_until", "legal_final", "closing", "reached_on", "as_of",
}  # fmt: skip
#: Where steps of a coupon divide an interest period: days of accrual, found beforehand.
DIVIDES_PERIODS = "rates.py"
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def compared_dates(code: str) -> list[str]:
    """Every comparison of order in which a date of the terms takes part."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Compare) and any(isinstance(each, ORDERING) for each in node.ops):
            names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            names |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
            if names & DATES:
                found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "file", sorted((ROOT / "securitize/waterfall").rglob("*.py")), ids=lambda file: file.stem
)
def test_no_date_of_the_terms_is_compared_below_the_room_that_resolves_it(file: Path) -> None:
    if file.name != DIVIDES_PERIODS:
        assert not compared_dates(file.read_text(encoding="utf-8"))


def test_a_comparison_of_dates_is_found() -> None:
    assert compared_dates("tuple(d >= note.settlement.date for d in payment)") == [
        "d >= note.settlement.date"
    ]
