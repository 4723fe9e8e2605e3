"""Writing a run: aside, flushed, renamed, under a lock. The folder is whole or absent, at every moment.

1. a lock file beside the folder keeps every other writer out, from before the calculation until the end;
2. the run is built in a hidden folder beside it; each file is flushed when written, the manifest last;
3. the hidden folder is flushed and renamed, then the folder that holds it is flushed.

A writer that dies leaves at most a hidden partial folder, which the next writer beside it removes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from securitize.base.errors import UsageError, printable
from securitize.base.files import (
    is_free,
    put_beside,
    require_not_here,
    storage,
    storage_error,
    sync_folder,
    write_new,
)
from securitize.store.contents import NO_FACTS, NO_RESULTS, Contents
from securitize.store.identity import Identity
from securitize.store.locks import clear_leavings, partial_folder, sole_writer
from securitize.store.manifest import MANIFEST, SEAL, TABLES, Facts
from securitize.store.stored import StoredRun, open_run
from securitize.tables.in_ranges import Made, TableInRanges

NOTHING_BESIDE: Mapping[str, Path] = MappingProxyType({})
#: Names of input files: plain in every file system, and never a way out of the folder.
_INPUT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99}){0,4}")


@dataclass(frozen=True, slots=True)
class FolderClaim:
    """The right to write one run. ``existing`` is the run where it stands there already, verified."""

    folder: Path
    identity: Identity
    existing: StoredRun | None

    def write(
        self,
        tables: Mapping[str, Made],
        facts: Facts = NO_FACTS,
        results: Mapping[str, bytes] = NO_RESULTS,
        beside: Mapping[str, Path] = NOTHING_BESIDE,
    ) -> StoredRun:
        """Write the run; where it exists already, that one is returned and nothing is written.

        tables  : by name in the data dictionary, made by :func:`securitize.tables.build`
        results : files at the top of the folder, by name
        beside  : results that are files on this disk already, by name; they stay where they are
        Raises StorageError, leaving nothing visible; TableError where a table is not the dictionary's.
        """
        if self.existing is not None:
            return self.existing
        contents = Contents(self.identity, tables, facts, results, beside)
        ranged = any(isinstance(table, TableInRanges) for table in tables.values())
        # What can be refused before anything is written is.
        files = None if ranged else contents.files({})
        with partial_folder(self.folder) as partial:
            if files is None:
                _make_folder(partial / TABLES)
                files = contents.files(contents.streamed(partial))
            _fill(partial, files, beside)
            with storage("cannot be given its final name", self.folder):
                os.rename(partial, self.folder)
            # From here on the run is complete. If this fails, its name may not outlive a power cut: an
            # error, but no reason to take the run away.
            sync_folder(self.folder.parent)
        return open_run(self.folder)


@contextmanager
def claim(folder: Path, identity: Identity) -> Iterator[FolderClaim]:
    """Hold the right to write ``folder`` as the run ``identity``. Ask before calculating: it fails at once.

    folder : ``runs/<id>``, or whatever the user named; it must not exist, be empty, or be this very run
    Raises StorageError where another writer holds it, something else stands there, the run there is damaged,
    or the place cannot be written; UsageError where the name of an input cannot be a file's.
    """
    _check_input_names(identity)
    folder = Path(os.path.realpath(folder) if os.path.isdir(folder) else os.path.abspath(folder))
    existing = _existing(folder, identity)
    if existing is not None:
        yield FolderClaim(folder, identity, existing)
        return
    with storage("cannot be made", folder.parent):
        os.makedirs(folder.parent, exist_ok=True)
    with sole_writer(folder):
        clear_leavings(folder.parent)
        # Another writer may have finished between the first look and the lock.
        yield FolderClaim(folder, identity, _existing(folder, identity))


def _existing(folder: Path, identity: Identity) -> StoredRun | None:
    """The run ``identity`` in ``folder``, verified; None where nothing stands there, or an empty folder.

    Raises StorageError.
    """
    with storage("cannot be looked into", folder):
        if is_free(folder):
            require_not_here(folder)
            return None
        there = (folder / MANIFEST).exists()
    if not there:
        repair = "choose a folder that does not exist yet, or an empty one"
        raise storage_error(folder, "exists and is not a run", "", repair, "SEC905")
    run = open_run(folder)
    if run.id != identity.id:
        raise storage_error(folder, "holds another run", run.id, "choose another folder", "SEC905")
    run.require_intact()
    return replace(run, reused=True)


def _check_input_names(identity: Identity) -> None:
    for name in identity.inputs:
        if not _INPUT_NAME.fullmatch(name):
            raise UsageError(
                "input {name}: cannot be the name of a file in a run; use lower-case letters, digits, "
                "'.', '_', '-' and '/'  [SEC906]",
                name=printable(name),
            )


def _make_folder(path: Path) -> None:
    with storage("cannot be made", path):
        os.mkdir(path)


def _fill(partial: Path, files: Mapping[str, bytes], beside: Mapping[str, Path]) -> None:
    """Every file of the run into ``partial``, flushed, the manifest and its seal last."""
    last = {name: files[name] for name in (MANIFEST, SEAL)}
    folders = sorted(
        {parent for inside in (*files, *beside) for parent in Path(inside).parents if parent.name}
    )
    for folder in folders:
        if folder.name != TABLES or not (partial / folder).exists():
            _make_folder(partial / folder)
    for inside, data in files.items():
        if inside not in last:
            write_new(partial / inside, data)
    for inside, path in beside.items():
        put_beside(path, partial / inside)
    for folder in reversed(folders):
        sync_folder(partial / folder)
    for inside, data in last.items():
        write_new(partial / inside, data)
    sync_folder(partial)
