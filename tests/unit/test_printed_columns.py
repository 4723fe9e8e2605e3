"""Headings and cells of the terminal are those of the data dictionary, in one language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from securitize.reports.headings import cell, headings
from securitize.tables.naming import Language

CELLS: tuple[tuple[str, str, object, Language, str], ...] = (
    ("closing", "side", "source", "zh", "来源"),
    ("closing", "side", "source", "en", "source"),
    ("closing", "party", "A", "zh", "A"),
    ("closing", "amount", Decimal("1234.5"), "zh", "1,234.50"),
    ("triggers", "breached", True, "zh", "是"),
    ("triggers", "breached", False, "en", "no"),
    ("note_risk", "expected_loss", 0.0123456, "en", "1.235%"),
    ("note_cash_flows", "coupon", Decimal("0.041"), "en", "4.1000%"),
    ("note_measures", "wal_years", 2.345, "zh", "2.35"),
    ("note_measures", "min_dscr", 1.23456, "zh", "1.2346"),
    ("savings", "saving_bp", 1234.56, "zh", "1,234.6"),
    ("steps", "payment_date", dt.date(2020, 3, 11), "zh", "2020-03-11"),
    ("note_risk", "paths", 2048, "en", "2,048"),
    ("sensitivities", "base_value", 0.123456, "en", "0.1235"),
    ("stress_results", "first_trigger", None, "zh", "-"),
)


@pytest.mark.parametrize(("table", "column", "value", "language", "text"), CELLS)
def test_a_cell_is_shown_in_its_form(
    table: str, column: str, value: object, language: Language, text: str
) -> None:
    assert cell(table, column, value, language) == text


def test_headings_are_those_of_the_dictionary() -> None:
    made = headings("closing", ("side", "party", "amount"), "zh", wraps=("party",))
    assert [one.heading for one in made] == ["来源或运用", "收付对象", "金额"]
    assert [(one.wraps, one.right) for one in made] == [(False, False), (True, False), (False, True)]
