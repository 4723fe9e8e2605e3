"""Lives of patents against the project's own calendar, plain Python and the law's cases."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.dates import add_months as add_months_of_one
from securitize.patents.life import (
    LIMITS,
    add_months,
    days,
    economic_end,
    legal_expiry,
    remaining_life,
    years_between,
    years_from,
)

DAYS = st.dates(dt.date(1985, 1, 1), dt.date(2060, 12, 31))


@given(st.lists(st.tuples(DAYS, st.integers(-300, 600)), min_size=1, max_size=20))
def test_months_against_the_calendar_of_one_day(cases: list[tuple[dt.date, int]]) -> None:
    moved = add_months([day for day, _ in cases], [months for _, months in cases])
    assert moved.tolist() == [add_months_of_one(day, months) for day, months in cases]


def exact_years(start: dt.date, end: dt.date) -> Fraction:
    """Anniversary by anniversary, in fractions."""
    whole = 0
    while add_months_of_one(start, 12 * (whole + 1)) <= end:
        whole += 1
    while add_months_of_one(start, 12 * whole) > end:
        whole -= 1
    before, after = (add_months_of_one(start, 12 * year) for year in (whole, whole + 1))
    return whole + Fraction((end - before).days, (after - before).days)


@given(DAYS, DAYS)
def test_years_against_counting_anniversaries(start: dt.date, end: dt.date) -> None:
    assert years_between(start, end).item() == pytest.approx(float(exact_years(start, end)), abs=1e-12)


def test_terms_of_the_law() -> None:
    filing = days(["2021-05-31", "2021-06-01", "2021-06-01", "2004-02-29", "2021-05-31"])
    kind = [2, 2, 1, 0, 0]
    assert legal_expiry(filing, kind).astype(str).tolist() == [
        "2031-05-31",
        "2036-06-01",
        "2031-06-01",
        "2024-02-29",
        "2041-05-31",
    ]


def test_a_medicine_is_extended_by_five_years_and_fourteen_after_approval_at_most() -> None:
    filing = days(["2010-01-01"] * 5)
    approval = days(["NaT", "NaT", "2018-01-01", "2014-01-01", "2020-06-30"])
    extension = [365, 4000, 1500, 1500, 1500]
    expiry = legal_expiry(filing, 0, pharmaceutical_days=extension, approval=approval)
    # Base term: 2030-01-01. Years after approval cut the third to 2032 and the fourth to nothing.
    assert expiry.astype(str).tolist() == [
        "2031-01-01",
        "2035-01-01",
        "2032-01-01",
        "2030-01-01",
        "2034-02-09",
    ]


def test_delay_of_the_grant_adds_days() -> None:
    assert str(legal_expiry("2020-03-01", 0, delay_days=31)) == "2040-04-01"


@given(st.lists(st.tuples(DAYS, DAYS, DAYS, DAYS), min_size=1, max_size=10), st.data())
def test_the_shortest_life_binds(
    cases: list[tuple[dt.date, dt.date, dt.date, dt.date]], data: st.DataObject
) -> None:
    known = data.draw(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=10, max_size=10))
    for (as_of, legal, economic, contract), (has_economic, has_contract) in zip(cases, known, strict=False):
        ends = {"legal": legal}
        if has_economic:
            ends["economic"] = economic
        if has_contract:
            ends["contract"] = contract
        first = min(ends.values())
        life = remaining_life(
            as_of, legal, economic if has_economic else "NaT", contract if has_contract else "NaT"
        )
        assert ends[LIMITS[int(life.binding)]] == first
        assert life.end.item() == max(first, as_of)
        assert life.years.item() == pytest.approx(float(exact_years(as_of, max(first, as_of))), abs=1e-12)


def test_a_right_without_legal_end_is_refused() -> None:
    with pytest.raises(ValueError, match="legal term is missing"):
        remaining_life("2024-01-01", ["2030-01-01", "NaT"])


def test_a_patent_own_economic_life_goes_before_that_of_its_technology() -> None:
    end = economic_end(["2020-01-31"] * 4, [120, -1], [0, 0, 1, 1], [-1, 1, -1, 0])
    assert end.astype(str).tolist() == ["2030-01-31", "2020-02-29", "NaT", "2020-01-31"]


def test_years_from_one_day_are_those_between_two() -> None:
    random = np.random.default_rng(3)
    start = np.datetime64("2024-02-29")
    ends = (start + random.integers(-9_000, 9_000, (400, 60))).astype("datetime64[D]")
    assert np.array_equal(years_from(start, ends), years_between(start, ends))
    few = ends[:2, :3]
    assert np.array_equal(years_from(start, few), years_between(start, few))
    missing = np.array(["2025-02-28", "NaT"], "datetime64[D]")
    assert np.array_equal(years_from(start, missing), years_between(start, missing), equal_nan=True)
