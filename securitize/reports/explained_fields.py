"""Fields of files for ``explain``: forms, defaults, the kinds of a table, and fixed words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from securitize.base.messages import Listing, Message, in_language
from securitize.definitions.fields import ANY, Field, fields, find_fields
from securitize.reports.explained_words import Block, plain
from securitize.reports.words import chosen

#: So many places, and so many meanings of one word, are named.
_PLACES, _MOST = 4, 12


def named(word: str) -> Iterator[Block]:
    """Fields that mean the same are explained once, with every place where they stand."""
    groups: dict[tuple[str, ...], list[Field]] = {}
    for field in find_fields(word):
        same = (
            field.meaning,
            field.form,
            field.default,
            field.reference,
            *field.choices,
            *_inner_names(field),
        )
        groups.setdefault(same, []).append(field)
    for same_fields in groups.values():
        field = same_fields[0]
        yield Block(
            _places(same_fields),
            (
                chosen(field.meaning, field.meaning_zh),
                _form(field),
                *_given(field),
                field.reference,
            ),
        )


def alternatives(word: str) -> Iterator[Block]:
    """The kinds of table that a field may hold, each with its fields, forms and defaults; or one of them."""
    of_kind = _kinds_of(word)
    if of_kind:
        path, kinds = of_kind
        for kind in kinds:
            yield _kind(path, kind)
        return
    field, _, kind = word.rpartition(".")
    of_kind = _kinds_of(field) if field else None
    if of_kind and kind in of_kind[1]:
        yield _kind(of_kind[0], kind)


def fixed_words(word: str) -> Iterator[Block]:
    """A fixed word of fields: where it may be written."""
    places = [field for field in fields() if word in field.choices]
    meanings = dict.fromkeys(
        Message("{place}: {meaning}", place=_place(one), meaning=chosen(one.meaning, one.meaning_zh))
        for one in places
    )
    kinds = sorted({one.path[-1] for one in fields() if one.kind == word} - {"kind", "driver"})
    if meanings:
        fields_of = (Message("with it go the fields: {kinds}", kinds=Listing(kinds)),) if kinds else ()
        lines = (*list(meanings)[:8], *fields_of, places[0].reference)
        yield Block(Message("{word}, a word of the fields", word=word), lines)


def called(word: str) -> Iterator[Block]:
    """The fields whose meaning in Chinese is the word."""
    asked = plain(word)
    same: dict[tuple[str, str], list[Field]] = {}
    for field in fields():
        if plain(field.meaning_zh) == asked:
            same.setdefault((field.meaning, field.meaning_zh), []).append(field)
    for (english, chinese), places in sorted(same.items(), key=lambda one: len(one[0][0]))[:_MOST]:
        yield Block(_places(places), (chosen(english, chinese),))


def spoken() -> set[str]:
    """Meanings in Chinese, for the nearest one to a word that is not known."""
    return {field.meaning_zh for field in fields() if 0 < len(field.meaning_zh) <= 40}


def _place(field: Field) -> Message:
    return Message("{written} in a {file} file", written=field.written, file=field.file)


def _places(same: Iterable[Field]) -> str:
    places = sorted({_place(one) for one in same})
    more = ["…"] if len(places) > _PLACES else []
    return Listing([*places[:_PLACES], *more], "; ")


def _form(field: Field) -> str:
    if len(field.choices) > 1:
        return Message("one of: {choices}", choices=Listing(field.choices))
    if inner := _inner_names(field):
        return Message("{form}, each with {names}", form=field.form, names=Listing(inner))
    return field.choices[0] if field.choices else field.form


def _given(field: Field) -> tuple[str, ...]:
    """Whether it must be given, and the default where it need not."""
    if field.required:
        return (Message("must be given"),)
    return (Message("default: {value}", value=field.default),) if field.default else ()


def _kinds_of(word: str) -> tuple[tuple[str, ...], dict[str, None]] | None:
    """The path of a field that is a table of one of several kinds, and the kinds in the order of the definition."""
    asked = [part for part in re.sub(r"\[[^\]]*\]", "", word).split(".") if part]
    kinds: dict[tuple[str, ...], dict[str, None]] = {}
    for field in fields():
        table = _plain_path(field.path[:-1])
        if field.kind and asked and table[-len(asked) :] == tuple(asked):
            kinds.setdefault(table, {})[field.kind] = None
    return min(kinds.items(), key=lambda one: len(one[0])) if kinds else None


@cache
def _plain_path(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in path if part != ANY)


def _kind(path: tuple[str, ...], kind: str) -> Block:
    """One kind of a table: its fields, and those within them, with forms and defaults."""
    lines: list[str] = []
    for k, field in enumerate(fields()):
        if _plain_path(field.path[:-1]) == path and field.kind == kind and field.path[-1] != "kind":
            lines.append(_line(field, field.path[-1]))
            lines.extend(
                _line(inner, ".".join(_plain_path(inner.path)[len(path) :]))
                for inner in _inner(k)
                if not inner.kind
            )
    heading = Message("{path}, kind {kind}", path=".".join(path), kind=kind)
    return Block(heading, tuple(dict.fromkeys(lines)) or (Message("no other fields"),))


def _inner(place: int) -> Iterator[Field]:
    """The fields within the one that stands at a place of the list, at every depth: they follow it."""
    path = fields()[place].path
    for field in fields()[place + 1 :]:
        if field.path[: len(path)] != path or len(field.path) == len(path):
            return
        yield field


@cache
def _positions() -> dict[Field, int]:
    return {field: k for k, field in enumerate(fields())}


@cache
def _inner_names(field: Field) -> tuple[str, ...]:
    """The names of the fields of each table of an array; none where each table is of a kind of its own."""
    inner = [one for one in _inner(_positions()[field]) if len(one.path) == len(field.path) + 1]
    if field.form != "array" or any(one.kind for one in inner):
        return ()
    return tuple(dict.fromkeys(one.path[-1] for one in inner))


def _line(field: Field, name: str) -> str:
    given = _given(field) or (Message("may be absent"),)
    return Message("{field}: {form}; {given}", field=name, form=_small(_form(field)), given=given[0])


def _small(text: str) -> str:
    """A text in the reader's language, as it stands within a sentence; Chinese has no capitals."""
    shown = in_language(text)
    return chosen(f"{shown[:1].lower()}{shown[1:]}", shown)
