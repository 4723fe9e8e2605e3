"""Actual collections of past periods, from a table that a servicer's report can fill.

One row a collection period, or one a period and contract (with the column ``asset``). CSV (UTF-8, one heading
line) or Parquet. Amounts are currency units.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.money import to_minor
from securitize.definitions.figures import STREAMS

LIMIT = 64 * 2**20
AMOUNTS = (*STREAMS, "performing", "defaulted", "sales")
COLUMNS = ("period", "asset", *AMOUNTS)
_REQUIRED = ("period", "performing")


@dataclass(frozen=True, slots=True)
class ActualRow:
    """What happened in one period, of the pool or of one contract; minor units.

    amounts : by column of AMOUNTS; ``sales`` is None where it is not told
    """

    line: int
    period: int
    asset: str
    amounts: dict[str, int | None]


def read_actuals(path: Path) -> tuple[ActualRow, ...]:
    """The rows of an actuals file, in its order.

    Raises DefinitionError with every problem: file, line, column, what stood there; StorageError where the file
    cannot be read.
    """
    data = read_regular(path, LIMIT)
    problems: list[Problem] = []
    rows = list(_rows(path, data, problems))
    if not rows and not problems:
        problems.append(_problem(path, 0, "", "the file holds no rows", "", "write one row a period"))
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        before = seen.setdefault((row.period, row.asset), row.line)
        if before != row.line:
            what = f"the period is told already on line {before}"
            problems.append(_problem(path, row.line, "period", what, row.asset, "tell it once"))
    if problems:
        raise DefinitionError(problems)
    return tuple(rows)


def _rows(path: Path, data: bytes, problems: list[Problem]) -> Iterator[ActualRow]:
    heading, body = _parquet(path, data) if data[:4] == b"PAR1" else _csv(path, data)
    unknown = [name for name in heading if name not in COLUMNS]
    missing = [name for name in _REQUIRED if name not in heading]
    if len(set(heading)) < len(heading):
        problems.append(_problem(path, 1, "", "a column is named twice", "", "name each once"))
    known = f"columns are {', '.join(COLUMNS)}"
    problems += [_problem(path, 1, name, "there is no such column", "", known) for name in unknown]
    problems += [_problem(path, 1, name, "the column is missing", "", "add it") for name in missing]
    if problems:
        return
    for line, values in body:
        if len(values) != len(heading):
            what = f"the row has {len(values)} fields, the heading {len(heading)}"
            problems.append(_problem(path, line, "", what, "", "write one field a column"))
            continue
        row = _row(path, line, dict(zip(heading, values, strict=True)), problems)
        if row is not None:
            yield row


def _row(path: Path, line: int, fields: dict[str, Any], problems: list[Problem]) -> ActualRow | None:
    before = len(problems)
    try:
        period = int(str(fields["period"]))
    except ValueError:
        problems.append(
            _problem(path, line, "period", "not a whole number", str(fields["period"]), "write 1, 2, …")
        )
        period = 0
    amounts: dict[str, int | None] = {}
    for name in AMOUNTS:
        written = fields.get(name)
        if written is None or written == "":
            if name in _REQUIRED:
                problems.append(_problem(path, line, name, "the amount is missing", "", "write it"))
            amounts[name] = None if name == "sales" else 0
            continue
        try:
            amounts[name] = to_minor(Decimal(str(written)))
        except (InvalidOperation, ValueError):
            repair = "write currency units with at most two decimals"
            problems.append(_problem(path, line, name, "not an amount", str(written), repair))
            continue
        if amounts[name] is not None and Decimal(str(written)) < 0:
            problems.append(
                _problem(path, line, name, "the amount is negative", str(written), "write 0 or more")
            )
    if len(problems) > before:
        return None
    return ActualRow(line, period, str(fields.get("asset") or ""), amounts)


def _csv(path: Path, data: bytes) -> tuple[list[str], Iterator[tuple[int, Sequence[Any]]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"the file is not UTF-8 at byte {error.start}"
        raise DefinitionError([_problem(path, 0, "", what, "", "save it as UTF-8")]) from None
    reader = csv.reader(io.StringIO(text))
    heading = [name.strip() for name in next(reader, [])]
    body = ((reader.line_num, [field.strip() for field in row]) for row in reader if any(row))
    return heading, body


def _parquet(path: Path, data: bytes) -> tuple[list[str], Iterator[tuple[int, Sequence[Any]]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        what = "the file is no Parquet that can be read"
        raise DefinitionError([_problem(path, 0, "", what, str(error), "write it anew")]) from None
    rows = (list(row.values()) for row in table.to_pylist())
    return list(table.column_names), enumerate(rows, 1)


def _problem(path: Path, line: int, column: str, what: str, found: str, repair: str) -> Problem:
    return Problem(str(path), line, column, what, found, repair, "SEC292")
