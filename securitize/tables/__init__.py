"""The data dictionary of every table, and the one way in and out of Parquet.

``*.toml`` beside this file is the one source of names, types, units and keys, ``columns.toml`` that of headings: the
Arrow schema, the checks, the Parquet metadata, ``datapackage.json`` and ``docs/reference/tables.md`` are made from it.
"""

from securitize.tables.build import Columns, build
from securitize.tables.dictionary import Column, Table, label, load, names, value_label
from securitize.tables.frames import to_pandas
from securitize.tables.results import Tables

__all__ = [
    "Column",
    "Columns",
    "Table",
    "Tables",
    "build",
    "label",
    "load",
    "names",
    "to_pandas",
    "value_label",
]
