"""The data dictionary, and what is made from it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest

from securitize import tables
from securitize.tables.dictionary import parse
from securitize.tables.fields import table_schema
from securitize.tables.page import reference_page
from tests.packaging.tree import ROOT

ARROW = {
    "date": pa.date32(),
    "integer": pa.int64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "money": pa.decimal128(18, 2),
    "rate": pa.decimal128(12, 8),
    "ratio": pa.float64(),
}


def entry(**changes: Any) -> dict[str, Any]:
    words = dict.fromkeys(("title", "title_zh", "description", "description_zh"), "…")
    columns = [{"name": "note", "type": "text", "description": "…", "description_zh": "…"}]
    made = {"name": "t", "schema_version": "1.0", "primary_key": ["note"], "columns": columns, **words}
    return made | changes


def column(name: str, kind: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": "…", "description_zh": "…"} | changes


def test_the_tables_of_a_run_are_described() -> None:
    assert {"assets", "collections", "closing", "note_cash_flows", "accounts", "steps"} <= set(tables.names())


@pytest.mark.parametrize("name", tables.names())
def test_entry_is_complete(name: str) -> None:
    table = tables.load(name)
    assert table.name == name
    major, minor = table.schema_version.split(".")
    assert int(major) >= 1
    assert int(minor) >= 0
    for each in table.columns:
        assert each.description
        assert any("\u4e00" <= letter <= "\u9fff" for letter in each.description_zh), each.name
        assert bool(each.unit) or each.type not in ("money", "rate", "ratio"), each.name


@pytest.mark.parametrize("name", tables.names())
def test_schema_is_the_entry(name: str) -> None:
    table, schema = tables.load(name), tables.load(name).arrow_schema()
    assert schema.names == [each.name for each in table.columns]
    for field, each in zip(schema, table.columns, strict=True):
        assert (field.type, field.nullable) == (ARROW[each.type], each.nullable)
        assert field.metadata[b"description_zh"].decode() == each.description_zh
    assert schema.metadata[b"securitize.schema_version"].decode() == table.schema_version


@pytest.mark.parametrize("name", tables.names())
def test_data_package_fields_are_the_entry(name: str) -> None:
    table = tables.load(name)
    made = table_schema(table)
    assert made["primaryKey"] == list(table.primary_key)
    for field, each in zip(made["fields"], table.columns, strict=True):
        assert field["constraints"]["required"] is not each.nullable
        assert field.get("unit", "") == each.unit


def test_committed_page_is_current() -> None:
    committed = (ROOT / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    assert committed == reference_page(), "run python -m securitize.tables.page > docs/reference/tables.md"


def test_unknown_table_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="note_cash_flows"):
        tables.load("notes")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (entry(primary_key=["period"]), "period cannot identify"),
        (entry(columns=[column("note", "text", nullable=True)]), "note cannot identify"),
        (entry(columns=[column("note", "ratio")]), "note cannot identify"),
        (entry(columns=[column("note", "text"), column("note", "text")]), "twice"),
        (entry(columns=[column("note", "text"), column("paid", "money")]), "currency"),
        (entry(columns=[column("note", "float")]), "unknown type float"),
        (
            entry(columns=[column("note", "text", former={"before": "1.1", "name": "a"})]),
            "no version 1.1 yet",
        ),
        (entry(columns=[column("note", "text", former={"before": "1.0", "name": "note"})]), "is a column"),
        (entry(columns=[column("note", "text", former={"before": "1.0", "other": True})]), "cannot be null"),
        (
            entry(columns=[column("note", "text", former={"before": "1.0", "words": {"a": "b"}})]),
            "b is no value",
        ),
        (entry(columns=[column("note", "text", former={"before": "1.0", "type": "boolean"})]), "needs words"),
    ],
)
def test_contradictory_entry_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(wrong)


def test_unknown_key_of_an_entry_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        parse(entry(colour="red"))


def test_import_is_cheap() -> None:
    listing = "import securitize.tables, sys; print({'numpy', 'pyarrow', 'pandas'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
