"""The canonical columns of one file, from its raw columns: reading, and what follows from the numbers themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, assert_never

import numpy as np

from securitize.base.messages import Message
from securitize.pooling.candidates import dates, identifiers, names, reading_columns, symbols, values
from securitize.pooling.candidates.columns import LISTS, CandidateColumn, CandidateTable
from securitize.pooling.candidates.faults import CellNote, FaultCode, Log
from securitize.pooling.candidates.notation import LIST_SEPARATORS, SYMBOL_SEPARATORS
from securitize.pooling.candidates.raw import Raw
from securitize.pooling.candidates.reading_columns import ColumnReader, Marks, refusing
from securitize.pooling.candidates.sources import MAINS, YEARS, Meaning, Source, words
from securitize.pooling.candidates.values import CellReading
from securitize.tables.dictionary import arrow_types

Columns = dict[str, Any]
#: Between the number and the office that is read with it.
_BESIDE = "\x1f"
_NORMAL_PUBLICATION = r"^(CN(1\d{8}[AB]|2\d{8}U|3\d{8}S)|EP\d{7}[AB]\d)$"
#: Signs between symbols; no symbol holds any of them.
_SYMBOL_SEPARATORS = rf"[;|\n{SYMBOL_SEPARATORS},]+"
_NUMBER_PARTS = r"^(?P<country>[A-Z]{2})[A-Z]{0,2}\d+[A-Z]??(?P<kind>[A-Z]\d?)?$"


class Canonical:
    """Reads the raw columns of a file into canonical ones; rows with an error are marked in ``rejected``."""

    def __init__(
        self, raw: Raw, table: CandidateTable, source: Source, as_of: dt.date, log: Log, rejected: Marks
    ) -> None:
        self.raw, self.table, self.source, self.as_of, self.log = raw, table, source, as_of, log
        self.reader = ColumnReader(raw.rows, rejected, log)
        self.found: Columns = {}

    def columns(self, taken: list[tuple[Meaning, list[int]]]) -> Columns:
        """The canonical columns that the file holds or that follow from it."""
        mains = {meaning.column: self._raw(places) for meaning, places in taken if meaning.how in MAINS}
        for meaning, places in sorted(taken, key=lambda item: item[0].column == "application_number"):
            column = self.table.column(meaning.column)
            match meaning.how:
                case "year" | "main":
                    continue
                case "first":
                    self._owners(self._raw(places))
                case "count":
                    self.found[column.name] = self.reader.read(
                        column.name, self._raw(places), self._count, arrow_types()["integer"]
                    )
                case "earliest":
                    self.found[column.name] = self.reader.read(
                        column.name, self._raw(places), _earliest, arrow_types()["date"]
                    )
                case "part":
                    self._take(column, self._parts(places), mains, meaning.unit)
                case "":
                    self._take(column, self._raw(places), mains, meaning.unit)
                case _:
                    assert_never(meaning.how)
        for name, main in mains.items():
            self.found[name] = self._list(self.table.column(name), main, None)
        for meaning, places in taken:
            if meaning.how in YEARS:
                self._compare_years(meaning.column, self._raw(places))
        self._publication_facts()
        self._grants()
        return self.found

    def _take(self, column: CandidateColumn, written: Any, mains: dict[str, Any], unit: str) -> None:
        """A heading that says the column itself."""
        if column.kind in LISTS:
            main = mains.pop(column.name, None)
            self.found[column.name] = self._list(column, written, main)
        elif column.name == "application_number":
            self._publication_facts()
            self.found[column.name] = self._applications(written)
        elif column.name not in self.found:
            self.found[column.name] = self._read(column, written, unit)

    def _raw(self, places: list[int]) -> Any:
        """The texts of one heading; where several mean the same, the first that is not empty."""
        import pyarrow as pa
        import pyarrow.compute as pc

        columns = []
        for place in places:
            column = self.raw.columns[place]
            if pa.types.is_string(column.type):
                column = pc.if_else(pc.match_substring_regex(column, r"\S"), column, None)
            columns.append(column)
        return columns[0] if len(columns) == 1 else pc.coalesce(*columns)

    def _parts(self, places: list[int]) -> Any:
        import pyarrow.compute as pc

        parts = [self._raw([place]) for place in places]
        return pc.binary_join_element_wise(*parts, " ", null_handling="skip")

    def _read(self, column: CandidateColumn, written: Any, unit: str) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pa.types.is_string(written.type):
            written = pc.binary_join(written, self.source.separator)
        one, plain = self._functions(column, unit)
        return self.reader.read(column.name, written, one, arrow_types()[column.type], plain)

    def _functions(self, column: CandidateColumn, unit: str) -> tuple[Callable[[str], CellReading], Any]:
        """The function of one cell, and the one that recognises what is plainly right."""
        match column.kind:
            case "date":
                return partial(_date, order=self.source.date_order, as_of=self.as_of), None
            case "whole" | "amount" | "number" | "share":
                plain = None if unit else reading_columns.plain_numbers(column)
                return partial(values.number, column=column, unit=unit), plain
            case "flag":
                return partial(values.flag, known=words("flag")), None
            case "word":
                return partial(values.word, column=column, known=words(column.name)), None
            case "text" | "list":
                return self._text_functions(column)
            case _:
                assert_never(column.kind)

    def _text_functions(self, column: CandidateColumn) -> tuple[Callable[[str], CellReading], Any]:
        if column.name == "publication_number":
            one = refusing(_publication, FaultCode.PUBLICATION_NUMBER, "normal form")
            return one, reading_columns.plain_matches(_NORMAL_PUBLICATION)
        if column.name == "application_number":
            return refusing(identifiers.application, FaultCode.APPLICATION_NUMBER, "normal form"), None
        if column.name == "credit_code":
            return refusing(identifiers.credit_code, FaultCode.CREDIT_CODE, "normal form"), None
        if column.name in ("country_code", "kind_code", "event_authority", "event_code"):
            return refusing(identifiers.folded_identifier, FaultCode.KEY, "capitals"), None
        if column.name == "every":
            return refusing(values.step, FaultCode.WORD, "normal form"), None
        return values.text, reading_columns.plain_texts

    def _list(self, column: CandidateColumn, written: Any, main: Any) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if column.name in ("ipc", "cpc"):
            if main is not None:
                if not pa.types.is_string(written.type):
                    written = pc.binary_join(written, ";")
                written = pc.binary_join_element_wise(main, written, ";", null_handling="skip")
                written = pc.if_else(pc.equal(written, ""), None, written)
            return self.reader.lists(column.name, written, _SYMBOL_SEPARATORS, _symbols)
        separators = rf"(\Q{self.source.separator}\E|[\n{LIST_SEPARATORS}])+"
        return self.reader.lists(column.name, written, separators, _entries)

    def _count(self, text: str) -> CellReading:
        count = len(names.split_names(text, self.source.separator))
        return CellReading(count or None)

    def _owners(self, written: Any) -> None:
        """The first owner; the others go to co_owners."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pa.types.is_string(written.type):
            written = pc.binary_join(written, self.source.separator)
        split = partial(names.split_names, separator=self.source.separator)

        def first(text: str) -> CellReading:
            found = split(text)
            cell = values.text(found[0]) if found else CellReading(None)
            if len(found) > 1:
                cell = CellReading(
                    cell.value,
                    (
                        *cell.notes,
                        CellNote(Message("the first of {count} owners; see co_owners", count=len(found))),
                    ),
                )
            return cell

        self.found["owner"] = self.reader.read("owner", written, first, pa.string())
        encoded = written.dictionary_encode()
        others = [split(text)[1:] or None for text in encoded.dictionary.to_pylist()]
        self.found["co_owners"] = pa.array(others, pa.list_(pa.string())).take(encoded.indices)

    def _applications(self, written: Any) -> Any:
        """Application numbers, those without an office with that of the publication."""
        import pyarrow as pa
        import pyarrow.compute as pc

        country = self.found.get("country_code", self.found.get("event_authority"))
        if country is not None:
            bare = pc.and_(pc.match_substring_regex(written, r"^\s*\d"), pc.is_valid(country))
            beside = pc.binary_join_element_wise(written, country, _BESIDE)
            written = pc.if_else(pc.fill_null(bare, False), beside, written)
        return self.reader.read(
            "application_number",
            written,
            refusing(_application, FaultCode.APPLICATION_NUMBER, "normal form"),
            pa.string(),
            shown=lambda distinct: pc.replace_substring_regex(distinct, f"{_BESIDE}.*$", ""),
        )

    def _publication_facts(self) -> None:
        """Office, kind and kind of right from the publication number, which wins over what stands beside it."""
        import pyarrow.compute as pc

        number = self.found.get("publication_number")
        if number is None or self.table.name != "patents" or "_facts" in self.found:
            return
        given_kind = self.found.get("kind_code")
        parts = pc.extract_regex(number, _NUMBER_PARTS)
        country, kind = (pc.struct_field(parts, name) for name in ("country", "kind"))
        kind = pc.if_else(pc.equal(kind, ""), None, kind)
        if given_kind is not None:
            joins = pc.and_(pc.is_null(kind), pc.match_substring_regex(given_kind, r"^[A-Z]\d?$"))
            joins = pc.and_(pc.fill_null(joins, False), pc.is_valid(number))
            joined = pc.binary_join_element_wise(number, given_kind, "")
            self._log(joins, "publication_number", number, joined, "the kind is part of the number")
            self.found["publication_number"] = pc.if_else(joins, joined, number)
            kind = pc.if_else(joins, given_kind, kind)
        self._settle("country_code", country)
        self._settle("kind_code", kind)
        both = pc.binary_join_element_wise(country, pc.fill_null(kind, ""), " ").dictionary_encode()
        pairs = [text.split(" ") if text else ("", "") for text in both.dictionary.to_pylist()]
        right = _texts([identifiers.patent_kind(*pair) for pair in pairs]).take(both.indices)
        self._settle("patent_kind", right)
        granted = [identifiers.is_granted(*pair) for pair in pairs]
        marks = np.append(np.array(granted, bool), False)
        self._granted = marks[both.indices.fill_null(-1).to_numpy()]
        self.found["_facts"] = True

    def _settle(self, name: str, derived: Any) -> None:
        """Take what the number says, else what was given; tell where both say something else."""
        import pyarrow.compute as pc

        given = self.found.get(name)
        if given is not None:
            differs = pc.fill_null(pc.not_equal(given, derived), False)
            why = "the publication number says something else, and is taken"
            self._log(differs, name, given, derived, why, FaultCode.STATEMENTS)
            derived = pc.coalesce(derived, given)
        self.found[name] = derived

    def _grants(self) -> None:
        """Where the source is known for it, a granted publication without a grant date was granted that day."""
        import pyarrow as pa
        import pyarrow.compute as pc

        published = self.found.get("publication_date")
        if self.found.pop("_facts", None) is None or published is None or not self.source.grant_by_kind:
            return
        given = self.found.get("grant_date", pa.nulls(len(published), pa.date32()))
        fills = pc.and_(pc.and_(pc.is_null(given), pc.is_valid(published)), pa.array(self._granted))
        self._log(fills, "grant_date", given, published, "its kind is granted: the day of its publication")
        self.found["grant_date"] = pc.if_else(fills, published, given)

    def _compare_years(self, name: str, written: Any) -> None:
        """Settle the century of two-digit years by a column of years, and tell where the years differ."""
        import pyarrow as pa
        import pyarrow.compute as pc

        day = self.found.get(name)
        if day is None:
            return
        year = pc.if_else(pc.match_substring_regex(written, r"^\s*\d{4}\s*$"), written, None)
        year = pc.cast(pc.utf8_trim_whitespace(year), pa.int64())
        apart = pc.subtract(pc.cast(pc.year(day), pa.int64()), year)
        wrong = pc.fill_null(pc.equal(pc.abs(apart), 100), False)
        if pc.any(wrong).as_py():
            both = zip(day.to_pylist(), apart.to_pylist(), strict=True)
            shifted = pa.array([_moved(one, years) for one, years in both], pa.date32())
            self._log(wrong, name, day, shifted, "the year column tells the century")
            day = self.found[name] = pc.if_else(wrong, shifted, day)
        differs = pc.fill_null(pc.and_(pc.not_equal(apart, 0), pc.invert(wrong)), False)
        why = "the year column says another year; the date is kept"
        self._log(differs, name, day, year, why, FaultCode.STATEMENTS)

    def _log(self, mask: Any, name: str, before: Any, after: Any, why: str, code: str = "") -> None:
        import pyarrow as pa

        chosen = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
        places = pa.array(chosen)
        self.log.add(self.raw.rows[chosen], name, before.take(places), after.take(places), why, code)


def _texts(found: list[str | None]) -> Any:
    import pyarrow as pa

    return pa.array(found, pa.string())


def _moved(day: dt.date | None, apart: int | None) -> dt.date | None:
    """The day a century away, where it is; 29 February of a year that has none moves to the 28th."""
    if day is None or apart is None or abs(apart) != 100:
        return None
    year = day.year - apart
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _date(text: str, order: str, as_of: dt.date) -> CellReading:
    try:
        read = dates.date(text, order, as_of)
    except ValueError as error:
        return CellReading(None, (CellNote(str(error), FaultCode.DATE),))
    return CellReading(read.date, (CellNote(read.why),) if read.why else ())


def _earliest(text: str) -> CellReading:
    found = dates.earliest(text)
    return CellReading(found, (CellNote("the earliest date in the cell"),) if found else ())


def _publication(text: str) -> str:
    return identifiers.publication(text).text


def _application(text: str) -> str:
    number, _, country = text.partition(_BESIDE)
    return identifiers.application(number, country)


def _entries(piece: str) -> tuple[list[str], tuple[CellNote, ...]]:
    cell = values.text(piece)
    return ([cell.value] if cell.value else []), cell.notes


def _symbols(piece: str) -> tuple[list[str], tuple[CellNote, ...]]:
    stripped = piece.strip()
    if not stripped:
        return [], ()
    if values.missing(stripped) is not None:
        return [], (CellNote(Message("{stripped!r} stands for no symbol", stripped=stripped)),)
    found, rest = symbols.symbols(piece)
    notes = (
        [CellNote(Message("{rest!r} is no symbol and is left out", rest=rest), FaultCode.SYMBOL)]
        if rest
        else []
    )
    if found != [piece]:
        notes.append(CellNote("normal form of symbols"))
    return found, tuple(notes)
