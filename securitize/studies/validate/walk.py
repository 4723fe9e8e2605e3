"""What lies in a folder, without opening any of it: files to be read, stored results, and what stands in the way.

Source: ``docs/reference/folders.md``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.library.shelves import DEAL_FILE, folders_of_places
from securitize.store.manifest import MANIFEST

MOST_DEPTH = 12
MOST_ENTRIES = 5_000
CODE = "SEC143"
#: What files of this program end in: a folder that is called so is one where a file was meant.
_FILES = (".toml", ".csv", ".parquet", ".xlsx")
#: What editors and people leave beside a file.
_LEAVINGS = ("~", ".bak", ".orig", ".swp", ".tmp")


@dataclass
class FolderContents:
    """What lies in a folder.

    files    : regular files that are to be read, in order of their paths
    results  : folders of stored results, which are not entered
    not_read : what no command reads by its name: hidden, or left by an editor
    problems : what is neither file nor folder, leads out, cannot be read, or is too much
    """

    files: list[Path] = field(default_factory=list)
    results: list[Path] = field(default_factory=list)
    not_read: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def contents_of(root: Path) -> FolderContents:
    """Everything below a folder. Nothing is opened but folders; a link is followed where it stays inside."""
    found = FolderContents()
    top = os.path.realpath(root)
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, (top,))]
    seen = 0
    while waiting:
        folder, above = waiting.pop()
        for entry in _entries(folder, found):
            seen += 1
            if seen > MOST_ENTRIES:
                what = Message("the folder holds more than {most:,} entries", most=MOST_ENTRIES)
                found.problems.append(_refusal(root, what, "", "validate its parts one by one"))
                return _sorted(found)
            path = folder / entry.name
            if entry.name.startswith(".") or entry.name.endswith(_LEAVINGS):
                found.not_read.append(path)
                continue
            problem = _look_at(path, top, above, _is_place(path, root), found, waiting)
            if problem is not None:
                found.problems.append(problem)
    return _sorted(found)


def _sorted(found: FolderContents) -> FolderContents:
    return FolderContents(
        sorted(found.files),
        sorted(found.results),
        sorted(found.not_read),
        sorted(found.problems, key=lambda one: one.order),
    )


def _entries(folder: Path, found: FolderContents) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        found.problems.append(_unreadable(folder, error))


def _look_at(
    path: Path,
    top: str,
    above: tuple[str, ...],
    is_place: bool,
    found: FolderContents,
    waiting: list[tuple[Path, tuple[str, ...]]],
) -> Problem | None:
    """Put one entry where it belongs; returns what is wrong with it.

    top      : the real path of the whole folder;  above : those of the folders that were entered on the way
    is_place : whether files of a kind are looked for in a folder of this path
    """
    try:
        real = os.path.realpath(path, strict=True)
        mode = os.stat(path).st_mode
    except OSError as error:
        if os.path.islink(path):
            repair = "copy the file into the folder, or remove the link"
            return _refusal(
                path, "the link leads to nothing that can be read", os.strerror(error.errno or 0), repair
            )
        return _unreadable(path, error)
    if os.path.commonpath([top, real]) != top:
        return _refusal(
            path, "the link leads out of the folder", real, "copy what it leads to into the folder"
        )
    if stat.S_ISDIR(mode):
        return _enter(path, real, above, found, waiting)
    if not stat.S_ISREG(mode):
        return _refusal(
            path, "is neither a file nor a folder", _named(mode), "remove it, or put a file in its place"
        )
    if is_place:
        return _refusal(path, "a file stands where a folder is looked for", "", "rename it")
    found.files.append(path)
    return None


def _is_place(path: Path, root: Path) -> bool:
    """Whether files of a kind are looked for in a folder of this path, beside a deal file or in the whole folder."""
    for place in folders_of_places():
        if path.parts[-place.count("/") - 1 :] == tuple(place.split("/")):
            home = path.parents[place.count("/")]
            if home == root or os.path.lexists(home / DEAL_FILE):
                return True
    return False


def _enter(
    path: Path,
    real: str,
    above: tuple[str, ...],
    found: FolderContents,
    waiting: list[tuple[Path, tuple[str, ...]]],
) -> Problem | None:
    if path.name.endswith(_FILES):
        return _refusal(
            path, "a folder has the name of a file", "", "rename it, or put the file in its place"
        )
    if real in above:
        return _refusal(path, "the link leads round in a circle", real, "remove the link")
    if os.path.lexists(path / MANIFEST):
        found.results.append(path)
        return None
    if len(above) > MOST_DEPTH:
        what = Message("the folder lies more than {most} folders deep", most=MOST_DEPTH)
        return _refusal(path, what, "", "validate it by itself, or move it up")
    waiting.append((path, (*above, real)))
    return None


def _named(mode: int) -> str:
    kinds = {
        stat.S_IFIFO: Message("a pipe"),
        stat.S_IFSOCK: Message("a socket"),
        stat.S_IFCHR: Message("a device"),
        stat.S_IFBLK: Message("a device"),
    }
    return kinds.get(stat.S_IFMT(mode), "")


def _unreadable(path: Path, error: OSError) -> Problem:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return _refusal(path, "cannot be read", Message(reason), "check its rights and its name")


def _refusal(path: Path, what: str, found: str, repair: str) -> Problem:
    return Problem(str(path), 0, "", what, found, repair, CODE)
