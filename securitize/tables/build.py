"""From the values of the engine to a checked Arrow table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from securitize.base.errors import printable
from securitize.tables import dictionary
from securitize.tables.dictionary import CURRENCY, MONEY_DIGITS, RATE_DIGITS, Column, Table
from securitize.tables.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Values: TypeAlias = Sequence[Any] | NDArray[Any]

_INT64 = 2**63
_KINDS = {"integer": "a whole number", "money": "whole minor units", "rate": "whole units of 1e-8"}


def build(table: Table | str, columns: Mapping[str, Values], currency: str | None = None) -> pa.Table:
    """The table with these columns, checked against the dictionary, its rows ordered by primary key.

    columns : one sequence a column, all of one length; None, or a masked element of a NumPy masked array, is
        null. Money in whole minor units, rates in whole units of 1e-8, both exact; ratios are finite floats
    currency : ISO 4217; fills the column ``currency``, which may instead be given in ``columns``
    Raises TableError naming table, column and row at the first fault.
    """
    if isinstance(table, str):
        table = dictionary.load(table)
    columns = dict(columns)
    _check_names(table, columns, currency)
    lengths = {name: len(values) for name, values in columns.items()}
    rows = next(iter(lengths.values()))
    for name, length in lengths.items():
        if length != rows:
            raise TableError(table.name, name, -1, f"has {length} values", f"other columns have {rows}")
    if currency is not None and CURRENCY not in columns:
        columns[CURRENCY] = [currency] * rows
    import pyarrow as pa

    arrays = [_array(table, column, columns[column.name]) for column in table.columns]
    return _ordered(table, pa.Table.from_arrays(arrays, schema=table.arrow_schema()))


def null_where_nan(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ratios whose NaN stand for "no value", as a masked array. Infinities stay, and are refused later."""
    import numpy as np

    masked: NDArray[np.float64] = np.ma.masked_where(np.isnan(values), values)
    return masked


def _check_names(table: Table, columns: Mapping[str, Values], currency: str | None) -> None:
    wanted = [column.name for column in table.columns]
    for name in columns:
        if name not in wanted:
            raise TableError(table.name, name, -1, "is not a column", "", f"columns are {', '.join(wanted)}")
    if currency is not None and CURRENCY not in wanted:
        raise TableError(table.name, CURRENCY, -1, "is given to a table without money")
    for name in wanted:
        if name not in columns and (name != CURRENCY or currency is None):
            raise TableError(table.name, name, -1, "is missing")


def _array(table: Table, column: Column, values: Values) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    nulls, bare = _nulls(values)
    if nulls.any() and not column.nullable:
        raise TableError(table.name, column.name, int(nulls.argmax()), "is null", "", "give it a value")
    if column.type in ("integer", "money", "rate"):
        whole = _whole(table, column, bare, nulls)
        if column.type == "integer":
            return pa.array(whole, pa.int64(), mask=nulls)
        return _decimals(whole, nulls, dictionary.arrow_types()[column.type])
    if column.type == "ratio":
        return pa.array(_finite(table, column, bare, nulls), pa.float64(), mask=nulls)
    if isinstance(bare, np.ndarray) and bare.dtype.kind == {"date": "M", "boolean": "b"}.get(column.type):
        return _of_dtype(table, column, bare, nulls)
    accepted = {"text": str, "date": dt.date, "boolean": bool | np.bool_}[column.type]
    listed = [None if null else value for value, null in zip(bare, nulls.tolist(), strict=True)]
    for row, value in enumerate(listed):
        if value is None:
            continue
        if not isinstance(value, accepted) or isinstance(value, dt.datetime):
            raise TableError(table.name, column.name, row, f"is not of type {column.type}", repr(value))
        if isinstance(value, str):
            _check_text(table, column, row, value)
    return pa.array(listed, dictionary.arrow_types()[column.type])


def _nulls(values: Values) -> tuple[NDArray[np.bool_], Values]:
    """Where values are null, and the values."""
    import numpy as np

    if isinstance(values, np.ma.MaskedArray):
        return np.ma.getmaskarray(values), values.data
    if isinstance(values, np.ndarray) and values.dtype != object:
        missing = np.isnat(values) if values.dtype.kind == "M" else np.zeros(len(values), bool)
        return missing, values
    return np.fromiter((value is None for value in values), bool, len(values)), values


def _whole(table: Table, column: Column, values: Values, nulls: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Integers as int64. A float is refused even where it is whole: it may have been rounded on the way."""
    import numpy as np

    kind = _KINDS[column.type]
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu" and values.dtype != np.uint64:
        whole = values.astype(np.int64)
    else:
        whole = np.zeros(len(values), np.int64)
        for row, value in enumerate(values):
            if nulls[row]:
                continue
            if not isinstance(value, int | np.integer) or isinstance(value, bool):
                raise TableError(table.name, column.name, row, f"is not {kind}", repr(value))
            if not -_INT64 <= value < _INT64:
                raise TableError(table.name, column.name, row, "is too large", str(value))
            whole[row] = value
    digits = {"money": MONEY_DIGITS, "rate": RATE_DIGITS}.get(column.type)
    if digits is not None:
        beyond = ((whole >= 10**digits) | (whole <= -(10**digits))) & ~nulls
        if beyond.any():
            row = int(beyond.argmax())
            raise TableError(table.name, column.name, row, f"has more than {digits} digits", str(whole[row]))
    return whole


def _decimals(whole: NDArray[np.int64], nulls: NDArray[np.bool_], kind: pa.DataType) -> pa.Array:
    """Scaled integers as decimals, exactly: the 128 bits of a decimal are its scaled integer."""
    import numpy as np
    import pyarrow as pa

    words = np.zeros((len(whole), 2), np.int64)
    words[:, 0] = np.where(nulls, 0, whole)
    words[:, 1] = words[:, 0] >> 63
    valid = pa.py_buffer(np.packbits(~nulls, bitorder="little")) if nulls.any() else None
    return pa.Array.from_buffers(kind, len(whole), [valid, pa.py_buffer(words)])


def _finite(table: Table, column: Column, values: Values, nulls: NDArray[np.bool_]) -> NDArray[np.float64]:
    import numpy as np

    for row, value in enumerate(
        [] if isinstance(values, np.ndarray) and values.dtype.kind in "fiu" else values
    ):
        if not nulls[row] and (isinstance(value, bool) or not isinstance(value, float | int | np.floating)):
            raise TableError(table.name, column.name, row, "is not a number", repr(value))
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        ratios = values.astype(np.float64)
    else:
        ratios = np.array(
            [0.0 if null else value for value, null in zip(values, nulls, strict=True)], np.float64
        )
    bad = ~np.isfinite(ratios) & ~nulls
    if bad.any():
        row = int(bad.argmax())
        raise TableError(
            table.name, column.name, row, "is not finite", str(ratios[row]), "use null for no value"
        )
    return ratios


def _of_dtype(table: Table, column: Column, values: NDArray[Any], nulls: NDArray[np.bool_]) -> pa.Array:
    """Booleans, and dates of whole days, from a NumPy array of their own type."""
    import numpy as np
    import pyarrow as pa

    if column.type == "date":
        days = values.astype("datetime64[D]")
        parted = (days != values) & ~nulls
        if parted.any():
            row = int(parted.argmax())
            raise TableError(table.name, column.name, row, "has a time of day", str(values[row]))
        values = np.where(nulls, np.datetime64(0, "D"), days)
    return pa.array(values, dictionary.arrow_types()[column.type], mask=nulls)


def _check_text(table: Table, column: Column, row: int, value: str) -> None:
    if column.values and value not in column.values:
        repair = f"it is one of {', '.join(column.values)}"
        raise TableError(table.name, column.name, row, "is an unknown value", value, repair)
    if column.name == CURRENCY and not (
        len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()
    ):
        raise TableError(
            table.name, column.name, row, "is not a currency", value, "write three capitals, such as CNY"
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise TableError(table.name, column.name, row, "is not valid Unicode", printable(value)) from None


def _ordered(table: Table, unordered: pa.Table) -> pa.Table:
    """The rows by primary key (text by code point), each key once."""
    import numpy as np
    import pyarrow.compute as pc

    keys = list(table.primary_key)
    order = pc.sort_indices(unordered, sort_keys=[(key, "ascending") for key in keys])
    ordered = unordered.take(order)
    rows = ordered.num_rows
    same = np.ones(max(rows - 1, 0), bool)
    for key in keys:
        values = ordered[key]
        same &= pc.equal(values.slice(0, rows - 1), values.slice(1)).to_numpy() if rows > 1 else True
    if same.any():
        position = int(same.argmax())
        found = ", ".join(f"{key} = {ordered[key][position].as_py()}" for key in keys)
        row = max(order[position].as_py(), order[position + 1].as_py())
        raise TableError(
            table.name, keys[0], row, "identifies two rows", found, "give each row a key of its own"
        )
    return ordered.combine_chunks()
