"""Tables of a run for other programs: JSON and CSV."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import printable
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.store.run import Run

#: Spreadsheets take text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(run: Run) -> str:
    """The whole run as one JSON object; money and rates as decimal strings, dates as ISO 8601."""
    tables = {name: plain_rows(run.arrow(name)) for name in run.names}
    return to_json(
        {
            "run": run.id,
            "path": str(run.path) if run.path else None,
            "reused": run.reused,
            "about": dict(run.about),
            "warnings": list(run.warnings),
            "checks": dict(run.checks),
            "tables": tables,
        }
    )


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows of a table for JSON: money and rates as decimal strings, dates as ISO 8601."""
    return [plain(row) for row in printed_rows(table)]


def to_json(value: Any) -> str:
    """JSON as every command prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_csv(table: pa.Table) -> str:
    """A table as CSV; null is empty, yes and no are ``true`` and ``false``.

    Control characters in text are written as escapes, and text that a spreadsheet would take for a formula stands
    after an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in printed_rows(table):
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue()


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it: money and rates as decimal strings, dates as ISO 8601."""
    return {
        name: str(value) if isinstance(value, Decimal | datetime.date) else value
        for name, value in row.items()
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        clean = printable(value, len(value) * 10)
        return f"'{clean}" if value.startswith(FORMULA) else clean
    return str(value)
