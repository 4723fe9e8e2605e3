"""A run on disk: opened, read, verified, listed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import Problem, StorageError
from securitize.base.files import digest_of, read_regular, storage, storage_error
from securitize.base.messages import Message
from securitize.store.identity import sha256
from securitize.store.manifest import (
    DATA_PACKAGE,
    MANIFEST,
    SEAL,
    FileEntry,
    Manifest,
    parse_manifest,
    seal,
    table_path,
)
from securitize.store.tree import DIGESTS, PAGE, REPORTS, strangers
from securitize.tables.parquet import MAX_FILE_BYTES, from_bytes, rows_of_path

if TYPE_CHECKING:
    import pyarrow as pa

MAX_MANIFEST_BYTES = 16 * 2**20
DAMAGED = "SEC903"
NOT_A_RUN = "SEC904"
_REPAIR = "restore the run from a copy, or delete it and run again"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A complete run. ``reused`` tells whether it stood there before it was asked for."""

    path: Path
    manifest: Manifest
    reused: bool = False

    @property
    def id(self) -> str:
        """The run's id."""
        return self.manifest.id

    def table(self, name: str) -> pa.Table:
        """The table ``name``, its digest checked first.

        Raises KeyError where the run has none, StorageError or UnreadableTableError where it is damaged.
        """
        return from_bytes(self.table_bytes(name), str(self.path / table_path(name)), name)

    def table_bytes(self, name: str) -> bytes:
        """The file of the table ``name``, its digest checked. Raises KeyError, StorageError."""
        return self._checked(table_path(name), self.manifest.tables[name])

    def table_file(self, name: str) -> Path:
        """Where the table ``name`` stands, its digest checked. Raises KeyError, StorageError."""
        entry, path = self.manifest.tables[name], self.path / table_path(name)
        if digest_of(path)[0] != entry.sha256:
            raise storage_error(path, "is damaged", "its digest differs", _REPAIR, DAMAGED)
        return path

    def rows_of_path(self, name: str, path: int) -> pa.Table:
        """Of the table ``name`` the rows of a random path; only the part of the file that holds them is decoded.

        Raises KeyError where the run has no such table, StorageError or UnreadableTableError where it is damaged.
        """
        import pyarrow.compute as pc

        file = self.table_file(name)
        with storage("cannot be read", file), open(file, "rb") as source:
            some = rows_of_path(source, str(file), name, path)
        return some.filter(pc.equal(some["path"], path))

    def input(self, name: str) -> bytes:
        """The input file ``name`` as it was used, its digest checked. Raises KeyError, StorageError."""
        return self._checked(f"inputs/{name}", self.manifest.inputs[name])

    def result(self, name: str) -> bytes:
        """The file ``name`` beside the tables, its digest checked. Raises KeyError, StorageError."""
        return self._checked(name, self.manifest.results[name])

    def package(self) -> bytes:
        """The data package, its digest checked. Raises StorageError."""
        return self._checked(DATA_PACKAGE, self.manifest.data_package)

    def report(self) -> bytes | None:
        """The page of its report, None where none was made. Raises StorageError."""
        page = self.path / REPORTS / PAGE
        return read_regular(page, MAX_FILE_BYTES) if os.path.lexists(page) else None

    def require_intact(self) -> None:
        """Raises StorageError where any file differs from the manifest."""
        if problems := self.verify():
            inside, what = os.path.relpath(problems[0].file, self.path), Message(problems[0].what)
            found = Message("{inside} {what}", inside=inside, what=what)
            if len(problems) > 1:
                found = Message(
                    "{inside} {what} and {count} more", inside=inside, what=what, count=len(problems) - 1
                )
            repair = "move the folder away or delete it, then run again"
            raise storage_error(self.path, "holds a damaged run", found, repair, DAMAGED)

    def _checked(self, inside: str, entry: FileEntry) -> bytes:
        data = read_regular(self.path / inside, MAX_FILE_BYTES)
        if sha256(data) != entry.sha256:
            raise storage_error(self.path / inside, "is damaged", "its digest differs", _REPAIR, DAMAGED)
        return data

    def verify(self) -> list[Problem]:
        """What differs from the manifest, and what does not belong to the run; empty where all is well."""
        problems = []
        try:
            if _read_manifest(self.path) != self.manifest.to_bytes():
                problems.append(self._problem(MANIFEST, "has changed since it was opened"))
        except StorageError as error:
            return [self._problem(MANIFEST, "cannot be verified", str(error))]
        if not self.manifest.id_follows:
            problems.append(
                self._problem(MANIFEST, "has an id that does not follow from its inputs", self.id)
            )
        listed = self.manifest.files()
        for inside, entry in listed.items():
            try:
                if digest_of(self.path / inside) != (entry.sha256, entry.bytes):
                    problems.append(self._problem(inside, "is damaged", "its digest differs"))
            except StorageError:
                problems.append(self._problem(inside, "is missing or cannot be read"))
        problems += [
            self._problem(inside, what, repair="move it away")
            for inside, what in strangers(self.path, listed)
        ]
        return problems + self._report_problems()

    def _report_problems(self) -> list[Problem]:
        """What is wrong with the report, where there is one."""
        page, digests = (self.path / REPORTS / name for name in (PAGE, DIGESTS))
        there = [file for file in (page, digests) if os.path.lexists(file)]
        if not there:
            return []
        try:
            if read_regular(digests, 1024) == f"{digest_of(page)[0]}  {PAGE}\n".encode():
                return []
        except StorageError:
            pass
        what = "is not the report that its digest was made of"
        return [self._problem(f"{REPORTS}/{PAGE}", what, repair="make the report again")]

    def _problem(self, inside: str, what: str, found: str = "", repair: str = _REPAIR) -> Problem:
        return Problem(str(self.path / inside), 0, "", what, found, repair, DAMAGED)


@dataclass(frozen=True, slots=True)
class StoredTables(Mapping[str, "pa.Table"]):
    """The tables of a stored run, each read, and its digest checked, when it is asked for."""

    run: StoredRun

    def __getitem__(self, name: str) -> pa.Table:
        return self.run.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.run.manifest.tables)

    def __len__(self) -> int:
        return len(self.run.manifest.tables)

    def __contains__(self, name: object) -> bool:
        # Mapping would read the table to say whether it is there.
        return name in self.run.manifest.tables


def open_run(path: Path) -> StoredRun:
    """The run in the folder ``path``, its manifest checked against its seal; the files are checked when read.

    Raises StorageError where there is no complete run or its manifest is damaged.
    """
    data = _read_manifest(path)
    try:
        return StoredRun(path, parse_manifest(data))
    except ValueError as error:
        raise storage_error(path / MANIFEST, "cannot be understood", str(error), _REPAIR, DAMAGED) from error


def _read_manifest(path: Path) -> bytes:
    with storage("cannot be looked into", path):
        there = (path / MANIFEST).is_file() and (path / SEAL).is_file()
    if not there:
        repair = "name a folder that holds manifest.json and manifest.sha256"
        raise storage_error(path, "is not a complete run", "", repair, NOT_A_RUN)
    data = read_regular(path / MANIFEST, MAX_MANIFEST_BYTES)
    if read_regular(path / SEAL, 1024) != seal(data):
        raise storage_error(
            path / MANIFEST,
            "is damaged",
            Message("its digest is not that of {seal}", seal=SEAL),
            _REPAIR,
            DAMAGED,
        )
    return data


def list_runs(root: Path) -> tuple[list[StoredRun], list[StorageError]]:
    """The complete runs in ``root`` by folder name, and one error for each damaged one.

    Folders without a manifest, and those still being written, are not runs; a ``root`` that does not exist
    holds none. Raises StorageError where ``root`` cannot be listed.
    """
    runs, errors = [], []
    with storage("cannot be listed", root):
        if not root.exists():
            return [], []
        folders = sorted(entry for entry in root.iterdir() if not entry.name.startswith("."))
    for folder in folders:
        try:
            with storage("cannot be looked into", folder):
                there = (folder / MANIFEST).exists()
            if there:
                runs.append(open_run(folder))
        except StorageError as error:
            errors.append(error)
    return runs, errors
