"""What an unnamed table of rows is, by its headings."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from securitize.base.encodings import decode
from securitize.base.files import read_regular

TableKind = Literal["actuals", "balances", ""]
#: Largest table that is looked into.
LIMIT = 64 * 2**20
_LONGEST = 10_000
_OF_ACTUALS = frozenset({"period", "performing"})
_OF_BALANCES = frozenset({"period", "note", "balance"})


def kind_of_table(path: Path) -> TableKind:
    """Whether a CSV or Parquet file is a table of actuals or of published balances; empty where it is neither.

    Raises StorageError where it cannot be read.
    """
    headings = _headings(read_regular(path, LIMIT))
    if headings >= _OF_ACTUALS:
        return "actuals"
    return "balances" if headings >= _OF_BALANCES else ""


def _headings(data: bytes) -> frozenset[str]:
    if data[:4] == b"PAR1":
        return _of_parquet(data)
    first = data.split(b"\n", 1)[0]
    if data[:4] == b"PK\x03\x04" or len(first) > _LONGEST or b"\x00" in first:
        return frozenset()
    return frozenset(one.strip() for one in next(csv.reader([decode(first)[0]]), []))


def _of_parquet(data: bytes) -> frozenset[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return frozenset(pq.read_schema(pa.BufferReader(data)).names)
    except (pa.ArrowException, OSError):
        return frozenset()
