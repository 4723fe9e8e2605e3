"""Workbooks that are small and unpack to much: each kind of them is refused before it is read, with the reason."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from securitize.base import parquet_sizes, workbook_sizes
from securitize.base.errors import DefinitionError
from securitize.pooling.candidates import spreadsheets
from securitize.pooling.candidates.faults import Log
from securitize.pooling.candidates.raw import Raw
from securitize.pooling.candidates.spreadsheets import read_spreadsheet

HEADINGS = ("publication_number", "title")
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = "".join(
    f'<c r="{place}1" t="inlineStr"><is><t>{heading}</t></is></c>'
    for place, heading in zip("AB", HEADINGS, strict=True)
)
SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGES = "http://schemas.openxmlformats.org/package/2006"
#: The least that a workbook of one sheet and shared texts holds.
PARTS: dict[str, Iterable[str]] = {
    "[Content_Types].xml": [
        f'<Types xmlns="{PACKAGES}/content-types">',
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>',
        f'<Override PartName="/{SHEET}" ContentType="{TYPES}.worksheet+xml"/>',
        f'<Override PartName="/{SHARED}" ContentType="{TYPES}.sharedStrings+xml"/></Types>',
    ],
    "_rels/.rels": [
        f'<Relationships xmlns="{PACKAGES}/relationships">',
        f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    ],
    "xl/workbook.xml": [
        f'<workbook {NAMESPACE} xmlns:r="{RELATIONS}">',
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    ],
    "xl/_rels/workbook.xml.rels": [
        f'<Relationships xmlns="{PACKAGES}/relationships">',
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ],
    SHEET: [f"<worksheet {NAMESPACE}><sheetData/></worksheet>"],
    SHARED: [f"<sst {NAMESPACE}/>"],
}


def workbook(parts: Mapping[str, Iterable[str]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of one sheet in which these members hold these texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, pieces in {**PARTS, **parts}.items():
            with archive.open(name, "w") as member:
                for piece in pieces:
                    member.write(piece.encode())
    return out.getvalue()


def rows(*body: str) -> Iterable[str]:
    return [f'<worksheet {NAMESPACE}><sheetData><row r="1">{HEAD}</row>', *body, "</sheetData></worksheet>"]


def read(data: bytes) -> Raw:
    return read_spreadsheet("a.xlsx", data, frozenset(HEADINGS) | {"publication number"}, Log("a.xlsx"))


def many(text: str) -> list[str]:
    return [text * 10_000] * 30


BOMBS: dict[str, tuple[Mapping[str, Iterable[str]], str]] = {
    "shared texts": (
        {SHARED: [f"<sst {NAMESPACE}>", *["<si><t>aaaaaaaaaaaaa</t></si>" * 10_000] * 260]},
        "unpacks to",
    ),
    "cells in a row": ({SHEET: rows('<row r="2">', *many("<c/>"), "</row>")}, "holds 100,001 elements"),
    "small elements": ({SHEET: [f"<worksheet {NAMESPACE}>", *many("<a/>")]}, "elements; at most"),
    "rows": ({SHEET: rows(*many("<row/>"))}, "elements; at most"),
    "far row": (
        {SHEET: rows('<row r="9999999"><c r="A9999999"><v>1</v></c></row>')},
        "beyond the end of a sheet",
    ),
    "entities": (
        {SHEET: ['<!DOCTYPE a [<!ENTITY b "cc">]>', *rows("<row><c><v>&b;</v></c></row>")]},
        "declares entities",
    ),
    "no xml": ({SHEET: ["<worksheet><sheetData></worksheet>"]}, "is no XML"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_would_take_much_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_sizes, "MOST_KEPT", 200_000)
    parts, said = BOMBS[name]
    data = workbook(parts)
    assert len(data) < 2_000_000
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(DefinitionError, match=said):
        read(data)
    assert time.process_time() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_text_and_cells_that_stand_once_and_are_shown_often_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = [f"<sst {NAMESPACE}><si><t>{'x' * 30_000}</t></si></sst>"]
    cells = [f'<row r="{k}"><c r="A{k}" t="s"><v>0</v></c></row>' for k in range(2, 102)]
    monkeypatch.setattr(spreadsheets, "MOST_CHARACTERS", 1_000_000)
    with pytest.raises(DefinitionError, match="more than 1,000,000 characters"):
        read(workbook({SHEET: rows(*cells), SHARED: shared}))
    monkeypatch.setattr(spreadsheets, "MOST_PADDED", 100_000)
    wide = [f'<row r="{k}"><c r="XFD{k}"/></row>' for k in range(2, 102)]
    with pytest.raises(DefinitionError, match="more than 20,000,000 cells"):
        read(workbook({SHEET: rows(*wide)}))


def test_a_member_that_says_it_is_smaller_and_other_packings_are_refused() -> None:
    data = workbook({})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    assert data.count(size.to_bytes(4, "little")) >= 1
    lying = data.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(DefinitionError, match="the workbook cannot be read"):
        read(lying)
    with pytest.raises(DefinitionError, match="packed otherwise"):
        read(workbook({}, zipfile.ZIP_LZMA))


def test_blank_rows_that_a_sheet_claims_are_passed_over() -> None:
    last = '<row r="100000"><c r="A100000" t="inlineStr"><is><t>CN1B</t></is></c></row>'
    assert read(workbook({SHEET: rows(last)})).rows.tolist() == [100_000]


def test_a_long_text_of_a_parquet_file_counts_in_every_row() -> None:
    out = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * 10_000])
    pq.write_table(pa.table({"title": column}), out)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(ValueError, match="bytes when decoded"):
        parquet_sizes.check_size(out.getvalue(), 1_000_000, 256 * 2**20)
    with pytest.raises(ValueError, match="100,000 rows"):
        parquet_sizes.check_size(out.getvalue(), 99_999, 2**40)
    parquet_sizes.check_size(out.getvalue(), 1_000_000, 2**31)
