"""``datapackage.json``: the run's tables in the terms of Frictionless Data, for tools of other makers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from securitize.store.identity import Json, canonical
from securitize.store.manifest import TableEntry, table_path
from securitize.tables import dictionary
from securitize.tables.fields import table_schema


def data_package(run_id: str, tables: Mapping[str, TableEntry]) -> bytes:
    """The data package that lists ``tables`` with their columns."""
    resources = [_resource(name, entry) for name, entry in sorted(tables.items())]
    return canonical({"name": f"securitize-run-{run_id}", "profile": "data-package", "resources": resources})


def package_of_csv(run_id: str, names: Sequence[str]) -> bytes:
    """The data package of tables that were written as CSV, each ``NAME.csv`` beside it."""
    resources: list[Json] = [
        {
            "name": name,
            "path": f"{name}.csv",
            "title": dictionary.load(name).title,
            "description": dictionary.load(name).description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema_version": dictionary.load(name).schema_version,
            "schema": table_schema(dictionary.load(name)),
        }
        for name in sorted(names)
    ]
    return canonical({"name": f"securitize-run-{run_id}", "profile": "data-package", "resources": resources})


def _resource(name: str, entry: TableEntry) -> dict[str, Json]:
    table = dictionary.load(name)
    return {
        "name": name,
        "path": table_path(name),
        "title": table.title,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": entry.bytes,
        "hash": f"sha256:{entry.sha256}",
        "rows": entry.rows,
        "schema_version": entry.schema_version,
        "schema": table_schema(table),
    }
