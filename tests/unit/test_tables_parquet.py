"""Tables on disk: three other readers, one form of bytes, and nothing damaged or foreign believed."""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from securitize import tables
from securitize.base.errors import SecuritizeError, StorageError
from securitize.tables.earlier import stored_version
from securitize.tables.errors import UnreadableTableError
from securitize.tables.parquet import from_bytes, to_bytes
from tests.unit.table_samples import expected, read_parquet, sample, write_parquet

POLARS = {
    "date": pl.Date(),
    "integer": pl.Int64(),
    "text": pl.String(),
    "boolean": pl.Boolean(),
    "money": pl.Decimal(18, 2),
    "rate": pl.Decimal(12, 8),
    "ratio": pl.Float64(),
}
DUCKDB = {
    "date": "DATE",
    "integer": "BIGINT",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "money": "DECIMAL(18,2)",
    "rate": "DECIMAL(12,8)",
    "ratio": "DOUBLE",
}


def made(name: str) -> pa.Table:
    return tables.build(name, sample(tables.load(name)))


@pytest.fixture(params=tables.names())
def written(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[tables.Table, Path, dict[str, list[Any]]]:
    """A table on disk with what a reader has to find in it."""
    table = tables.load(request.param)
    path = tmp_path / f"{table.name}.parquet"
    write_parquet(path, made(table.name))
    return table, path, expected(table, sample(table))


def test_own_reader(written: tuple[tables.Table, Path, dict[str, list[Any]]]) -> None:
    table, path, found = written
    assert read_parquet(path).to_pydict() == found
    assert read_parquet(path, table.name).schema.equals(table.arrow_schema(), check_metadata=True)


def test_polars_reads_types_and_amounts(written: tuple[tables.Table, Path, dict[str, list[Any]]]) -> None:
    table, path, found = written
    frame = pl.read_parquet(path)
    assert dict(frame.schema) == {column.name: POLARS[column.type] for column in table.columns}
    assert frame.to_dict(as_series=False) == found


def test_duckdb_reads_types_and_amounts(written: tuple[tables.Table, Path, dict[str, list[Any]]]) -> None:
    table, path, found = written
    with duckdb.connect() as connection:
        relation = connection.execute("select * from read_parquet(?)", [str(path)])
        assert [str(column[1]) for column in relation.description or ()] == [
            DUCKDB[column.type] for column in table.columns
        ]
        rows = relation.fetchall()
    assert dict(zip(found, map(list, zip(*rows, strict=True)), strict=True)) == found


def test_pandas_reads_types_and_amounts(written: tuple[tables.Table, Path, dict[str, list[Any]]]) -> None:
    table, path, found = written
    frame = pd.read_parquet(path)
    for column in table.columns:
        values: list[Any] = [None if pd.isna(value) else value for value in frame[column.name].tolist()]
        assert values == found[column.name], column.name
        if column.type in ("money", "rate"):
            assert frame[column.name].dtype == object


def test_bytes_repeat_and_carry_checksums(tmp_path: Path) -> None:
    data = to_bytes(made("steps"))
    assert data == to_bytes(made("steps"))
    assert data != to_bytes(made("steps").slice(1))
    path = tmp_path / "steps.parquet"
    write_parquet(path, made("steps"))
    assert path.read_bytes() == data


def test_existing_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "closing.parquet"
    path.write_bytes(b"earlier")
    with pytest.raises(StorageError, match=r"closing.parquet: cannot be written .*File exists"):
        write_parquet(path, made("closing"))
    assert path.read_bytes() == b"earlier"


def test_cut_file_is_refused(tmp_path: Path) -> None:
    data = to_bytes(made("note_cash_flows"))
    path = tmp_path / "cut.parquet"
    for length in [
        0,
        1,
        4,
        8,
        12,
        len(data) // 4,
        len(data) // 2,
        len(data) - 8,
        len(data) - 4,
        len(data) - 1,
    ]:
        path.write_bytes(data[:length])
        with pytest.raises(UnreadableTableError, match=r"cut.parquet: .*\[SEC921\]$") as caught:
            read_parquet(path)
        assert "\n" not in str(caught.value)


def test_flipped_byte_never_changes_a_value_in_silence() -> None:
    """Checksums guard the pages; the rest of the file (names, statistics) is guarded by the run's digests."""
    data, whole = to_bytes(made("coverage")), made("coverage")
    refused = 0
    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= 0xFF
        try:
            table = from_bytes(bytes(flipped), "f")
        except SecuritizeError:
            refused += 1
        else:
            assert table.to_pydict() == whole.to_pydict(), position
    assert refused > len(data) // 4


def recast(name: str, column: str, change: Callable[[pa.Field], pa.Field]) -> bytes:
    """The sample of a table with one column's field changed."""
    table = made(name)
    position = table.schema.get_field_index(column)
    field = change(table.schema.field(position))
    return to_bytes(table.set_column(position, field, table[column].cast(field.type)))


@pytest.mark.parametrize(
    ("name", "column", "change", "what"),
    [
        ("coverage", "dscr", lambda f: f.with_type(pa.float32()), r"type double \(float\)"),
        ("coverage", "period", lambda f: f.with_type(pa.decimal128(21)), r"type int64 \(decimal128"),
        ("closing", "amount", lambda f: f.with_type(pa.decimal128(20, 2)), r"type decimal128\(18, 2\) "),
        ("closing", "amount", lambda f: f.with_nullable(True), r"may be null; here it is never null"),
        (
            "coverage",
            "payment_date",
            lambda f: f.with_type(pa.timestamp("us", "UTC")),
            r"type date32\[day\] ",
        ),
        ("closing", "party", lambda f: f.with_name("Party"), "is not a column of this table"),
    ],
)
def test_other_schema_is_refused_with_both_types(
    name: str, column: str, change: Callable[[pa.Field], pa.Field], what: str
) -> None:
    with pytest.raises(UnreadableTableError, match=what) as caught:
        from_bytes(recast(name, column, change), "f", name)
    assert caught.value.column.lower() == column


def test_missing_and_double_columns_are_refused() -> None:
    table = made("coverage")
    with pytest.raises(UnreadableTableError, match="f: oc: is missing"):
        from_bytes(to_bytes(table.drop_columns("oc")), "f")
    with pytest.raises(UnreadableTableError, match="f: oc: is there twice"):
        from_bytes(to_bytes(table.append_column(table.schema.field("oc"), table["oc"])), "f")


def test_other_table_is_refused() -> None:
    with pytest.raises(UnreadableTableError, match=r"is not the table coverage \(closing\)"):
        from_bytes(to_bytes(made("closing")), "f", "coverage")
    with pytest.raises(UnreadableTableError, match="is not the table"):
        from_bytes(to_bytes(pa.table({"a": [1]})), "f")


def with_version(table: pa.Table, version: str) -> bytes:
    about = {**table.schema.metadata, b"securitize.schema_version": version.encode()}
    return to_bytes(table.replace_schema_metadata(about))


def test_versions_of_one_major_read_each_other() -> None:
    table = made("coverage")
    newer = table.append_column("mood", pa.array(["good"] * table.num_rows))
    assert from_bytes(with_version(newer, "1.9"), "f").num_columns == table.num_columns + 1
    older = from_bytes(with_version(table.drop_columns("ic"), "1.9"), "f", "coverage")
    assert older["ic"].null_count == table.num_rows
    assert older.schema.names == table.schema.names
    with pytest.raises(UnreadableTableError, match=r"has not schema version 1.1 \(2.0\)"):
        from_bytes(with_version(table, "2.0"), "f")


def former_results(version: str = "1.0", **changes: pa.Array) -> bytes:
    """A table ``suite_scenarios`` of before 2.0: ``applies`` a boolean, nothing of effects; columns may be replaced."""
    table = made("suite_scenarios").drop_columns(["remarks", "effect", "same_as"])
    rows = pa.array([row % 2 == 0 for row in range(table.num_rows)])
    for name, values in {"applies": rows, **changes}.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, pa.field(name, values.type, nullable=False), values)
    return with_version(table, version)


def test_a_former_major_reads_where_the_dictionary_bridges_it() -> None:
    table = from_bytes(former_results(), "f", "suite_scenarios")
    assert table["applies"].to_pylist() == ["whole", "not-applicable"] * 3
    assert table["effect"].null_count == table.num_rows
    assert table.schema.names == [column.name for column in tables.load("suite_scenarios").columns]
    assert stored_version(table) == "1.0"
    assert stored_version(made("suite_scenarios")) == ""
    with pytest.raises(UnreadableTableError, match=r"has not schema version 2.0 \(0.9\)"):
        from_bytes(former_results("0.9"), "f")
    with pytest.raises(UnreadableTableError, match=r"has not schema version 2.0 \(3.0\)"):
        from_bytes(former_results("3.0"), "f")


def test_a_former_column_is_checked_as_it_was() -> None:
    words = pa.array(["whole"] * 6)
    with pytest.raises(UnreadableTableError, match=r"applies: is not of type bool \(string\)"):
        from_bytes(former_results(applies=words), "f")
    lacking = made("path_measures")
    with pytest.raises(UnreadableTableError, match="loss_minor: is missing"):
        from_bytes(with_version(lacking, "1.1"), "f")


def test_nan_is_refused() -> None:
    table = made("coverage")
    position = table.schema.get_field_index("oc")
    nan = pa.array([float("nan")] * table.num_rows)
    with pytest.raises(UnreadableTableError, match="f: oc: holds NaN"):
        from_bytes(to_bytes(table.set_column(position, table.schema.field(position), nan)), "f")


def coverage_of(rows: int) -> pa.Table:
    ones = [1.0] * rows
    return tables.build(
        "coverage",
        {
            "rank": [1] * rows,
            "period": range(rows),
            "payment_date": [dt.date(2020, 1, 1)] * rows,
            "dscr": ones,
            "dscr_with_support": ones,
            "ic": ones,
            "oc": ones,
        },
    )


def test_limits_hold_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = to_bytes(coverage_of(100_000))
    assert len(data) < 1_000_000
    monkeypatch.setattr(pq, "ParquetFile", None)
    with pytest.raises(UnreadableTableError, match=r"has more than 99999 rows \(100000\)"):
        from_bytes(data, "f", max_rows=99_999)
    with pytest.raises(UnreadableTableError, match="holds more than 4000000 bytes"):
        from_bytes(data, "f", max_bytes=4_000_000)


def test_one_long_text_many_times_is_refused() -> None:
    text = "x" * 100_000
    values: dict[str, Any] = {
        "file": ["deal.toml"] * 500,
        "path": [f"p{i}" for i in range(500)],
        "value": [text] * 500,
        "unit": [""] * 500,
        "kind": ["assumed"] * 500,
        "source": [""] * 500,
    }
    data = to_bytes(tables.build("assumptions", values))
    assert len(data) < 100_000
    with pytest.raises(UnreadableTableError, match="holds more than 10000000 bytes"):
        from_bytes(data, "f", max_bytes=10**7)


def test_failed_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageError, match=r"closing.parquet: cannot be written .*No space left"):
        write_parquet(tmp_path / "closing.parquet", made("closing"))
    assert list(tmp_path.iterdir()) == []
