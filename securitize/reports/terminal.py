"""Tables in a terminal: numbers to the right, Chinese in its two columns a character, nothing that moves the cursor."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from securitize.base.errors import printable

#: Characters between two columns.
GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; ``wraps`` where long text may take several lines."""

    heading: str
    wraps: bool = False


def shown(value: Any) -> str:
    """A value for a reader: money with two decimals and thousands apart, nothing for null."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, float):
        return f"{value:,.4f}"
    return printable(str(value), 300)


def percent(rate: int | None) -> str:
    """A rate of units of 1e-8 in percent, trailing zeros cut to two decimals."""
    if rate is None:
        return "-"
    text = f"{Decimal(rate).scaleb(-6):f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}%"


def print_table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """A table on standard output; numbers to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [tuple(row) for row in rows]
    widths = table_widths(columns, rows)
    # Figures are never cut: a table that needs more than the terminal has runs over its edge.
    width = max(terminal_width(), sum(widths) + GAP * len(widths))
    console = Console(file=sys.stdout, highlight=False, width=width)
    table = Table(
        box=None,
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        pad_edge=False,
    )
    for i, column in enumerate(columns):
        numbers = any(
            isinstance(row[i], int | float | Decimal) and not isinstance(row[i], bool) for row in rows
        )
        table.add_column(
            Text(column.heading, style="underline"),
            justify="right" if numbers else "left",
            no_wrap=not column.wraps,
            overflow="fold",
            min_width=widths[i],
        )
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row))
    console.print(table)
    console.print()


def table_widths(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Least width of each column: its longest cell, or for text that wraps its longest word up to 20."""
    from rich.cells import cell_len

    widths = []
    for i, column in enumerate(columns):
        cells = [column.heading, *(shown(row[i]) for row in rows)]
        if column.wraps:
            widths.append(min(20, max(cell_len(word) for cell in cells for word in cell.split() or [""])))
        else:
            widths.append(max(cell_len(cell) for cell in cells))
    return widths


def terminal_width() -> int:
    """Columns of the terminal; 80 where there is none and COLUMNS does not say."""
    return shutil.get_terminal_size((80, 24)).columns


def print_line(text: str) -> None:
    """A line of text on standard output, wrapped to the terminal."""
    from rich.console import Console

    Console(file=sys.stdout, highlight=False, markup=False, width=terminal_width()).print(text)
