"""Tables as Parquet files: page checksums on both sides, one form of bytes, nothing believed unchecked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.tables import dictionary
from securitize.tables.dictionary import PATH, Column, Table, is_earlier
from securitize.tables.earlier import as_today, name_in, readable, type_in
from securitize.tables.errors import UnreadableTableError

if TYPE_CHECKING:
    import pyarrow as pa

MAX_FILE_BYTES = 2**30
MAX_ROWS = 50_000_000
MAX_DECODED_BYTES = 2**32
#: Rows of a row group, but of tables of random paths.
GROUP_ROWS = 1 << 20


def to_bytes(table: pa.Table) -> bytes:
    """The bytes of the Parquet file: the same for the same table and version of pyarrow."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    write_groups(_groups(table), table.schema, sink)
    return bytes(sink.getvalue())


def write_groups(groups: Iterable[pa.Table], schema: pa.Schema, sink: Any) -> int:
    """Write a Parquet file of a table that comes in parts, one row group a part; returns its rows.

    sink : what pyarrow writes to
    """
    import pyarrow.parquet as pq

    rows = 0
    # zstd at level 1 is as small as snappy is fast. Decimals stay in the form that every reader knows.
    with pq.ParquetWriter(
        sink,
        schema,
        version="2.6",
        compression="zstd",
        compression_level=1,
        write_page_checksum=True,
    ) as writer:
        for group in groups:
            writer.write_table(group, row_group_size=max(group.num_rows, 1))
            rows += group.num_rows
    return rows


def _groups(table: pa.Table) -> Iterator[pa.Table]:
    """The row groups of a table: of one of random paths as the dictionary has them, else of 2^20 rows."""
    import pyarrow.compute as pc

    name = (table.schema.metadata or {}).get(b"securitize.table", b"").decode(errors="replace")
    paths = dictionary.load(name).group_paths if name in dictionary.all_names() else 0
    if not paths or PATH not in table.schema.names or not table.num_rows:
        for first in range(0, max(table.num_rows, 1), GROUP_ROWS):
            yield table.slice(first, GROUP_ROWS)
        return
    ranges = pc.divide(table[PATH], paths)
    numbers = sorted(pc.unique(ranges).to_pylist())
    for number in numbers:
        # All that there is needs no copy.
        yield table if len(numbers) == 1 else table.filter(pc.equal(ranges, number))


def from_bytes(
    data: bytes,
    file: str,
    table: Table | str | None = None,
    *,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_DECODED_BYTES,
) -> pa.Table:
    """The table in the bytes of a Parquet file, with every page's checksum and the schema checked.

    file  : whose bytes they are, for messages
    table : what it has to be; None: the table that the file says it is
    max_rows, max_bytes : most rows, and most bytes in memory; checked before anything is decoded
    A file of an earlier schema version comes as the dictionary has its table today; the schema's metadata say which
    version the file has. Raises UnreadableTableError where it is damaged, too large or another table.
    """
    import pyarrow as pa

    return _read(lambda: pa.BufferReader(data), file, table, None, max_rows, max_bytes)


def rows_of_path(source: Any, file: str, table: str, path: int) -> pa.Table:
    """The rows of the row groups that may hold a path, checked as by :func:`from_bytes`, of an open file."""
    import pyarrow as pa

    def reader() -> Any:
        source.seek(0)
        return pa.PythonFile(source, mode="r")

    return _read(reader, file, table, path, MAX_ROWS, MAX_DECODED_BYTES)


def _read(
    reader: Callable[[], Any],
    file: str,
    table: Table | str | None,
    path: int | None,
    max_rows: int,
    max_bytes: int,
) -> pa.Table:
    """A table, of all row groups or of those that may hold a path. ``reader`` : of the file, from its beginning."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(reader())
        schema = metadata.schema.to_arrow_schema()
        numbers = [i for i in range(metadata.num_row_groups) if _may_hold(metadata.row_group(i), path)]
        groups = [metadata.row_group(i) for i in numbers]
        rows = sum(group.num_rows for group in groups)
        if path is None:
            rows = max(metadata.num_rows, rows)
        wanted = _wanted(file, schema, table)
        _check_schema(file, schema, wanted)
        # Repeated values are packed: what they take in memory follows from the number of rows.
        widths = sum(4 if field.type == pa.string() else (field.type.bit_width + 7) // 8 for field in schema)
        size = max(sum(group.total_byte_size for group in groups), rows * widths)
        if rows > max_rows:
            raise UnreadableTableError(
                file, "", Message("has more than {max_rows} rows", max_rows=max_rows), str(rows)
            )
        if size > max_bytes:
            raise UnreadableTableError(
                file, "", Message("holds more than {max_bytes} bytes", max_bytes=max_bytes), str(size)
            )
        return as_today(_decode(reader(), numbers, file, schema, max_bytes), wanted, _version(schema), file)
    except (pa.ArrowException, OSError, ValueError, UnicodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableTableError(file, "", "is not a readable Parquet file", reason) from error


def _may_hold(group: Any, path: int | None) -> bool:
    """Whether a row group may have rows of a path, by its own least and largest; of none, whether it is wanted."""
    for i in range(group.num_columns if path is not None else 0):
        column = group.column(i)
        if column.path_in_schema == PATH and column.statistics is not None and column.statistics.has_min_max:
            return bool(column.statistics.min <= path <= column.statistics.max)
    return True


def _decode(source: Any, groups: list[int], file: str, schema: pa.Schema, max_bytes: int) -> pa.Table:
    """Decode with text kept as dictionaries first: a short file can repeat one long text a million times."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    texts = [field.name for field in schema if field.type == pa.string()]
    packed = pq.ParquetFile(source, read_dictionary=texts, page_checksum_verification=True).read_row_groups(
        groups, use_threads=False
    )
    packed.validate(full=True)
    size = packed.nbytes
    for name in texts:
        for chunk in packed[name].chunks:
            lengths = pc.take(pc.binary_length(chunk.dictionary), chunk.indices)
            size += pc.sum(lengths).as_py() or 0
    if size > max_bytes:
        raise UnreadableTableError(
            file, "", Message("holds more than {max_bytes} bytes", max_bytes=max_bytes), str(size)
        )
    table = packed.cast(schema)
    for field in schema:
        column = table[field.name]
        if not field.nullable and column.null_count:
            raise UnreadableTableError(file, field.name, "holds nulls")
        if field.type == pa.float64() and pc.all(pc.is_finite(column)).as_py() not in (True, None):
            raise UnreadableTableError(file, field.name, "holds NaN or an infinity")
    return table


def _wanted(file: str, schema: pa.Schema, table: Table | str | None) -> Table:
    """What the file has to be: the table asked for, which must be the one that it says it is."""
    said = (schema.metadata or {}).get(b"securitize.table", b"").decode(errors="replace")
    name = table.name if isinstance(table, Table) else table if table is not None else said
    if said != name or (not isinstance(table, Table) and name not in dictionary.all_names()):
        raise UnreadableTableError(
            file, "", "is not the table " + (name or "that it should be"), said or "no name"
        )
    return table if isinstance(table, Table) else dictionary.load(name)


def _version(schema: pa.Schema) -> str:
    """The schema version that a file says it has."""
    about: Mapping[bytes, bytes] = schema.metadata or {}
    return about.get(b"securitize.schema_version", b"").decode(errors="replace")


def _check_schema(file: str, schema: pa.Schema, table: Table) -> None:
    """Every column there, of its type.

    A newer minor version may have more columns, an older one may lack those that may be null; what an older one has
    otherwise, the dictionary says of the column.
    """
    said = _version(schema)
    if not readable(table, said):
        repair = "read it with the version of this program that wrote it"
        raise UnreadableTableError(
            file,
            "",
            Message("has not schema version {schema_version}", schema_version=table.schema_version),
            said,
            repair,
        )
    for name in schema.names:
        if schema.names.count(name) > 1:
            raise UnreadableTableError(file, name, "is there twice")
    known = {column.name for column in table.columns}
    for name in schema.names:
        if name not in known and said == table.schema_version:
            raise UnreadableTableError(
                file, name, "is not a column of this table", str(schema.field(name).type)
            )
    for column in table.columns:
        name = name_in(column, said)
        if name in schema.names:
            _check_column(file, schema.field(name), column, said, is_earlier(said, table.schema_version))
        elif not column.nullable or said == table.schema_version:
            raise UnreadableTableError(file, name, "is missing")


def _check_column(file: str, found: pa.Field, column: Column, said: str, earlier: bool) -> None:
    """A column of its type; in an earlier file it may be never null where it may be null today."""
    right = dictionary.arrow_types()[type_in(column, said)]
    if found.type != right:
        raise UnreadableTableError(
            file, found.name, Message("is not of type {type}", type=right), str(found.type)
        )
    if found.nullable != column.nullable and not (earlier and column.nullable):
        words = {True: "may be null", False: "is never null"}
        raise UnreadableTableError(
            file,
            found.name,
            words[found.nullable],
            "",
            Message("here it {words}", words=words[column.nullable]),
        )


def written_by(file: Path) -> str:
    """The version of pyarrow that a Parquet file says wrote it, or all that it says of its writer."""
    import pyarrow.parquet as pq

    said = pq.read_metadata(str(file)).created_by or ""
    return said.removeprefix("parquet-cpp-arrow version ")
