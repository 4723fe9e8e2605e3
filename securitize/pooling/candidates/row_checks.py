"""What must hold within a row: its key, what it is nothing without, dates in order and not in the future."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.base.messages import Message
from securitize.pooling.candidates.columns import CandidateTable
from securitize.pooling.candidates.faults import REJECTED, FaultCode, Log, outcome


def check_rows(
    columns: dict[str, Any],
    table: CandidateTable,
    rows: npt.NDArray[np.int64],
    rejected: npt.NDArray[np.bool_],
    as_of: dt.date,
    log: Log,
) -> None:
    """Log what does not hold and mark the rows; ``rejected`` (rows,) is written to.

    A row that is rejected already is not given that a cell is missing: the cell may be the one that was refused.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    before = rejected.copy()

    def reject(mask: Any, name: str, found: Any, why: Any, code: str) -> None:
        chosen = np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False))
        if not len(chosen):
            return
        places = pa.array(chosen)
        reasons = why if isinstance(why, str) else why.take(places)
        log.add(rows[chosen], name, found.take(places), pa.nulls(len(chosen), pa.string()), reasons, code)
        if outcome(code) == REJECTED:
            rejected[chosen] = True

    def missing(name: str) -> Any:
        column = columns.get(name)
        return pa.array(np.ones(len(rows), bool)) if column is None else pc.is_null(column)

    nothing = pa.nulls(len(rows), pa.string())
    known = pa.array(~before)
    for name in filter(None, (table.key, *table.required)):
        reject(
            pc.and_(missing(name), known),
            name,
            nothing,
            "the cell is empty, and the row needs it",
            FaultCode.KEY,
        )
    if not table.key:
        nobody = pc.and_(missing("publication_number"), missing("application_number"))
        reject(
            pc.and_(nobody, known), "application_number", nothing, "the event names no patent", FaultCode.KEY
        )
        never = pc.and_(missing("event_date"), missing("effective_date"))
        reject(pc.and_(never, known), "event_date", nothing, "the event has no date", FaultCode.KEY)
    for name in table.past:
        if name in columns:
            late = pc.greater(columns[name], pa.scalar(as_of, pa.date32()))
            reject(
                late,
                name,
                _text(columns[name]),
                Message("the date lies after {as_of}", as_of=as_of),
                FaultCode.DATES,
            )
    for first, second in table.order:
        if first in columns and second in columns:
            reversed_ = pc.greater(columns[first], columns[second])
            why = pc.binary_join_element_wise(
                Message("the date lies after {second}", second=second), _text(columns[second]), " "
            )
            reject(reversed_, first, _text(columns[first]), why, FaultCode.DATES)
    if "application_number" in columns and "filing_date" in columns:
        _check_application_years(columns["application_number"], columns["filing_date"], reject)


def _check_application_years(number: Any, filing: Any, reject: Any) -> None:
    """The year inside a Chinese number is that of its filing; of a divisional application it is a later one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def year_of(pattern: str, letters: int) -> Any:
        found = pc.if_else(pc.match_substring_regex(number, pattern), number, None)
        return pc.cast(pc.utf8_slice_codeunits(found, 2, 2 + letters), pa.int64())

    old = year_of(r"^CN\d{8}\.", 2)
    old = pc.add(old, pc.if_else(pc.greater_equal(old, 85), 1900, 2000))
    year = pc.coalesce(year_of(r"^CN\d{12}\.", 4), old)
    filed = pc.cast(pc.year(filing), pa.int64())
    why = pc.binary_join_element_wise("the application was filed on", _text(filing), " ")
    reject(pc.less(year, filed), "application_number", number, why, FaultCode.DATES)
    later = pc.binary_join_element_wise(why, "so this is a divisional application, or a date is wrong", "; ")
    reject(pc.greater(year, filed), "application_number", number, later, FaultCode.STATEMENTS)


def _text(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(column, pa.string())
