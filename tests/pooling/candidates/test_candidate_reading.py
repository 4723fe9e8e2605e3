"""One table in every format and encoding is one table; files that cannot be read are refused with the reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from securitize.base import workbook_sizes
from securitize.base.encodings import decode
from securitize.base.errors import DefinitionError
from securitize.pooling.candidates import table_files
from securitize.pooling.candidates.read import Candidates, SourceFile, read_candidates
from securitize.pooling.candidates.sources import sources
from tests.pooling.candidates.candidate_files import (
    AS_OF,
    csv_text,
    entries,
    number,
    only,
    patent,
    put,
    read_patents,
)

ROWS = [
    patent(
        serial,
        title=f"一种电池极片及其制备方法，第{serial}号",
        revenue=f"{serial}.05",
        pledged="true",
        claims=str(serial),
    )
    for serial in range(1, 30)
]


def read(path: Path, source: str = "canonical", **columns: str) -> Candidates:
    return read_patents(SourceFile(path, source, columns), as_of=AS_OF)


def workbook(rows: list[list[Any]], *more: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for name in more:
        book.create_sheet(name).append(["something"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def parquet(columns: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def in_every_format() -> dict[str, bytes]:
    text = csv_text(ROWS)
    heading = list(ROWS[0])
    typed = [
        [
            dt.date.fromisoformat(str(row[name]))
            if name.endswith("_date")
            else float(str(row[name]))
            if name == "revenue"
            else int(str(row[name]))
            if name == "claims"
            else True
            if name == "pledged"
            else row[name]
            for name in heading
        ]
        for row in ROWS
    ]
    columns: dict[str, Any] = {name: [row[place] for row in typed] for place, name in enumerate(heading)}
    columns["ipc"] = [str(row["ipc"]).split(";") for row in ROWS]
    columns["owner"] = pa.array(columns["owner"]).dictionary_encode()
    chinese = text
    for english, title in (
        ("title", "标题"),
        ("publication_number", "公开（公告）号"),
        ("filing_date", "申请日"),
    ):
        chinese = chinese.replace(english, title, 1)
    return {
        "utf-8": text.encode(),
        "utf-8 with a mark": text.encode("utf-8-sig"),
        "utf-16": text.encode("utf-16"),
        "gb18030": text.encode("gb18030"),
        "carriage returns": text.replace("\n", "\r\n").encode(),
        "tabs": csv_text(ROWS, "\t").encode(),
        "chinese headings": chinese.encode("gb18030"),
        "blank rows": text.replace("\n", "\n\n").encode(),
        "workbook": workbook([heading, *([*row] for row in typed)]),
        "parquet": parquet(columns),
    }


FORMATS = in_every_format()


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_in_another_format_is_the_same_table(tmp_path: Path, name: str) -> None:
    plain = read(put(tmp_path, "plain", FORMATS["utf-8"])).patents
    path = put(tmp_path, "other", FORMATS[name])
    found = read(path)
    assert found.patents.drop(["row"]).equals(plain.drop(["row"]))
    assert {entry["column"] for entry in entries(found)} <= {"", "pledged"}
    assert found.counts["patents"] == (29, 29, 0, 0)
    assert found.digests["patents"] == hashlib.sha256(path.read_bytes()).hexdigest()
    step = 2 if name == "blank rows" else 1
    first = 1 if name == "parquet" else 1 + step
    assert found.patents["row"].to_pylist() == list(range(first, first + 29 * step, step))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("专利,电池".encode("gb18030"), "gb18030"),
        ("Müller, Björn".encode("latin-1"), "latin-1"),
        ("Übergang".encode("latin-1") * 40, "latin-1"),
        ("Müller".encode(), "utf-8"),
        (b"\xff\xfe\x00", "latin-1"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    assert decode(data)[1] == encoding


def test_rows_of_another_length_are_rejected_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    lines = csv_text([patent(1), patent(2), patent(3)]).splitlines()
    lines[2] += ",more"
    found = read(put(tmp_path, "a.csv", "\n".join(["a note above", *lines, "short,row", ""])))
    assert found.patents["row"].to_pylist() == [3, 5]
    assert found.counts["patents"] == (4, 2, 0, 2)
    assert [(p.line, p.code) for p in found.problems] == [(1, "SEC428"), (4, "SEC403"), (6, "SEC403")]


def test_cells_with_line_ends_count_as_one_row(tmp_path: Path) -> None:
    found = read(put(tmp_path, "a.csv", csv_text([patent(1, title='two\nlines, "quoted"'), patent(2)])))
    assert found.patents["row"].to_pylist() == [2, 3]
    assert found.patents["title"].to_pylist()[0] == 'two lines, "quoted"'


def test_a_quote_that_is_closed_too_late_swallows_no_row_in_silence(tmp_path: Path) -> None:
    titles = ("Cell", "open", "Cell", "open", "Cell", "Cell")
    rows = [patent(serial, title=title, owner="Alpha") for serial, title in enumerate(titles, 1)]
    found = read(put(tmp_path, "a.csv", csv_text(rows).replace("open", '"open')))
    assert found.counts["patents"].rows_in == sum(found.counts["patents"][1:])
    # Rows 3 to 5 are one to the reader of the file; the rows after it count on.
    assert [(p.line, p.code) for p in found.problems] == [(3, "SEC403")]
    assert "CN100000003B" in found.problems[0].found
    assert found.patents["publication_number"].to_pylist() == ["CN100000001B", "CN100000005B", "CN100000006B"]


def test_columns_that_mean_nothing_are_told(tmp_path: Path) -> None:
    found = read(put(tmp_path, "a.csv", csv_text([patent(1) | {"colour": "red", "": "x", "标题": "Other"}])))
    assert [(p.line, p.path, p.code) for p in found.problems] == [
        (1, "", "SEC427"),
        (1, "colour", "SEC427"),
        (1, "标题", "SEC427"),
    ]


def test_own_columns_come_before_those_of_the_source(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", csv_text([patent(1) | {"Titel": "Zelle", "ZAHL": "7"}]))
    found = read(path, Titel="title", zahl="claims")
    assert (only(found, "title"), only(found, "claims")) == ("Zelle", 7)


@pytest.mark.parametrize(
    ("columns", "codes"),
    [({"Titel": "heading"}, ["SEC401", "SEC402"]), ({"none": "title"}, ["SEC402"])],
)
def test_own_columns_that_do_not_fit_are_refused(
    tmp_path: Path, columns: dict[str, str], codes: list[str]
) -> None:
    with pytest.raises(DefinitionError) as refused:
        read(put(tmp_path, "a.csv", csv_text([patent(1)])), **columns)
    assert [problem.code for problem in refused.value.problems] == codes


def test_formulas_are_told_and_never_calculated(tmp_path: Path) -> None:
    heading = ["publication_number", "title", "claims", "note"]
    data = workbook(
        [
            heading,
            ["CN100000001B", "Cell", "=1+2", "=9"],
            ["CN100000002B", "Cell", 3, "=9"],
            ["CN100000003B", '=HYPERLINK("x")', 4, None],
        ]
    )
    # openpyxl stores no values with formulas; a spreadsheet does.
    stored = rewritten(data, "xl/worksheets/sheet1.xml", b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>")
    found = read(put(tmp_path, "a.xlsx", stored))
    assert found.patents["claims"].to_pylist() == [3, 3]
    assert found.patents["row"].to_pylist() == [2, 3]
    assert entries(found, row=2, column="claims", before="=1+2", after="3", outcome="repaired")
    rejected = [(p.line, p.path, p.code, p.found) for p in found.problems if p.line == 4]
    assert rejected == [(4, "title", "SEC412", '=HYPERLINK("x")')]
    without = read(put(tmp_path, "b.xlsx", data))
    assert without.counts["patents"] == (3, 1, 0, 2)


def test_other_sheets_are_told(tmp_path: Path) -> None:
    found = read(put(tmp_path, "a.xlsx", workbook([list(ROWS[0]), list(ROWS[0].values())], "Second")))
    assert [(p.path, p.code, p.found) for p in found.problems] == [("", "SEC428", "Second")]


def test_numbers_that_a_spreadsheet_made_of_identifiers(tmp_path: Path) -> None:
    """201510000001 and a check digit is a float to a spreadsheet, and a day is a number."""
    digits = number(1)[2:]
    row = ["CN100000001B", float(digits) if digits[-1] != "X" else digits, 42065, 0.126, 0.045000000001]
    heading = ["publication_number", "application_number", "filing_date", "revenue", "contribution"]
    found = read(put(tmp_path, "a.xlsx", workbook([heading, row])))
    assert only(found, "application_number") == number(1)
    assert only(found, "filing_date") == dt.date(2015, 3, 2)
    assert (only(found, "revenue"), only(found, "contribution")) == (13, 4_500_000)
    assert {entry["column"] for entry in entries(found, row=2)} == {
        "application_number",
        "filing_date",
        "revenue",
        "contribution",
    }


def rewritten(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(file, "w") as made:
        for entry in given.namelist():
            content = given.read(entry)
            if entry == name:
                assert old in content
                content = content.replace(old, new)
            made.writestr(entry, content)
    return file.getvalue()


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "SEC402"),
    "no heading": (b"a,b\n1,2\n", "SEC402"),
    "no key": (b"title,claims\nx,1\n", "SEC402"),
    "heading twice": (b"publication_number,title,Title\nCN100000001B,x,y\n", "SEC402"),
    "binary": (bytes(range(256)) * 40, "SEC402"),
    "zeros": (b"publication_number\n" + b"\x00" * 200, "SEC400"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "SEC400"),
    "damaged workbook": (b"PK\x03\x04" + b"x" * 100, "SEC400"),
    "damaged parquet": (b"PAR1" + b"x" * 100, "SEC400"),
    "truncated parquet": (FORMATS["parquet"][:-20], "SEC400"),
    "truncated workbook": (FORMATS["workbook"][:-200], "SEC400"),
    "nested parquet": (parquet({"publication_number": [{"a": 1}]}), "SEC400"),
    "open quote": (b'publication_number,title\nCN100000001B,"x\n', "SEC400"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, name: str) -> None:
    data, code = BAD_FILES[name]
    with pytest.raises(DefinitionError) as refused:
        read(put(tmp_path, "a", data))
    assert {problem.code for problem in refused.value.problems} == {code}


def test_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    bad = put(tmp_path, "bad.csv", b"a,b\n1,2\n")
    with pytest.raises(DefinitionError) as refused:
        read_candidates(SourceFile(bad), SourceFile(bad, "lense"), SourceFile(bad), as_of=AS_OF)
    assert [problem.code for problem in refused.value.problems] == ["SEC401", "SEC402", "SEC402"]


def test_too_many_rows_and_too_large_workbooks_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 28)
    for name in ("utf-8", "parquet", "workbook"):
        with pytest.raises(DefinitionError, match="29 rows"):
            read(put(tmp_path, name, FORMATS[name]))
    monkeypatch.setattr(workbook_sizes, "MOST_UNPACKED", 1000)
    with pytest.raises(DefinitionError, match="unpacks to"):
        read(put(tmp_path, "workbook", FORMATS["workbook"]))


def test_a_table_without_rows_is_empty(tmp_path: Path) -> None:
    heading = csv_text([patent(1)]).splitlines()[0]
    for content in (heading, f"{heading}\n", f"{heading}\n\n\n"):
        assert read(put(tmp_path, "a.csv", content)).counts["patents"] == (0, 0, 0, 0)


def test_what_was_cleaned_can_be_stored_and_read_again(tmp_path: Path) -> None:
    once = read(
        put(tmp_path, "a.csv", csv_text([*ROWS, patent(40, revenue="0.01", contribution="12.345678%")]))
    )
    pq.write_table(once.patents, tmp_path / "a.parquet")
    again = read(tmp_path / "a.parquet")
    assert again.patents.drop(["row"]).equals(once.patents.drop(["row"]))
    assert [(p.path, p.code) for p in again.problems] == [("row", "SEC427")]


def test_sources_lead_to_canonical_columns_only() -> None:
    from securitize.pooling.candidates.columns import tables

    hows = {"", "count", "first", "main", "part", "earliest", "year"}
    for source in sources().values():
        for table, headings in source.headings.items():
            for meaning in headings.values():
                assert meaning.column in tables()[table].names
                assert meaning.how in hows


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        (
            "patstat",
            {
                "publn_auth": "CN",
                "publn_nr": "100000001",
                "publn_kind": "B",
                "appln_filing_date": "9999-12-31",
                "psn_name": "A",
                "ipc_class_symbol": "H01M  10/0525",
            },
            {"publication_number": "CN100000001B", "filing_date": None, "owner": "A", "ipc": ["H01M10/0525"]},
        ),
        (
            "bigquery",
            {
                "publication_number": "CN-100000001-B",
                "filing_date": "20150302",
                "publication_date": "20160907",
                "grant_date": "0",
                "family_id": "77",
            },
            {
                "publication_number": "CN100000001B",
                "filing_date": dt.date(2015, 3, 2),
                "grant_date": dt.date(2016, 9, 7),
                "family": "77",
            },
        ),
        (
            "incopat",
            {
                "公开（公告）号": "CN100000001B",
                "IPC": "H01M4/36; H01M10/0525",
                "IPC主分类-小组": "H01M10/0525",
                "当前权利人": "甲公司; 乙公司",
                "发明人": "张三; 李四; 王五",
                "专利类型": "发明授权",
                "法律状态": "授权",
            },
            {
                "ipc": ["H01M10/0525", "H01M4/36"],
                "owner": "甲公司",
                "co_owners": ["乙公司"],
                "inventors": 3,
                "patent_kind": "invention",
                "legal_status": "in-force",
            },
        ),
        (
            "patsnap",
            {
                "公开(公告)号": "CN200000001U",
                "发明人": "DOE, JOHN | ROE, JANE",
                "[标]当前申请(专利权)人": "甲公司 | 乙公司",
                "简单法律状态": "失效",
            },
            {
                "patent_kind": "utility-model",
                "inventors": 2,
                "owner": "甲公司",
                "co_owners": ["乙公司"],
                "legal_status": "lapsed",
            },
        ),
        (
            "cnipa",
            {
                "授权公告号": "CN300000001S",
                "专利号": f"ZL{number(5)[2:]}",
                "授权公告日": "2016.09.07",
                "专利权人": "甲公司",
            },
            {
                "publication_number": "CN300000001S",
                "application_number": number(5),
                "grant_date": dt.date(2016, 9, 7),
                "patent_kind": "design",
            },
        ),
    ],
)
def test_known_exports(
    tmp_path: Path, source: str, row: dict[str, object], expected: dict[str, object]
) -> None:
    found = read(put(tmp_path, "a.csv", csv_text([row])), source)
    assert {name: only(found, name) for name in expected} == expected
