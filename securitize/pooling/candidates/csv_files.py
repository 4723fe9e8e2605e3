"""CSV files: encoding, separator, heading, and rows of another length."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.base.encodings import decode
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.pooling.candidates.faults import FaultCode, Log, refused, shortened
from securitize.pooling.candidates.raw import (
    HEADING_LINES,
    Raw,
    find_heading,
    log_lines_before,
    refuse_too_many,
)

_SEPARATORS = ",\t;"
#: Share of zero bytes above which a file is no text; single ones are control characters like others.
_MOST_ZEROS = 0.05
#: Stands in every field of the row that is read after the last one.
_MARK = "\x02end of the file\x03"
#: Fewer separators in a line may as well be punctuation.
_FEWEST_COLUMNS = 4


def read_csv(file: str, data: bytes, known: frozenset[str], log: Log) -> Raw:
    """A CSV file. Raises DefinitionError where it is none."""
    text, encoding = decode(data)
    if encoding == "latin-1":
        why = "the file is neither UTF-8 nor GB18030; read as Latin-1, so letters may be wrong"
        log.say(0, "", "Latin-1", why, FaultCode.DAMAGED, "UTF-8")
    elif encoding != "utf-8":
        log.say(0, "", encoding, Message("the file is {encoding}, not UTF-8", encoding=encoding), "", "UTF-8")
    if text.count("\x00") > _MOST_ZEROS * len(text):
        raise DefinitionError(
            [refused(file, "the file holds zero bytes: it is no text", "", "export it as CSV")]
        )
    beginning = text[: 1 << 18]
    separator = _separator(beginning)
    lines, ends = _first_lines(file, beginning, separator)
    place = find_heading(file, lines, known)
    log_lines_before(log, lines[:place])
    headings = [heading.strip() for heading in lines[place]]
    refuse_too_many(file, headings)
    first = place + 2
    table, lost = _body(file, text[ends[place] :].encode(), separator, len(headings), first)
    for number, fields, row in lost:
        what: str = Message(
            "the row has {fields} fields, the heading {columns}", fields=fields, columns=len(headings)
        )
        log.say(first + number, "", shortened(row), what, FaultCode.LENGTH)
    rows = np.arange(len(table) + len(lost)) + first
    rows = np.delete(rows, [number for number, _, _ in lost])
    columns = [column.combine_chunks() for column in table.columns]
    swallowed = _holding_rows(columns, separator)
    for row, cells in zip(rows[swallowed], _cells(columns, swallowed), strict=True):
        what = "a cell holds whole rows: a quote is closed too late"
        log.say(int(row), "", shortened(separator.join(cells)), what, FaultCode.LENGTH)
    columns = [_without(column, swallowed) for column in columns]
    return Raw(headings, place + 1, columns, rows[~swallowed], len(lost) + int(swallowed.sum()))


def _separator(beginning: str) -> str:
    lines = beginning.splitlines()[:HEADING_LINES]
    counts = {sign: max((line.count(sign) for line in lines), default=0) for sign in _SEPARATORS}
    # A comma wins where it is there at all, but for one in a sentence: lists inside cells hold semicolons.
    heading = lines[0] if lines else ""
    return max(counts, key=lambda sign: (heading.count(sign), counts[sign]))


def _first_lines(file: str, beginning: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and where each of them ends in the text."""
    consumed = 0

    def counted() -> Any:
        nonlocal consumed
        for line in io.StringIO(beginning, newline=""):
            consumed += len(line)
            yield line

    lines, ends = [], []
    try:
        for line in islice(csv.reader(counted(), delimiter=separator), HEADING_LINES):
            lines.append(line)
            ends.append(consumed)
    except csv.Error as error:
        if lines:  # A very long cell after the heading; the rows are read by other means.
            return lines, ends
        raise DefinitionError([refused(file, "the file is no CSV that can be read", str(error))]) from None
    return lines, ends


def _body(
    file: str, data: bytes, separator: str, width: int, first: int
) -> tuple[Any, list[tuple[int, int, str]]]:
    """The rows after the heading, and those of another length: place, number of fields, text.

    A row of marks is read after the last one: it is not found where a quote is never closed.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(width)]
    lost: list[tuple[int, int, str]] = []

    def skip(row: Any) -> str:
        lost.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    end = b"" if data.endswith((b"\n", b"\r")) or not data else b"\n"
    data += end + separator.join([_MARK] * width).encode() + b"\n"
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            # One block: a cell may be of any length; one thread: rows of another length have a number.
            arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
            arrow_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowException as error:
        raise DefinitionError([refused(file, "the file is no CSV that can be read", str(error))]) from None
    rows = len(table) - 1
    if rows < 0 or any(column[rows].as_py() != _MARK for column in table.columns):
        what = "a quote is opened and never closed"
        line = first + rows + len(lost) - (rows < 0)
        raise DefinitionError([Problem(file, max(line, 1), "", what, "", "close it", FaultCode.FILE)])
    return table.slice(0, rows), lost


def _holding_rows(columns: list[Any], separator: str) -> npt.NDArray[np.bool_]:
    """(rows,) whether a cell holds a line with as many separators as a row has."""
    import pyarrow.compute as pc

    found = np.zeros(len(columns[0]) if columns else 0, bool)
    if len(columns) < _FEWEST_COLUMNS:
        return found
    sign = re.escape(separator)
    pattern = rf"\n[^\n{sign}]*(?:{sign}[^\n{sign}]*){{{len(columns) - 1}}}"
    for column in columns:
        found |= pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return found


def _cells(columns: list[Any], chosen: npt.NDArray[np.bool_]) -> list[tuple[str, ...]]:
    import pyarrow as pa

    return list(zip(*(column.filter(pa.array(chosen)).to_pylist() for column in columns), strict=True))


def _without(column: Any, dropped: npt.NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    return column.filter(pa.array(~dropped)) if dropped.any() else column
