"""XLSX files: the stored values of the first sheet that holds anything; formulas are reported, never calculated."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from securitize.base.errors import DefinitionError
from securitize.base.messages import Message
from securitize.base.workbook_sizes import check_workbook
from securitize.pooling.candidates.faults import FaultCode, Log, refused
from securitize.pooling.candidates.raw import (
    HEADING_LINES,
    Raw,
    find_heading,
    log_lines_before,
    refuse_too_many,
)

#: Rows and columns that a sheet of a spreadsheet program can have.
MOST_SHEET_ROWS, MOST_SHEET_COLUMNS = 1 << 20, 1 << 14
#: Most cells below the headings, most up to the last of each row, and most characters: one cell far to the right
#: makes a row of 16,384, one shared text can stand in every cell.
MOST_CELLS, MOST_PADDED, MOST_CHARACTERS = 20_000_000, 50_000_000, 256 * 2**20


def read_spreadsheet(file: str, data: bytes, known: frozenset[str], log: Log) -> Raw:
    """The first sheet with contents. Raises DefinitionError where the workbook cannot be read or is too large."""
    try:
        check_workbook(data)
    except (ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        repair = "split it, or save it as CSV"
        raise DefinitionError([refused(file, "the workbook cannot be read", _said(error), repair)]) from None
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions, which carry no data.
            warnings.simplefilter("ignore")
            return _read(file, data, known, log)
    except DefinitionError:
        raise
    except Exception as error:
        # A damaged archive or sheet fails anywhere inside zipfile, the parser of XML or openpyxl.
        what = "the workbook cannot be read"
        found = f"{type(error).__name__}: {error}"[:200]
        raise DefinitionError([refused(file, what, found, "save it anew as .xlsx")]) from None


def _read(file: str, data: bytes, known: frozenset[str], log: Log) -> Raw:
    import openpyxl
    import pyarrow as pa

    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        names = values.sheetnames
        taken, first = "", []
        for name in names:
            lines = [
                [_text(cell) or "" for cell in row] for row in islice(_rows(values[name]), HEADING_LINES)
            ]
            if any(any(line) for line in lines):
                if not taken:
                    taken, first = name, lines
                else:
                    why = Message("the sheet {name!r} is left out; the first one is read", name=name)
                    log.say(0, "", name, why, FaultCode.LEFT_OUT)
        place = find_heading(file, first, known)
        log_lines_before(log, first[:place])
        headings = first[place]
        while headings and not headings[-1]:
            headings.pop()
        refuse_too_many(file, headings)
        width = len(headings)
        columns: list[list[str | None]] = [[] for _ in headings]
        raw = Raw(headings, place + 1, [], np.zeros(0, np.int64))
        numbers: list[int] = []
        characters = padded = 0
        both = zip(_rows(values[taken]), _rows(formulas[taken]), strict=True)
        for number, (row, written) in enumerate(both, 1):
            if number <= place + 1:
                continue
            if number > MOST_SHEET_ROWS or len(row) > MOST_SHEET_COLUMNS:
                raise _too_much(
                    file, Message("a cell lies beyond the end of a sheet, in row {row:,}", row=number)
                )
            padded += len(row)
            if padded <= MOST_PADDED and not any(cell is not None for cell in written):
                continue  # Blank; a sheet may claim a million of them.
            if len(numbers) * width > MOST_CELLS or padded > MOST_PADDED:
                raise _too_much(file, Message("the sheet holds more than {most:,} cells", most=MOST_CELLS))
            texts = [_text(cell) for cell in row]
            if any(texts[width:]):
                what = Message("the row has more fields than the heading ({width})", width=width)
                log.say(number, "", " ".join(filter(None, texts)), what, FaultCode.LENGTH)
                raw.lost += 1
                continue
            _log_formulas(raw, log, number, written[:width], texts)
            for column, cell in zip(columns, texts + [None] * (width - len(texts)), strict=False):
                column.append(cell)
            numbers.append(number)
            characters += sum(len(text) for text in texts if text)
            if characters > MOST_CHARACTERS:
                what = Message("the cells hold more than {most:,} characters", most=MOST_CHARACTERS)
                raise _too_much(file, what)
    finally:
        values.close()
        formulas.close()
    raw.columns = [pa.array(column, pa.string()) for column in columns]
    raw.rows = np.array(numbers, np.int64)
    return raw


def _said(error: Exception) -> str:
    """What an error says; a message stays one, so that it is told in the user's language."""
    return error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)


def _too_much(file: str, what: str) -> DefinitionError:
    return DefinitionError([refused(file, what, "", "split it, or save it as CSV")])


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The values of each row, blank rows too; the extent that the file claims is not believed."""
    if not hasattr(sheet, "iter_rows"):
        return iter(())  # A sheet of charts.
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    return rows


def _log_formulas(raw: Raw, log: Log, number: int, written: tuple[Any, ...], texts: list[str | None]) -> None:
    for place, cell in enumerate(written):
        formula = getattr(cell, "text", cell)  # Array formulas are objects.
        if not (isinstance(formula, str) and formula.startswith("=")) or formula == texts[place]:
            continue
        if texts[place]:
            why = "a formula; its stored value is taken and nothing is calculated"
            log.say(number, raw.headings[place], formula, why, "", texts[place] or "")
        else:
            raw.doubtful.append((number, place, formula))


def _text(cell: Any) -> str | None:
    """The text of a stored value; dates in ISO 8601, whole numbers without a point."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
