"""What a run consists of, and every file that the store writes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from securitize.store.engine_version import engine_version
from securitize.store.environment import environment
from securitize.store.identity import Identity
from securitize.store.manifest import (
    DATA_PACKAGE,
    MANIFEST,
    SEAL,
    Facts,
    TableEntry,
    file_entry,
    make_manifest,
    seal,
    table_path,
)
from securitize.store.package import data_package
from securitize.tables import dictionary
from securitize.tables.errors import TableError
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
    """

    identity: Identity
    tables: Mapping[str, pa.Table]
    facts: Facts = NO_FACTS
    results: Mapping[str, bytes] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Every file of the run by its path inside the folder, the manifest and its seal last.

        Raises TableError where a table is not the dictionary's.
        """
        packed = {name: packed_table(name, table) for name, table in sorted(self.tables.items())}
        entries = {name: entry for name, (entry, _) in packed.items()}
        package = data_package(self.identity.id, entries)
        listed = make_manifest(
            self.identity, entries, package, self.facts, environment(), self.results, engine_version()
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
