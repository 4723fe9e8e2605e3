"""Actual collections of past periods, from a table that a servicer's report can fill.

One row a collection period, or one a period and contract (with the column ``asset``), in a file that is read as
candidate files are: CSV, XLSX or Parquet. Amounts are currency units. What each column holds is in
``docs/reference/priority-of-payments.md``, section 13.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Listing, Message
from securitize.base.money import OPERAND_LIMIT, RATE_UNITS, to_minor
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.figures import STREAMS

LIMIT = 64 * 2**20
#: What a servicer may not know: a column that is not there is not known.
OPTIONAL = (
    "sales", "bought_back", "fee_interest", "overdue_interest", "overdue_principal", "lost", "written_off",
    "defaulted_stock",
)  # fmt: skip
AMOUNTS = (*STREAMS, "performing", "defaulted", *OPTIONAL)
#: Where a blank says that there is nothing to say.
MAY_BE_BLANK = ("default_date", "entitled")
COLUMNS = ("period", "asset", "collection_date", "currency", *AMOUNTS, *MAY_BE_BLANK)
REQUIRED = ("period", "performing")
_AMOUNT = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?", re.ASCII)
_LONG = re.compile(
    r"(0|[1-9][0-9]*)\.[0-9]{3,}(e-[0-9]{1,3})?|[0-9](\.[0-9]+)?e-[0-9]{1,3}", re.ASCII | re.IGNORECASE
)
_WHOLE = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SHARE = re.compile(r"(0|1)(\.[0-9]{1,8})?", re.ASCII)
#: A number cell of a workbook is this near to whole cents where it is meant to be them.
_NEAR = Decimal("0.000001")
_TOO_LARGE = Message("the amount is too large to be computed exactly")


@dataclass(frozen=True, slots=True)
class ActualRow:
    """What happened in one period, of the pool or of one contract; minor units.

    amounts  : by column of AMOUNTS; None where the column is not there
    defaulted_on : days of defaults, each with its amount, None for all that defaulted; empty where none is given
    entitled : of a royalty, units of 1e-8; None where it is not given
    """

    line: int
    period: int
    asset: str
    amounts: Mapping[str, int | None]
    collection_date: dt.date | None = None
    currency: str | None = None
    defaulted_on: tuple[tuple[dt.date, int | None], ...] = ()
    entitled: int | None = None

    def amount(self, column: str) -> int:
        """The amount of a column, 0 where it is not there."""
        return self.amounts[column] or 0


@dataclass(frozen=True, slots=True)
class ActualFile:
    """The rows of an actuals file, in its order.

    columns : that are there;  said : what was done to read it, for the reader
    """

    path: Path
    rows: tuple[ActualRow, ...]
    columns: frozenset[str]
    said: tuple[str, ...] = ()

    @property
    def by_asset(self) -> bool:
        """Whether the rows are of contracts."""
        return any(row.asset for row in self.rows)

    def problem(self, line: int, column: str, what: str, found: str, repair: str, code: str) -> Problem:
        """A problem of one cell."""
        return Problem(str(self.path), line, column, what, found, repair, code)


def read_actuals(path: Path) -> ActualFile:
    """The rows of an actuals file.

    Raises DefinitionError with every problem: file, row, column, what stood there; StorageError where the file
    cannot be read.
    """
    from securitize.pooling.candidates.faults import REJECTED, Log, outcome
    from securitize.pooling.candidates.sources import folded
    from securitize.pooling.candidates.table_files import read_raw

    data = read_regular(path, LIMIT)
    names = {folded(column): column for column in COLUMNS}
    if not data.strip():
        raise DefinitionError([_problem(path, 1, "period", "the column is missing", "", "add it")])
    log = Log(str(path))
    raw = read_raw(str(path), data, frozenset(names), log)
    changes = log.changes().to_pylist()
    problems = [
        _problem(path, one["row"], one["column"], one["why"], one["before"], "correct the file")
        for one in changes
        if one["code"] and outcome(one["code"]) == REJECTED
    ]
    problems += [
        _problem(
            path, row, raw.headings[place], "a formula without a stored value", formula, "write the value"
        )
        for row, place, formula in raw.doubtful
    ]
    headings = [names.get(folded(heading), heading) for heading in raw.headings]
    problems += _wrong_headings(path, raw.heading_row or 1, headings)
    if problems:
        raise DefinitionError(problems)
    cells = dict(zip(headings, (column.to_pylist() for column in raw.columns), strict=True))
    reader = _Cells(path, data[:4] == b"PK\x03\x04", problems)
    rows = [
        reader.row(int(line), {name: str(texts[k] or "").strip() for name, texts in cells.items()})
        for k, line in enumerate(raw.rows)
    ]
    if not rows:
        problems.append(_problem(path, 0, "", "the file holds no rows", "", "write one row a period"))
    problems += _given_twice(path, rows)
    if problems:
        raise DefinitionError(problems)
    said = tuple(str(one["why"]) for one in changes if one["code"])
    return ActualFile(path, tuple(rows), frozenset(headings), said)


def _wrong_headings(path: Path, line: int, headings: list[str]) -> list[Problem]:
    repair = Message("columns are {known}", known=Listing(COLUMNS))
    found = []
    for k, name in enumerate(headings):
        if name not in COLUMNS:
            near = suggest(name, COLUMNS) if name else repair
            found.append(_problem(path, line, name, "there is no such column", "", near or repair))
        elif name in headings[:k]:
            found.append(_problem(path, line, name, "a column is named twice", "", "name each once"))
    missing = [name for name in REQUIRED if name not in headings]
    return [*found, *(_problem(path, line, name, "the column is missing", "", "add it") for name in missing)]


def _given_twice(path: Path, rows: list[ActualRow]) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        before = seen.setdefault((row.period, row.asset), row.line)
        if before != row.line and row.period:
            what = Message("the period is given already on line {before}", before=before)
            found.append(_problem(path, row.line, "period", what, row.asset, "write it once"))
    return found


@dataclass(slots=True)
class _Cells:
    """Reads the cells of rows; what is wrong joins ``problems``.

    workbook : whether a number may carry the dust of binary arithmetic
    """

    path: Path
    workbook: bool
    problems: list[Problem]

    def row(self, line: int, texts: Mapping[str, str]) -> ActualRow:
        """One row; cells that are wrong count as if nothing stood there."""
        for name, text in texts.items():
            if not text and name not in MAY_BE_BLANK:
                repair = "write 0 where there was nothing, or leave the column out"
                self._wrong(
                    line,
                    name,
                    "the amount is missing" if name in AMOUNTS else "the cell is blank",
                    "",
                    repair,
                )
        return ActualRow(
            line,
            self._whole(line, texts.get("period", "")),
            texts.get("asset", ""),
            {name: self._amount(line, name, texts[name]) if name in texts else None for name in AMOUNTS}
            | {name: 0 for name in AMOUNTS if name not in texts and name not in OPTIONAL},
            self._day(line, "collection_date", texts.get("collection_date", "")),
            texts.get("currency") or None,
            self._days(line, texts.get("default_date", "")),
            self._share(line, "entitled", texts.get("entitled", "")),
        )

    def _amount(self, line: int, column: str, text: str) -> int:
        if not text:
            return 0
        if _AMOUNT.fullmatch(text):
            number = Decimal(text)
            if number * 100 < OPERAND_LIMIT:
                return to_minor(number)
            self._wrong(line, column, _TOO_LARGE, text, "check the unit")
            return 0
        if self.workbook and _LONG.fullmatch(text):
            number = Decimal(text)
            if number * 100 >= OPERAND_LIMIT:
                self._wrong(line, column, _TOO_LARGE, text, "check the unit")
                return 0
            cents = number.quantize(Decimal("0.01"))
            if abs(number - cents) <= _NEAR:
                return to_minor(cents)
        repair = "write currency units with at most two decimals, in the digits 0 to 9 and with a point"
        if text.startswith("-") and _AMOUNT.fullmatch(text[1:]):
            self._wrong(line, column, "the amount is negative", text, "write 0 or more")
        else:
            self._wrong(line, column, "not an amount", text, repair)
        return 0

    def _whole(self, line: int, text: str) -> int:
        if _WHOLE.fullmatch(text):
            return int(text)
        if text:
            self._wrong(line, "period", "not a whole number", text, "write 1, 2, …")
        return 0

    def _day(self, line: int, column: str, text: str) -> dt.date | None:
        if not text:
            return None
        try:
            if _DATE.fullmatch(text):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        self._wrong(line, column, "not a date", text, "write 2024-09-11")
        return None

    def _days(self, line: int, text: str) -> tuple[tuple[dt.date, int | None], ...]:
        """One day, or several with amounts: ``2026-04-15 100.00; 2026-07-15 50.00``."""
        parts = [part.split() for part in text.split(";") if part.strip()]
        if parts and any(len(part) != 2 for part in parts) and [len(part) for part in parts] != [1]:
            what = "several days of default need an amount each"
            self._wrong(line, "default_date", what, text, "write 2026-04-15 100.00; 2026-07-15 50.00")
            return ()
        found = []
        for day, *amount in parts:
            on = self._day(line, "default_date", day)
            if on is not None:
                found.append((on, self._amount(line, "default_date", amount[0]) if amount else None))
        return tuple(found)

    def _share(self, line: int, column: str, text: str) -> int | None:
        if not text:
            return None
        if _SHARE.fullmatch(text) and (share := int(Decimal(text) * RATE_UNITS)) <= RATE_UNITS:
            return share
        self._wrong(line, column, "not a share from 0 to 1", text, "write a decimal, such as 0.75")
        return None

    def _wrong(self, line: int, column: str, what: str, found: str, repair: str) -> None:
        self.problems.append(_problem(self.path, line, column, what, found, repair))


def _problem(path: Path, line: int, column: str, what: str, found: str, repair: str) -> Problem:
    return Problem(str(path), line, column, what, found, repair, "SEC292")
