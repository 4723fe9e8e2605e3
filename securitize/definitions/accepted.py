"""Warnings that a file accepts, each with its reason (``[[accepted]]``).

Rules: ``docs/reference/plausibility.md``, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.codes import codes
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.figures import Model, Prose, Text, fault
from securitize.definitions.plausibility import NOT_ACCEPTED

#: Of an acceptance that silences nothing.
IN_VAIN = "SEC359"


def acceptable() -> tuple[str, ...]:
    """The codes that a file may accept: those of warnings."""
    return tuple(code for code, entry in codes().items() if entry.warns and code not in NOT_ACCEPTED)


def _code(value: str) -> str:
    if value not in acceptable():
        what = Message("no warning that can be accepted has the code {code}", code=value)
        raise fault("SEC124", what, Message("write {codes}", codes=Listing(acceptable(), " or ")))
    return value


class _Codes:
    """The codes in a JSON schema, read only where one is asked for."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "enum": list(acceptable())}


#: The code of a warning.
WarningCode = Annotated[str, AfterValidator(_code), _Codes()]


class Accepted(Model):
    """Warnings of one code that mean what is meant, all of them or those at or below a field."""

    code: WarningCode
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    at: Text = ""
    source: Prose = ""

    def covers(self, problem: Problem) -> bool:
        """Whether a problem of the same file is meant."""
        inside = (
            not self.at or problem.path == self.at or problem.path.startswith((f"{self.at}.", f"{self.at}["))
        )
        return problem.code == self.code and inside


@dataclass(frozen=True, slots=True)
class AcceptedWarning:
    """A warning that a file accepts, and why."""

    problem: Problem
    reason: str
    source: str


def rows_of(
    accepted: Iterable[AcceptedWarning], line: Callable[[Problem], str] = str
) -> list[dict[str, str]]:
    """Warnings that a file accepts, each with the reason and its source, as ``about.accepted`` has them."""
    return [{"warning": line(one.problem), "reason": one.reason, "source": one.source} for one in accepted]


#: Warnings that stand, and those that are accepted.
Sifted = tuple[list[Problem], list[AcceptedWarning]]


def sift(problems: Iterable[Problem], files: Sequence[Loaded[Any]], asked: Callable[[str], bool]) -> Sifted:
    """Warnings that stand, with one for each entry that silences nothing, and those that are accepted.

    files : those whose entries count, each with ``accepted``
    asked : whether warnings of a code would be among ``problems``; an entry of another code is not in vain yet
    """
    stand: list[Problem] = []
    found: list[AcceptedWarning] = []
    entries = [(loaded, k, entry) for loaded in files for k, entry in enumerate(loaded.model.accepted)]
    used: set[int] = set()
    for problem in problems:
        covering = (
            place
            for place, (loaded, _, entry) in enumerate(entries)
            if problem.file == str(loaded.path) and entry.covers(problem)
        )
        by = next(covering, None)
        if by is None:
            stand.append(problem)
            continue
        used.add(by)
        entry = entries[by][2]
        found.append(AcceptedWarning(problem, entry.reason, entry.source))
    for place, (loaded, k, entry) in enumerate(entries):
        if place not in used and asked(entry.code):
            what, repair = "the entry silences no warning", "delete it, or correct code and at"
            stand.append(loaded.problem(("accepted", k), what, entry.code, repair, IN_VAIN))
    return stand, found
