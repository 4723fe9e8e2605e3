"""The bytes of a candidate file -> raw texts by column, with the row of the file that each one came from.

CSV (UTF-8, UTF-16 with byte order mark, GB18030, Latin-1), XLSX (stored values, no formulas) and Parquet. Rows are
counted as a spreadsheet shows them: from 1, the heading and blank rows too; in Parquet from the first row of data.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from securitize.base.errors import DefinitionError
from securitize.base.messages import Message
from securitize.base.parquet_sizes import check_size
from securitize.pooling.candidates.faults import Log, refused
from securitize.pooling.candidates.raw import MOST_COLUMNS, MOST_ROWS, Raw

#: Most bytes of a Parquet file once it is decoded.
MOST_DECODED = 1 << 30


def read_raw(file: str, data: bytes, known: frozenset[str], log: Log) -> Raw:
    """The raw columns of a file.

    known : folded headings that are known; the first line that holds most of them is the heading
    Raises DefinitionError where the bytes are neither of the three kinds, or hold no heading or too much.
    """
    from securitize.pooling.candidates.csv_files import read_csv
    from securitize.pooling.candidates.spreadsheets import read_spreadsheet

    if data[:4] == b"PAR1":
        raw = _read_parquet(file, data)
    elif data[:4] == b"PK\x03\x04":
        raw = read_spreadsheet(file, data, known, log)
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        raise DefinitionError([refused(file, "the old binary workbook is not read", "", "save it as .xlsx")])
    else:
        raw = read_csv(file, data, known, log)
    if len(raw.rows) + raw.lost > MOST_ROWS:
        what = Message("the file has {count:,} rows", count=len(raw.rows) + raw.lost)
        raise DefinitionError(
            [refused(file, what, "", Message("a file has at most {most_rows:,} rows", most_rows=MOST_ROWS))]
        )
    return _without_blank_rows(raw)


def _without_blank_rows(raw: Raw) -> Raw:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not raw.columns:
        return raw
    blank = np.ones(len(raw.rows), bool)
    for column in raw.columns:
        if not blank.any():
            return raw
        filled = (
            pc.is_valid(column)
            if not pa.types.is_string(column.type)
            else pc.fill_null(pc.match_substring_regex(column, r"\S"), False)
        )
        blank &= ~filled.to_numpy(zero_copy_only=False)
    # A row is not blank where something is known to stand in it.
    blank &= ~np.isin(raw.rows, [row for row, _, _ in raw.doubtful])
    if blank.any():
        keep = pa.array(~blank)
        raw.columns = [column.filter(keep) for column in raw.columns]
        raw.rows = raw.rows[~blank]
    return raw


def _read_parquet(file: str, data: bytes) -> Raw:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(pa.BufferReader(data))
        rows, columns = source.metadata.num_rows, source.metadata.num_columns
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            what = Message("the file has {rows:,} rows and {columns:,} columns", rows=rows, columns=columns)
            repair: str = Message(
                "at most {most_rows:,} rows and {most_columns} columns",
                most_rows=MOST_ROWS,
                most_columns=MOST_COLUMNS,
            )
            raise DefinitionError([refused(file, what, "", repair)])
        check_size(data, MOST_ROWS, MOST_DECODED)
        table = source.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        repair = "write it anew"
        raise DefinitionError([refused(file, "the Parquet cannot be read", str(error), repair)]) from None
    problems, found = [], []
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            found.append(_as_texts(_in_units(column, table.schema.field(name).metadata)))
        except (pa.ArrowException, TypeError) as error:
            problems.append(
                refused(
                    file,
                    Message("the column {name} is neither text, number, date nor list", name=name),
                    str(error),
                )
            )
    if problems:
        raise DefinitionError(problems)
    return Raw(list(table.column_names), 0, found, np.arange(1, len(table) + 1))


def _in_units(column: Any, metadata: dict[bytes, bytes] | None) -> Any:
    """Currency units and decimals of a column that says to hold minor units or units of 1e-8, as ours do."""
    import pyarrow as pa
    import pyarrow.compute as pc

    scale = {b"minor units": 2, b"1e-8": 8}.get((metadata or {}).get(b"unit", b""))
    if scale is None or not pa.types.is_integer(column.type):
        return column
    unit = pa.scalar(Decimal(1).scaleb(-scale), pa.decimal128(scale + 1, scale))
    return pc.multiply(pc.cast(column, pa.decimal128(19, 0)), unit)


def _as_texts(column: Any) -> Any:
    """Texts, or lists of texts, of a column of any plain type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # More than one chunk stays where texts pass 2 GB.
        raise TypeError("the column holds more than 2 GB of text")
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        return pc.cast(array, pa.list_(pa.string()))
    if pa.types.is_floating(array.type):
        whole = pc.and_(pc.is_finite(array), pc.equal(array, pc.round(array)))
        whole = pc.and_(whole, pc.less(pc.abs(array), 1e15))
        safe = pc.cast(pc.cast(pc.if_else(whole, array, 0), pa.int64()), pa.string())
        return pc.if_else(whole, safe, pc.cast(array, pa.string()))
    if pa.types.is_binary(array.type) or pa.types.is_nested(array.type):
        raise TypeError(str(array.type))
    return pc.cast(array, pa.string())
