"""What can go wrong, how it is said, and the exit code that it gives.

Every message is one line:
``file:line: path: what is wrong (what stood there); what would be right  [CODE]``
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, assert_never

from securitize.base.language import Language
from securitize.base.messages import Listing, Message, in_language

EXIT_DONE = 0
EXIT_BREACH = 1
EXIT_USAGE = 2
EXIT_INVALID = 3
EXIT_INFEASIBLE = 4
EXIT_FAILED = 5
#: A run was calculated again by another program than made it: what was compared is listed, and proves nothing of it.
EXIT_OTHER_PROGRAM = 6
#: A run was made again under other libraries or on another processor: everything is equal or within tolerance.
EXIT_REPRODUCED = 7
#: A run cannot be made again as it is stored, on other libraries, another processor or by another program.
EXIT_NOT_REPRODUCED = 8
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


def escaped(character: str) -> str:
    """A character by its number, as ``\\x1b``: one that a terminal would obey and a reader not see."""
    return character.encode("unicode_escape").decode()


def printable(text: str, limit: int = 120) -> str:
    """``text`` on one line, control and direction characters escaped, at most ``limit`` characters."""
    shown = "".join(c if c.isprintable() else escaped(c) for c in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one file: where, what, what stood there, and the repair.

    line : 1-based; 0 where the fault belongs to the file as a whole
    path : dotted key path inside the file, empty for the whole file
    """

    file: str
    line: int
    path: str
    what: str
    found: str
    repair: str
    code: str

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: Language) -> str:
        """The line in a language."""
        where: str = printable(_own(self.file, language), 300)
        if self.line:
            where = Message("{file}:{line}", file=where, line=self.line)
        what = self.what
        if self.path:
            where = Message("{place}: {path}", place=where, path=printable(self.path))
        else:
            where, what = _with_column(where, what, language)
        parts = {
            "where": where,
            "what": printable(in_language(what, language), 300),
            "found": printable(_own(self.found, language)),
            "repair": printable(in_language(self.repair, language), 300),
            "code": self.code,
        }
        match (bool(self.found), bool(self.repair)):
            case (True, True):
                line = Message("{where}: {what} ({found}); {repair}  [{code}]", **parts)
            case (True, False):
                line = Message("{where}: {what} ({found})  [{code}]", **parts)
            case (False, True):
                line = Message("{where}: {what}; {repair}  [{code}]", **parts)
            case _:
                line = Message("{where}: {what}  [{code}]", **parts)
        return in_language(line, language)

    @property
    def order(self) -> tuple[str, int, str, str]:
        """Sorting key: by file, then line."""
        return (self.file, self.line, self.path, self.code)


#: Faults at columns of a line: where that is, in a language that says the place first.
_COLUMNS = {
    "{what} at column {column}": "{place}, column {column}",
    "{what} at columns {columns} and {last}": "{place}, columns {columns} and {last}",
}


def _with_column(place: str, what: str, language: Language) -> tuple[str, str]:
    """Place and fault: Chinese names a column behind its line, English behind what is wrong there."""
    match language:
        case "en":
            return place, what
        case "zh":
            at = _COLUMNS.get(what.template) if isinstance(what, Message) else None
            if at is None or not isinstance(what, Message):
                return place, what
            return Message(at, place=place, **what.values), what.values["what"]
        case _:
            assert_never(language)


def _own(text: str, language: Language) -> str:
    """What the program says, in a language; what stands in a file as it stands there."""
    return in_language(text, language) if isinstance(text, Message | Listing) else str(text)


#: A line of a problem that is kept as text, as in the warnings of a stored run.
_LINE = re.compile(
    r"(?P<file>[^:]+)(:(?P<line>\d+))?(: (?P<path>[^ :]+))?: (?P<said>.+)  \[(?P<code>[A-Z]+\d+)\]", re.DOTALL
)


def line_in_language(line: str, language: Language) -> str:
    """A line for the user, in a language: a sentence, or a problem that was kept as text."""
    if not isinstance(line, Message | Listing) and line.startswith(" "):
        bare = line.lstrip(" ")
        return line[: len(line) - len(bare)] + line_in_language(bare, language)
    kept = None if isinstance(line, Message) else _LINE.fullmatch(line)
    if kept is None:
        return in_language(line, language)
    what, _, repair = kept["said"].rpartition("; ")
    if not what:
        what, repair = repair, ""
    found = ""
    if what.endswith(")") and " (" in what:
        what, _, found = what[:-1].partition(" (")
    place = (kept["file"], int(kept["line"] or 0), kept["path"] or "")
    return Problem(*place, what, found, repair, kept["code"]).text(language)


class SecuritizeError(Exception):
    """An error that its reader can act on; printed as one line, never as a traceback.

    template, values : of the message (:class:`~securitize.base.messages.Message`), or the problem of a file
    """

    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, template: str | Problem, /, **values: Any) -> None:
        self.problem = template if isinstance(template, Problem) else None
        text = str(template) if isinstance(template, Problem) else template
        super().__init__(Message(text, **values) if values else text)

    def text(self, language: Language) -> str:
        """What is said of it, in a language."""
        if self.problem is not None:
            return self.problem.text(language)
        return "\n".join(line_in_language(line, language) for line in self._lines())

    def _lines(self) -> list[str]:
        message: str = self.args[0]
        return [message] if isinstance(message, Message) else str(message).split("\n")


class UsageError(SecuritizeError):
    """The command or the call was wrong."""

    exit_code = EXIT_USAGE


class DefinitionError(SecuritizeError):
    """One or more definitions or data files are invalid; carries every problem found."""

    exit_code = EXIT_INVALID

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: p.order))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def text(self, language: Language) -> str:
        """Every problem on a line."""
        return "\n".join(problem.text(language) for problem in self.problems)


class InfeasibleError(SecuritizeError):
    """What was asked has no solution."""

    exit_code = EXIT_INFEASIBLE


class CalculationError(SecuritizeError):
    """A calculation failed: an invariant does not hold, a number left its range, a solver found no root."""

    exit_code = EXIT_FAILED


class StorageError(SecuritizeError):
    """The disk, a permission or a lock stood in the way; nothing half-written is visible."""

    exit_code = EXIT_FAILED
