"""Figures of notes that were published: read and checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Message
from securitize.base.money import to_minor
from securitize.engine.prepare.prepared import Prepared

LIMIT = 2**20


@dataclass(frozen=True, slots=True)
class PublishedBalance:
    """The balance of a note after a payment, minor units."""

    line: int
    period: int
    note: str
    balance: int


def read_published(path: Path) -> tuple[PublishedBalance, ...]:
    """Published balances, CSV with the columns period, note, balance. Raises DefinitionError with every problem."""
    try:
        text = read_regular(path, LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError([_problem(path, 0, "", "the file is not UTF-8", "")]) from None
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in ("period", "note", "balance") if name not in (reader.fieldnames or ())]
    if missing:
        raise DefinitionError([_problem(path, 1, name, "the column is missing", "") for name in missing])
    rows, problems = [], []
    for row in reader:
        try:
            balance = to_minor(Decimal(row["balance"] or ""))
            rows.append(
                PublishedBalance(reader.line_num, int(row["period"] or ""), row["note"] or "", balance)
            )
        except (ValueError, InvalidOperation):
            found = ",".join(str(value) for value in row.values())
            problems.append(_problem(path, reader.line_num, "", "not a period, a note and an amount", found))
    if not rows and not problems:
        problems.append(_problem(path, 0, "", "the file holds no balances", ""))
    if problems:
        raise DefinitionError(problems)
    return tuple(rows)


def check_published(prepared: Prepared, path: Path, published: Sequence[PublishedBalance]) -> None:
    """Raise DefinitionError where a balance is of no note or no period of the deal."""
    problems = []
    for one in published:
        if one.note not in prepared.deal.notes:
            problems.append(_problem(path, one.line, "note", "the deal has no such note", one.note))
        if not 1 <= one.period <= prepared.schedule.periods:
            what = Message("the period is not one of 1 to {periods}", periods=prepared.schedule.periods)
            problems.append(_problem(path, one.line, "period", what, str(one.period)))
    if problems:
        raise DefinitionError(problems)


def _problem(path: Path, line: int, column: str, what: str, found: str) -> Problem:
    return Problem(str(path), line, column, what, found, "write period,note,balance", "SEC294")
