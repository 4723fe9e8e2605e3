"""The English texts that tables, headings and commands print, with where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from securitize.commands.main import group
from securitize.commands.page import command_paths
from securitize.definitions.glossary import entries
from securitize.tables.dictionary import all_names, load

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
#: What is typed and not read: code, options, names of files, and names with digits.
_TYPED = re.compile(
    r"`[^`]*`|(?<!\w)--?[a-z][a-z-]*|\b\w+\.(?:toml|csv|py|parquet|json|xlsx)\b|\b[\w-]*\d[\w-]*\b"
)


def printed_texts() -> Iterator[tuple[str, str]]:
    """Where a text stands, and the text: titles, columns, closed values, summaries and helps."""
    for table in map(load, all_names()):
        yield table.name, table.title
        for column in table.columns:
            place = f"{table.name}.{column.name}"
            yield place, column.description
            yield place, getattr(column, "label", "")
            yield from ((f"{place}: {value}", value.replace("_", " ")) for value in column.values)
    for path in command_paths(group, ("securitize",)):
        command = command_of(path)
        place = " ".join(path)
        yield place, command.help or ""
        for option in command.params:
            if isinstance(option, click.Option) and option.help:
                yield f"{place} {option.opts[0]}", option.help


def command_of(path: tuple[str, ...]) -> click.Command:
    """The command at the end of a path such as ``("securitize", "pool", "show")``."""
    command: click.Command = group
    for word in path[1:]:
        assert isinstance(command, click.Group)
        member = command.get_command(click.Context(command), word)
        assert member is not None
        command = member
    return command


def words_of(text: str) -> set[str]:
    """The words of a text, small, joined ones apart; without what is typed."""
    return {
        part
        for word in _WORD.findall(_TYPED.sub(" ", text).lower())
        for part in word.split("-")
        if len(part) > 1
    }


def forms(word: str) -> set[str]:
    """The word and what it may be the plural of: companies and company, losses and loss, rates and rate."""
    kept = {word}
    for ending, instead in (("s", ""), ("es", ""), ("ies", "y"), ("ices", "ex")):
        if word.endswith(ending):
            kept.add(word.removesuffix(ending) + instead)
    return kept


def terms() -> set[str]:
    """Every word of a term of the glossary, and of each other spelling of one."""
    names = (name for entry in entries() for name in (entry.term, *entry.also))
    return {part for name in names for word in _WORD.findall(name.lower()) for part in word.split("-")}
