"""Candidate files in, canonical tables out: the entry of this package."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Listing, Message
from securitize.pooling.candidates.cleaning import CleanTable, Counts, clean
from securitize.pooling.candidates.faults import FaultCode, Log, refused
from securitize.pooling.candidates.raw import MOST_BYTES
from securitize.pooling.candidates.sources import SourceFile, sources
from securitize.pooling.candidates.table_files import read_raw

__all__ = ["Candidates", "Counts", "SourceFile", "read_candidates"]


@dataclass(frozen=True)
class Candidates:
    """Candidates, cleaned and joined.

    patents, companies, contracts, legal_events, comparables : Arrow tables
        (:func:`securitize.pooling.candidates.columns.schema`); one that was not handed in has no rows
    changes  : Arrow table of every change, merge, rejection and warning (file, row, column, number, outcome, before,
        after, why, code)
    problems : those with a code; :func:`securitize.pooling.candidates.faults.is_rejection` tells rejected rows from
        warnings
    counts   : table -> rows in, out, merged, rejected
    digests  : table -> SHA-256 of the bytes of its file, hexadecimal
    """

    patents: Any
    companies: Any
    contracts: Any
    legal_events: Any
    comparables: Any
    changes: Any
    problems: tuple[Problem, ...]
    counts: Mapping[str, Counts]
    digests: Mapping[str, str]


def read_candidates(
    patents: SourceFile,
    companies: SourceFile | None = None,
    contracts: SourceFile | None = None,
    legal_events: SourceFile | None = None,
    comparables: SourceFile | None = None,
    *,
    as_of: dt.date,
) -> Candidates:
    """The candidates of up to five files, judged as of a day.

    Raises DefinitionError where a file cannot be read at all, with the problems of all of them; StorageError where
    the disk fails. Errors of single rows reject the row and stand in ``problems``.
    """
    import pyarrow as pa

    from securitize.pooling.candidates.columns import schema
    from securitize.pooling.candidates.join import join
    from securitize.pooling.candidates.legal_status import apply_events

    given = {
        "patents": patents,
        "companies": companies,
        "contracts": contracts,
        "legal_events": legal_events,
        "comparables": comparables,
    }
    files = {table: file for table, file in given.items() if file is not None}
    problems: list[Problem] = []
    cleaned: dict[str, CleanTable] = {}
    digests: dict[str, str] = {}
    for table, file in files.items():
        try:
            cleaned[table], digests[table] = _read_one(table, file, as_of)
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    join(cleaned)
    if "legal_events" in cleaned:
        apply_events(cleaned["patents"], cleaned["legal_events"], as_of)
    found = {
        table: cleaned[table].table if table in cleaned else schema(table).empty_table() for table in given
    }
    changes = pa.concat_tables([one.log.changes() for one in cleaned.values()])
    return Candidates(
        **found,
        changes=changes,
        problems=tuple(problem for one in cleaned.values() for problem in one.log.problems()),
        counts={table: one.counts() for table, one in cleaned.items()},
        digests=digests,
    )


def _read_one(table: str, file: SourceFile, as_of: dt.date) -> tuple[CleanTable, str]:
    name = str(file.path)
    source = sources().get(file.source)
    if source is None:
        near = get_close_matches(file.source, sources(), 1)
        repair = (
            Message("did you mean {near}?", near=near[0])
            if near
            else Message("sources are {sources}", sources=Listing(sources()))
        )
        raise DefinitionError(
            [refused(name, "no such source of candidates", file.source, repair, FaultCode.SOURCE)]
        )
    data = read_regular(file.path, MOST_BYTES)
    log = Log(name)
    known = frozenset(source.meanings(table, file.columns))
    raw = read_raw(name, data, known, log)
    cleaned = clean(raw, table, source, file.columns, as_of, log)
    return cleaned, hashlib.sha256(data).hexdigest()
