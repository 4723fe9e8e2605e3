"""What can go wrong, how it is said, and the exit code that it gives.

Every message is one line:
``file:line: path: what is wrong (what stood there); what would be right  [CODE]``
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

EXIT_DONE = 0
EXIT_BREACH = 1
EXIT_USAGE = 2
EXIT_INVALID = 3
EXIT_INFEASIBLE = 4
EXIT_FAILED = 5
#: A run was calculated again by another program than made it: what was compared is told, and proves nothing of it.
EXIT_OTHER_PROGRAM = 6
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


def printable(text: str, limit: int = 120) -> str:
    """``text`` on one line, control and direction characters escaped, at most ``limit`` characters."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
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
        where = printable(self.file, 300)
        if self.line:
            where += f":{self.line}"
        if self.path:
            where += f": {printable(self.path)}"
        found = f" ({printable(self.found)})" if self.found else ""
        repair = f"; {printable(self.repair, 300)}" if self.repair else ""
        return f"{where}: {printable(self.what, 300)}{found}{repair}  [{self.code}]"

    @property
    def order(self) -> tuple[str, int, str, str]:
        """Sorting key: by file, then line."""
        return (self.file, self.line, self.path, self.code)


class SecuritizeError(Exception):
    """An error that its reader can act on; printed as one line, never as a traceback."""

    exit_code: ClassVar[int] = EXIT_FAILED


class UsageError(SecuritizeError):
    """The command or the call was wrong."""

    exit_code = EXIT_USAGE


class DefinitionError(SecuritizeError):
    """One or more definitions or data files are invalid; carries every problem found."""

    exit_code = EXIT_INVALID

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: p.order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InfeasibleError(SecuritizeError):
    """What was asked has no solution."""

    exit_code = EXIT_INFEASIBLE


class CalculationError(SecuritizeError):
    """A calculation failed: an invariant does not hold, a number left its range, a solver found no root."""

    exit_code = EXIT_FAILED


class StorageError(SecuritizeError):
    """The disk, a permission or a lock stood in the way; nothing half-written is visible."""

    exit_code = EXIT_FAILED
