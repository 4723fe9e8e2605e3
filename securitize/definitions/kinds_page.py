"""The reference page of the kinds of file, made from the table.

``python -m securitize.definitions.kinds_page > docs/reference/files.md`` renews it.
"""

from __future__ import annotations

import sys

from pydantic import BaseModel

from securitize.base.messages import in_language
from securitize.definitions.kinds import KINDS, Kind
from securitize.library.shelves import Shelf

_HEAD = """\
# Kinds of file: the reference

<!-- Made from the table of kinds by `python -m securitize.definitions.kinds_page`. Change the table, not this. -->

Each kind below has a JSON Schema (`securitize schema KIND`), is checked by itself or, a deal, with all its files
(`securitize validate FILE`), explained field by field (`securitize explain KIND.FIELD`), and listed where any ships
(`securitize list KIND`). A name is looked up among your own files first where the table says that they stand beside
a deal, then among those that ship; anything with a dot or a slash is a path.

`validate` tells the kind of a file by the keys at its top: all keys of one of the signatures must be there. Where no
signature is, the name decides if the kind has one (`deal.toml`); a file with neither, that holds no more than a name,
titles, a description and sources, is a scenario that changes nothing. What remains undecided is refused as
[SEC141](codes.md), with the kinds that it could be. What is checked of a whole folder stands in [folders](folders.md).

| kind | ships in | your own | signature | defined in |
| --- | --- | --- | --- | --- |
"""


def reference_page() -> str:
    """The whole page, Markdown."""
    return _HEAD + "".join(f"| {' | '.join(_cells(kind))} |\n" for kind in KINDS.values())


def _cells(kind: Kind[BaseModel]) -> tuple[str, ...]:
    shelf = kind.shelf
    page, _, section = kind.reference.removeprefix("docs/reference/").partition(", ")
    place = f"[{page.removesuffix('.md')}]({page})" + (f", {section}" if section else "")
    return (
        f"`{kind.name}` {in_language(kind.title, 'zh')}",
        _shipped(shelf),
        _own(shelf),
        _signature(kind),
        place,
    )


def _shipped(shelf: Shelf) -> str:
    if shelf.unlisted:
        return f"none: {shelf.unlisted}"
    return f"`{shelf.shipped}/NAME/{shelf.file}`" if shelf.folders else f"`{shelf.shipped}/NAME.toml`"


def _own(shelf: Shelf) -> str:
    """Where a user's own is found by name, or what it is called."""
    if shelf.file:
        return f"`{shelf.beside}/{shelf.file}`" if shelf.beside else f"`{shelf.file}`"
    return f"`{shelf.beside}/NAME.toml`" if shelf.beside else "a path"


def _signature(kind: Kind[BaseModel]) -> str:
    if kind.words:
        return f"`{kind.discriminator}`: {', '.join(kind.words)}"
    return " or ".join(" and ".join(f"`{key}`" for key in keys) for keys in kind.signature)


if __name__ == "__main__":
    sys.stdout.write(reference_page())
