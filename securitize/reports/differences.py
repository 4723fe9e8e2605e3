"""What ``securitize diff`` prints."""

from __future__ import annotations

from collections.abc import Sequence

from securitize.base.messages import Message
from securitize.reports.headings import named
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.words import word
from securitize.studies.diff.differences import Differences
from securitize.studies.diff.fields import InputChange


def print_differences(found: Differences, most: int) -> None:
    """Inputs, then tables with at most ``most`` changed cells each, the largest first."""
    for finding in found.findings:
        print_line(finding, wraps=False)
    if found.inputs:
        _print_fields(Message("Inputs"), found.inputs)
        for one in found.inputs:
            if one.source_before != one.source_after:
                print_line(
                    "source of {path}: first {first}; second {second}",
                    path=one.path,
                    first=one.source_before or Message("none"),
                    second=one.source_after or Message("none"),
                )
    if found.contents:
        _print_fields(Message("Manifest, data package, results and report"), found.contents)
    for table in found.tables:
        if table.written_otherwise:
            print_line("table {table}: the same cells, other bytes", table=table.table)
            continue
        print_line(
            "table {table}: {cells:,} cells changed, {added:,} rows added, {removed:,} removed; largest difference "
            "{largest_absolute:,.6g}, relative {largest:.3%}",
            table=table.table,
            cells=len(table.cells),
            added=table.added,
            removed=table.removed,
            largest_absolute=table.largest_absolute,
            largest=table.largest,
        )
        cells = sorted(table.cells, key=lambda one: -(one.relative if one.relative is not None else 2.0))
        columns = [
            Column("Row", wraps=True),
            named("column"),
            Column("First run", right=True),
            Column("Second run", right=True),
        ]
        if cells:
            lines = [[one.key, one.column, _value(one.before), _value(one.after)] for one in cells[:most]]
            print_table("", columns, lines, keys=2)
        if len(cells) > most:
            print_line("and {count:,} more", count=len(cells) - most)
            print_line("")
    if found.is_empty:
        print_line("no difference")


def _print_fields(title: str, changes: Sequence[InputChange]) -> None:
    columns = [
        named("file", wraps=True),
        Column("Field", wraps=True),
        Column("First run", wraps=True),
        Column("Second run", wraps=True),
    ]
    rows = [[one.file, one.path, _value(one.before), _value(one.after)] for one in changes]
    print_table(title, columns, rows, keys=2)


def _value(text: str) -> str:
    return word("cell", text)
