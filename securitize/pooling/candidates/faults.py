"""What can be wrong with candidate files, what follows from it, and the log of everything that was done to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from securitize.base.errors import Problem
from securitize.base.messages import Message

#: Most problems that one file gives as objects; the log of changes holds all of them.
MOST_PROBLEMS = 10_000
#: Longest text of a cell that the log repeats.
MOST_CHARACTERS = 500


class FaultCode(StrEnum):
    """Codes. The first group refuses a file, the second rejects a row, the third is only reported."""

    FILE = "SEC400"
    SOURCE = "SEC401"
    HEADINGS = "SEC402"

    LENGTH = "SEC403"
    KEY = "SEC404"
    PUBLICATION_NUMBER = "SEC405"
    APPLICATION_NUMBER = "SEC406"
    CREDIT_CODE = "SEC407"
    DATE = "SEC408"
    DATES = "SEC409"
    NUMBER = "SEC410"
    WORD = "SEC411"
    FORMULA_WITHOUT_VALUE = "SEC412"
    CONFLICT = "SEC413"
    UNKNOWN_COMPANY = "SEC414"

    MERGED = "SEC415"
    FORMULA = "SEC416"
    DAMAGED = "SEC417"
    SYMBOL = "SEC418"
    STATEMENTS = "SEC419"
    NO_COMPANY = "SEC420"
    NO_CANDIDATES = "SEC421"
    CONTRACT = "SEC422"
    UNKNOWN_PATENT = "SEC423"
    EVENTS = "SEC424"
    EVENT_CODE = "SEC425"
    FORMER_NAME = "SEC426"
    NOT_TAKEN = "SEC427"
    LEFT_OUT = "SEC428"
    MORE = "SEC429"


REPAIRED, MERGED, REJECTED, WARNING = "repaired", "merged", "rejected", "warning"


def outcome(code: str) -> str:
    """What follows from a code: ``rejected``, ``merged``, ``warning``; ``repaired`` where there is none."""
    if not code:
        return REPAIRED
    if code == FaultCode.MERGED:
        return MERGED
    return REJECTED if code < FaultCode.MERGED else WARNING


def is_rejection(problem: Problem) -> bool:
    """Whether a row, or a whole file, was rejected for it; otherwise it is a warning."""
    return outcome(problem.code) == REJECTED


_REPAIRS = {
    FaultCode.LENGTH: "write one field a column; quote a field that holds the separator",
    FaultCode.KEY: "write what identifies the row",
    FaultCode.PUBLICATION_NUMBER: "write office, number and kind, such as CN102345678B",
    FaultCode.APPLICATION_NUMBER: "write it with its check digit, such as CN201710117081.7",
    FaultCode.CREDIT_CODE: "write the 18 characters of the business licence",
    FaultCode.DATE: "write 2024-09-11",
    FaultCode.DATES: "correct the date that is wrong",
    FaultCode.NUMBER: "write a plain number, amounts in currency units, shares as decimals",
    FaultCode.WORD: "write one of the words of the column",
    FaultCode.FORMULA_WITHOUT_VALUE: "open the workbook, let it calculate, and save it; or write the value",
    FaultCode.CONFLICT: "keep the row that is right",
    FaultCode.UNKNOWN_COMPANY: "add the company, or write its key, credit code or registered name",
    FaultCode.DAMAGED: "export the file anew as UTF-8",
    FaultCode.FORMULA: "nothing is calculated; take the sign away if it is none",
}


def repair_of(code: str) -> str:
    """What would be right, in general; empty where the reader knows best."""
    return _REPAIRS.get(FaultCode(code), "") if code else ""


@dataclass(frozen=True, slots=True)
class CellNote:
    """One thing that is said of a cell: why it was changed, and the code where more than that follows."""

    why: str
    code: str = ""


def shortened(text: str) -> str:
    """``text``, or its beginning and its length where it is long."""
    return (
        text
        if len(text) <= MOST_CHARACTERS
        else Message("{text}… ({count:,} characters)", text=text[:MOST_CHARACTERS], count=len(text))
    )


@dataclass
class Log:
    """Everything that is done to one file, as chunks of Arrow columns; nothing is left out for being frequent."""

    file: str
    chunks: list[Any] = field(default_factory=list)

    def add(
        self,
        rows: Any,
        column: str,
        before: Any,
        after: Any,
        why: str | Sequence[str],
        code: str = "",
    ) -> None:
        """Many entries at once.

        rows          : (entries,) int, rows of the file; 0 is the file as a whole
        before, after : (entries,) texts, an Arrow array or a sequence; None is an empty cell
        why           : one reason for all, or (entries,) reasons
        """
        import pyarrow as pa

        count = len(rows)
        if count == 0:
            return
        reasons = pa.repeat(pa.scalar(why), count) if isinstance(why, str) else pa.array(why, pa.string())
        self.chunks.append(
            pa.table(
                {
                    "row": pa.array(rows, pa.int64()),
                    "column": pa.repeat(pa.scalar(column), count),
                    "outcome": pa.repeat(pa.scalar(outcome(code)), count),
                    "before": _shortened_texts(before),
                    "after": _shortened_texts(after),
                    "why": reasons,
                    "code": pa.repeat(pa.scalar(str(code)), count),
                }
            )
        )

    def say(self, row: int, column: str, before: str, why: str, code: str = "", after: str = "") -> None:
        """One entry."""
        self.add([row], column, [before], [after], why, code)

    def changes(self) -> Any:
        """The entries as one Arrow table (file, row, column, number, outcome, before, after, why, code).

        Sorted by row and column; ``number`` counts the entries of one row and column from 1. Empty cells are
        empty texts.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        empty = changes_schema().remove(0).remove(2)
        table = pa.concat_tables([empty.empty_table(), *self.chunks])
        sorting = pc.sort_indices(table, [("row", "ascending"), ("column", "ascending")])
        table = table.take(sorting)
        number = running_numbers(table["row"].to_numpy(), table["column"])
        table = table.add_column(2, "number", pa.array(number, pa.int64()))
        file = pa.repeat(pa.scalar(self.file), len(table))
        return table.add_column(0, "file", file).cast(changes_schema())

    def problems(self) -> tuple[Problem, ...]:
        """The entries with a code, in the common form, by row; at most ``MOST_PROBLEMS`` and a last one that counts."""
        import pyarrow.compute as pc

        entries = self.changes()
        entries = entries.filter(pc.not_equal(entries["code"], ""))
        rest = len(entries) - MOST_PROBLEMS
        found = [self._problem(entry) for entry in entries.slice(0, MOST_PROBLEMS).to_pylist()]
        if rest > 0:
            what = Message("{rest} more problems stand in the changes", rest=rest)
            found.append(Problem(self.file, 0, "", what, "", "", FaultCode.MORE))
        return tuple(found)

    def _problem(self, entry: dict[str, Any]) -> Problem:
        code = entry["code"]
        repair = repair_of(code)
        if outcome(code) != REJECTED and entry["after"] != entry["before"]:
            repair = entry["after"] or repair
        return Problem(self.file, entry["row"], entry["column"], entry["why"], entry["before"], repair, code)


def changes_schema() -> Any:
    """The Arrow schema of the table of changes."""
    import pyarrow as pa

    texts = ("outcome", "before", "after", "why", "code")
    return pa.schema(
        [
            pa.field("file", pa.string()),
            pa.field("row", pa.int64()),
            pa.field("column", pa.string()),
            pa.field("number", pa.int64()),
            *(pa.field(name, pa.string()) for name in texts),
        ]
    )


def running_numbers(rows: Any, columns: Any) -> Any:
    """1, 2, … within each run of equal row and column; (entries,) int64, of sorted entries."""
    import numpy as np

    count = len(rows)
    if count == 0:
        return np.zeros(0, np.int64)
    ids = columns.combine_chunks().dictionary_encode()
    ids = ids.indices.to_numpy()
    new = np.ones(count, bool)
    new[1:] = (rows[1:] != rows[:-1]) | (ids[1:] != ids[:-1])
    starts = np.flatnonzero(new)
    return np.arange(count) - np.repeat(starts, np.diff(np.append(starts, count))) + 1


def refused(
    file: str, what: str, found: str = "", repair: str = "", code: FaultCode = FaultCode.FILE
) -> Problem:
    """A problem of a whole file."""
    return Problem(file, 0, "", what, found, repair, code)


def _shortened_texts(texts: Iterable[Any]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    is_arrow = isinstance(texts, pa.Array | pa.ChunkedArray)
    array = texts if is_arrow else pa.array(list(texts), pa.string())
    array = pc.fill_null(pc.cast(array, pa.string()), "")
    lengths = pc.utf8_length(array)
    if len(array) and pc.max(lengths).as_py() > MOST_CHARACTERS:
        array = pa.array([shortened(text) for text in array.to_pylist()], pa.string())
    return array
