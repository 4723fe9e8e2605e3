"""What ``securitize diff`` prints."""

from __future__ import annotations

from securitize.base.messages import Message
from securitize.reports.terminal import Column, print_line, print_table
from securitize.studies.diff.differences import Differences


def print_differences(found: Differences, most: int) -> None:
    """Inputs, then tables with at most ``most`` changed cells each, the largest first."""
    if found.inputs:
        columns = [
            Column("input", wraps=True),
            Column("field", wraps=True),
            Column("first", wraps=True),
            Column("second", wraps=True),
        ]
        rows = [[one.file, one.path, one.before, one.after] for one in found.inputs]
        print_table("Inputs 输入", columns, rows, keys=2)
        for one in found.inputs:
            if one.source_before != one.source_after:
                print_line(
                    f"{one.path}: {one.source_before or 'no source'} > {one.source_after or 'no source'}"
                )
    for table in found.tables:
        what = Message(
            "{count:,} cells changed, {added:,} rows added, {removed:,} removed",
            count=len(table.cells),
            added=table.added,
            removed=table.removed,
        )
        print_line(
            "{table}: {what}; largest {largest_absolute:,.6g}, {largest:.3%}",
            table=table.table,
            what=what,
            largest_absolute=table.largest_absolute,
            largest=table.largest,
        )
        cells = sorted(table.cells, key=lambda one: -(one.relative if one.relative is not None else 2.0))
        columns = [
            Column("row", wraps=True),
            Column("column"),
            Column("first", right=True),
            Column("second", right=True),
        ]
        if cells:
            print_table(
                "", columns, [[one.key, one.column, one.before, one.after] for one in cells[:most]], keys=2
            )
        if len(cells) > most:
            print_line("and {count:,} more", count=len(cells) - most)
            print_line("")
    if not found.inputs and not found.tables:
        print_line("no difference")
