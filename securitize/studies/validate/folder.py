"""Every file of a folder, by itself and with the deal beside it: every problem of every file at once.

Source: ``docs/reference/folders.md``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from securitize.base.errors import (
    DefinitionError,
    InfeasibleError,
    Problem,
    SecuritizeError,
    StorageError,
)
from securitize.base.messages import Message
from securitize.definitions.accepted import AcceptedWarning
from securitize.definitions.codes import is_warning
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.reading import read_rest
from securitize.definitions.kinds import KINDS, Kind
from securitize.definitions.loading import load
from securitize.definitions.pools.build import Build
from securitize.definitions.recognition import recognise
from securitize.engine.prepare.prepare import prepare
from securitize.library.shelves import BUILD_FILE, DEAL_FILE, POOL_FILE, Shelf, shelf_of_place
from securitize.store.stored import open_run
from securitize.studies.validate.headings import kind_of_table
from securitize.studies.validate.uses import (
    ALONE,
    BY_ITSELF,
    NOT_IN_FORCE,
    OUT_OF_DATE,
    USES,
    CalculatedDeal,
    read_balances,
    roll_forward,
    run_base_case,
)
from securitize.studies.validate.walk import FolderContents, contents_of

_TABLES = (".csv", ".parquet", ".xlsx")
#: Kinds that a command reads only where they are found by their place.
_WRONG_PLACE, _NOT_FOUND, _NOT_USABLE = "SEC144", "SEC326", "SEC299"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was read: what it is, and what was done with it."""

    file: Path
    what: str
    done: str


@dataclass
class CheckedFolder:
    """What a folder holds.

    deals    : every deal in it that can be calculated, in order
    files    : what was read;  not_read : what was not
    problems : of every file;  warnings : what does not stop a command
    accepted : warnings of a file by itself that it accepts, but of those that a deal is calculated with
    """

    deals: list[CalculatedDeal] = field(default_factory=list)
    files: list[CheckedFile] = field(default_factory=list)
    not_read: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    accepted: list[AcceptedWarning] = field(default_factory=list)


def check_folder(root: Path) -> CheckedFolder:
    """Check everything in a folder. Problems are returned, not raised."""
    return _Check(root).checked()


class _Check:
    """The check of one folder, step by step."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found = CheckedFolder()
        self.contents: FolderContents = contents_of(root)
        self.homes = {file.parent for file in self.contents.files if file.name == DEAL_FILE}
        self.loaded: dict[Path, tuple[Kind[BaseModel], Loaded[Any]]] = {}
        self.taken: dict[Path, Path] = {}

    def checked(self) -> CheckedFolder:
        """Definitions by themselves, then with their deals, then tables of rows and stored results."""
        self.found.problems += self.contents.problems
        self.found.not_read += self.contents.not_read
        definitions = [file for file in self.contents.files if file.suffix == ".toml"]
        for file in definitions:
            self._attempt(file, partial(self._load, file))
        cases = {home: self._base_case(home) for home in sorted(self.homes)}
        for file in definitions:
            self._use(file, cases.get(self._home(file)))
        for file in self.contents.files:
            if file.suffix != ".toml":
                self._table(file, cases.get(self._home(file)))
        for folder in self.contents.results:
            self._stored(folder)
        calculated = {str(file) for case in cases.values() if case is not None for file in _used_in(case)}
        self.found.accepted = [one for one in self.found.accepted if one.problem.file not in calculated]
        self.found.problems = sorted(dict.fromkeys(self.found.problems), key=lambda one: one.order)
        self.found.warnings = list(dict.fromkeys(self.found.warnings))
        self.found.files.sort(key=lambda one: one.file)
        self.found.not_read.sort()
        return self.found

    def _home(self, file: Path) -> Path:
        """The folder of the deal that a file stands beside; the whole folder where there is none."""
        inside = (one for one in file.parents if one == self.root or self.root in one.parents)
        return next((one for one in inside if one in self.homes), self.root)

    def _shelf(self, file: Path) -> Shelf | None:
        """The shelf on which a command finds a file: beside a deal, a build or a pool."""
        for folder in file.parents:
            anchors = (DEAL_FILE, BUILD_FILE, POOL_FILE)
            if any(os.path.lexists(folder / anchor) for anchor in anchors):
                shelf = shelf_of_place(file.relative_to(folder))
                if shelf is not None:
                    return shelf
            if folder == self.root:
                break
        return None

    def _load(self, file: Path) -> None:
        """A definition by itself. Raises DefinitionError with its problems."""
        shelf = self._shelf(file)
        kind = _kind_of(file, shelf)
        loaded = load(kind, file)
        self.loaded[file] = kind, loaded
        if kind.attach is not None:
            self.taken |= {file.parent / name: file for name in loaded.attached}
        if kind.warnings is not None:
            stand, accepted = kind.warnings(loaded)
            self.found.warnings += map(str, stand)
            self.found.accepted += accepted
        if shelf is None and self._home(file) in self.homes and (kind.shelf.beside or kind.shelf.file):
            self.found.warnings += _warning_of_place(file, kind)

    def _base_case(self, home: Path) -> CalculatedDeal | None:
        """The base case of the deal in a folder; None where it cannot be run."""
        file = home / DEAL_FILE
        if any(one.file == str(file) and one.code == _WRONG_PLACE for one in self.found.problems):
            return None
        made: list[CalculatedDeal] = []

        def run() -> None:
            case = CalculatedDeal(file, prepare(file))
            run_base_case(case)
            made.append(case)

        self._attempt(file, run)
        if not made:
            return None
        self.found.deals.append(made[0])
        self.found.warnings += made[0].prepared.warnings
        return made[0]

    def _use(self, file: Path, case: CalculatedDeal | None) -> None:
        if file not in self.loaded:
            return
        kind, loaded = self.loaded[file]
        if isinstance(loaded.model, Build):
            self._take_candidates(file, loaded)
        done: str = BY_ITSELF
        used = [] if case is None else _used_in(case)
        if file in used:
            done = Message("the base case was run")
        elif case is not None or kind.name in ALONE:
            use = USES[kind.name]
            said = self._attempt(file, lambda: use(case, file, loaded))  # type: ignore[arg-type]
            done = said or done
        self.found.files.append(CheckedFile(file, kind.title, done))

    def _take_candidates(self, file: Path, loaded: Loaded[Any]) -> None:
        from securitize.pooling.build_checks import candidate_files

        self.taken |= {file.parent / one.file: file for one in candidate_files(loaded.model).values()}

    def _table(self, file: Path, case: CalculatedDeal | None) -> None:
        """A table of rows, or a file that no command reads."""
        if (owner := self.taken.get(file)) is not None:
            done = Message("read with {owner}", owner=owner.name)
            self.found.files.append(CheckedFile(file, Message("rows"), done))
            return
        what = self._attempt(file, partial(kind_of_table, file)) if file.suffix in _TABLES else None
        title: str
        if what == "actuals":
            title, read = Message("actuals"), partial(roll_forward, case, file)
        elif what == "balances":
            title, read = Message("published balances"), partial(read_balances, case, file)
        else:
            self.found.not_read.append(file)
            return
        self.found.files.append(CheckedFile(file, title, self._attempt(file, read) or BY_ITSELF))

    def _stored(self, folder: Path) -> None:
        def whole() -> str:
            stored = open_run(folder)
            if problems := stored.verify():
                raise DefinitionError(problems)
            return Message("every file has its digest")

        done = self._attempt(folder, whole)
        self.found.files.append(CheckedFile(folder, Message("stored result"), done or BY_ITSELF))

    def _attempt(self, file: Path, use: Callable[[], str | None]) -> str | None:
        """What a use says; what it raises joins the problems of the file that it uses."""
        try:
            return use()
        except InfeasibleError:
            return Message("there is no solution")
        except SecuritizeError as error:
            for problem in problems_of(error, file, self.root):
                if problem.code in (OUT_OF_DATE, NOT_IN_FORCE):
                    self.found.warnings.append(str(replace(problem, code=NOT_IN_FORCE)))
                else:
                    self.found.problems.append(problem)
            return None


def problems_of(error: SecuritizeError, file: Path, root: Path) -> Iterable[Problem]:
    """The problems of an error that using a file has raised; one that names no file of the folder is that file's."""
    if isinstance(error, DefinitionError) and error.problems:
        found = [one for one in error.problems if not is_warning(one) or one.code == NOT_IN_FORCE]
    elif isinstance(error, StorageError) and error.problem is not None:
        found = [error.problem]
    else:
        found = [Problem(str(file), 0, "", Message(error.args[0]), "", "", _NOT_USABLE)]
    for problem in found:
        inside = root in Path(problem.file).parents
        yield problem if inside else replace(problem, file=str(file), line=0)


def _kind_of(file: Path, shelf: Shelf | None) -> Kind[BaseModel]:
    """The kind of a definition. Raises DefinitionError where it is none, or one that does not stand on the shelf."""
    document = read_rest(file)
    if shelf is None:
        return recognise(document)
    try:
        kind = recognise(document)
    except DefinitionError:
        return _first_of(shelf)
    if kind.name in shelf.kinds:
        return kind
    if kind.bare and not kind.required <= document.raw.keys():
        return _first_of(shelf)
    what = Message(
        "the file is of kind {kind}, where files of kind {place} stand", kind=kind.title, place=shelf.name
    )
    raise DefinitionError(
        [Problem(str(file), 1, "", what, "", "move it, or put the right file in its place", _WRONG_PLACE)]
    )


def _first_of(shelf: Shelf) -> Kind[BaseModel]:
    return KINDS[shelf.kinds[0]]


def _warning_of_place(file: Path, kind: Kind[BaseModel]) -> list[str]:
    shelf = kind.shelf
    if shelf.folders or not (shelf.command or shelf.unlisted):
        return []  # They are given by their path.
    place = f"{shelf.beside}/{shelf.file or 'NAME.toml'}".lstrip("/")
    what = Message("no command finds this file of kind {kind} by its name here", kind=kind.title)
    repair = Message("move it to {place}, or give its path", place=place)
    return [str(Problem(str(file), 0, "", what, "", repair, _NOT_FOUND))]


def _used_in(case: CalculatedDeal) -> list[Path]:
    """The files that the base case of a deal is made from."""
    found = case.prepared.definitions
    parts = (found.deal, found.pool, found.market, found.state, found.holidays)
    return [part.path for part in parts if part is not None]
