"""Columns of tables for ``explain``: found by name, by heading, or by a value, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from securitize.base.closed import complete
from securitize.base.messages import Listing, Message
from securitize.reports.explained_words import Block, bare, plain, synonyms
from securitize.reports.words import chosen
from securitize.tables.dictionary import Column, ColumnType, Table, all_names, load
from securitize.tables.naming import unit_labels

#: The page of the documentation that lists the tables.
PAGE = "docs/reference/tables.md"
#: So many places are named, so many columns that bear one heading, and so many values of one column.
_PLACES, _MOST, _VALUES = 4, 12, 40
_Place = tuple[Table, Column]


@cache
def _type_names() -> dict[ColumnType, str]:
    return dict(
        complete(
            ColumnType,
            {
                "date": Message("date"),
                "integer": Message("whole number"),
                "text": Message("text"),
                "boolean": Message("true or false"),
                "money": Message("amount"),
                "rate": Message("rate"),
                "ratio": Message("number"),
                "minor": Message("amount in minor units"),
                "scaled": Message("number in units of 1e-8"),
                "texts": Message("several texts"),
            },
        )
    )


@cache
def _columns() -> tuple[_Place, ...]:
    return tuple((table, column) for table in map(load, all_names()) for column in table.columns)


def named(word: str) -> Iterator[Block]:
    """The columns of that name, of every table or of one: ``note_measures.rank``."""
    table_name, _, column_name = word.lower().rpartition(".")
    yield from _alike(
        [place for place in _columns() if place[1].name == column_name and table_name in ("", place[0].name)]
    )


def headed(word: str) -> Iterator[Block]:
    """The columns of which a word, or another spelling of it in the glossary, is the heading in either language."""
    asked = synonyms(word)
    found = [
        (table, column)
        for table, column in _columns()
        if asked & {each(text) for text in _headings(column) for each in (plain, bare)}
    ]
    yield from sorted(_alike(found), key=lambda block: len(block.lines[0]))[:_MOST]


def tables(word: str) -> Iterator[Block]:
    """The table of that name, or title in either language, with its columns."""
    asked = plain(word)
    for table in map(load, all_names()):
        if asked in {plain(table.name), plain(table.title), plain(table.title_zh)}:
            columns = Listing([_value(column.name, column.label_zh) for column in table.columns])
            heading = Message("{name}, table: {title}", name=table.name, title=_title(table))
            lines = (
                chosen(table.description, table.description_zh),
                Message("columns: {columns}", columns=columns),
            )
            yield Block(heading, (*lines, PAGE))


def values(word: str) -> Iterator[Block]:
    """The columns of which a word is a value that the dictionary lists, as it is stored or in Chinese."""
    asked = plain(word)
    found: dict[tuple[str, str], list[_Place]] = {}
    for table, column in _columns():
        for value, chinese in column.values_zh.items():
            if asked in {plain(value), plain(chinese)}:
                found.setdefault((value, chosen("", chinese)), []).append((table, column))
    for (value, chinese), places in found.items():
        heading = Message("{value}, value of a column", value=_value(value, chinese))
        of_columns = {
            Message("{column}: {label}", column=f"{table.name}.{column.name}", label=_label(column)): None
            for table, column in places
        }
        yield Block(heading, (*list(of_columns)[:_MOST], PAGE))


def spoken() -> set[str]:
    """Headings, and values in Chinese, for the nearest one to a word that is not known."""
    columns = [column for _, column in _columns()]
    words = {text for column in columns for text in _headings(column)}
    words |= {chinese for column in columns for chinese in column.values_zh.values()}
    return {word for word in words if 0 < len(word) <= 40}


def _headings(column: Column) -> tuple[str, ...]:
    return column.label, column.label_zh, column.name.replace("_", " ")


def _label(column: Column) -> str:
    return chosen(column.label, column.label_zh)


def _title(table: Table) -> str:
    return chosen(table.title, table.title_zh)


def _value(value: str, chinese: str) -> str:
    """A value as it is stored; for a reader of Chinese with its Chinese behind it."""
    return chosen(value, Message("{value} ({name})", value=value, name=chinese))


def _alike(places: Sequence[_Place]) -> Iterator[Block]:
    """Columns that say the same are explained once, with every table where they stand."""
    groups: dict[tuple[str, ...], list[_Place]] = {}
    for table, column in places:
        groups.setdefault(_lines(column), []).append((table, column))
    for lines, same in groups.items():
        table, column = same[0]
        if len(same) == 1:
            heading: str = Message(
                "{name}.{column}, column of the table {title}",
                name=table.name,
                column=column.name,
                title=_title(table),
            )
        else:
            more = ["…"] if len(same) > _PLACES else []
            written = [f"{table.name}.{column.name}" for table, column in same[:_PLACES]]
            heading = Message("{places}, column", places=Listing([*written, *more], "; "))
        yield Block(heading, lines)


def _lines(column: Column) -> tuple[str, ...]:
    kind: str = _type_names()[column.type]
    if column.unit and column.unit != column.type:
        unit = chosen(column.unit, unit_labels()[column.unit])
        kind = Message("{type}, unit: {unit}", type=kind, unit=unit)
    if column.nullable:
        kind = Message("{type}; may be null", type=kind)
    listed = [_value(value, column.values_zh[value]) for value in column.values if value]
    more = ["…"] if len(listed) > _VALUES else []
    closed = (Message("one of: {choices}", choices=Listing([*listed[:_VALUES], *more])),) if listed else ()
    described = chosen(column.description, column.description_zh)
    label = _label(column)
    first = (
        (described,)
        if plain(label) == plain(described)
        else (Message("heading: {label}", label=label), described)
    )
    return (*first, kind, *closed, PAGE)
