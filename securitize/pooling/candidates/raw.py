"""A candidate file as it was written: raw texts by column, and where its heading stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.base.errors import DefinitionError
from securitize.base.messages import Message
from securitize.pooling.candidates.faults import FaultCode, Log, refused

#: Largest file, and most rows and columns.
MOST_BYTES = 1 << 30
MOST_ROWS = 2_000_000
MOST_COLUMNS = 500
#: Lines in which a heading is looked for.
HEADING_LINES = 20


@dataclass
class Raw:
    """A file as it was written.

    headings : as written; heading_row : 0 in Parquet
    columns  : per heading an Arrow array (rows,) of texts, or of lists of texts; null is an empty cell
    rows     : (rows,) rows of the file
    lost     : rows that could not be taken apart; they are rejected and logged already
    doubtful : (row, column, formula): cells with a formula and no stored value
    """

    headings: list[str]
    heading_row: int
    columns: list[Any]
    rows: npt.NDArray[np.int64]
    lost: int = 0
    doubtful: list[tuple[int, int, str]] = field(default_factory=list)


def refuse_too_many(file: str, headings: list[str]) -> None:
    """Raises DefinitionError where a file has more columns than are read."""
    if len(headings) > MOST_COLUMNS:
        what = Message("the file has {count} columns", count=len(headings))
        repair = Message("at most {most_columns}", most_columns=MOST_COLUMNS)
        raise DefinitionError([refused(file, what, "", repair)])


def find_heading(file: str, lines: list[list[str]], known: frozenset[str]) -> int:
    """The place of the heading: the first line with most known headings. Raises DefinitionError where none has any."""
    from securitize.pooling.candidates.notation import UNITS
    from securitize.pooling.candidates.sources import folded

    def known_in(line: list[str]) -> int:
        keys = {folded(text) for text in line}
        for unit in (*UNITS, "%"):
            keys |= {key.removesuffix(f"({unit})").strip() for key in keys}
        return len(keys & known)

    counts = [known_in(line) for line in lines]
    if not counts or max(counts) == 0:
        shown = ", ".join(lines[0][:8]) if lines else ""
        repair = "name the source, or write canonical headings in the first line"
        raise DefinitionError(
            [refused(file, "no line of headings is known", shown, repair, FaultCode.HEADINGS)]
        )
    return counts.index(max(counts))


def log_lines_before(log: Log, lines: list[list[str]]) -> None:
    """Warn of what stands above the heading."""
    for row, line in enumerate(lines, 1):
        if any(line):
            log.say(
                row,
                "",
                " ".join(filter(None, line)),
                "a line above the heading is left out",
                FaultCode.LEFT_OUT,
            )
