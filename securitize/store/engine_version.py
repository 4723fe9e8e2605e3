"""The digest of what can change a figure: the program without its words (``docs/reference/proof.md``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DIGITS = 16
#: Rooms and files that say, translate or prove, and give no figure.
WITHOUT = (
    "base/catalogue", "commands", "definitions/codes.toml", "definitions/fields.toml", "definitions/glossary.toml",
    "reference", "reports", "studies/diff", "studies/proof", "tables/columns.toml",
)  # fmt: skip
#: What makes pages of the reference.
_PAGES = re.compile(r"(.*_)?page\.py")
#: Texts, which stay as they are, by the ending of the file that they stand in.
_TEXTS = {
    ".py": r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
    ".toml": r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
}
_WORDS = {end: re.compile(rf"({texts})|#[^\n]*", re.DOTALL) for end, texts in _TEXTS.items()}
#: A text in three quotes on lines of its own that opens a module, or follows a line that ends in a colon.
_DOCSTRING = re.compile(r'(\A\s*|:[ \t]*\n\s*)[rR]?"""(?:\\.|[^\\])*?"""[ \t]*(?=\n|\Z)', re.DOTALL)


@cache
def engine_version() -> str:
    """Of this program."""
    return engine_version_of(Path(__file__).resolve().parents[1])


def engine_version_of(root: Path) -> str:
    """Of the program in ``root``: sixteen hexadecimal digits that no comment, docstring or blank line changes."""
    digest = hashlib.sha256()
    for inside, file in files_that_count(root):
        text = file.read_text(encoding="utf-8")
        digest.update(inside.encode() + b"\0" + reduced(text, file.suffix).encode() + b"\0")
    return digest.hexdigest()[:DIGITS]


def files_that_count(root: Path) -> Iterator[tuple[str, Path]]:
    """Sources and data files that can change a figure, sorted by their path inside ``root``."""
    found = {
        file.relative_to(root).as_posix(): file for end in ("py", "toml") for file in root.rglob(f"*.{end}")
    }
    for inside, file in sorted(found.items()):
        said = any(inside == one or inside.startswith(f"{one}/") for one in WITHOUT)
        # What ships in the library are inputs, which have digests of their own.
        shipped = inside.startswith("library/") and file.suffix == ".toml"
        if not (said or shipped or _PAGES.fullmatch(file.name)):
            yield inside, file


def reduced(text: str, suffix: str) -> str:
    """A source (``.py``) or data file (``.toml``) without comments, blank lines and blanks at line ends; a source
    also without docstrings, in whose place stands an ellipsis.
    """
    # Line ends inside a text are its own; no source holds a zero byte.
    bare = _WORDS[suffix].sub(lambda found: (found[1] or "").replace("\n", "\0"), text)
    if suffix == ".py":
        bare = _DOCSTRING.sub(r"\1...", bare)
    lines = (line.rstrip() for line in bare.split("\n"))
    return "\n".join(line for line in lines if line).replace("\0", "\n")
