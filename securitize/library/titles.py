"""What stands in the library by its title, as a reader types it: in Chinese, in part, with signs of his keyboard."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

#: Of a file that is longer, the title stands in the part that is read.
_MOST_READ = 8192
_KEYS = ("title_zh", "title")


class Titled(NamedTuple):
    """A name with its file and the titles that the file gives itself, the Chinese one first."""

    name: str
    path: Path
    titles: tuple[str, ...]


def plain(text: str) -> str:
    """A text as texts are compared: case, full-width signs and blanks make no difference."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or sign in "-_./")


def titled(name: str, path: Path) -> Titled:
    """The titles of a file, from the lines before its first table; none where it cannot be read."""
    file = path if path.suffix == ".toml" else path / "deal.toml"
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            lines = stream.read(_MOST_READ).splitlines()
    except OSError:
        lines = []
    found: dict[str, str] = {}
    for line in lines:
        if line.startswith("["):
            break
        key, equals, value = line.partition("=")
        if equals and key.strip() in _KEYS:
            found.setdefault(key.strip(), value.strip().strip("\"'"))
    return Titled(name, path, tuple(found[key] for key in _KEYS if key in found))


def by_title(text: str, known: Iterable[tuple[str, Path]]) -> list[Titled]:
    """What a text names: by its name or whole title where there is such, else by a part of a title."""
    asked = plain(text)
    if not asked or not text.isprintable():
        return []
    all_titled = [titled(name, path) for name, path in known]
    chinese = not text.isascii()
    by_name = [one for one in all_titled if chinese and asked == plain(one.name)]
    whole = [one for one in all_titled if asked in map(plain, one.titles)]
    part = [one for one in all_titled if chinese and any(asked in plain(title) for title in one.titles)]
    return by_name or whole or part
