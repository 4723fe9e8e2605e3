"""Annuities against the published sums, brute force over days, and what must hold of any schedule."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.dates import add_months as add_months_of_one
from securitize.patents.figures import annuity_schedule
from securitize.patents.life import add_months, legal_expiry
from securitize.patents.renewal import (
    annuities,
    grant_year,
    keeping_cost,
    late_surcharge,
    months_exceeded,
    restoration_cost,
)

SCHEDULE = annuity_schedule()
FILINGS = st.dates(dt.date(2000, 1, 1), dt.date(2024, 12, 31))


def test_sums_of_the_full_terms() -> None:
    """Published: 82,300 for twenty years of an invention, 11,200 for ten, 26,200 for fifteen of a design."""
    assert SCHEDULE.amounts.sum(axis=1).tolist() == [8_230_000, 1_120_000, 2_620_000]
    kept = keeping_cost(SCHEDULE, "2022-01-01", "2022-01-01", [0, 1, 2], "2022-01-01", "2099-01-01")
    assert kept.tolist() == [8_230_000, 1_120_000, 2_620_000]


@given(
    FILINGS, st.integers(0, 60), st.integers(0, 2), st.integers(0, 260), st.integers(0, 260), st.booleans()
)
def test_cost_against_walking_through_the_patent_years(
    filing: dt.date, lag: int, kind: int, start: int, length: int, reduced: bool
) -> None:
    grant = add_months_of_one(filing, lag)
    first, end = add_months_of_one(filing, start), add_months_of_one(filing, start + length)
    term = (20, 10, 15 if filing >= dt.date(2021, 6, 1) else 10)[kind]
    steps = (
        [(3, 900), (6, 1200), (9, 2000), (12, 4000), (15, 6000), (20, 8000)],
        [(3, 600), (5, 900), (8, 1200), (10, 2000)],
        [(3, 600), (5, 900), (8, 1200), (10, 2000), (15, 3000)],
    )[kind]
    year_of_grant = next(k for k in range(1, 30) if add_months_of_one(filing, 12 * k) > grant)
    total = 0
    for year in range(max(1, year_of_grant), term + 1):
        due = add_months_of_one(filing, 12 * (year - 1))
        if first <= due < end:
            amount = next(fee for last, fee in steps if year <= last)
            cheap = reduced and year < year_of_grant + 10
            total += amount * (15 if cheap else 100)
    reduction = SCHEDULE.reduction_single if reduced else 0
    assert int(grant_year(filing, grant)) == year_of_grant
    assert int(keeping_cost(SCHEDULE, filing, grant, kind, first, end, reduction)) == total


@given(FILINGS, st.integers(0, 2), st.lists(st.integers(0, 300), min_size=3, max_size=3))
def test_costs_of_adjoining_stretches_add_up(filing: dt.date, kind: int, cuts: list[int]) -> None:
    a, b, c = (add_months_of_one(filing, months) for months in sorted(cuts))

    def cost(start: dt.date, end: dt.date) -> int:
        return int(keeping_cost(SCHEDULE, filing, filing, kind, start, end, SCHEDULE.reduction_joint))

    last = dt.date.fromisoformat(str(legal_expiry(filing, kind)))
    assert cost(a, b) + cost(b, c) == cost(a, c)
    assert cost(last, dt.date(2090, 1, 1)) == 0


def test_nothing_is_owed_before_the_year_of_the_grant() -> None:
    owed = annuities(SCHEDULE, ["2020-03-01"], ["2023-02-28"], [0])
    assert owed[0, :4].tolist() == [0, 0, 90_000, 120_000]


@pytest.mark.parametrize(
    ("paid", "months", "percent", "kept"),
    [
        ("2024-05-10", 0, 0, True),
        ("2024-05-11", 1, 0, True),
        ("2024-06-10", 1, 0, True),
        ("2024-06-11", 2, 5, True),
        ("2024-07-10", 2, 5, True),
        ("2024-09-11", 5, 20, True),
        ("2024-11-10", 6, 25, True),
        ("2024-11-11", 7, 25, False),
        ("2023-01-01", 0, 0, True),
    ],
)
def test_surcharge_by_month(paid: str, months: int, percent: int, kept: bool) -> None:
    """The guidelines' six steps: nothing in the first month, then 5% more in each."""
    assert int(months_exceeded("2024-05-10", paid)) == months
    surcharge, in_time = late_surcharge(SCHEDULE, [90_000], ["2024-05-10"], [paid])
    assert (surcharge.tolist(), in_time.tolist()) == ([900 * percent], [kept])


@given(FILINGS, st.integers(0, 400))
def test_months_exceeded_against_adding_months(due: dt.date, late: int) -> None:
    paid = due + dt.timedelta(late)
    months = int(months_exceeded(due, paid))
    assert add_months_of_one(due, months) >= paid
    assert months == 0 or add_months_of_one(due, months - 1) < paid


def test_restoring_costs_the_annuity_a_quarter_and_the_fee() -> None:
    assert restoration_cost(SCHEDULE, [13_500], [90_000]).tolist() == [13_500 + 22_500 + 100_000]


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_higher_reduction_never_costs_more(one: int, other: int) -> None:
    low, high = sorted((one, other))
    cost = keeping_cost(
        SCHEDULE, ["2012-02-29"] * 2, ["2014-01-01"] * 2, [0, 0], "2013-01-01", "2031-01-01", [low, high]
    )
    assert cost[1] <= cost[0]


def test_a_reduction_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        annuities(SCHEDULE, ["2020-01-01"], ["2021-01-01"], [0], [100_000_001])


def test_due_days_stay_on_the_anniversary_of_the_filing() -> None:
    cost = [
        int(keeping_cost(SCHEDULE, "2020-02-29", "2020-02-29", 0, day, add_months(day, 12)))
        for day in ("2020-02-28", "2020-02-29", "2023-02-28", "2023-03-01")
    ]
    assert np.array(cost).tolist() == [90_000, 90_000, 120_000, 120_000]


def test_a_design_of_the_older_law_pays_ten_years() -> None:
    assert int(keeping_cost(SCHEDULE, "2020-01-01", "2020-01-01", 2, "2020-01-01", "2099-01-01")) == 1_120_000
