"""Tables of the program in a terminal: headings, forms and the words of cells as the data dictionary has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, assert_never

from securitize.base.language import language
from securitize.base.messages import Message, in_language
from securitize.reports.terminal import NOTHING, Column, print_table
from securitize.tables.dictionary import label, load, value_label
from securitize.tables.naming import Form


def heading(table: str, name: str, *, wraps: bool = False) -> Column:
    """A column of a table, headed in the user's language; numbers and dates stand to the right."""
    return Column(label(table, name, language()), wraps, right=_is_number(load(table).column(name).form))


def cell(table: str, name: str, value: Any) -> str:
    """A value of a column in its form: words of the dictionary and sentences in the user's language."""
    if value is None or value == "":
        return NOTHING
    column = load(table).column(name)
    if column.values or column.values_zh:
        return value_label(table, name, str(value), language())
    return in_form(value, column.form)


def in_form(value: Any, form: Form) -> str:
    """A value in a form of the dictionary."""
    match form:
        case "money":
            return f"{Decimal(value):,.2f}"
        case "percent":
            return f"{float(value) * 100:.3f}%"
        case "rate":
            return f"{Decimal(value) * 100:.4f}%"
        case "ratio":
            return f"{float(value):.4f}"
        case "number":
            return f"{float(value):.4g}"
        case "whole":
            return f"{int(value):,}"
        case "years":
            return f"{float(value):.2f}"
        case "basis points":
            return f"{float(value):,.1f}"
        case "date":
            return value.isoformat() if isinstance(value, dt.date) else str(value)
        case "yes":
            return in_language("yes" if value else "no")
        case "text":
            return in_language(str(value))
        case _:
            assert_never(form)


def print_rows(
    title: str,
    table: str,
    rows: Iterable[Mapping[str, Any]],
    names: Sequence[str],
    *,
    keys: int = 1,
    wraps: Sequence[str] = (),
) -> None:
    """Rows of a table on standard output.

    names : columns that are shown, in this order;  wraps : of them, those whose text may take several lines
    keys  : how many of the first ones are repeated where the table is wider than the terminal
    """
    columns = [heading(table, name, wraps=name in wraps) for name in names]
    print_table(title, columns, [[cell(table, name, row[name]) for name in names] for row in rows], keys)


def _is_number(form: Form) -> bool:
    match form:
        case "money" | "percent" | "rate" | "ratio" | "number" | "whole" | "years" | "basis points" | "date":
            return True
        case "yes" | "text":
            return False
        case _:
            assert_never(form)


def own_name(english: str, chinese: str | None) -> str:
    """Of two names of one thing that of the user's language; the English one where there is no Chinese."""
    match language():
        case "en":
            return english
        case "zh":
            return chinese or english
        case other:
            assert_never(other)


def word(table: str, column: str, value: str) -> str:
    """A word of the dictionary in the user's language."""
    return value_label(table, column, value, language())


def in_currency(title: str, currency: str) -> Message:
    """A title that says the unit of the amounts below it, so that no cell has to."""
    return Message(
        "{title} (unit: {unit})", title=title, unit=Message("yuan") if currency == "CNY" else currency
    )
