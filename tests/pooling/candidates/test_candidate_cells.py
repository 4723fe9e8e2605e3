"""Dates, names and single values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import from_excel

from securitize.pooling.candidates import dates, values
from securitize.pooling.candidates.columns import CandidateColumn, tables
from securitize.pooling.candidates.names import comparison_key, likely_former_names, split_names
from securitize.pooling.candidates.sources import folded, words

AS_OF = dt.date(2025, 6, 30)
DAYS = st.dates(dt.date(1955, 1, 1), dt.date(2025, 6, 30))
COLUMNS = {
    name: tables()["companies"].column(name) for name in ("revenue", "debt_ratio", "staff", "net_profit")
}


@given(DAYS)
def test_spellings_of_a_day(day: dt.date) -> None:
    year, month, date = day.year, day.month, day.day
    for written in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%Y%m%d}.0",
        f"{year}.{month:02d}.{date:02d}",
        f"{year}/{month}/{date}",
        f"{year}年{month}月{date}日",
        f"{day} 00:00:00",
        f"{day}T00:00:00Z",
    ):
        assert dates.date(written, "", AS_OF).date == day
    for order, written in (("mdy", f"{month}/{date}/{year}"), ("dmy", f"{date}.{month}.{year}")):
        assert dates.date(written, order, AS_OF).date == day


@given(st.dates(dt.date(1925, 7, 1), AS_OF), st.sampled_from([("mdy", "%m/%d/%y"), ("dmy", "%d/%m/%y")]))
def test_two_digits_of_a_year_mean_the_latest_that_does_not_begin_after_the_day(
    day: dt.date, written: tuple[str, str]
) -> None:
    order, pattern = written
    if day.year > 1925:
        found = dates.date(day.strftime(pattern), order, AS_OF)
        assert (found.date, found.two_digits) == (day, True)


@given(st.integers(20_000, 79_999))
def test_day_numbers_against_openpyxl(serial: int) -> None:
    assert dates.date(str(serial), "", AS_OF).date == cast(dt.datetime, from_excel(serial)).date()


@pytest.mark.parametrize(
    "written", ["0", "-", "9999-12-31", "99991231", "1900-01-01", "0000-00-00", "NaT", "0.0", " "]
)
def test_marks_for_no_date(written: str) -> None:
    assert dates.date(written, "mdy", AS_OF).date is None


@pytest.mark.parametrize(
    "wrong", ["2015-02-29", "20151301", "1/2/2015", "13/13/15", "1850-01-01", "soon", "2015", "1e5"]
)
def test_what_is_no_date_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        dates.date(wrong, "", AS_OF)


def test_the_order_of_day_and_month_is_never_swapped() -> None:
    with pytest.raises(ValueError, match="no such day"):
        dates.date("25/12/2015", "mdy", AS_OF)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FORD GLOBAL TECH LLC", "Ford Global Technologies, Llc"),
        ("华为技术有限公司", "华为技术有限公司 "),
        ("虚构锂能（深圳）股份有限公司", "虚构锂能(深圳)有限责任公司"),
        ("ＡＢＣ电池集团股份有限公司", "abc电池"),
        ("Siemens Energy GmbH & Co. KG", "SIEMENS ENERGY"),
        ("Foo S.A.", "FOO SA"),
    ],
)
def test_names_of_one_company(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("甲电池有限公司", "乙电池有限公司"), ("Alpha One Ltd", "Alpha Two Ltd"), ("Ltd", "Inc")],
)
def test_names_of_two_companies(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


@given(st.text(max_size=40))
def test_folded_texts_and_comparison_keys_are_idempotent(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert comparison_key(comparison_key(text)) == comparison_key(text)


def test_former_names_are_suggested_and_strangers_are_not() -> None:
    known = ["虚构澄锐锂能材料有限公司", "虚构衡启电驱科技有限公司"]
    found = likely_former_names(["虚构澄锐锂能新材料股份有限公司", "完全不同的企业有限公司", known[1]], known)
    assert [(each.name, each.other) for each in found] == [("虚构澄锐锂能新材料股份有限公司", known[0])]


def test_a_form_of_company_after_a_comma_is_no_owner() -> None:
    assert split_names("Ford Global Technologies, Llc, Google Inc.", ",") == [
        "Ford Global Technologies, Llc",
        "Google Inc.",
    ]
    assert split_names("A BV;;B, C", ";;") == ["A BV", "B, C"]


@given(st.decimals(0, 999_999_999, places=2))
def test_amounts_in_every_unit(amount: Decimal) -> None:
    minor = int(amount * 100)
    for written, unit in (
        (f"{amount}", ""),
        (f"{amount:,}", ""),
        (f"¥{amount}", ""),
        (f"{amount / 10_000} 万元", ""),
        (f"{amount / 10_000:f}", "万元"),
        (f"{amount / 100_000_000:f}亿", "万元"),
    ):
        assert values.number(written, COLUMNS["revenue"], unit).value == minor


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("45%", "debt_ratio", 45_000_000),
        ("1.2", "debt_ratio", 120_000_000),
        ("-100", "net_profit", -10_000),
        ("1e3", "staff", 1000),
        ("0.30000000000000004", "debt_ratio", 30_000_000),
        ("1.005", "revenue", 100),
    ],
)
def test_numbers(written: str, name: str, value: int) -> None:
    assert values.number(written, COLUMNS[name]).value == value


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(
            (text, "revenue")
            for text in ("NaN", "inf", "-Infinity", "-1", "1_0", "1" * 30, "1e40", "1,23", "12万个", "=1+1")
        ),
        ("45", "debt_ratio"),
        ("1.5", "staff"),
        ("1e999999999", "staff"),
    ],
)
def test_numbers_that_cannot_be_are_refused(written: str, name: str) -> None:
    cell = values.number(written, COLUMNS[name])
    assert cell.value is None
    assert [note.code for note in cell.notes][-1:] == ["SEC410"]


def test_words_lead_to_canonical_words_only() -> None:
    listed: list[CandidateColumn] = [
        column for table in tables().values() for column in table.columns if column.kind == "word"
    ]
    for column in listed:
        assert set(words(column.name).values()) <= set(column.values)
    assert set(words("flag").values()) == {"true", "false"}
    kinds = tables()["patents"].column("patent_kind")
    assert values.word("实用新型", kinds, words("patent_kind")).value == "utility-model"
    assert values.word("Invention", kinds, words("patent_kind")).value == "invention"
    assert values.word("plant", kinds, words("patent_kind")).notes[0].code == "SEC411"


@pytest.mark.parametrize(
    ("written", "kept", "codes"),
    [
        ("<b>Battery</b> &amp; <i>cell</i>", "Battery & cell", [""]),
        ("a < b and c > d", "a < b and c > d", []),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", ["SEC416"]),
        ("@SUM(A1)", "@SUM(A1)", ["SEC416"]),
        ("+1 cell", "+1 cell", ["SEC416"]),
        ("Ã¼ber", "Ã¼ber", ["SEC417"]),
        ("锟斤拷", "锟斤拷", ["SEC417"]),
        ("cell\x00\x07s", "cells", [""]),
        ("abc\u202ecba", "abccba", [""]),
        ("  two\n lines ", "two lines", [""]),
        ("&lt;script&gt;x", "x", [""]),
        ("-", None, [""]),
        ("", None, []),
    ],
)
def test_texts(written: str, kept: str | None, codes: list[str]) -> None:
    cell = values.text(written)
    assert cell.value == kept
    assert [str(note.code) for note in cell.notes] == codes


def test_a_text_of_a_megabyte_keeps_its_beginning_and_says_so() -> None:
    cell = values.text("x" * 1_000_000)
    assert cell.value == "x" * 10_000
    assert "1,000,000 characters" in cell.notes[0].why


def test_damaged_text_is_told_what_it_may_have_been() -> None:
    damaged = "Fördermaschine".encode().decode("cp1252")
    assert "Fördermaschine" in values.text(damaged).notes[0].why
