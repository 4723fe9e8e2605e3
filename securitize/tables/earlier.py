"""Files of an earlier schema version, read as the dictionary describes their table today.

Within a major version columns are only added. What else changed is said of the column in its ``former``; where every
major version since is bridged so, a file of an earlier one is read too. What it lacks is null, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from securitize.tables.dictionary import Column, ColumnType, Former, Table, is_earlier, number_of
from securitize.tables.errors import UnreadableTableError

if TYPE_CHECKING:
    import pyarrow as pa

#: Metadata of a table that is read from a file of an earlier version: which one the file has.
STORED_VERSION = b"securitize.stored_schema_version"
_VERSION = b"securitize.schema_version"


def readable(table: Table, said: str) -> bool:
    """Whether files of the version ``said`` can be read: of this major, or of one that every later one bridges."""
    wanted = number_of(table.schema_version)[0]
    try:
        found = number_of(said)[0]
    except ValueError:
        return False
    bridged = {number_of(column.former.before)[0] for column in table.columns if column.former is not None}
    return 1 <= found <= wanted and bridged.issuperset(range(found + 1, wanted + 1))


def former_of(column: Column, said: str) -> Former | None:
    """How a file of the version ``said`` has a column, where not as it is described."""
    former = column.former
    return former if former is not None and is_earlier(said, former.before) else None


def name_in(column: Column, said: str) -> str:
    """The name of a column in a file of the version ``said``."""
    former = former_of(column, said)
    return former.name or column.name if former is not None else column.name


def type_in(column: Column, said: str) -> ColumnType:
    """The type of a column in a file of the version ``said``."""
    former = former_of(column, said)
    return former.type or column.type if former is not None else column.type


def stored_version(table: pa.Table) -> str:
    """The earlier version of the file that a table was read from; empty where it is of today's."""
    about: Mapping[bytes, bytes] = table.schema.metadata or {}
    return about.get(STORED_VERSION, b"").decode()


def as_today(stored: pa.Table, wanted: Table, said: str, file: str) -> pa.Table:
    """The table of a file of the version ``said``: every column of today in its place, those of a newer minor after.

    Raises UnreadableTableError where a column is null that may not be.
    """
    import pyarrow as pa

    if said == wanted.schema_version:
        return stored
    taken = {name_in(column, said) for column in wanted.columns}
    fields = [column.arrow_field() for column in wanted.columns]
    columns = [_column(stored, column, said) for column in wanted.columns]
    for name in stored.schema.names:
        if name not in taken:
            fields.append(stored.schema.field(name))
            columns.append(stored[name])
    for one, values in zip(fields, columns, strict=True):
        if not one.nullable and values.null_count:
            raise UnreadableTableError(file, one.name, "holds nulls")
    about = dict(stored.schema.metadata or {})
    if is_earlier(said, wanted.schema_version):
        about |= {STORED_VERSION: said.encode(), _VERSION: wanted.schema_version.encode()}
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=about))


def _column(stored: pa.Table, column: Column, said: str) -> pa.ChunkedArray:
    import pyarrow as pa

    former, kind = former_of(column, said), column.arrow_field().type
    name = name_in(column, said)
    if name not in stored.schema.names or (former is not None and former.other):
        return pa.chunked_array([pa.nulls(stored.num_rows, kind)])
    values = stored[name]
    return _in_words(values, former.words) if former is not None and former.words else values


def _in_words(values: pa.ChunkedArray, words: Mapping[str, str]) -> pa.ChunkedArray:
    """Each word as it is called today."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.cast(pa.string())
    place = pc.index_in(texts, value_set=pa.array(list(words), pa.string()))
    return pc.coalesce(pc.take(pa.array(list(words.values()), pa.string()), place), texts)
