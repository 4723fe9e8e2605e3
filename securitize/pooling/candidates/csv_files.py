"""CSV files: encoding, separator, heading, and rows of another length."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import Any

import numpy as np

from securitize.base.errors import DefinitionError
from securitize.pooling.candidates.faults import Fault, Log, refused, shortened
from securitize.pooling.candidates.reading import (
    HEADING_LINES,
    MOST_COLUMNS,
    Raw,
    find_heading,
    tell_lines_before,
)

_SEPARATORS = ",\t;"
#: How much of the bytes is looked at to tell GB18030 from Latin-1.
_SAMPLE = 1 << 20
#: Share of letters that must be in everyday use for bytes to be taken for Chinese.
_EVERYDAY = 0.9


def read_csv(file: str, data: bytes, known: frozenset[str], log: Log) -> Raw:
    """A CSV file. Raises DefinitionError where it is none."""
    text, encoding = decode(data)
    if encoding == "latin-1":
        why = "the file is neither UTF-8 nor GB18030; read as Latin-1, so letters may be wrong"
        log.say(0, "", "Latin-1", why, Fault.DAMAGED, "UTF-8")
    elif encoding != "utf-8":
        log.say(0, "", encoding, f"the file is {encoding}, not UTF-8", "", "UTF-8")
    if "\x00" in text:
        raise DefinitionError(
            [refused(file, "the file holds zero bytes: it is no text", "", "export it as CSV")]
        )
    beginning = text[: 1 << 18]
    separator = _separator(beginning)
    lines, ends = _first_lines(file, beginning, separator)
    place = find_heading(file, lines, known)
    tell_lines_before(log, lines[:place])
    headings = [heading.strip() for heading in lines[place]]
    if len(headings) > MOST_COLUMNS:
        raise DefinitionError(
            [refused(file, f"the file has {len(headings)} columns", "", f"at most {MOST_COLUMNS}")]
        )
    table, lost = _body(file, text[ends[place] :].encode(), separator, len(headings))
    first = place + 2
    for number, fields, row in lost:
        what = f"the row has {fields} fields, the heading {len(headings)}"
        log.say(first + number, "", shortened(row), what, Fault.LENGTH)
    rows = np.arange(len(table) + len(lost)) + first
    rows = np.delete(rows, [number for number, _, _ in lost])
    columns = [column.combine_chunks() for column in table.columns]
    return Raw(headings, place + 1, columns, rows, len(lost))


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding: ``utf-8``, ``utf-16``, ``gb18030`` or ``latin-1``, which reads everything.

    GB18030 is taken only where the letters that it gives are everyday ones: nearly any pair of Latin-1 letters is
    some rare character in it.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return data.decode("latin-1"), "latin-1"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"
    foreign = [letter for letter in text[:_SAMPLE] if letter > "\x7f"] or [x for x in text if x > "\x7f"]
    everyday = sum(1 for letter in foreign if _is_everyday(letter))
    return (text, "gb18030") if everyday >= _EVERYDAY * len(foreign) else (data.decode("latin-1"), "latin-1")


def _is_everyday(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


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
        raise DefinitionError([refused(file, "the file is no CSV that can be read", str(error))]) from None
    return lines, ends


def _body(file: str, data: bytes, separator: str, width: int) -> tuple[Any, list[tuple[int, int, str]]]:
    """The rows after the heading, and those of another length: place, number of fields, text."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(width)]
    lost: list[tuple[int, int, str]] = []

    def skip(row: Any) -> str:
        lost.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    if not data.strip():
        return pa.table({name: pa.array([], pa.string()) for name in names}), []
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
    return table, lost
