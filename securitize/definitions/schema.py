"""JSON Schema of each kind of definition, for editors and other tools."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from securitize.definitions.kinds import KINDS


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of file, by name. Dates are strings there, numbers may be figures."""
    schema = KINDS[kind].model.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": f"securitize {kind}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
