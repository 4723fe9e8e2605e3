"""What a code, a field or a measure means, for a reader."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from securitize.base.errors import UsageError, printable
from securitize.base.language import language
from securitize.base.messages import Listing, Message, in_language
from securitize.definitions.codes import codes
from securitize.definitions.fields import Field, fields, find_fields
from securitize.reports import explained_words
from securitize.reports.terminal import print_line
from securitize.tables.dictionary import TABLE_SETS, Column, Table, load, names


def print_explained(word: str) -> None:
    """Every meaning of ``word``. Raises UsageError, with close ones, where there is none."""
    asked = word.strip()
    of_fields = [*_fields(asked), *explained_words.alternatives(asked), *_words(asked)]
    columns = list(_columns(asked))
    called = [*explained_words.terms(asked), *explained_words.fields_called(asked)]
    if not columns:
        called += explained_words.headings(asked)
    blocks = [*_codes(asked), *of_fields, *_shortest_first(columns), *_shortest_first(called)]
    if not blocks:
        near = _near(asked)
        hint = f"did you mean {' or '.join(near)}?" if near else "ask for a code, a field or a measure"
        raise UsageError("{asked}: there is no such word; {hint}", asked=printable(asked), hint=hint)
    for k, (heading, lines) in enumerate(blocks):
        if k:
            print_line("")
        print_line(heading)
        for line in lines:
            print_line(f"  {line}")


def _shortest_first(blocks: list[explained_words.Block]) -> list[explained_words.Block]:
    return sorted(blocks, key=lambda block: len(block[0]) + sum(map(len, block[1])))


def _near(asked: str) -> list[str]:
    """The nearest words, of any kind; those that hold a Chinese word come first."""
    known = sorted({*words(), *explained_words.spoken()})
    plain = explained_words.plain(asked)
    holding = [word for word in known if not plain.isascii() and plain in explained_words.plain(word)]
    by_plain = {explained_words.plain(word): word for word in known}
    close = difflib.get_close_matches(plain, list(by_plain), 3, 0.5 if not plain.isascii() else 0.6)
    return list(dict.fromkeys([*sorted(holding, key=len), *(by_plain[word] for word in close)]))[:3]


def words() -> list[str]:
    """Every word that has a meaning: codes, ends of fields, columns."""
    ends = {field.path[-1] for field in fields()} | {field.written for field in fields()}
    columns = {column.name for table in _tables() for column in table.columns}
    tables = {f"{table.name}.{column.name}" for table in _tables() for column in table.columns}
    fixed = {word for field in fields() for word in field.choices}
    return sorted({*codes(), *ends, *fixed, *columns, *tables, *_table_names()} - {"*"})


def _codes(word: str) -> Iterator[tuple[str, list[str]]]:
    code = codes().get(word.upper())
    if code:
        kind = "a warning: the run goes on" if code.code.startswith("SEC3") else "an error"
        title, meaning = code.text(language())
        yield f"{code.code}  {title}", [meaning, in_language(kind), "docs/reference/codes.md"]


def _fields(word: str) -> Iterator[tuple[str, list[str]]]:
    """Fields that mean the same are explained once, with every place where they stand."""
    groups: dict[tuple[str, ...], list[Field]] = {}
    for field in find_fields(word):
        same = (field.meaning, field.form, field.default, field.reference, *field.choices)
        groups.setdefault(same, []).append(field)
    for same_fields in groups.values():
        field = same_fields[0]
        places = sorted(
            {Message("{written} in a {file} file", written=one.written, file=one.file) for one in same_fields}
        )
        lines = [f"{field.meaning} {field.meaning_zh}"]
        if field.choices:
            lines.append(
                Message("one of: {choices}", choices=Listing(field.choices))
                if len(field.choices) > 1
                else field.choices[0]
            )
        else:
            lines.append(field.form)
        if field.required:
            lines.append("must be given")
        elif field.default:
            lines.append(f"default: {field.default}")
        lines.append(field.reference)
        yield "; ".join(places[:4]) + ("; …" if len(places) > 4 else ""), lines


def _words(word: str) -> Iterator[tuple[str, list[str]]]:
    """A fixed word of fields: where it may be written."""
    places = [field for field in fields() if word in field.choices]
    meanings = list(
        dict.fromkeys(
            Message(
                "{written} in a {file} file: {meaning}",
                written=one.written,
                file=one.file,
                meaning=one.meaning,
            )
            for one in places
        )
    )
    kinds = sorted({one.path[-1] for one in fields() if one.kind == word} - {"kind", "driver"})
    if meanings:
        fields_of = [Message("with it go the fields: {kinds}", kinds=Listing(kinds))] if kinds else []
        yield Message("{word}, a word of", word=word), [*meanings[:8], *fields_of, places[0].reference]


def _table_names() -> list[str]:
    return [name for of in TABLE_SETS for name in names(of)]


def _tables() -> list[Table]:
    return [load(name) for name in _table_names()]


def _columns(word: str) -> Iterator[tuple[str, list[str]]]:
    table_name, _, column_name = word.lower().rpartition(".")
    for table in _tables():
        if table_name in ("", table.name):
            for column in table.columns:
                if column.name == column_name:
                    yield (
                        Message(
                            "{name}.{name_2}, column of the table {title}",
                            name=table.name,
                            name_2=column.name,
                            title=table.title,
                        ),
                        _column(column),
                    )
    if not table_name and word.lower() in _table_names():
        table = load(word.lower())
        yield Message("{name}, table", name=table.name), _table(table)


def _column(column: Column) -> list[str]:
    unit = f", {column.unit}" if column.unit and column.unit != column.type else ""
    lines = [f"{column.description} {column.description_zh}", f"{column.type}{unit}"]
    if column.nullable:
        lines[1] += ", may be null"
    if column.values:
        lines.append(Message("one of: {values}", values=Listing(column.values)))
    return [*lines, "docs/reference/tables.md"]


def _table(table: Table) -> list[str]:
    columns = ", ".join(column.name for column in table.columns)
    return [f"{table.description} {table.description_zh}", f"columns: {columns}"]
