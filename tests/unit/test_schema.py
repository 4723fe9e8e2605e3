"""JSON Schemas: they say what the models say."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from securitize.definitions.documents.reading import read_toml
from securitize.definitions.kinds import KINDS
from securitize.definitions.schema import json_schema
from tests.unit.mutations import GOOD


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """A validator of the words of JSON Schema that the schemas use."""
    if "$ref" in schema:
        return _accepts(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root)
    for word, test in (("anyOf", any), ("oneOf", lambda found: sum(found) == 1)):
        if word in schema and not test([_accepts(one, value, root) for one in schema[word]]):
            return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type", ())
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if kinds and not kinds & _types_of(value):
        return False
    if isinstance(value, dict):
        return _accepts_table(schema, value, root)
    if isinstance(value, list):
        item = schema.get("items", {})
        return len(value) >= int(schema.get("minItems", 0)) and all(
            _accepts(item, one, root) for one in value
        )
    if isinstance(value, str):
        return bool(re.search(schema.get("pattern", ""), value)) and len(value) <= schema.get(
            "maxLength", 10**9
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return bool(schema.get("minimum", -1e99) <= value <= schema.get("maximum", 1e99))
    return True


def _accepts_table(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any]) -> bool:
    known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
    if set(schema.get("required", ())) - value.keys():
        return False
    for key, item in value.items():
        if key in known:
            if not _accepts(known[key], item, root):
                return False
        elif "patternProperties" in schema:
            if not any(
                re.search(p, key) and _accepts(s, item, root) for p, s in schema["patternProperties"].items()
            ):
                return False
        elif other is False or not _accepts(other, item, root):
            return False
    return True


def _types_of(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int):
        return {"integer", "number"}
    names = {float: "number", str: "string", dict: "object", list: "array"}
    return {names.get(type(value), "null")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_accepts_the_good_file(kind: str) -> None:
    schema = json_schema(kind)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["title"]
    assert schema["description"]
    assert json.loads(json.dumps(schema)) == schema
    assert _accepts(schema, _plain(read_toml(GOOD / f"{kind}.toml").raw), schema)


WRONG: list[tuple[str, tuple[str | int, ...], Any]] = [
    ("deal", ("notes", "A", "rank"), "one"),
    ("deal", ("notes", "A", "coupon", "kind"), "null"),
    ("deal", ("notes", "C", "balance"), -1),
    ("deal", ("notes", "B", "coupon", "rate"), 4.5),
    ("deal", ("notes", "A", "balance"), {"value": 1}),
    ("deal", ("unknown",), 1),
    ("deal", ("priority", "normal"), []),
    ("pool", ("contracts", "c1", "repayment", "kind"), "balloon"),
    ("scenario", ("stress", 0, "driver"), "weather"),
    ("market", ("lpr", 0, "one_year"), "3.45%"),
]


@pytest.mark.parametrize(("kind", "path", "value"), WRONG)
def test_the_schema_refuses_a_wrong_file(kind: str, path: tuple[str | int, ...], value: Any) -> None:
    schema, raw = json_schema(kind), _plain(read_toml(GOOD / f"{kind}.toml").raw)
    here = raw
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    assert not _accepts(schema, raw, schema)


def test_every_field_is_described_by_its_table() -> None:
    for kind in KINDS:
        for name, table in json_schema(kind).get("$defs", {}).items():
            assert table.get("description"), name
