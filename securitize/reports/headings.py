"""Columns of the terminal from the data dictionary: headings and cells in one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from securitize.base.closed import partition
from securitize.reports.forms import CELLS
from securitize.reports.terminal import NOTHING, Column
from securitize.tables.dictionary import label, load, value_label
from securitize.tables.naming import Form, Language, yes_or_no

TEXTS, ANSWERS, DATES, _ = partition(
    Form,
    {"text"},
    {"yes"},
    {"date"},
    {"money", "percent", "rate", "ratio", "number", "whole", "years", "basis points"},
)
LEFT = TEXTS | ANSWERS | DATES


def headings(
    table: str, columns: Iterable[str], language: Language, wraps: Iterable[str] = ()
) -> list[Column]:
    """The columns of a printed table; figures stand to the right. ``wraps`` : those that may take several lines."""
    known, long = load(table), frozenset(wraps)
    return [
        Column(label(table, name, language), wraps=name in long, right=known.column(name).form not in LEFT)
        for name in columns
    ]


def cell(table: str, column: str, value: Any, language: Language) -> str:
    """A cell as its form shows it; a word of the dictionary in the language."""
    if value is None or value == "":
        return NOTHING
    form = load(table).column(column).form
    if form in TEXTS:
        return value_label(table, column, str(value), language)
    if form in ANSWERS:
        return yes_or_no(bool(value), language)
    return CELLS[form](value)
