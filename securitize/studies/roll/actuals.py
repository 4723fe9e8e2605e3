"""Actual collections of past periods, from a table that a servicer's report can fill.

One row a collection period, or one a period and contract (with the column ``asset``). CSV (UTF-8, one heading
line) or Parquet. Amounts are currency units.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Message
from securitize.base.rows import RowFile
from securitize.definitions.figures import STREAMS

LIMIT = 64 * 2**20
AMOUNTS = (*STREAMS, "performing", "defaulted", "sales")
COLUMNS = ("period", "asset", *AMOUNTS)
_REQUIRED = ("period", "performing")


@dataclass(frozen=True, slots=True)
class ActualRow:
    """What happened in one period, of the pool or of one contract; minor units.

    amounts : by column of AMOUNTS; ``sales`` is None where it is not given
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
    file = RowFile(path, "SEC292")
    rows = [
        row
        for line, fields in file.rows(data, _REQUIRED, COLUMNS, problems)
        if (row := _row(file, line, fields, problems)) is not None
    ]
    if not rows and not problems:
        problems.append(file.problem(0, "", "the file holds no rows", "", "write one row a period"))
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        before = seen.setdefault((row.period, row.asset), row.line)
        if before != row.line:
            what = Message("the period is given already on line {before}", before=before)
            problems.append(file.problem(row.line, "period", what, row.asset, "write it once"))
    if problems:
        raise DefinitionError(problems)
    return tuple(rows)


def _row(file: RowFile, line: int, fields: dict[str, Any], problems: list[Problem]) -> ActualRow | None:
    before = len(problems)
    try:
        period = int(str(fields["period"]))
    except ValueError:
        problems.append(
            file.problem(line, "period", "not a whole number", str(fields["period"]), "write 1, 2, …")
        )
        period = 0
    amounts: dict[str, int | None] = {}
    for name in AMOUNTS:
        written = fields.get(name)
        if written is None or written == "":
            if name in _REQUIRED:
                problems.append(file.problem(line, name, "the amount is missing", "", "write it"))
            amounts[name] = None if name == "sales" else 0
        else:
            amounts[name] = file.amount(line, name, written, problems)
    if len(problems) > before:
        return None
    return ActualRow(line, period, str(fields.get("asset") or ""), amounts)
