"""JSON Schema of each kind of definition, for editors and other tools."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from securitize.definitions.deal import Deal
from securitize.definitions.market import Market
from securitize.definitions.pool import Pool
from securitize.definitions.scenario import Scenario

Kind = Literal["deal", "pool", "scenario", "market"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_MODELS: dict[Kind, type[BaseModel]] = {"deal": Deal, "pool": Pool, "scenario": Scenario, "market": Market}


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of file. Dates are strings there, numbers may be figures."""
    schema = _MODELS[kind].model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": f"securitize {kind}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
