"""A run's tables and its deterministic path for other programs: CSV, a data package, DuckDB, one Python file."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError, printable
from securitize.base.files import storage, write_new
from securitize.reports.tables import as_csv
from securitize.store.folder import new_folder
from securitize.store.package import package_of_csv
from securitize.store.stored import StoredRun
from securitize.studies.proof.standalone import PAIRS, standalone
from securitize.tables.dictionary import load

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PACKAGE = "datapackage.json"


def write_standalone(stored: StoredRun, output: Path, pairs: int = PAIRS) -> None:
    """Write the standalone file with so many random paths.

    Raises UsageError where something stands there already, or the run has none.
    """
    _require_free(output)
    write_new(output, standalone(stored, pairs).encode())


def export_tables(stored: StoredRun, kind: str, output: Path) -> int:
    """Write every table; returns how many. ``kind`` : csv, datapackage or duckdb.

    Raises UsageError where something stands at ``output``, or DuckDB is not installed.
    """
    names = list(stored.manifest.tables)
    if kind == "csv":
        with new_folder(output) as made:
            for name in names:
                write_new(made / f"{name}.csv", as_csv(stored.table(name)).encode())
            write_new(made / PACKAGE, package_of_csv(stored.id, names))
    elif kind == "datapackage":
        _require_free(output)
        write_new(output, _zipped(stored, names))
    else:
        _require_free(output)
        _into_duckdb(stored, names, output)
    return len(names)


def _zipped(stored: StoredRun, names: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = [(f"{name}.csv", as_csv(stored.table(name)).encode()) for name in names]
        for name, data in [(PACKAGE, package_of_csv(stored.id, names)), *parts]:
            # One time for all members: the same run gives the same bytes.
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _into_duckdb(stored: StoredRun, names: list[str], output: Path) -> None:
    try:
        import duckdb
    except ImportError:
        raise UsageError("DuckDB is not installed: pip install duckdb") from None
    with tempfile.TemporaryDirectory(prefix=".duckdb.", dir=output.absolute().parent) as made:
        file = Path(made) / "run.duckdb"
        with duckdb.connect(str(file)) as database:
            for name in names:
                _put(database, stored, name)
        with storage("cannot be given its final name", output):
            os.rename(file, output)


def _put(database: DuckDBPyConnection, stored: StoredRun, name: str) -> None:
    """One table with its comments; names are those of the data dictionary."""
    table = load(name)
    database.register("exported", stored.table(name))
    database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM exported')
    database.unregister("exported")
    database.execute(f"COMMENT ON TABLE \"{name}\" IS '{_quoted(table.description)}'")
    for column in table.columns:
        about = _quoted(column.description)
        database.execute(f'COMMENT ON COLUMN "{name}"."{column.name}" IS \'{about}\'')


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _require_free(output: Path) -> None:
    if os.path.lexists(output):
        raise UsageError(
            "{output} exists already; name a file that does not", output=printable(str(output), 300)
        )
