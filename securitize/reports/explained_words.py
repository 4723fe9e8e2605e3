"""Words of tables, lists and the glossary, in English or Chinese, and the kinds of a field: what they mean."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from securitize.base.messages import Listing, Message
from securitize.definitions.fields import Field, fields
from securitize.tables.dictionary import TABLE_SETS, Column, Table, load, names

#: A heading and the lines under it.
Block = tuple[str, list[str]]
_ABBREVIATIONS = {"wal": "weighted average life"}
_MOST = 12


class Term(NamedTuple):
    """One row of the glossary."""

    english: str
    chinese: str
    meaning: str


def plain(word: str) -> str:
    """A word as words are compared: case, full-width signs, blanks and dashes make no difference."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return re.sub(r"[\s_-]+", " ", folded).strip()


@cache
def glossary() -> tuple[Term, ...]:
    """The rows of the glossary that ships with the program."""
    text = Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8")
    return tuple(Term(*row) for row in tomllib.loads(text)["terms"])


def terms(word: str) -> Iterator[Block]:
    """What the glossary says of a word, or of an abbreviation."""
    asked = plain(word)
    asked = _ABBREVIATIONS.get(asked, asked)
    exact, part = [], []
    for term in glossary():
        english = {plain(each) for each in re.split(r"[,;(]", term.english.replace(")", ""))}
        chinese = {plain(each) for each in re.split("[\u3001\uff0c\uff1b]", term.chinese)}
        mentioned = asked in re.findall(r"[^\x00-\x7f\u3001]+", term.meaning)
        if asked in english | chinese or mentioned:
            exact.append(term)
        elif not asked.isascii() and len(asked) > 1 and asked in plain(term.chinese):
            part.append(term)
    for term in exact or part:
        yield f"{term.english} {term.chinese}", [term.meaning, "docs/glossary.md"]


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


def _kinds_of(word: str) -> tuple[tuple[str, ...], dict[str, None]] | None:
    """The path of a field that is a table of one of several kinds, and the kinds."""
    asked = [part for part in re.sub(r"\[[^\]]*\]", "", word).split(".") if part]
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for field in fields():
        table = tuple(part for part in field.path[:-1] if part != "*")
        if field.kind and asked and table[-len(asked) :] == tuple(asked):
            found.setdefault(table, {})[field.kind] = None
    return min(found.items(), key=lambda one: len(one[0])) if found else None


def _kind(path: tuple[str, ...], kind: str) -> Block:
    lines = []
    for field in fields():
        table = tuple(part for part in field.path[:-1] if part != "*")
        if table == path and field.kind == kind and field.path[-1] != "kind":
            lines.append(_line(field))
    return Message("{path}, kind {kind}", path=".".join(path), kind=kind), list(dict.fromkeys(lines)) or [
        "no other fields"
    ]


def _line(field: Field) -> str:
    form = (
        Message("one of {choices}", choices=Listing(field.choices)) if len(field.choices) > 1 else field.form
    )
    given = (
        "must be given"
        if field.required
        else f"default {field.default}"
        if field.default
        else "may be absent"
    )
    return f"{field.path[-1]}: {form[:1].lower()}{form[1:]}; {given}"


def headings(word: str) -> Iterator[Block]:
    """The columns of which a word is the heading, or the first words of the description, in either language."""
    asked = plain(word)
    asked = _ABBREVIATIONS.get(asked, asked)
    found: dict[tuple[str, str], list[str]] = {}
    for table, column in _columns():
        if asked in map(plain, _labels(column)):
            described = (column.description, column.description_zh)
            found.setdefault(described, []).append(f"{table.name}.{column.name}")
    for (english, chinese), places in sorted(found.items(), key=lambda one: len(one[0][0]))[:_MOST]:
        more = "; …" if len(places) > 4 else ""
        yield (
            Message("{places}{more}, column", places=Listing(places[:4], "; "), more=more),
            [f"{english} {chinese}", "docs/reference/tables.md"],
        )


def fields_called(word: str) -> Iterator[Block]:
    """The fields whose meaning in Chinese is the word."""
    asked = plain(word)
    found: dict[str, dict[str, None]] = {}
    for field in fields():
        if plain(field.meaning_zh) == asked:
            found.setdefault(field.meaning, {})[
                Message("{written} in a {file} file", written=field.written, file=field.file)
            ] = None
    for meaning, where in sorted(found.items(), key=lambda one: len(one[0]))[:_MOST]:
        places = list(where)
        yield "; ".join(places[:4]) + ("; …" if len(places) > 4 else ""), [f"{meaning} {word.strip()}"]


def spoken() -> set[str]:
    """Every word that is known here, for the nearest one to a word that is not."""
    labels = {label for _, column in _columns() for label in _labels(column)}
    chinese = {field.meaning_zh for field in fields()}
    parts = {
        part.strip()
        for term in glossary()
        for part in re.split("[\u3001,;]", f"{term.english},{term.chinese}")
    }
    return {word for word in labels | chinese | parts if 0 < len(word) <= 40}


@cache
def _columns() -> tuple[tuple[Table, Column], ...]:
    return tuple(
        (table, column) for of in TABLE_SETS for table in map(load, names(of)) for column in table.columns
    )


def _labels(column: Column) -> tuple[str, ...]:
    """Headings of a column; where the dictionary has none, what its descriptions begin with."""
    given = (getattr(column, "label", ""), getattr(column, "label_zh", ""))
    described = (
        re.split(r"[,;:]", column.description)[0],
        re.split("[\uff0c\uff1b\uff1a\u3002,;]", column.description_zh)[0],
    )
    return tuple(label for label in (*given, *described, column.name.replace("_", " ")) if label)
