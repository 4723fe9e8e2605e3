"""What a table or value of a file may be, by the model of the file."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from securitize.definitions.documents.locator import KeyPath


def keys_of(model: type[BaseModel], raw: Mapping[str, Any], table: KeyPath) -> list[str]:
    """The keys that the table at ``table`` may have."""
    chosen = choose(*_reached(model, raw, table))
    return [field.alias or name for name, field in chosen.model_fields.items()] if chosen else []


def table_kinds(model: type[BaseModel], raw: Mapping[str, Any], path: KeyPath) -> dict[str, dict[str, bool]]:
    """The kinds of the table at ``path``: what each needs beside its kind, and whether that is a number."""
    shape = member(*_reached(model, raw, path[:-1]), path[-1]) if path else None
    return {
        word: {
            field.alias or name: field.annotation is int
            for name, field in part.model_fields.items()
            if field.is_required() and name != "kind"
        }
        for part in alternatives(shape)
        if isinstance(part, type) and issubclass(part, BaseModel) and "kind" in part.model_fields
        for word in get_args(part.model_fields["kind"].annotation)
    }


def _reached(model: type[BaseModel], raw: Mapping[str, Any], path: KeyPath) -> tuple[Any, Any]:
    """What stands at a path: what it may be, and its raw value."""
    shape: Any = model
    here: Any = raw
    for key in path:
        shape, here = member(shape, here, key), here[key]
    return shape, here


def member(shape: Any, here: Any, key: str | int) -> Any:
    """What a field or element of a shape may be; None where there is none."""
    chosen = choose(shape, here)
    if chosen is not None:
        for name, field in chosen.model_fields.items():
            if key == (field.alias or name):
                return field.annotation
        return None
    for part in alternatives(shape):
        if get_origin(part) in (dict, tuple):
            arguments = get_args(part)
            return arguments[1] if get_origin(part) is dict else arguments[0]
    return None


def choose(shape: Any, here: Any) -> type[BaseModel] | None:
    """The model for a raw table: of several, the one whose fixed words the table says."""
    models = [part for part in alternatives(shape) if isinstance(part, type) and issubclass(part, BaseModel)]
    if len(models) > 1 and isinstance(here, Mapping):
        for candidate in models:
            for tag in ("kind", "driver"):
                field = candidate.model_fields.get(tag)
                if field and here.get(tag) in get_args(field.annotation):
                    return candidate
    return models[0] if models else None


def alternatives(shape: Any) -> Iterator[Any]:
    """The parts of a union, or the shape itself."""
    if hasattr(shape, "__metadata__"):
        shape = get_args(shape)[0]
    if get_origin(shape) in (Union, types.UnionType):
        for part in get_args(shape):
            yield from alternatives(part)
    else:
        yield shape
