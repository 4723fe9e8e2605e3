"""Dated sales and cash of contracts that stand in files of their own, beside the pool file.

The meaning of every column is in ``docs/reference/assets.md``, sections 1 and 7.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from securitize.base.errors import Problem, StorageError
from securitize.base.files import read_regular
from securitize.base.messages import Message
from securitize.base.money import from_minor
from securitize.base.rows import RowFile
from securitize.definitions.documents.frozen import frozen
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.documents.reading import Document

LIMIT = 16 * 2**20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.(csv|parquet)")
#: Of each kind: the field that the rows become, its date column, its amount columns.
_COLUMNS = {
    "projected": ("cash", "date", ("interest", "principal")),
    "projected-royalty": ("cash", "date", ("royalty",)),
    "running-royalty": ("sales", "to", ("amount",)),
}


@dataclass
class _Taken:
    """What is taken in: the bytes of each file by name, and what is wrong with them."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[tuple[KeyPath, Problem]] = field(default_factory=list)


def take_in(document: Document) -> tuple[Document, dict[str, bytes]]:
    """The document with the rows of the files that contracts name, and the bytes of each file by name.

    Every problem joins those of the document; one whose contracts name no file is handed back as it is.
    """
    contracts = document.raw.get("contracts")
    named = contracts if isinstance(contracts, Mapping) else {}
    if not any(isinstance(one, dict) and "file" in one for one in named.values()):
        return document, {}
    raw, taken = deepcopy(document.raw), _Taken()
    for name, contract in raw["contracts"].items():
        if isinstance(contract, dict) and "file" in contract:
            _take(document, name, contract, taken)
    problems = (*document.problems, *taken.problems)
    return replace(document, raw=frozen(raw), problems=problems), taken.files


def _take(document: Document, name: str, contract: dict[str, Any], taken: _Taken) -> None:
    kind, file = contract.get("kind"), contract["file"]
    at = ("contracts", name, "file")

    def refuse(what: str, repair: str) -> None:
        line = document.locator.line(at)
        problem = Problem(str(document.path), line, ".".join(at), what, str(file)[:80], repair, "SEC190")
        taken.problems.append((at, problem))

    if kind not in _COLUMNS:
        return  # The model says that there is no such key.
    rows_of, date, amounts = _COLUMNS[kind]
    if not isinstance(file, str) or not _NAME.fullmatch(file):
        refuse("not the name of a CSV or Parquet file beside the pool file", 'write it like "cash.csv"')
        return
    if rows_of in contract:
        refuse(
            Message("{field} is written in the file and in the pool", field=rows_of),
            Message("leave out {field} or file", field=rows_of),
        )
        return
    path = document.path.parent / file
    try:
        data = read_regular(path, LIMIT)
    except StorageError as error:
        refuse(Message("the file cannot be read: {error}", error=error), "check its name")
        return
    taken.files[file] = data
    rows, problems = _rows(path, data, date, amounts)
    taken.problems.extend(((*at, k), problem) for k, problem in enumerate(problems))
    contract[rows_of] = rows


def _rows(
    path: Path, data: bytes, date: str, amounts: tuple[str, ...]
) -> tuple[list[dict[str, Any]], list[Problem]]:
    file, problems = RowFile(path, "SEC190"), list[Problem]()
    rows: list[dict[str, Any]] = []
    for line, fields in file.rows(data, (date,), (date, *amounts), problems):
        row: dict[str, Any] = {}
        before = len(problems)
        try:
            written = fields[date]
            row[date] = written if isinstance(written, dt.date) else dt.date.fromisoformat(str(written))
        except ValueError:
            problems.append(
                file.problem(line, date, "not a date", str(fields[date]), "write it like 2024-09-11")
            )
        for column in amounts:
            given = fields.get(column)
            minor = 0 if given in (None, "") else file.amount(line, column, given, problems)
            row[column] = from_minor(minor or 0)
        if rows and len(problems) == before and row[date] <= rows[-1][date]:
            what = Message("the date is not after {before}, that of the row before", before=rows[-1][date])
            problems.append(file.problem(line, date, what, str(row[date]), "sort the rows, one a date"))
        if len(problems) == before:
            rows.append(row)
    if not rows and not problems:
        problems.append(file.problem(0, "", "the file holds no rows", "", "write one row a date"))
    return rows, problems
