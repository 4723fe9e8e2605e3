"""Small candidate files for tests, and what their logs say."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from securitize.pooling.candidates.columns import schema, tables
from securitize.pooling.candidates.identifiers import check_digit, credit_check_character
from securitize.pooling.candidates.read import Candidates, SourceFile, _read_one, read_candidates

AS_OF = dt.date(2025, 6, 30)
Row = Mapping[str, object]


def read_patents(file: SourceFile, *, as_of: dt.date) -> Candidates:
    """The patents of one file alone; whose they are is not asked. Raises as :func:`read_candidates`."""
    cleaned, digest = _read_one("patents", file, as_of)
    empty = {table: schema(table).empty_table() for table in tables() if table != "patents"}
    return Candidates(
        cleaned.table,
        **empty,
        changes=cleaned.log.changes(),
        problems=cleaned.log.problems(),
        counts={"patents": cleaned.counts()},
        digests={"patents": digest},
    )


def number(serial: int, year: int = 2015) -> str:
    """A Chinese application number."""
    digits = f"{year}1{serial:07d}"
    return f"CN{digits}.{check_digit(digits)}"


def code(serial: int) -> str:
    """A unified social credit code."""
    first = f"91990000{serial:09d}"
    return first + credit_check_character(first)


def patent(serial: int = 1, **changed: object) -> dict[str, object]:
    """A patent in canonical columns, nothing to be repaired."""
    row: dict[str, object] = {
        "publication_number": f"CN1{serial:08d}B",
        "application_number": number(serial),
        "filing_date": "2015-03-02",
        "publication_date": "2016-09-07",
        "grant_date": "2018-01-05",
        "title": f"Battery electrode sheet {serial}",
        "ipc": "H01M10/0525;H01M4/36",
        "owner": "Alpha Battery Co., Ltd.",
        "company": "alpha",
        "contract": "alpha-1",
    }
    return row | changed


def company(key: str = "alpha", serial: int = 1, **changed: object) -> dict[str, object]:
    """A company in canonical columns."""
    row: dict[str, object] = {
        "company": key,
        "credit_code": code(serial),
        "name": f"{key.title()} Battery Co., Ltd.",
        "former_names": "",
        "revenue": "12345678.90",
        "net_profit": "-100.00",
        "debt_ratio": "0.45",
    }
    return row | changed


def contract(key: str = "alpha-1", **changed: object) -> dict[str, object]:
    """A contract in canonical columns."""
    row: dict[str, object] = {
        "contract": key,
        "company": key.partition("-")[0],
        "kind": "pledged-loan",
        "amount": "5000000",
        "rate": "0.0455",
        "start": "2025-07-31",
        "maturity": "2028-07-31",
        "every": "6M",
        "repayment": "bullet",
    }
    return row | changed


def event(serial: int, event_code: str, day: str, **changed: object) -> dict[str, object]:
    """A legal event of a Chinese application."""
    row: dict[str, object] = {
        "application_number": number(serial),
        "event_authority": "CN",
        "event_code": event_code,
        "event_date": day,
    }
    return row | changed


def csv_text(rows: Sequence[Row], separator: str = ",") -> str:
    """The rows as CSV; the heading is every key in the order in which it comes up."""
    heading = list(dict.fromkeys(key for row in rows for key in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, heading, restval="", delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """A file in a folder."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def patents_of(
    folder: Path, rows: Sequence[Row], source: str = "canonical", as_of: dt.date = AS_OF
) -> Candidates:
    """The patents of some rows, through a CSV file."""
    return read_patents(SourceFile(put(folder, "patents.csv", csv_text(rows)), source), as_of=as_of)


def joined(folder: Path, as_of: dt.date = AS_OF, **tables: Sequence[Row]) -> Candidates:
    """The candidates of some rows by table, through CSV files."""
    files = {
        name: SourceFile(put(folder, f"{name}.csv", csv_text(rows))) for name, rows in tables.items() if rows
    }
    return read_candidates(
        files["patents"],
        files.get("companies"),
        files.get("contracts"),
        files.get("legal_events"),
        as_of=as_of,
    )


def entries(candidates: Candidates, **wanted: object) -> list[dict[str, Any]]:
    """The entries of the log whose cells are as wanted."""
    found: Iterable[dict[str, Any]] = candidates.changes.to_pylist()
    return [entry for entry in found if all(entry[name] == value for name, value in wanted.items())]


def only(candidates: Candidates, name: str, table: str = "patents") -> Any:
    """The one value of a column of a table with one row."""
    column = getattr(candidates, table)[name].to_pylist()
    assert len(column) == 1
    return column[0]
