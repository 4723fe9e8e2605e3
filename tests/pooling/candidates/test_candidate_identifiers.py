"""Normal forms and check digits, against real numbers, an official scheme, and single faults of the pen."""

from __future__ import annotations

import csv
import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.pooling.candidates import identifiers
from securitize.pooling.candidates.symbols import symbol, symbols
from synthetic.numbers import application_number as drawn_number
from synthetic.numbers import credit_code as drawn_code
from tests.pooling.candidates.candidate_files import code, number
from tests.pooling.shared_data import shared_data

NUMBERS = st.builds(number, st.integers(0, 9_999_999), st.integers(2004, 2030))
OLD_NUMBERS = st.integers(0, 3_299_999).map(lambda serial: f"{85 + serial % 15:02d}{serial % 1_000_000:06d}")
CODES = st.builds(code, st.integers(0, 999_999_999))
#: Printed by the companies themselves on what they sell.
REAL_CODES = ("914403001922038216", "9144030071526726XG", "91330100799655058B", "91110000802100433B")


@given(NUMBERS, st.integers(0, 12), st.integers(1, 9))
def test_a_changed_digit_of_an_application_number_is_found(right: str, place: int, step: int) -> None:
    digits = right[2:14] + right[15]
    if digits[place] == "X":
        return
    changed = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    with pytest.raises(ValueError, match=r"check digit|cannot be|kind of right"):
        identifiers.application(f"CN{changed[:12]}.{changed[12]}")


@given(CODES, st.integers(0, 17), st.sampled_from(identifiers.CREDIT_ALPHABET))
def test_a_changed_character_of_a_credit_code_is_found(right: str, place: int, other: str) -> None:
    assert identifiers.credit_code(right) == right
    changed = right[:place] + other + right[place + 1 :]
    if changed != right:
        with pytest.raises(ValueError, match="check character"):
            identifiers.credit_code(changed)


@given(st.integers(2004, 2030), st.integers(0, 9_999_999), st.integers(0, 99_999_999))
def test_check_digits_against_another_implementation(year: int, serial: int, organisation: int) -> None:
    drawn = drawn_number(year, 1, f"{serial:07d}")
    assert identifiers.application(drawn) == drawn
    drawn = drawn_code("91440300", organisation)
    assert identifiers.credit_code(drawn) == drawn


@pytest.mark.parametrize("real", REAL_CODES)
def test_credit_codes_of_real_companies_hold(real: str) -> None:
    assert identifiers.credit_code(f" {real.lower()} ") == real


def test_every_real_application_number_holds_in_all_its_spellings() -> None:
    with shared_data("cn_patent_lifecycle_sample_sipo_1993_2002.csv").open(encoding="utf-8") as file:
        real = [row["app_num"] for row in csv.DictReader(file)]
    assert len(real) == 3997
    for written in real:
        digits = written[2:10] + written[11:]
        for spelling in (
            written,
            f"ZL{written[2:]}",
            f"CNZL {written[2:]}",
            f"CN{digits}",
            written[2:],
            written[:10],
        ):
            assert identifiers.application(spelling) == written


@given(OLD_NUMBERS)
def test_old_application_numbers_are_normal_and_tell_their_year(digits: str) -> None:
    found = identifiers.application(f"ZL{digits}")
    assert re.fullmatch(r"CN\d{8}\.[0-9X]", found)
    assert identifiers.application(found) == found
    assert identifiers.application_year(found) == 1900 + int(digits[:2])


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("CN201710117081.7", "CN201710117081.7"),
        ("ＣＮ２０１７１０１１７０８１．７", "CN201710117081.7"),
        ("2017101170817", "CN201710117081.7"),
        ("CN-201710117081-A", "CN201710117081.7"),
        ("US 2011/0061657 W", "US20110061657W"),
        ("MY PI8702785 A", "MYPI8702785A"),
        ("PCT/CN2015/012345", "PCTCN2015012345"),
    ],
)
def test_spellings_of_application_numbers(written: str, normal: str) -> None:
    assert identifiers.application(written) == normal
    assert identifiers.application(normal) == normal


@pytest.mark.parametrize(
    "wrong",
    [
        "CN201710117081.8",
        "CN2017101170817.7",
        "CN201740117081.7",
        "CN189910117081.1",
        "CNABC",
        "13/949,894",
        "-",
        "x",
    ],
)
def test_what_is_no_application_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        identifiers.application(wrong)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("DE 102014219223 A1", "DE102014219223A1"),
        ("DE 102014212746 A8 20150430", "DE102014212746A8"),
        ("US 2015/0094896 A1", "US20150094896A1"),
        ("US2015094896A1", "US20150094896A1"),
        ("CN-101234567-B", "CN101234567B"),
        ("cn101234567b", "CN101234567B"),
        ("ＣＮ１０１２３４５６７Ｂ", "CN101234567B"),
        ("US5686888A", "US5686888A"),
        ("US 8818681", "US8818681"),
        ("TW I347543 B", "TWI347543B"),
        ("SG 11201608137T A", "SG11201608137TA"),
        ("US D123456 S1", "USD123456S1"),
        ("WO 2012/154208 A2", "WO2012154208A2"),
    ],
)
def test_spellings_of_publication_numbers(written: str, normal: str) -> None:
    found = identifiers.publication(written)
    assert found.text == normal
    assert identifiers.publication(normal) == found


@given(
    st.from_regex(
        r"(CN1[0-9]{8}[AB]|CN2[0-9]{8}U|US[1-9][0-9]{6} ?B[12]|EP ?[0-9]{7} ?[AB][1-3])", fullmatch=True
    )
)
def test_normal_forms_of_publication_numbers_are_idempotent(written: str) -> None:
    once = identifiers.publication(written)
    assert identifiers.publication(once.text) == once


@pytest.mark.parametrize(
    "wrong", ["CN201234567B", "CN101234567U", "CN12B", "101234567", "C", "CN10123456789B", "A1"]
)
def test_what_is_no_publication_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        identifiers.publication(wrong)


def test_kinds_of_chinese_publications() -> None:
    kinds = {letter: identifiers.patent_kind("CN", letter) for letter in "ABCUYSDZ"}
    assert kinds == {
        **dict.fromkeys("ABC", "invention"),
        **dict.fromkeys("UY", "utility-model"),
        **dict.fromkeys("SD", "design"),
        "Z": None,
    }
    assert [letter for letter in "ABCUYSD" if identifiers.is_granted("CN", letter)] == list("BCUYSD")
    assert not identifiers.is_granted("US", "A1")
    assert identifiers.is_granted("US", "B2")


def test_every_symbol_of_the_scheme_from_its_padded_form() -> None:
    """The scheme of the International Patent Classification writes each symbol in both forms."""
    with gzip.open(shared_data("ipc_scheme_wipo_via_asgeissler.tsv.gz"), "rt", encoding="utf-8") as file:
        scheme = [(row["ipc"], row["symbol"]) for row in csv.DictReader(file, delimiter="\t")]
    assert len(scheme) > 78_000
    for short, padded in scheme:
        assert symbol(padded) == short == symbol(short)
    for short, _ in scheme[::97]:
        group, _, subgroup = short.partition("/")
        spread = f"{group[:4]}{group[4:]:>4}/{subgroup}"
        assert symbol(spread) == symbol(f"{group[:4]}{group[4:]:0>3}/{subgroup}0") == short


@pytest.mark.parametrize(
    ("written", "found", "rest"),
    [
        ("H01M  10/0525      20100101AFI20150312BHEP", ["H01M10/0525"], ""),
        ("H01M10/0525(2010.01)I", ["H01M10/0525"], ""),
        ("A61K039/000", ["A61K39/00"], ""),
        ("H01M10", ["H01M10/00"], ""),
        ("H01M", ["H01M"], ""),
        ("//C07K14/26 C12N15/62", ["C07K14/26", "C12N15/62"], ""),
        ("//G06F159:00", ["G06F159/00"], ""),
        ("//(A01N47/44,37:44)", ["A01N47/44"], "37:44"),
        ("battery", [], "battery"),
        ("I01M10/0525", [], "I01M10/0525"),
    ],
)
def test_pieces_of_lists_of_symbols(written: str, found: list[str], rest: str) -> None:
    assert symbols(written) == (found, rest)
    assert [symbol(each) for each in found] == found
