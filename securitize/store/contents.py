"""What a run consists of, and every file that the store writes of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from securitize.base.files import DigestedSink, digest_of, new_file
from securitize.store.engine_version import engine_version
from securitize.store.environment import environment
from securitize.store.identity import Identity
from securitize.store.manifest import (
    DATA_PACKAGE,
    MANIFEST,
    SEAL,
    Facts,
    FileEntry,
    TableEntry,
    file_entry,
    make_manifest,
    seal,
    table_path,
)
from securitize.store.package import data_package
from securitize.tables import dictionary
from securitize.tables.errors import TableError
from securitize.tables.in_ranges import Made, TableInRanges
from securitize.tables.parquet import to_bytes

if TYPE_CHECKING:
    import pyarrow as pa

NO_FACTS = Facts()
NO_RESULTS: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contents:
    """A run as it was calculated, not yet stored.

    tables  : by name in the data dictionary, made by :func:`securitize.tables.build`
    results : files at the top of the folder, by name
    beside  : results that are files on this disk already, flushed, by name
    """

    identity: Identity
    tables: Mapping[str, Made]
    facts: Facts = NO_FACTS
    results: Mapping[str, bytes] = field(default_factory=dict)
    beside: Mapping[str, Path] = field(default_factory=dict)

    def streamed(self, folder: Path | None) -> dict[str, TableEntry]:
        """The tables that are made range by range, written into the folder of the run; without one only counted.

        Raises StorageError where the disk fails.
        """
        found = {}
        for name, table in sorted(self.tables.items()):
            if isinstance(table, TableInRanges):
                with (
                    nullcontext(DigestedSink())
                    if folder is None
                    else new_file(folder / table_path(name)) as sink
                ):
                    rows = table.write(sink)
                version = dictionary.load(name).schema_version
                found[name] = TableEntry(sink.bytes, sink.sha256, rows, version)
        return found

    def files(self, streamed: Mapping[str, TableEntry] | None = None) -> dict[str, bytes]:
        """Every file of the run by its path inside the folder, the manifest and its seal last.

        streamed : of tables that are made range by range, which are not among the files; without it they are made here
        Raises TableError where a table is not the dictionary's.
        """
        entries = self.streamed(None) if streamed is None else dict(streamed)
        packed = {
            name: packed_table(name, table)
            for name, table in sorted(self.tables.items())
            if not isinstance(table, TableInRanges)
        }
        entries |= {name: entry for name, (entry, _) in packed.items()}
        package = data_package(self.identity.id, entries)
        results = {name: file_entry(data) for name, data in self.results.items()}
        for name, path in self.beside.items():
            digest, size = digest_of(path)
            results[name] = FileEntry(size, digest)
        listed = make_manifest(
            self.identity, entries, package, self.facts, environment(), results, engine_version()
        )
        manifest = listed.to_bytes()
        return {
            **{f"inputs/{name}": data for name, data in self.identity.inputs.items()},
            **{table_path(name): data for name, (_, data) in packed.items()},
            **self.results,
            DATA_PACKAGE: package,
            MANIFEST: manifest,
            SEAL: seal(manifest),
        }


def packed_table(name: str, table: pa.Table) -> tuple[TableEntry, bytes]:
    """A table as the manifest lists it, and its bytes. Raises TableError where it is not the dictionary's."""
    entry = dictionary.load(name)
    if not table.schema.equals(entry.arrow_schema(), check_metadata=True):
        raise TableError(name, "", -1, "was not made by securitize.tables.build")
    data = to_bytes(table)
    file = file_entry(data)
    return TableEntry(file.bytes, file.sha256, table.num_rows, entry.schema_version), data
