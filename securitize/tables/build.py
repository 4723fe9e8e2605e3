"""From the values of the engine to a checked Arrow table."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from securitize.base.errors import printable
from securitize.base.messages import Listing, Message
from securitize.tables import arrays, dictionary
from securitize.tables.dictionary import CURRENCY, MONEY_DIGITS, RATE_DIGITS, Column, Table
from securitize.tables.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Values: TypeAlias = Sequence[Any] | NDArray[Any]

#: Values by column, as they are gathered for :func:`build`.
Columns: TypeAlias = dict[str, list[Any]]
_INT64 = 2**63
_EPOCH = dt.date(1970, 1, 1).toordinal()
_CURRENCY = re.compile("[A-Z]{3}")


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
            raise TableError(
                table.name,
                name,
                -1,
                Message("has {length} values", length=length),
                Message("other columns have {rows}", rows=rows),
            )
    if currency is not None and CURRENCY not in columns:
        columns[CURRENCY] = [currency] * rows
    import pyarrow as pa

    made = [_array(table, column, columns[column.name]) for column in table.columns]
    return _ordered(table, pa.Table.from_arrays(made, schema=table.arrow_schema()))


def _check_names(table: Table, columns: Mapping[str, Values], currency: str | None) -> None:
    wanted = [column.name for column in table.columns]
    for name in columns:
        if name not in wanted:
            raise TableError(
                table.name,
                name,
                -1,
                "is not a column",
                "",
                Message("columns are {known}", known=Listing(wanted)),
            )
    if currency is not None and CURRENCY not in wanted:
        raise TableError(table.name, CURRENCY, -1, "is given to a table without money")
    for name in wanted:
        if name not in columns and (name != CURRENCY or currency is None):
            raise TableError(table.name, name, -1, "is missing")


def _array(table: Table, column: Column, values: Values) -> pa.Array:
    nulls, bare = _nulls(values)
    if nulls.any() and not column.nullable:
        raise TableError(table.name, column.name, int(nulls.argmax()), "is null", "", "give it a value")
    kind = dictionary.arrow_types()[column.type]
    match column.type:
        case "integer":
            return arrays.fixed_width(kind, _whole(table, column, bare, nulls, "a whole number"), nulls)
        case "minor" | "scaled":
            return arrays.fixed_width(
                kind, _whole(table, column, bare, nulls, "a whole number of units"), nulls
            )
        case "texts":
            raise TableError(
                table.name, column.name, -1, "is a list of texts", "", "candidate tables alone have lists"
            )
        case "money":
            units = _whole(table, column, bare, nulls, "whole minor units", MONEY_DIGITS)
            return arrays.decimals(kind, units, nulls)
        case "rate":
            units = _whole(table, column, bare, nulls, "whole units of 1e-8", RATE_DIGITS)
            return arrays.decimals(kind, units, nulls)
        case "ratio":
            return arrays.fixed_width(kind, _finite(table, column, bare, nulls), nulls)
        case "date":
            return arrays.fixed_width(kind, _days(table, column, bare, nulls), nulls)
        case "boolean":
            return arrays.booleans(kind, _truths(table, column, bare, nulls), nulls)
        case "text":
            return arrays.texts(kind, _encoded(table, column, bare, nulls), nulls)
        case _:
            assert_never(column.type)


def _nulls(values: Values) -> tuple[NDArray[np.bool_], Values]:
    """Where values are null, and the values."""
    import numpy as np

    if isinstance(values, np.ma.MaskedArray):
        return np.ma.getmaskarray(values), values.data
    if isinstance(values, np.ndarray) and values.dtype != object:
        missing = np.isnat(values) if values.dtype.kind == "M" else np.zeros(len(values), bool)
        return missing, values
    return np.fromiter((value is None for value in values), bool, len(values)), values


def _whole(
    table: Table,
    column: Column,
    values: Values,
    nulls: NDArray[np.bool_],
    kind: str,
    digits: int | None = None,
) -> NDArray[np.int64]:
    """Integers as int64. A float is refused even where it is whole: it may have been rounded on the way."""
    import numpy as np

    if isinstance(values, np.ndarray) and values.dtype.kind in "iu" and values.dtype != np.uint64:
        whole = values.astype(np.int64)
    else:
        whole = np.zeros(len(values), np.int64)
        for row, value in enumerate(values):
            if nulls[row]:
                continue
            if not isinstance(value, int | np.integer) or isinstance(value, bool):
                raise TableError(
                    table.name, column.name, row, Message("is not {kind}", kind=kind), repr(value)
                )
            if not -_INT64 <= value < _INT64:
                raise TableError(table.name, column.name, row, "is too large", str(value))
            whole[row] = value
    if digits is not None:
        beyond = ((whole >= 10**digits) | (whole <= -(10**digits))) & ~nulls
        if beyond.any():
            row = int(beyond.argmax())
            raise TableError(
                table.name,
                column.name,
                row,
                Message("has more than {digits} digits", digits=digits),
                str(whole[row]),
            )
    return whole


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


def _days(table: Table, column: Column, values: Values, nulls: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Days since 1970."""
    import numpy as np

    if not (isinstance(values, np.ndarray) and values.dtype.kind == "M"):
        _check_type(table, column, values, nulls, dt.date)
        listed = [
            0 if null else value.toordinal() - _EPOCH for value, null in zip(values, nulls, strict=True)
        ]
        return np.array(listed, np.int32)
    days = values.astype("datetime64[D]")
    ordinals = days.astype(np.int64) + _EPOCH
    for wrong, what in (
        (days != values, "has a time of day"),
        ((ordinals < 1) | (ordinals > dt.date.max.toordinal()), "is out of range"),
    ):
        if (wrong & ~nulls).any():
            row = int((wrong & ~nulls).argmax())
            raise TableError(table.name, column.name, row, what, str(values[row]))
    return np.where(nulls, 0, days.astype(np.int64)).astype(np.int32)


def _truths(table: Table, column: Column, values: Values, nulls: NDArray[np.bool_]) -> NDArray[np.bool_]:
    import numpy as np

    if not (isinstance(values, np.ndarray) and values.dtype == bool):
        _check_type(table, column, values, nulls, (bool, np.bool_))
    return np.array([bool(value) for value in values], bool)


def _encoded(table: Table, column: Column, values: Values, nulls: NDArray[np.bool_]) -> list[bytes]:
    """Texts as UTF-8."""
    _check_type(table, column, values, nulls, str)
    encoded = [b""] * len(values)
    for row, value in enumerate(values):
        if nulls[row]:
            continue
        if column.values and value not in column.values:
            repair: str = Message("it is one of {values}", values=Listing(column.values))
            raise TableError(table.name, column.name, row, "is an unknown value", value, repair)
        if column.name == CURRENCY and not _CURRENCY.fullmatch(value):
            repair = "write three capitals, such as CNY"
            raise TableError(table.name, column.name, row, "is not a currency", value, repair)
        try:
            encoded[row] = value.encode()
        except UnicodeEncodeError:
            raise TableError(table.name, column.name, row, "is not valid Unicode", printable(value)) from None
    return encoded


def _check_type(
    table: Table,
    column: Column,
    values: Values,
    nulls: NDArray[np.bool_],
    accepted: type | tuple[type, ...],
) -> None:
    for row, value in enumerate(values):
        # A datetime is a date to Python, and its time of day would be lost.
        if not nulls[row] and (not isinstance(value, accepted) or isinstance(value, dt.datetime)):
            raise TableError(
                table.name, column.name, row, Message("is not of type {type}", type=column.type), repr(value)
            )


def _ordered(table: Table, unordered: pa.Table) -> pa.Table:
    """The rows by primary key (text by code point), each key once."""
    import pyarrow.compute as pc

    keys = list(table.primary_key)
    order = pc.sort_indices(unordered, sort_keys=[(key, "ascending") for key in keys])
    ordered = unordered.take(order)
    # Pure Arrow: leaving it, by to_numpy, imports pandas.
    before, after = ordered.slice(0, max(ordered.num_rows - 1, 0)), ordered.slice(1)
    same = functools.reduce(pc.and_, (pc.equal(before[key], after[key]) for key in keys))
    if pc.any(same).as_py():
        position = pc.index(same, True).as_py()
        found = ", ".join(f"{key} = {ordered[key][position].as_py()}" for key in keys)
        row = max(order[position].as_py(), order[position + 1].as_py())
        raise TableError(
            table.name, keys[0], row, "identifies two rows", found, "give each row a key of its own"
        )
    return ordered.combine_chunks()
