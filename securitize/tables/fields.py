"""Columns as a Frictionless table schema, for ``datapackage.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from securitize.base.closed import complete
from securitize.tables.dictionary import Column, ColumnType, Table

_TYPES: Mapping[ColumnType, str] = complete(
    ColumnType,
    {
        "date": "date",
        "integer": "integer",
        "text": "string",
        "boolean": "boolean",
        "money": "number",
        "rate": "number",
        "ratio": "number",
        "minor": "integer",
        "scaled": "integer",
        "texts": "array",
    },
)


def table_schema(table: Table) -> dict[str, Any]:
    """The table's columns and key in the terms of the Frictionless Table Schema."""
    return {"fields": [_field(column) for column in table.columns], "primaryKey": list(table.primary_key)}


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": not column.nullable}
    if column.values:
        constraints["enum"] = list(column.values)
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.label,
        "title_zh": column.label_zh,
        "type": _TYPES[column.type],
        "description": column.description,
        "description_zh": column.description_zh,
        "constraints": constraints,
    }
    if column.unit:
        field["unit"] = column.unit
    return field
