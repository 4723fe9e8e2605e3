"""Rows of a table that somebody hands in: CSV (UTF-8, one heading line) or Parquet, with their line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from securitize.base.encodings import packed_as
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Listing, Message
from securitize.base.money import to_minor
from securitize.base.parquet_sizes import check_size

MOST_ROWS, MOST_DECODED = 1_000_000, 256 * 2**20


@dataclass(frozen=True, slots=True)
class RowFile:
    """A table file; ``code`` is that of its problems. Problems name file, line and column."""

    path: Path
    code: str

    def rows(
        self, data: bytes, required: Sequence[str], known: Sequence[str], problems: list[Problem]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line and fields of each row; what is wrong joins ``problems``, and nothing is yielded of a wrong heading.

        required, known : columns that must, and columns that may stand in the heading
        Raises DefinitionError where the bytes are neither CSV nor Parquet.
        """
        heading, body = self._parquet(data) if data[:4] == b"PAR1" else self._csv(data)
        before = len(problems)
        if len(set(heading)) < len(heading):
            problems.append(self.problem(1, "", "a column is named twice", "", "name each once"))
        repair = Message("columns are {known}", known=Listing(known))
        unknown = [name for name in heading if name not in known]
        missing = [name for name in required if name not in heading]
        problems += [self.problem(1, name, "there is no such column", "", repair) for name in unknown]
        problems += [self.problem(1, name, "the column is missing", "", "add it") for name in missing]
        if len(problems) > before:
            return
        for line, values in body:
            if len(values) != len(heading):
                what = Message(
                    "the row has {fields} fields, the heading {columns}",
                    fields=len(values),
                    columns=len(heading),
                )
                problems.append(self.problem(line, "", what, "", "write one field a column"))
                continue
            yield line, dict(zip(heading, values, strict=True))

    def amount(self, line: int, column: str, written: Any, problems: list[Problem]) -> int | None:
        """Minor units; None, and a problem, where it is no amount."""
        repair = "write currency units with at most two decimals"
        try:
            number = Decimal(str(written))
            minor = to_minor(number)
        except (InvalidOperation, ValueError):
            problems.append(self.problem(line, column, "not an amount", str(written), repair))
            return None
        if number < 0:
            problems.append(
                self.problem(line, column, "the amount is negative", str(written), "write 0 or more")
            )
            return None
        return minor

    def problem(self, line: int, column: str, what: str, found: str, repair: str) -> Problem:
        """A problem of this file."""
        return Problem(str(self.path), line, column, what, found, repair, self.code)

    def _csv(self, data: bytes) -> tuple[list[str], Iterator[tuple[int, Sequence[Any]]]]:
        if packed := packed_as(data):
            what = Message("the file is {packed}, not text", packed=packed)
            repair = "unpack it, or put the right file in its place"
            raise DefinitionError([self.problem(0, "", what, "", repair)])
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            what = Message("the file is not UTF-8 at byte {start}", start=error.start)
            raise DefinitionError([self.problem(0, "", what, "", "save it as UTF-8")]) from None
        lines = self._lines(text)
        _, heading = next(lines, (1, []))
        return heading, ((line, row) for line, row in lines if any(row))

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Line and fields of each line. Raises DefinitionError where the text is no CSV from some line on."""
        reader = csv.reader(io.StringIO(text, newline=""))
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                what = Message("the line is no CSV: {reason}", reason=str(error).partition(" - ")[0])
                problem = self.problem(reader.line_num, "", what, "", "save the file as CSV anew")
                raise DefinitionError([problem]) from None
            yield reader.line_num, [field.strip() for field in row]

    def _parquet(self, data: bytes) -> tuple[list[str], Iterator[tuple[int, Sequence[Any]]]]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            check_size(data, MOST_ROWS, MOST_DECODED)
            table = pq.read_table(pa.BufferReader(data))
        except (pa.ArrowException, OSError, ValueError) as error:
            what = "the file is no Parquet that can be read"
            raise DefinitionError([self.problem(0, "", what, str(error), "write it anew")]) from None
        rows = (list(row.values()) for row in table.to_pylist())
        return list(table.column_names), enumerate(rows, 1)
