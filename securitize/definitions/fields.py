"""What every field of a definition is: its meaning, form, default, and where the reference tells more.

The meanings stand in ``fields.toml``; everything else is read off the models.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.kinds import KINDS, FileKind

#: In a path, any name that the writer of the file gives.
ANY = "*"


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    path    : from the top of the file; ANY for a name, nothing for a place in an array
    choices : of a field with fixed words, else empty
    form    : what is written there
    default : as it would be written; empty where there is none
    kind    : of its table, where the table is one of several kinds, else empty
    """

    file: FileKind
    path: tuple[str, ...]
    owner: str
    meaning: str
    meaning_zh: str
    form: str
    choices: tuple[str, ...]
    default: str
    required: bool
    kind: str = ""

    @property
    def written(self) -> str:
        """The path as a person writes it."""
        return ".".join("NAME" if part == ANY else part for part in self.path)

    @property
    def reference(self) -> str:
        """Page and section that define it."""
        return KINDS[self.file].reference_of(self.path[0], self.owner)


@cache
def meanings() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Meaning in English and Chinese by model and field."""
    raw = tomllib.loads((Path(__file__).parent / "fields.toml").read_text(encoding="utf-8"))
    return {model: {name: (en, zh) for name, (en, zh) in fields.items()} for model, fields in raw.items()}


def meaning_of(model: type[BaseModel], field: str) -> tuple[str, str]:
    """Of a field as it is written. Raises KeyError where nothing says it."""
    for owner in (*(each.__name__ for each in model.__mro__), "common"):
        found = meanings().get(owner, {}).get(field)
        if found:
            return found
    raise KeyError(f"{model.__name__}.{field}")


@cache
def fields() -> tuple[Field, ...]:
    """Every field of every kind of file."""
    return tuple(field for kind in KINDS.values() for field in _fields(kind.name, kind.model, ()))


def find_fields(words: str) -> list[Field]:
    """The fields that ``words`` means: a path, or its end; names of one's own may stand in it or be left out.

    A kind may stand in it too: ``stress.put.share``.
    """
    asked = tuple(re.sub(r"\[[^\]]*\]", "", words).split("."))
    found = _find(asked)
    for k, word in enumerate(asked[:-1]):
        found = found or [field for field in _find((*asked[:k], *asked[k + 1 :])) if field.kind == word]
    return found


def _find(asked: tuple[str, ...]) -> list[Field]:
    of_kind = asked[0] in KINDS and len(asked) > 1
    kinds = [asked[0]] if of_kind else list(KINDS)
    rest = asked[1:] if of_kind else asked
    found = [field for field in fields() if field.file in kinds and _ends(field.path, rest)]
    shortest = min((len(_plain(field.path)) for field in found if _plain(field.path) == rest), default=None)
    return [f for f in found if shortest is None or _plain(f.path) == rest] if rest else []


def _plain(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in path if part != ANY)


def _ends(path: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether ``path`` ends as asked; a name stands for any word, or for none."""
    if not asked:
        return True
    if not path:
        return False
    if path[-1] == ANY:
        return _ends(path[:-1], asked) or (len(asked) > 1 and _ends(path[:-1], asked[:-1]))
    return path[-1] == asked[-1] and _ends(path[:-1], asked[:-1])


def _fields(kind: FileKind, model: type[BaseModel], path: tuple[str, ...]) -> Iterator[Field]:
    properties = model.model_json_schema(by_alias=True).get("properties", {})
    tags = (properties.get(key, {}).get("const", "") for key in ("kind", "driver"))
    tag = next((str(one) for one in tags if one), "")
    for name, info in model.model_fields.items():
        alias = info.alias or name
        here = (*path, alias)
        form, choices = _form(properties.get(alias, {}))
        en, zh = meaning_of(model, alias)
        default = _default(info, form)
        required = info.is_required()
        yield Field(kind, here, model.__name__, en, zh, form, choices, default, required, tag)
        seen: set[type[BaseModel]] = set()
        for inner, names in _tables(info.annotation):
            if inner not in seen:
                seen.add(inner)
                yield from _fields(kind, inner, (*here, *names))


def _tables(shape: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[type[BaseModel], tuple[str, ...]]]:
    """The models of tables in a field, with a name for each level of names."""
    if hasattr(shape, "__metadata__"):
        shape = get_args(shape)[0]
    origin = get_origin(shape)
    if origin in (Union, types.UnionType, tuple):
        for part in get_args(shape):
            yield from _tables(part, names)
    elif origin is dict:
        yield from _tables(get_args(shape)[1], (*names, ANY))
    elif isinstance(shape, type) and issubclass(shape, BaseModel):
        yield shape, names


def _form(schema: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What is written there, in words, and the fixed words if any."""
    parts = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    if "description" in schema:
        return str(schema["description"]), ()
    for part in parts:
        if "description" in part:
            return str(part["description"]), ()
        if "enum" in part:
            return "one of the words", tuple(map(str, part["enum"]))
        if "const" in part:
            return "the word", (str(part["const"]),)
        if part.get("format") == "date":
            return "date, such as 2024-09-11", ()
        if part.get("pattern", "").endswith("[MY]$"):
            return "months or years, such as 3M or 1Y", ()
    words: dict[str, str] = {
        "string": "text in quotes",
        "boolean": "true or false",
        "integer": "whole number",
        "array": Message("array"),
        "object": Message("table"),
    }
    names = [words[part["type"]] for part in parts if part.get("type") in words]
    kinds = [kind for part in parts for kind in _kinds(part)]
    if kinds:
        if "array" in names:
            return Message("tables, each of a kind: {kinds}", kinds=Listing(kinds)), ()
        return Message("table, each of a kind: {kinds}", kinds=Listing(kinds)), ()
    return Listing(dict.fromkeys(names), " or ") if names else words["object"], ()


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    """Kinds of a table, of the tables of an array, or of tables by name, in the order of the definition."""
    by_name = schema.get("patternProperties", {}).values()
    for inner in (schema, schema.get("items"), schema.get("additionalProperties"), *by_name):
        if isinstance(inner, Mapping) and "discriminator" in inner:
            models = [one["$ref"] for one in inner["oneOf"]]
            mapping = inner["discriminator"]["mapping"]
            return sorted(mapping, key=lambda kind: models.index(mapping[kind]))
    return []


def _default(info: FieldInfo, form: str) -> str:
    value = info.default
    if info.is_required() or value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if form.startswith(("Rate", "Plain multiple", "Margin", "Annual rate")):
            return f"{(Decimal(value) / RATE_UNITS).normalize():f}"
        return f"{(Decimal(value) / 100).normalize():f}" if form.startswith("Amount") else str(value)
    return str(value) if isinstance(value, str) and value else ""
