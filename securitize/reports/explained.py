"""What a code, a field, a column or a term means, for a reader, in the reader's language."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from securitize.base.errors import UsageError, printable
from securitize.base.language import language
from securitize.base.messages import Listing, Message, in_language
from securitize.base.wrapping import wrapped
from securitize.definitions.codes import codes
from securitize.definitions.fields import fields
from securitize.definitions.plausibility import bounds
from securitize.reports import explained_columns, explained_fields, explained_words
from securitize.reports.explained_words import Block, plain
from securitize.reports.terminal import print_line, terminal_width
from securitize.reports.words import in_users
from securitize.tables.dictionary import all_names, load

#: Before each line under a heading.
INDENT = "  "


def print_explained(word: str) -> None:
    """Every meaning of ``word``. Raises UsageError, with close ones, where there is none."""
    asked = word.strip()
    blocks = list(_blocks(asked))
    if not blocks:
        near = _near(asked)
        hint = (
            Message("did you mean {near}?", near=Listing(near, " or "))
            if near
            else Message("ask for a code, a field or a measure")
        )
        raise UsageError("{asked}: there is no such word; {hint}", asked=printable(asked), hint=hint)
    for k, (heading, lines) in enumerate(blocks):
        if k:
            print_line("")
        _print_wrapped(heading, "")
        for line in lines:
            _print_wrapped(line, INDENT)


def _print_wrapped(text: str, indent: str) -> None:
    """A text in the reader's language; no name in it is broken."""
    for row in wrapped(in_language(text), terminal_width() - len(indent)):
        print_line(f"{indent}{row}", wraps=False)


def _blocks(asked: str) -> Iterator[Block]:
    """What is written in files first, then columns and words of the market, the shortest first."""
    yield from _codes(asked)
    yield from explained_fields.named(asked)
    yield from explained_fields.alternatives(asked)
    yield from explained_fields.fixed_words(asked)
    columns = [*explained_columns.named(asked), *explained_columns.tables(asked)]
    yield from _shortest_first(columns)
    terms = [*explained_words.terms(asked), *explained_fields.called(asked), *explained_columns.values(asked)]
    yield from _shortest_first([*terms, *(() if columns else explained_columns.headed(asked))])


def _shortest_first(blocks: Iterable[Block]) -> list[Block]:
    return sorted(blocks, key=lambda block: len(block.heading) + sum(map(len, block.lines)))


def _near(asked: str) -> list[str]:
    """The nearest words, of any kind; those that hold a Chinese word come first."""
    known = sorted(
        {*words(), *explained_words.spoken(), *explained_columns.spoken(), *explained_fields.spoken()}
    )
    compared = plain(asked)
    holding = [word for word in known if not compared.isascii() and compared in plain(word)]
    by_plain = {plain(word): word for word in known}
    close = difflib.get_close_matches(compared, list(by_plain), 3, 0.5 if not compared.isascii() else 0.6)
    return list(dict.fromkeys([*sorted(holding, key=len), *(by_plain[word] for word in close)]))[:3]


def words() -> list[str]:
    """Every word that has a meaning: codes, ends of fields, columns."""
    ends = {field.path[-1] for field in fields()} | {field.written for field in fields()}
    tables = [load(name) for name in all_names()]
    columns = {column.name for table in tables for column in table.columns}
    full = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    fixed = {word for field in fields() for word in field.choices}
    return sorted({*codes(), *ends, *fixed, *columns, *full, *all_names()} - {"*"})


def _bounds(code: str) -> Iterator[str]:
    """Between what bounds a number gives no warning of a code."""
    for one in bounds().values():
        if one.code != code:
            continue
        values = {"measure": in_users(one.measure, one.measure_zh), "low": one.at_least, "high": one.at_most}
        if one.at_most is None:
            yield Message("{measure}: plausible from {low} on", **values)
        elif one.at_least is None:
            yield Message("{measure}: plausible up to {high}", **values)
        else:
            yield Message("{measure}: plausible from {low} to {high}", **values)


def _codes(word: str) -> Iterator[Block]:
    code = codes().get(word.upper())
    if code:
        kind = Message("a warning: the run goes on") if code.warns else Message("an error")
        title, meaning = code.text(language())
        heading = Message("{code}: {title}", code=code.code, title=title)
        yield Block(heading, (meaning, kind, *_bounds(code.code), "docs/reference/codes.md"))
