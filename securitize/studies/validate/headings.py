"""What an unnamed table of rows is, by its headings."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Literal

from securitize.base.encodings import decode, packed_as
from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Message
from securitize.studies.roll.actuals import AMOUNTS
from securitize.studies.solvers.published_figures import KINDS

TableKind = Literal["actuals", "balances", ""]
#: Largest table that is looked into.
LIMIT = 64 * 2**20
#: Between the cells of a table that is text.
SEPARATORS = (",", ";", "\t")
_LONGEST = 10_000
_BEGINNING = 1 << 16
#: What ``roll`` writes beside the deal that goes on.
COMPARISON = "comparison.csv"


def kind_of_table(path: Path) -> TableKind:
    """Whether a table is one of actuals or of published balances, or of neither (empty).

    Some of its headings, or its name, are enough: what is meant to be one and is not is then refused by its reader.
    Raises DefinitionError where it cannot be read as a table, StorageError where it cannot be read at all.
    """
    data = read_regular(path, LIMIT)
    headings = _headings(path, data)
    if path.name == COMPARISON:
        return ""
    if ("note" in headings and not headings.isdisjoint(KINDS)) or path.stem.startswith("balances"):
        return "balances"
    of_actuals = "performing" in headings or ("period" in headings and not headings.isdisjoint(AMOUNTS))
    return "actuals" if of_actuals or path.stem.startswith("actuals") else ""


def _headings(path: Path, data: bytes) -> frozenset[str]:
    if data[:4] == b"PAR1":
        return _of_parquet(path, data)
    if data[:4] == b"PK\x03\x04" and path.suffix == ".xlsx":
        return frozenset()
    if not data.strip():
        raise _refused(path, "the file is empty", "write its rows, or remove it")
    packed, text = packed_as(data), decode(data[:_BEGINNING])[0]
    if packed or "\0" in text or any(c < " " and c not in "\t\r\n\f" for c in text):
        what = Message("the file is {packed}, not text", packed=packed) if packed else "the file is no text"
        raise _refused(path, what, "put the right file in its place, or remove it")
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    return (
        frozenset(one.strip() for each in SEPARATORS for one in next(csv.reader([first], delimiter=each), []))
        if len(first) <= _LONGEST
        else frozenset()
    )


def _of_parquet(path: Path, data: bytes) -> frozenset[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return frozenset(pq.read_schema(pa.BufferReader(data)).names)
    except (pa.ArrowException, OSError):
        raise _refused(
            path, "the file is no Parquet that can be read", "write it anew, or remove it"
        ) from None


def _refused(path: Path, what: str, repair: str) -> DefinitionError:
    return DefinitionError([Problem(str(path), 0, "", what, "", repair, "SEC145")])
