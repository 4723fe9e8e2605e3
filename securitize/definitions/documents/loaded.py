"""A definition that was read: its model, and where each of its keys stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.codes import is_warning
from securitize.definitions.documents.locator import KeyPath, Locator, written

#: A file with more problems than this is not worth reading to its end.
PROBLEM_LIMIT = 200
#: Where a value comes from that stands in no file.
BY_CALLER = Message("written by the caller")
M = TypeVar("M", covariant=True)  # noqa: PLC0105


class Fault(NamedTuple):
    """What does not hold, at a path of a model; ``Loaded.problem(*fault)`` says on which line."""

    at: KeyPath
    what: str
    found: object
    repair: str
    code: str


def at_most(
    problems: Iterable[Problem], limit: int = PROBLEM_LIMIT, *, every_warning: bool = False
) -> list[Problem]:
    """The first errors and the first warnings, and one problem more that says where there are others.

    every_warning : all of them are kept, where the file may still accept some
    """
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for problem in problems:
        found = warnings if is_warning(problem) else errors
        if len(found) < limit or (every_warning and found is warnings):
            found.append(problem)
        elif found is errors:
            what = Message("the file has more than {limit} problems", limit=limit)
            errors.append(Problem(problem.file, 0, "", what, "", "correct the first ones", "SEC140"))
            break
        elif len(found) == limit:
            what = Message("the file has more than {limit} warnings", limit=limit)
            warnings.append(Problem(problem.file, 0, "", what, "", "see the first ones", "SEC319"))
    return errors + warnings


def first_of_each_file(problems: Iterable[Problem]) -> list[Problem]:
    """The first problems of each file, as :func:`at_most` cuts them."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    return [one for found in by_file.values() for one in at_most(found)]


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A definition, validated.

    model : what was written, figures unwrapped
    raw   : what was written, figures as tables (floats as Decimal, arrays as lists)
    text  : the bytes of the file
    attached : bytes of the files beside it that it takes rows from, by name
    removed : paths taken out because they are faulty, so that the rest could still be checked; empty for
    a definition that a run may use
    given : paths whose values a caller wrote in place of those of the file
    """

    path: Path
    model: M
    raw: dict[str, Any]
    text: bytes
    locator: Locator
    removed: tuple[KeyPath, ...] = ()
    attached: Mapping[str, bytes] = field(default_factory=dict)
    given: tuple[KeyPath, ...] = ()

    def names(self, *table: str) -> list[str]:
        """The keys of a table as written, faulty entries too."""
        found: Any = self.raw
        for key in table:
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return list(found) if isinstance(found, dict) else []

    def has(self, *path: str | int) -> bool:
        """Whether something is written at ``path``."""
        found: Any = self.raw
        for key in path:
            inside = key in found if isinstance(found, dict) else False
            if isinstance(found, list) and isinstance(key, int):
                inside = key < len(found)
            if not inside:
                return False
            found = found[key]
        return True

    def problem(self, at: KeyPath, what: str, found: object, repair: str, code: str) -> Problem:
        """A problem at a path of the model, with the line on which it is written."""
        path = self._as_written(at)
        if isinstance(found, list | tuple):
            found = Listing(found)
        shown = found if isinstance(found, str) else "" if found is None else str(found)
        line = self.locator.line(path)
        if self.is_given(path):
            # On the line of the file another value stands, or none.
            line, shown = 0, Message("{value}, written by the caller", value=shown) if shown else BY_CALLER
        return Problem(str(self.path), line, written(path), what, shown, repair, code)

    def is_given(self, path: KeyPath) -> bool:
        """Whether a caller wrote what stands at a path, or a table around it."""
        return any(path[: len(one)] == one for one in self.given)

    def _as_written(self, at: KeyPath) -> KeyPath:
        """Positions in arrays counted with the elements that were taken out."""
        path: tuple[str | int, ...] = ()
        for key in at:
            position = key
            if isinstance(position, int):
                for gone in self._gone(path):
                    position += gone <= position
            path = (*path, position)
        return path

    def _gone(self, array: KeyPath) -> list[int]:
        return sorted(path[-1] for path in self.removed if path[:-1] == array and isinstance(path[-1], int))
