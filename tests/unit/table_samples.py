"""Values for any table of the dictionary, as the engine gives them and as a reader has to find them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.files import read_regular, write_new
from securitize.base.money import from_minor, from_rate
from securitize.tables import Column, Table
from securitize.tables.parquet import MAX_DECODED_BYTES, MAX_FILE_BYTES, MAX_ROWS, from_bytes, to_bytes

if TYPE_CHECKING:
    import pyarrow as pa

#: Minor units and units of 1e-8 that no float holds, or that stand at the end of what a column can hold.
MONEY = (0, 1, -1, 9_007_199_254_740_993, 10**18 - 1, 1 - 10**18)
RATES = (4_000_000, 0, -1, 1, 10**12 - 1, 3)
RATIOS = (0.0, 1.25, -0.1, 1e-300, 1e300, 1 / 3)
TEXTS = ("A", "受让人", "b'\"", "interest:A", "é", "=1+1")
ROWS = len(MONEY)


def sample(table: Table, *, nulls: bool = True) -> dict[str, list[Any]]:
    """Six rows: keys that identify them, and in the last one null wherever a column may be null."""
    return {column.name: _values(table, column, nulls) for column in table.columns}


def expected(table: Table, values: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The same in the units of the files, in the order of the key."""
    shown = {column.name: [_shown(column, v) for v in values[column.name]] for column in table.columns}
    order = sorted(range(ROWS), key=lambda row: [shown[key][row] for key in table.primary_key])
    return {name: [column[row] for row in order] for name, column in shown.items()}


def _values(table: Table, column: Column, nulls: bool) -> list[Any]:
    by_type: dict[str, list[Any]] = {
        "date": [dt.date(2020, 2, 29) + dt.timedelta(days=97 * row) for row in range(ROWS)],
        "integer": [3, 1, 2, -(2**63), 2**63 - 1, 0],
        "text": list(TEXTS),
        "boolean": [True, False] * 3,
        "money": list(MONEY),
        "rate": list(RATES),
        "ratio": list(RATIOS),
    }
    values = by_type[column.type]
    if column.values:
        values = [column.values[row % len(column.values)] for row in range(ROWS)]
    if column.type == "integer" and column.nullable:
        # Readers that make floats of integers with nulls keep them exact so far.
        values = [3, 1, 2, -(2**53), 2**53 - 1, 0]
    if column.name == "currency":
        values = ["CNY"] * ROWS
    return [*values[:-1], None] if nulls and column.nullable else values


def _shown(column: Column, value: Any) -> Any:
    if value is None or column.type not in ("money", "rate"):
        return value
    return from_minor(value) if column.type == "money" else from_rate(value)


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write ``table``, made by :func:`~securitize.tables.build.build`, to a new file and flush it to disk.

    Raises StorageError where the file exists or the disk fails; then no file is left.
    """
    write_new(path, to_bytes(table))


def read_parquet(
    path: Path,
    table: Table | str | None = None,
    *,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_DECODED_BYTES,
) -> pa.Table:
    """The table in a Parquet file, with every page's checksum and the schema checked.

    table : what it has to be; None: the table that the file says it is
    max_rows, max_bytes : most rows, and most bytes in memory; checked before anything is decoded
    Raises StorageError where the file cannot be read, UnreadableTableError where it is damaged, too large or
    another table.
    """
    return from_bytes(
        read_regular(path, MAX_FILE_BYTES), str(path), table, max_rows=max_rows, max_bytes=max_bytes
    )
