"""Whole columns: a function of one cell is applied to the distinct texts that are not plainly right.

A column of raw texts becomes a column of a canonical type, and each note of a cell is reported for every row that holds
the same text. What is plainly right is recognised and converted by Arrow, without a look at single texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.pooling.candidates.columns import WRITINGS, CandidateColumn
from securitize.pooling.candidates.faults import REJECTED, CellNote, FaultCode, Log, outcome
from securitize.pooling.candidates.values import ODD_TEXT, CellReading
from securitize.tables.dictionary import arrow_types

Rows = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
#: Longest text that is not looked at.
MOST_PLAIN = 2_000


@dataclass
class ColumnReader:
    """Reads the columns of one file.

    rows     : (rows,) rows of the file
    rejected : (rows,) whether a row is rejected; written to
    """

    rows: Rows
    rejected: Marks
    log: Log

    def read(
        self,
        name: str,
        raw: Any,
        one: Callable[[str], CellReading],
        type_: Any,
        plain: Callable[[Any], tuple[Marks, Any]] | None = None,
        shown: Callable[[Any], Any] | None = None,
    ) -> Any:
        """The column as an Arrow array of ``type_``.

        raw   : (rows,) texts; null is missing
        one   : the cell of a text
        plain : of the distinct texts: which are plainly right, and the values of all (of any kind where not)
        shown : of the distinct texts: what the log shows of them, where it is not all
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        encoded = raw.dictionary_encode()
        distinct, indices = encoded.dictionary, encoded.indices
        if plain is None:
            sure, values = np.zeros(len(distinct), bool), pa.nulls(len(distinct), type_)
        else:
            sure, values = plain(distinct)
        looked_at = np.flatnonzero(~sure)
        cells = [one(text) for text in distinct.take(pa.array(looked_at)).to_pylist()]
        if len(looked_at):
            found = pa.array([cell.value for cell in cells], type_)
            values = pc.replace_with_mask(values, pa.array(~sure), found) if len(values) else found
        remarks = [
            (int(place), cell.notes) for place, cell in zip(looked_at, cells, strict=True) if cell.notes
        ]
        after = _as_text(values)
        self.log_notes(name, shown(distinct) if shown else distinct, after, indices, remarks)
        return values.take(indices)

    def log_notes(
        self,
        name: str,
        before: Any,
        after: Any,
        indices: Any,
        remarks: Sequence[tuple[int, tuple[CellNote, ...]]],
    ) -> None:
        """Log the notes of distinct cells for every row that holds them, and mark the rows that they reject.

        before, after : (distinct,) texts; indices : (rows,) which of them a row holds, null for none
        """
        import pyarrow as pa

        if not remarks:
            return
        held = indices.fill_null(-1).to_numpy().astype(np.int64)
        for turn in range(max(len(notes) for _, notes in remarks)):
            by_code: dict[str, list[tuple[int, str]]] = {}
            for place, notes in remarks:
                if turn < len(notes):
                    by_code.setdefault(notes[turn].code, []).append((place, notes[turn].why))
            for code, noted in by_code.items():
                marks = np.full(len(before) + 1, -1, np.int64)
                marks[[place for place, _ in noted]] = np.arange(len(noted))
                chosen = np.flatnonzero(marks[held] >= 0)
                places = pa.array(held[chosen])
                why = pa.array([text for _, text in noted]).take(pa.array(marks[held[chosen]]))
                rejects = outcome(code) == REJECTED
                shown = pa.nulls(len(chosen), pa.string()) if rejects else after.take(places)
                self.log.add(self.rows[chosen], name, before.take(places), shown, why, code)
                if rejects:
                    self.rejected[chosen] = True

    def lists(
        self,
        name: str,
        raw: Any,
        separators: str,
        one: Callable[[str], tuple[list[str], tuple[CellNote, ...]]],
    ) -> Any:
        """A column of lists as an Arrow array of ``list<string>``; empty lists are null.

        raw        : (rows,) texts or lists of texts
        separators : pattern (RE2) that separates the entries of a text
        one        : entries and notes of one piece
        An entry that stands twice in a list is kept once.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_list(raw.type) or pa.types.is_large_list(raw.type):
            split, before = raw, pc.binary_join(raw, ";")
            indices = pa.array(np.arange(len(raw)))
        else:
            encoded = raw.dictionary_encode()
            before, indices = encoded.dictionary, encoded.indices
            split = pc.split_pattern_regex(before, separators)
        pieces = split.flatten()
        owner = pc.list_parent_indices(split).to_numpy().astype(np.int64)
        coded = pc.fill_null(pieces, "").dictionary_encode()
        piece_of = coded.indices.to_numpy().astype(np.int64)
        read = [one(text) for text in coded.dictionary.to_pylist()]
        lists, remarks = _assemble(read, owner, piece_of, len(before))
        self.log_notes(name, before, pc.binary_join(lists, ";"), indices, remarks)
        return lists.take(indices)


def _assemble(
    read: Sequence[tuple[list[str], tuple[CellNote, ...]]], owner: Rows, piece_of: Rows, cells: int
) -> tuple[Any, list[tuple[int, tuple[CellNote, ...]]]]:
    """The lists of the distinct cells, from what their pieces give, and the notes of those cells."""
    import pyarrow as pa

    flat = pa.array([entry for entries, _ in read for entry in entries], pa.string()).dictionary_encode()
    ids = flat.indices.to_numpy().astype(np.int64)
    counts = np.array([len(entries) for entries, _ in read], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1] if len(counts) else counts
    given = counts[piece_of]
    ends = np.cumsum(given)
    places = np.arange(int(ends[-1]) if len(ends) else 0)
    places = places - np.repeat(ends - given, given) + np.repeat(starts[piece_of], given)
    entries, holder = ids[places], np.repeat(owner, given)
    _, first = np.unique(holder * max(len(flat.dictionary), 1) + entries, return_index=True)
    first.sort()
    entries, holder = entries[first], holder[first]
    per_cell = np.bincount(holder, minlength=cells)
    offsets = np.concatenate([[0], np.cumsum(per_cell)]).astype(np.int32)
    mask = pa.array(per_cell == 0)
    lists = pa.ListArray.from_arrays(pa.array(offsets), flat.dictionary.take(pa.array(entries)), mask=mask)
    noted = np.array([bool(notes) for _, notes in read], bool)
    remarks: dict[int, dict[CellNote, None]] = {}
    for place in np.flatnonzero(noted[piece_of]):
        remarks.setdefault(int(owner[place]), {}).update(dict.fromkeys(read[piece_of[place]][1]))
    return lists, [(cell, _merged(tuple(notes))) for cell, notes in remarks.items()]


def _merged(notes: tuple[CellNote, ...]) -> tuple[CellNote, ...]:
    """Notes of equal reason once, those with a code first."""
    coded = tuple(note for note in notes if note.code)
    return coded or notes


def plain_texts(distinct: Any) -> tuple[Marks, Any]:
    """Texts without anything odd in them."""
    import pyarrow.compute as pc

    odd = pc.or_(
        pc.match_substring_regex(distinct, ODD_TEXT), pc.greater(pc.utf8_length(distinct), MOST_PLAIN)
    )
    # A sentinel is short.
    short = pc.less(pc.utf8_length(distinct), 7)
    return ~pc.or_(odd, short).to_numpy(zero_copy_only=False), distinct


def plain_numbers(column: CandidateColumn) -> Callable[[Any], tuple[Marks, Any]] | None:
    """Recognises plain numbers within the bounds of a column; None where each is looked at."""
    form = WRITINGS[column.kind]
    pattern = form.plain
    if pattern is None:
        return None

    def read(distinct: Any) -> tuple[Marks, Any]:
        import pyarrow as pa
        import pyarrow.compute as pc

        sure = pc.match_substring_regex(distinct, pattern)
        kept = pc.if_else(sure, distinct, "1")
        scale = form.decimals or 0
        units = pa.scalar(10**scale, pa.decimal128(scale + 1, 0))
        whole = pc.multiply(pc.cast(kept, pa.decimal128(15 + scale, scale)), units)
        return sure.to_numpy(zero_copy_only=False), pc.cast(whole, arrow_types()[column.type])

    return read


def plain_matches(pattern: str) -> Callable[[Any], tuple[Marks, Any]]:
    """Recognises texts that are in normal form already, by a pattern (RE2)."""

    def read(distinct: Any) -> tuple[Marks, Any]:
        import pyarrow.compute as pc

        return pc.match_substring_regex(distinct, pattern).to_numpy(zero_copy_only=False), distinct

    return read


def refusing(one: Callable[[str], str], code: FaultCode, why_changed: str) -> Callable[[str], CellReading]:
    """The cell function of a normal form that raises ValueError."""
    from securitize.pooling.candidates.values import missing

    def read(text: str) -> CellReading:
        empty = missing(text)
        if empty:
            return empty
        try:
            found = one(text)
        except ValueError as error:
            return CellReading(None, (CellNote(str(error), code),))
        return CellReading(found, () if found == text else (CellNote(why_changed),))

    return read


def _as_text(values: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return values if pa.types.is_string(values.type) else pc.cast(values, pa.string())
