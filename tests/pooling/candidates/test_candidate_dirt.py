"""Each kind of dirt of real files is told with its row and column, and nothing goes without being told."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securitize.pooling.candidates.columns import tables
from securitize.pooling.candidates.faults import FaultCode, is_rejection
from tests.pooling.candidates.candidate_files import (
    company,
    contract,
    entries,
    joined,
    number,
    only,
    patent,
    patents_of,
)

WRONG_DIGIT = f"{number(1)[:-1]}{(int(number(1)[-1]) + 1) % 10}"
#: Cell -> what becomes of it: column, what is written, value or rejection, words of the reason.
REPAIRED: list[tuple[str, str, object, str]] = [
    ("publication_date", "2016.09.07", dt.date(2016, 9, 7), "year first"),
    ("publication_date", "20160907", dt.date(2016, 9, 7), "YYYYMMDD"),
    ("publication_date", "42620", dt.date(2016, 9, 7), "day number"),
    ("publication_date", "2016年9月7日", dt.date(2016, 9, 7), "year first"),
    ("grant_date", "-", None, "no date"),
    ("grant_date", "0", None, "no date"),
    ("lapse_date", "9999-12-31", None, "no date"),
    ("lapse_date", "1900-01-01", None, "no date"),
    ("claims", "-", None, "no value"),
    ("claims", "0", None, "not counted"),
    ("owner", "N/A", None, "no value"),
    ("publication_number", "CN-100000001-B", "CN100000001B", "normal form"),
    ("publication_number", "cn 100000001 b", "CN100000001B", "normal form"),
    ("application_number", f"ZL{number(1)[2:]}", number(1), "normal form"),
    ("application_number", number(1)[2:].replace(".", ""), number(1), "normal form"),
    ("ipc", "H01M  10/0525", ["H01M10/0525"], "normal form"),
    ("ipc", "H01M0010052500|H01M004/360", ["H01M10/0525", "H01M4/36"], "normal form"),
    ("patent_kind", "发明专利", "invention", "canonical word"),
    ("legal_status", "有效", "in-force", "canonical word"),
    ("foreign_family", "是", True, "true"),
    ("revenue", "1,234,567.80", 123_456_780, "thousands"),
    ("revenue", "500万元", 500_000_000, "万元"),
    ("contribution", "12.5%", 12_500_000, "percent"),
    ("title", "<sub>2</sub>Li &amp; Co", "2Li & Co", "markup"),
    ("title", "x\x00y\x1bz", "xyz", "control characters"),
    ("title", "  two\nlines", "two lines", "blanks"),
    ("title", "y" * 1_000_000, "y" * 10_000, "1,000,000 characters"),
]
WARNED: list[tuple[str, str, object, FaultCode]] = [
    ("title", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", FaultCode.FORMULA),
    ("title", "+49 cells", "+49 cells", FaultCode.FORMULA),
    ("owner", "@Home Ltd", "@Home Ltd", FaultCode.FORMULA),
    ("owner", "FÌ_rderung", "FÌ_rderung", FaultCode.DAMAGED),
    ("title", "ç\x94µæ±\xa0", "çµæ±", FaultCode.DAMAGED),
    ("ipc", "H01M10/0525;battery", ["H01M10/0525"], FaultCode.SYMBOL),
    ("kind_code", "A1", "B", FaultCode.STATEMENTS),
    ("patent_kind", "utility-model", "invention", FaultCode.STATEMENTS),
]
REJECTED: list[tuple[str, str, str, FaultCode]] = [
    ("publication_number", "", "publication_number", FaultCode.KEY),
    ("publication_number", "100000001", "publication_number", FaultCode.PUBLICATION_NUMBER),
    (
        "application_number",
        WRONG_DIGIT,
        "application_number",
        FaultCode.APPLICATION_NUMBER,
    ),
    ("application_number", number(1, 2014), "application_number", FaultCode.DATES),
    ("filing_date", "2015-02-30", "filing_date", FaultCode.DATE),
    ("filing_date", "3/2/15", "filing_date", FaultCode.DATE),
    ("publication_date", "2015-03-01", "filing_date", FaultCode.DATES),
    ("grant_date", "2014-01-01", "filing_date", FaultCode.DATES),
    ("priority_date", "2015-03-03", "priority_date", FaultCode.DATES),
    ("lapse_date", "2025-07-01", "lapse_date", FaultCode.DATES),
    ("revenue", "NaN", "revenue", FaultCode.NUMBER),
    ("revenue", "inf", "revenue", FaultCode.NUMBER),
    ("revenue", "-1", "revenue", FaultCode.NUMBER),
    ("contribution", "12.5", "contribution", FaultCode.NUMBER),
    ("claims", "1.5", "claims", FaultCode.NUMBER),
    ("claims", "many", "claims", FaultCode.NUMBER),
    ("patent_kind", "plant", "patent_kind", FaultCode.WORD),
    ("pledged", "perhaps", "pledged", FaultCode.WORD),
    ("revenue", "#REF!", "revenue", FaultCode.FORMULA_WITHOUT_VALUE),
]


@pytest.mark.parametrize(("column", "written", "value", "why"), REPAIRED)
def test_dirt_is_repaired_and_told(
    tmp_path: Path, column: str, written: str, value: object, why: str
) -> None:
    found = patents_of(tmp_path, [patent(1) | {column: written}])
    assert only(found, column) == value
    told = entries(found, row=2, column=column, outcome="repaired")
    assert [why in entry["why"] for entry in told] == [True]
    assert told[0]["before"].startswith(written[:400])
    assert found.problems == ()


@pytest.mark.parametrize(("column", "written", "value", "code"), WARNED)
def test_doubtful_cells_are_told(
    tmp_path: Path, column: str, written: str, value: object, code: FaultCode
) -> None:
    found = patents_of(tmp_path, [patent(1) | {column: written}])
    assert only(found, column) == value
    assert [(p.line, p.path, p.code) for p in found.problems] == [(2, column, code)]
    assert not is_rejection(found.problems[0])
    assert entries(found, row=2, column=column, outcome="warning", before=written)


@pytest.mark.parametrize(("column", "written", "told", "code"), REJECTED)
def test_errors_reject_their_row_and_no_other(
    tmp_path: Path, column: str, written: str, told: str, code: FaultCode
) -> None:
    found = patents_of(tmp_path, [patent(2), patent(1) | {column: written}, patent(3)])
    assert found.patents["row"].to_pylist() == [2, 4]
    assert found.counts["patents"] == (3, 2, 0, 1)
    assert {(p.line, p.path, p.code) for p in found.problems} == {(3, told, code)}
    assert all(is_rejection(problem) and problem.repair for problem in found.problems)


def test_every_problem_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    found = patents_of(tmp_path, [patent(1, filing_date="x", revenue="NaN", pledged="maybe", ipc="?")])
    assert [(problem.path, problem.code) for problem in found.problems] == [
        ("filing_date", "SEC408"),
        ("ipc", "SEC418"),
        ("pledged", "SEC411"),
        ("revenue", "SEC410"),
    ]


def test_equal_rows_are_merged_and_different_ones_are_a_problem(tmp_path: Path) -> None:
    found = patents_of(
        tmp_path, [patent(1), patent(1), patent(1, title="Something else"), patent(1, revenue="5")]
    )
    assert found.counts["patents"] == (4, 1, 1, 2)
    assert [(p.line, p.path, p.code, p.found) for p in found.problems] == [
        (3, "publication_number", "SEC415", "CN100000001B"),
        (4, "title", "SEC413", "Something else"),
        (5, "revenue", "SEC413", "500"),
    ]


def test_publications_of_one_application_are_one_right(tmp_path: Path) -> None:
    granted = patent(1, title="Granted", contract="")
    applied = patent(1, publication_number="CN100000001A", grant_date="", revenue="7", title="Applied")
    for rows, place in (([applied, granted], 2), ([granted, applied], 3)):
        found = patents_of(tmp_path, rows)
        assert found.counts["patents"] == (2, 1, 1, 0)
        assert (only(found, "publication_number"), only(found, "title")) == ("CN100000001B", "Granted")
        # Facts of the right come along, and are told.
        assert (only(found, "contract"), only(found, "revenue")) == ("alpha-1", 700)
        assert entries(found, outcome="merged", row=place, before="CN100000001A", after="CN100000001B")
        assert {entry["column"] for entry in entries(found, outcome="repaired")} == {"contract", "revenue"}


def test_publications_of_one_right_that_disagree_are_a_problem(tmp_path: Path) -> None:
    other = patent(1, publication_number="CN100000001A", company="beta")
    found = patents_of(tmp_path, [other, patent(1)])
    assert found.counts["patents"] == (2, 1, 0, 1)
    assert [(p.line, p.path, p.code) for p in found.problems] == [(2, "company", "SEC413")]
    assert only(found, "company") == "alpha"


def test_the_first_disclosure_is_kept_where_nothing_is_granted(tmp_path: Path) -> None:
    kinds = {"A3": "2016-09-08", "A1": "2016-10-01", "A8": "2016-01-01"}
    rows = [
        patent(1, publication_number=f"EP1234567{kind}", publication_date=day)
        | {"application_number": "EP 15123456 A", "grant_date": ""}
        for kind, day in kinds.items()
    ]
    found = patents_of(tmp_path, rows)
    assert only(found, "publication_number") == "EP1234567A1"
    assert found.counts["patents"] == (3, 1, 2, 0)


def test_the_latest_grant_is_kept(tmp_path: Path) -> None:
    """EP B2 is the specification after an opposition."""
    days = {"B1": "2016-09-07", "B2": "2020-09-09", "A1": "2015-12-09"}
    rows = [
        patent(1, publication_number=f"EP1234567{kind}", publication_date=day)
        | {"application_number": "EP 15123456 A", "grant_date": "", "filing_date": "2015-03-02"}
        for kind, day in days.items()
    ]
    assert only(patents_of(tmp_path, rows), "publication_number") == "EP1234567B2"
    assert only(patents_of(tmp_path, rows[::-1]), "publication_number") == "EP1234567B2"


def test_a_cell_with_several_faults_is_told_of_each(tmp_path: Path) -> None:
    found = patents_of(tmp_path, [patent(1, title="=<b>FÌ_r</b>\x07")])
    assert only(found, "title") == "=FÌ_r"
    told = [(entry["number"], entry["outcome"], entry["code"]) for entry in entries(found, column="title")]
    assert told == [
        (1, "warning", "SEC417"),
        (2, "repaired", ""),
        (3, "repaired", ""),
        (4, "warning", "SEC416"),
    ]


def test_a_kind_beside_its_number_joins_it(tmp_path: Path) -> None:
    found = patents_of(tmp_path, [patent(1, publication_number="CN100000001", kind_code="b")])
    assert (only(found, "publication_number"), only(found, "patent_kind")) == ("CN100000001B", "invention")
    assert entries(found, column="publication_number", before="CN100000001", after="CN100000001B")


def test_units_of_headings(tmp_path: Path) -> None:
    row = {"公开（公告）号": "CN100000001B", "产品收入（万元）": "12.5", "分成率(%)": "2.5", "重置成本": "3"}
    found = patents_of(tmp_path, [row])
    assert [only(found, name) for name in ("revenue", "contribution", "cost")] == [12_500_000, 2_500_000, 300]
    assert [entry["why"] for entry in entries(found, row=2)] == [
        "percent, of the heading",
        "in 万元, of the heading",
    ]


def test_the_whole_of_a_dirty_deal(tmp_path: Path) -> None:
    found = joined(
        tmp_path,
        patents=[
            patent(1),
            patent(2, company="", contract=""),
            patent(3, company="nobody", owner="", contract="zeta-9"),
        ],
        companies=[
            company(),
            company("beta", 2),
            company("beta", 2),
            company("gamma", 2),
            company("delta", 3, credit_code="9199000000000003XX"),
        ],
        contracts=[
            contract(),
            contract(),
            contract("alpha-2", company="Unknown Ltd"),
            contract("alpha-3", amount="-5"),
            contract("alpha-4", maturity="2025-01-01"),
            contract("alpha-5", company="ALPHA BATTERY CO LTD"),
        ],
    )
    assert found.patents["company"].to_pylist() == ["alpha", "alpha", None]
    assert found.contracts["contract"].to_pylist() == ["alpha-1", "alpha-5"]
    assert found.contracts["company"].to_pylist() == ["alpha", "alpha"]
    assert found.companies["company"].to_pylist() == ["alpha", "beta"]
    counts = {name: tuple(count) for name, count in found.counts.items()}
    assert counts == {"patents": (3, 3, 0, 0), "companies": (5, 2, 1, 2), "contracts": (6, 2, 1, 3)}
    told = {(Path(p.file).stem, p.line, p.path, str(p.code)) for p in found.problems}
    assert told == {
        ("patents", 4, "company", "SEC420"),
        ("patents", 4, "contract", "SEC422"),
        ("companies", 3, "company", "SEC421"),
        ("companies", 4, "company", "SEC415"),
        ("companies", 5, "credit_code", "SEC413"),
        ("companies", 6, "credit_code", "SEC407"),
        ("contracts", 3, "contract", "SEC415"),
        ("contracts", 4, "company", "SEC414"),
        ("contracts", 5, "amount", "SEC410"),
        ("contracts", 6, "start", "SEC409"),
        ("contracts", 7, "contract", "SEC422"),
    }


#: Cells as they may come: right, repairable and wrong, and noise.
NOISE = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)
CELLS: dict[str, Any] = {
    "publication_number": ["CN100000001B", "CN 100000002 A", "US 2015/0094896 A1", "CN100000001A", "", "x"],
    "application_number": [number(1), number(2), "US 201314041364 A", "", number(1)[2:], "CN1"],
    "filing_date": ["2015-03-02", "2015.03.02", "20150302", "0", "2015-02-30", "2030-01-01", ""],
    "publication_date": ["2016-09-07", "2014-09-07", "", "9999-12-31"],
    "title": ["Cell", "<b>Cell</b>", "=1+1", " Cell ", "Ã¼"],
    "ipc": ["H01M10/0525", "H01M  10/0525;H01M4/36", "battery", ""],
    "revenue": ["1", "0.10", "1,000", "NaN", "-1", "5万", ""],
    "contribution": ["0.05", "5%", "5", ""],
    "pledged": ["true", "否", "?", ""],
    "company": ["alpha", "beta", ""],
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.one_of(st.sampled_from(cells), NOISE) for name, cells in CELLS.items()}),
    min_size=1,
    max_size=6,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_nothing_changes_or_disappears_without_being_told(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    found = patents_of(tmp_path, rows)
    told = {(entry["row"], entry["column"]) for entry in entries(found)}
    gone = {entry["row"] for entry in entries(found) if entry["outcome"] in ("merged", "rejected")}
    kept = {row["row"]: row for row in found.patents.to_pylist()}
    for place, written in enumerate(rows, 2):
        if not any(text.strip() for text in written.values()):
            assert place not in kept
            continue
        assert (place in kept) != (place in gone)
        for name in CELLS if place in kept else ():
            text = as_text(kept[place][name], name)
            same = text == written[name].strip() or as_number(text) == as_number(written[name])
            assert same or (place, name) in told, (name, written[name], text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_what_was_cleaned_is_clean(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    once = patents_of(tmp_path, rows)
    names = [name for name in tables()["patents"].names if once.patents[name].null_count < len(once.patents)]
    again = [{name: as_text(row[name], name) for name in names} for row in once.patents.to_pylist()]
    if not again:
        return
    twice = patents_of(tmp_path, again)
    assert twice.patents.drop(["row"]).equals(once.patents.drop(["row"]))
    # What was doubtful stays doubtful; nothing is repaired, merged or rejected any more.
    assert {entry["outcome"] for entry in entries(twice)} <= {"warning"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.randoms(use_true_random=False))
def test_counts_do_not_depend_on_the_order_of_columns(
    tmp_path: Path, rows: list[dict[str, str]], random: Any
) -> None:
    names = list(CELLS)
    random.shuffle(names)
    one, other = (
        patents_of(tmp_path, rows),
        patents_of(tmp_path, [{name: row[name] for name in names} for row in rows]),
    )
    assert one.patents.equals(other.patents)
    assert one.counts == other.counts
    assert one.changes.equals(other.changes)


def test_many_problems_are_counted_and_all_stand_in_the_changes(tmp_path: Path) -> None:
    found = patents_of(tmp_path, [patent(serial, revenue="NaN") for serial in range(10_050)])
    assert found.counts["patents"] == (10_050, 0, 0, 10_050)
    assert len(found.problems) == 10_001
    assert (found.problems[-1].code, found.problems[-1].what[:3]) == ("SEC429", "50 ")
    assert len(found.changes) == 10_050


def as_number(text: str) -> Decimal | str:
    """A plain number by its value: 0.10 is told as 0.1, and nothing was changed."""
    return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text.strip()) else text


def as_text(value: object, name: str) -> str:
    """A canonical value as it stands in a canonical CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(value)
    scale = {"amount": 2, "share": 8}.get(tables()["patents"].column(name).kind)
    if scale and isinstance(value, int):
        return f"{Decimal(value).scaleb(-scale).normalize():f}"
    return str(value)
