"""Turns the errors of pydantic into problems: where, what is wrong, what stood there, what would be right."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from securitize.base.messages import Listing, Message
from securitize.definitions.documents import slips
from securitize.definitions.documents.loaded import PROBLEM_LIMIT
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.documents.shapes import keys_of, table_kinds
from securitize.definitions.figures import NAME_PATTERN, FigureKind

_OUT_OF_BOUNDS = "the number is out of bounds"
_NAMES = "use ASCII letters, digits, - and _, at most 40, starting with a letter or digit"
_TYPES = {
    "string_type": ("a text is needed", 'write it in quotes: "…"'),
    "int_type": ("a whole number is needed", "write a whole number without quotes"),
    "int_from_float": ("a whole number is needed", "write it without a decimal point"),
    "bool_type": ("true or false is needed", "write true or false without quotes"),
    "tuple_type": ("an array is needed", "write it in brackets: [ … ]"),
    "dict_type": ("a table is needed", "write it in braces: { … }"),
    "model_type": ("a table is needed", "write it in braces: { … }"),
    "model_attributes_type": ("a table is needed", "write it in braces: { … }"),
}
#: A bare value where one of several kinds of table belongs.
_NO_TABLE = ("union_tag_not_found", "model_type", "model_attributes_type")

#: Codes of fields that take values without quotes, and what a text in quotes may be meant as.
_VALUES: Mapping[str, tuple[slips.ValueForm, ...]] = {
    "SEC110": ("number",),
    "SEC127": ("number", "truth"),
    "SEC128": ("date",),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error at a path of the raw data."""

    path: KeyPath
    what: str
    found: str
    repair: str
    code: str
    #: what must be taken out so that the rest can be validated
    faulty: KeyPath


def explain(
    model: type[BaseModel], raw: Mapping[str, Any], errors: Sequence[ErrorDetails]
) -> list[Explanation]:
    """One explanation a path, in the order of the errors; of very many errors the first."""
    found: dict[KeyPath, Explanation] = {}
    for error in errors[: 2 * PROBLEM_LIMIT]:
        if _counts_what_failed(error):
            continue
        for one in _explain(model, raw, error):
            earlier = found.get(one.path)
            found[one.path] = one if earlier is None else _either(earlier, one)
    return list(found.values())


def _table_meant(kinds: Mapping[str, Mapping[str, bool]], value: Any) -> str:
    """The table that was to stand in place of a bare value: of the kind that it names, or whose one number it is."""
    kind, needs = "", dict[str, bool]()
    number = isinstance(value, int | Decimal | Mapping) and not isinstance(value, bool)
    of_a_number = [name for name, keys in kinds.items() if list(keys.values()) == [True]]
    if isinstance(value, str) and value in kinds:
        kind, needs = value, dict(kinds[value])
    elif number and len(of_a_number) == 1:
        kind, needs = of_a_number[0], dict(kinds[of_a_number[0]])
    if not kind:
        words = _or([f'"{name}"' for name in kinds])
        return Message("write it in braces, with kind = {words}", words=words)
    shown = "{ value = …, kind = … }" if isinstance(value, Mapping) else short(value) if number else "…"
    fields = "".join(f", {key} = {shown}" for key in needs)
    return Message("write it in braces, {table}", table=f'{{ kind = "{kind}"{fields} }}')


def _counts_what_failed(error: ErrorDetails) -> bool:
    """Whether there are entries enough, of which pydantic counts only those that hold; the others are told of."""
    given, least = error["input"], error.get("ctx", {}).get("min_length")
    return (
        error["type"] == "too_short" and isinstance(given, Sequence | Mapping) and len(given) >= (least or 0)
    )


def _either(one: Explanation, other: Explanation) -> Explanation:
    """Two alternatives of a union were refused at one path: any of the repairs helps."""
    if one.repair == other.repair or one.code in ("SEC122", "SEC123"):
        return one
    repair = (
        one.repair
        if other.repair in one.repair
        else Message("{repair}, or {other}", repair=one.repair, other=other.repair)
    )
    return Explanation(one.path, one.what, one.found, repair, one.code, one.faulty)


def _explain(model: type[BaseModel], raw: Mapping[str, Any], error: ErrorDetails) -> Iterator[Explanation]:
    kind, loc, ctx = error["type"], tuple(error["loc"]), error.get("ctx", {})
    value: Any = error["input"]
    if kind == "missing":
        table = _path(raw, loc[:-1], value)
        yield Explanation((*table, loc[-1]), "a key is missing", "", _add(loc[-1]), "SEC123", table)
        return
    if loc and loc[-1] == "[key]":
        loc = loc[:-1]
        path = _path(raw, loc, value, by_key=True)
    else:
        path = _path(raw, loc, value)
    if kind == "extra_forbidden":
        known = keys_of(model, raw, path[:-1])
        key = str(path[-1]) if path else ""
        yield Explanation(path, "there is no such key", key, suggest(key, known), "SEC122", path)
        return
    what, repair, code = _say(kind, ctx, value, error["msg"])
    if isinstance(value, str | Mapping):
        what, repair = _as_meant(kind, ctx, value, what, repair, code)
    shown = short(value)
    if kind == "definition_fault" and (isinstance(value, Mapping) or shown in what):
        shown = ""
    if code == "SEC132":
        # It says how many there are already.
        shown = ""
    figure = kind == "union_tag_invalid" and isinstance(value, Mapping) and "value" in value
    tagless = kind in _NO_TABLE and not isinstance(value, Mapping)
    if (figure or tagless) and (kinds := table_kinds(model, raw, path)):
        found = Message("a figure") if figure else shown
        yield Explanation(path, "a table is needed", found, _table_meant(kinds, value), "SEC127", path)
    elif kind == "union_tag_invalid" and isinstance(value, Mapping):
        key = str(ctx.get("discriminator", "kind")).strip("'")
        yield Explanation((*path, key), what, short(value.get(key)), repair, code, path)
    elif kind == "union_tag_not_found":
        key = str(ctx.get("discriminator", "kind")).strip("'")
        yield Explanation((*path, key), "a key is missing", "", _add(key), "SEC123", path)
    else:
        yield Explanation(path, what, shown, repair, code, path)


def _say(kind: str, ctx: Mapping[str, Any], value: Any, message: str) -> tuple[str, str, str]:
    """What is wrong, what would be right, and the code."""
    if kind == "definition_fault":
        return ctx["what"], ctx["repair"], ctx["code"]
    if kind in ("literal_error", "union_tag_invalid"):
        words = _words(ctx)
        what = "there is no such word" if kind == "literal_error" else "there is no such kind"
        code = "SEC124" if kind == "literal_error" else "SEC125"
        return what, Message("write {words}", words=_or([f'"{word}"' for word in words])), code
    if kind in _TYPES:
        what, repair = _TYPES[kind]
        return what, repair, "SEC127"
    if kind.startswith("date"):
        return "a date is needed", "write it without quotes and time of day: 2024-09-11", "SEC128"
    if kind == "string_pattern_mismatch":
        if ctx.get("pattern") == NAME_PATTERN:
            return "not a name", _NAMES, "SEC129"
        return "not in the form of this field", _like(str(ctx.get("pattern"))), "SEC133"
    if kind == "string_too_long":
        return (
            "the text is too long",
            Message("use at most {max_length} characters", max_length=ctx.get("max_length")),
            "SEC130",
        )
    if kind in ("too_short", "too_long"):
        what = Message("{count} entries", count=ctx.get("actual_length"))
        least, most = ctx.get("min_length"), ctx.get("max_length")
        repair = (
            Message("give at least {least}", least=least)
            if kind == "too_short"
            else Message("give at most {most}", most=most)
        )
        return what, repair, "SEC132"
    if kind == "greater_than_equal":
        return _OUT_OF_BOUNDS, Message("write at least {bound}", bound=ctx.get("ge")), "SEC131"
    if kind == "less_than_equal":
        return _OUT_OF_BOUNDS, Message("write at most {bound}", bound=ctx.get("le")), "SEC131"
    return message[:1].lower() + message[1:], "correct the value", "SEC139"


def _as_meant(
    kind: str, ctx: Mapping[str, Any], value: Any, what: str, repair: str, code: str
) -> tuple[str, str]:
    """What is wrong and what would be right, where a text is a value or a word as Chinese writes it."""
    if isinstance(value, Mapping):
        key = "value" if code in _VALUES else str(ctx.get("discriminator", "kind")).strip("'")
        value = value.get(key) if kind in ("union_tag_invalid", "definition_fault") else None
    if not isinstance(value, str):
        return what, repair
    sign = slips.first_sign(value)
    named = (
        Message(
            "{what}: {name} at character {index} of the text",
            what=what,
            name=slips.name(sign),
            index=value.index(sign) + 1,
        )
        if sign
        else what
    )
    if code in _VALUES:
        meant = slips.meant(value)
        wanted = _VALUES[code]
        bare = meant.toml if meant and meant.form in wanted else ""
        if bare:
            return named, Message("write it without quotes: {bare}", bare=bare)
    elif code in ("SEC118", "SEC124", "SEC125"):
        allowed = list(get_args(FigureKind)) if code == "SEC118" else _words(ctx)
        word = slips.plain(value) if slips.plain(value) in allowed else slips.word(value, allowed)
        if word:
            return named, Message('write "{word}"', word=word)
    elif code == "SEC129" and re.fullmatch(NAME_PATTERN, slips.plain(value)):
        return named, Message('write "{plain}"', plain=slips.plain(value))
    return named, repair


def _words(ctx: Mapping[str, Any]) -> list[str]:
    """The words that a field or a kind takes."""
    allowed = str(ctx.get("expected") or ctx.get("expected_tags", ""))
    return [word.strip(" '") for word in allowed.replace(" or ", ",").split(",") if word.strip()]


def _like(pattern: str) -> str:
    """The repair of a text that does not have the form of its field."""
    if "parquet" in pattern:
        return "write the name of a CSV, XLSX or Parquet file, such as candidates.csv"
    if "._-" in pattern:
        return "write the code of a node, such as 2.1.3"
    return "write it like 3M or 1Y" if "MY" in pattern else "write it like CNY"


def _path(raw: Any, loc: Sequence[str | int], value: Any, by_key: bool = False) -> KeyPath:
    """``loc`` without what pydantic adds to it: the tags of unions.

    Of the ways to read it, the one that ends at the value which was refused.
    """
    candidates = list(_readings(raw, tuple(loc)))
    for path, end in candidates:
        if by_key and path and path[-1] == value:
            return path
        if not by_key and (end is value or (type(end) is type(value) and end == value)):
            return path
    return max((path for path, _ in candidates), key=len, default=())


def _readings(here: Any, loc: tuple[str | int, ...]) -> Iterator[tuple[KeyPath, Any]]:
    if not loc:
        yield (), here
        return
    key, rest = loc[0], loc[1:]
    inside = (isinstance(here, Mapping) and key in here) or (
        isinstance(here, list | tuple) and isinstance(key, int) and key < len(here)
    )
    if inside:
        for path, end in _readings(here[key], rest):
            yield (key, *path), end
    yield from _readings(here, rest)


def suggest(name: str, known: Iterable[str]) -> str:
    """The repair for an unknown name: the nearest one, or all of a few."""
    names = list(known)
    near = difflib.get_close_matches(name.lower(), [known_.lower() for known_ in names], 1, 0.6)
    if near:
        return Message("did you mean {near}?", near=next(n for n in names if n.lower() == near[0]))
    if not names:
        return "there are none"
    if len(names) > 20:
        return Message("there are {names} …", names=Listing(names[:20]))
    return Message("there are {names}", names=Listing(names))


def short(value: Any) -> str:
    """A value as TOML writes it, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else f'"{value[:39]}…"'
    if isinstance(value, Mapping):
        return Message("a table")
    if isinstance(value, list | tuple):
        return Message("an array of {count}", count=len(value))
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        text = str(value)
        return text if len(text) <= 40 else f"{text[:39]}…"
    return "" if value is None else type(value).__name__


def _add(key: str | int) -> str:
    return Message("add {key} = …", key=key)


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else Listing([Listing(words[:-1]), words[-1]], " or ")
