"""Raw rows -> a canonical table, with a log of every change, merge, rejection and warning.

An error in a row rejects the row. Rows in = rows out + rows merged + rows rejected, which is checked of every file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from securitize.base.errors import CalculationError, DefinitionError
from securitize.base.messages import Message
from securitize.pooling.candidates.canonical import Canonical
from securitize.pooling.candidates.columns import ROW, CandidateTable, schema, tables
from securitize.pooling.candidates.duplicates import drop_conflicts, drop_duplicates, merge_rights
from securitize.pooling.candidates.faults import MERGED, REJECTED, FaultCode, Log, refused
from securitize.pooling.candidates.raw import Raw
from securitize.pooling.candidates.row_checks import check_rows
from securitize.pooling.candidates.sources import PARTS, Meaning, Source, folded, meaning_of


class Counts(NamedTuple):
    """Rows of one file: in = out + merged + rejected. Blank rows are none."""

    rows_in: int
    rows_out: int
    merged: int
    rejected: int


@dataclass
class CleanTable:
    """One file, cleaned; :mod:`securitize.pooling.candidates.join` may still reject rows.

    table  : canonical (:func:`securitize.pooling.candidates.columns.schema`)
    same   : publication that was merged -> publication that is kept
    """

    name: str
    table: Any
    log: Log
    rows_in: int
    same: dict[str, str] = field(default_factory=dict)

    def counts(self) -> Counts:
        """Rows in, out, merged and rejected. Raises CalculationError where they do not add up: a bug."""
        import pyarrow as pa
        import pyarrow.compute as pc

        numbers = {MERGED: 0, REJECTED: 0}
        for result in numbers:
            parts = [
                chunk.filter(pc.equal(chunk["outcome"], result))["row"].combine_chunks()
                for chunk in self.log.chunks
            ]
            numbers[result] = len(pc.unique(pa.chunked_array(parts, pa.int64()))) if parts else 0
        counts = Counts(self.rows_in, len(self.table), numbers[MERGED], numbers[REJECTED])
        if counts.rows_in != counts.rows_out + counts.merged + counts.rejected:
            raise CalculationError("{file}: rows do not add up: {counts}", file=self.log.file, counts=counts)
        return counts


def clean(
    raw: Raw, table: str, source: Source, own: Mapping[str, str], as_of: dt.date, log: Log
) -> CleanTable:
    """The canonical table of a file.

    own   : heading -> canonical column, on top of those of the source
    as_of : the day on which everything is judged; dates after it that tell of the past reject their row
    Raises DefinitionError where the headings do not fit.
    """
    import pyarrow as pa

    table_form = tables()[table]
    taken = _take_headings(raw, table_form, source, own, log)
    rejected = np.zeros(len(raw.rows), bool)
    for row, place, formula in raw.doubtful:
        if any(place in places for _, places in taken):
            what = "a formula without a stored value"
            log.say(row, raw.headings[place], formula, what, FaultCode.FORMULA_WITHOUT_VALUE)
            rejected |= raw.rows == row
    canonical = Canonical(raw, table_form, source, as_of, log, rejected)
    columns = canonical.columns(taken)
    check_rows(columns, table_form, raw.rows, rejected, as_of, log)
    arrays = [pa.array(raw.rows, pa.int64())]
    wanted = schema(table)
    arrays += [
        columns.get(name, pa.nulls(len(raw.rows), wanted.field(name).type)) for name in table_form.names
    ]
    whole = pa.Table.from_arrays(arrays, schema=wanted).filter(pa.array(~rejected))
    whole = drop_duplicates(whole, table_form, log)
    whole = drop_conflicts(whole, table_form, log)
    same: dict[str, str] = {}
    if table == "patents":
        whole, same = merge_rights(whole, log)
    cleaned = CleanTable(table, whole, log, len(raw.rows) + raw.lost, same)
    cleaned.counts()
    return cleaned


def _take_headings(
    raw: Raw, table: CandidateTable, source: Source, own: Mapping[str, str], log: Log
) -> list[tuple[Meaning, list[int]]]:
    """Meanings and the places of their headings, those that the user named first."""
    problems = []
    unknown = sorted({column for column in own.values() if column not in table.names})
    keys = [folded(heading) for heading in raw.headings]
    for column in unknown:
        known = ", ".join(table.names)
        problems.append(
            refused(
                log.file,
                Message("{name} have no such column", name=table.name),
                column,
                Message("columns are {known}", known=known),
                FaultCode.SOURCE,
            )
        )
    repair = "write it as the file does"
    problems += [
        refused(log.file, "the file has no such heading", heading, repair, FaultCode.HEADINGS)
        for heading in own
        if folded(heading) not in keys
    ]
    twice = sorted(
        {heading for heading, key in zip(raw.headings, keys, strict=True) if key and keys.count(key) > 1}
    )
    if twice:
        problems.append(
            refused(
                log.file, "a heading stands twice", ", ".join(twice), "name each once", FaultCode.HEADINGS
            )
        )
    if problems:
        raise DefinitionError(problems)
    found = _meanings(raw, source.meanings(table.name, own), {folded(heading) for heading in own}, log)
    held = {meaning.column for meaning, _ in found}
    needed = (table.key, *table.required) if table.key else ("event_code",)
    for name in needed:
        if name not in held:
            repair = "name its heading, or the source that the file comes from"
            problems.append(
                refused(
                    log.file,
                    Message("the column {name} is missing", name=name),
                    "",
                    repair,
                    FaultCode.HEADINGS,
                )
            )
    if not table.key and not held & {"publication_number", "application_number"}:
        problems.append(
            refused(log.file, "the events name no patent", "", "add application_number", FaultCode.HEADINGS)
        )
    if problems:
        raise DefinitionError(problems)
    return found


def _meanings(
    raw: Raw, meanings: Mapping[str, Meaning], own: set[str], log: Log
) -> list[tuple[Meaning, list[int]]]:
    found: dict[Meaning, list[int]] = {}
    places: Sequence[int] = sorted(
        range(len(raw.headings)), key=lambda place: folded(raw.headings[place]) not in own
    )
    for place in places:
        heading = raw.headings[place]
        meaning = meaning_of(heading, meanings)
        if meaning is None:
            if raw.columns[place].null_count < len(raw.rows) and heading:
                log.say(
                    raw.heading_row, heading, "", "no canonical column; it is not taken", FaultCode.NOT_TAKEN
                )
            elif not heading and not _is_blank(raw.columns[place]):
                what = Message("column {place} has no heading; it is not taken", place=place + 1)
                log.say(raw.heading_row, "", "", what, FaultCode.NOT_TAKEN)
            continue
        if meaning.column == ROW:
            continue
        others = found.setdefault(meaning, [])
        if others and meaning.how not in PARTS:
            first = raw.headings[others[0]]
            why = Message(
                "it means {column} as {first} does, and is taken where that is empty",
                column=meaning.column,
                first=first,
            )
            log.say(raw.heading_row, heading, "", why, FaultCode.NOT_TAKEN)
        others.append(place)
    return list(found.items())


def _is_blank(column: Any) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return False
    return not pc.any(pc.fill_null(pc.match_substring_regex(column, r"\S"), False)).as_py()
