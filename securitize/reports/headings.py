"""Tables of the program in a terminal: headings, forms and the words of cells as the data dictionary has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from securitize.base.closed import partition
from securitize.base.language import Language, language
from securitize.base.messages import in_language
from securitize.base.money import in_figures
from securitize.definitions.deals.triggers import Trigger
from securitize.reports.terminal import NOTHING, Column, print_table
from securitize.reports.words import in_users
from securitize.tables.dictionary import label, load, value_label
from securitize.tables.naming import DATES, FIGURES, Form, namings

if TYPE_CHECKING:
    from securitize.reports.names import Names


#: Forms whose cells stand to the right.
RIGHT = FIGURES | DATES


def heading(table: str, name: str, *, wraps: bool = False) -> Column:
    """A column of a table, headed in the user's language; numbers and dates stand to the right."""
    return Column(label(table, name, language()), wraps, right=load(table).column(name).form in RIGHT)


def named(name: str, *, wraps: bool = False) -> Column:
    """A column of no table, headed as columns of that name are. Raises KeyError where none is."""
    naming = namings()[name]
    return Column(in_users(naming.label, naming.label_zh), wraps, right=naming.form in RIGHT)


def table_word(table: str, column: str, value: str) -> str:
    """A word of a column of a table, in the user's language."""
    return value_label(table, column, value, language())


def value_named(name: str, value: str) -> str:
    """A word of a column of that name, in the user's language."""
    return in_users(value, namings()[name].values_zh.get(value))


def cell(table: str, name: str, value: Any) -> str:
    """A value of a column in its form: words of the dictionary and sentences in the user's language."""
    if value is None or value == "":
        return NOTHING
    column = load(table).column(name)
    if column.values or column.values_zh:
        return table_word(table, name, str(value))
    return in_form(value, column.form)


def sentence(text: str, wanted: Language | None = None) -> str:
    """A text of a table in a language, the user's where none is given.

    A sentence has Chinese; one word is a key or a name, and stays as it is.
    """
    return in_language(text, wanted) if " " in text else text


#: Kinds of triggers whose measure and threshold are shares.
SHARES, _ = partition(
    Trigger,
    {"cumulative-default", "collections", "sales", "pool-balance", "deficiency"},
    {
        "date", "coverage", "unpaid-interest", "unpaid-principal", "notes-nil", "reserve", "provider-default",
        "provider-rating", "combination",
    },
    by="kind",
)  # fmt: skip


def trigger_cell(names: Names, row: Mapping[str, Any], name: str) -> str:
    """Measure or threshold of a trigger: a share in per cent, a coverage as a ratio."""
    value = row[name]
    if value is None or names.kind("triggers", row["trigger"]) not in SHARES:
        return cell("triggers", name, value)
    return f"{value:.2%}"


def in_form(value: Any, form: Form) -> str:
    """A value in a form of the dictionary."""
    match form:
        case "money":
            return in_figures(value if isinstance(value, Decimal) else round(Decimal(value), 2))
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
            return sentence(str(value))
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
    shown: Mapping[str, Callable[[Any], str]] | None = None,
) -> None:
    """Rows of a table on standard output.

    names : columns that are shown, in this order;  wraps : of them, those whose text may take several lines
    keys  : how many of the first ones are repeated where the table is wider than the terminal
    shown : by column, how its values are said where not as the dictionary says
    """
    ways = shown or {}
    columns = [heading(table, name, wraps=name in wraps) for name in names]
    rows_shown = [
        [
            ways[name](row[name]) if name in ways and row[name] else cell(table, name, row[name])
            for name in names
        ]
        for row in rows
    ]
    print_table(title, columns, rows_shown, keys)
