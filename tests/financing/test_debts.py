"""Debts, costs and their division, against numbers computed by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.arithmetic import allocate
from securitize.financing.debts import balance_days, half_even, simple_debt
from securitize.financing.plan_costs import AllocatedClosingCost, PlanCost, borne_by_companies
from securitize.financing.terms import cash_of_costs, dated_costs
from securitize.market.periods import CollectionPeriod
from tests.financing.made import DRAWN, SETTLED, D, cost, debt, financing


def test_a_bullet_of_one_year() -> None:
    """4% and 0.5% of 10,000,000 for 365 days: 400,000 and 50,000."""
    made = financing().facility
    assert made is not None
    owed, parts = simple_debt(made)
    assert owed.advances == ((DRAWN, 1_000_000_000),)
    assert owed.repayments == ((SETTLED, 1_000_000_000),)
    assert owed.interest == ((SETTLED, 45_000_000),)
    assert parts == {"coupon": ((SETTLED, 40_000_000),), "platform margin": ((SETTLED, 5_000_000),)}
    assert owed.balances == ((DRAWN, 1_000_000_000), (SETTLED, 0))


def test_quarters_by_their_days() -> None:
    """91, 92, 92 and 90 days of 10,000,000 at 4.5%."""
    owed = debt(interest_every="3M")
    assert [amount for _, amount in owed.interest] == [
        half_even(10**9 * 4 * days, 36500) + half_even(10**9 * 5 * days, 365000) for days in (91, 92, 92, 90)
    ]


def test_a_level_payment_is_level_but_for_days_and_repays_all() -> None:
    owed = debt(repayment="level-payment", interest_every="6M", settled=dt.date(2025, 4, 14))
    assert sum(amount for _, amount in owed.repayments) == 10**9
    totals = [p + i for (_, p), (_, i) in zip(owed.repayments, owed.interest, strict=True)]
    assert len(totals) == 6
    # Interest differs by at most two days in 184, of at most 22.5 million.
    assert max(totals) - min(totals) < 22_500_000 * 3 / 180


def test_balance_days_of_a_stretch() -> None:
    balances = ((dt.date(2024, 1, 1), 100), (dt.date(2024, 1, 11), 40), (dt.date(2024, 1, 21), 0))
    assert balance_days(balances, dt.date(2024, 1, 1), dt.date(2024, 2, 1)) == 1000 + 400
    assert balance_days(balances, dt.date(2024, 1, 6), dt.date(2024, 1, 16)) == 500 + 200


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"rate": D("0.01")}, [(DRAWN, 10_000_000)]),
        ({"amount": 500, "due": "settled"}, [(dt.date(2024, 10, 14), 50_000)]),
        # Two whole years and 184 days of the third, 365 days long.
        (
            {"rate": D("0.01"), "due": "yearly"},
            [(DRAWN, 10_000_000), (SETTLED, 10_000_000), (dt.date(2024, 4, 14), 183 * 10_000_000 // 365 + 1)],
        ),
        # On what is owed at the start of each year: half after the first, by days over 365.
        (
            {"rate": D("0.01"), "due": "yearly", "of": "balance"},
            [(DRAWN, 10_000_000), (SETTLED, 5_013_699), (dt.date(2024, 4, 14), 2_506_849)],
        ),
        ({"rate": D("0.005"), "of": "appraised-value"}, [(DRAWN, 10_000_000)]),
    ],
)
def test_a_cost_by_hand(terms: dict[str, Any], expected: list[tuple[dt.date, int]]) -> None:
    settled = dt.date(2024, 10, 14)
    balances = ((DRAWN, 10**9), (SETTLED, 5 * 10**8), (settled, 0))
    found = dated_costs("x", cost(**terms), balances, settled, 2 * 10**9)
    assert [(one.date, one.amount) for _, one in found] == expected


def test_vat_is_a_cost_unless_it_comes_back() -> None:
    found = dated_costs(
        "x", cost(rate=D("0.01"), vat=D("0.06")), ((DRAWN, 10**9), (SETTLED, 0)), SETTLED, None
    )
    assert [(row.component, row.amount) for row in cash_of_costs(found, False)] == [
        ("x", -10_000_000),
        ("VAT", -600_000),
    ]
    assert [row.component for row in cash_of_costs(found, True)] == ["x"]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**10), min_size=1, max_size=30))
def test_what_is_divided_is_all_of_it_and_each_is_within_one_unit(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights, rounding="down", unweighted="equal")
    whole = sum(weights)
    assert sum(parts) == total
    if whole:
        assert all(abs(p * whole - total * w) < whole for p, w in zip(parts, weights, strict=True))


def test_what_the_vehicle_pays_is_what_companies_pay() -> None:
    """Two debts, two periods: parts sum to interest by company and date, costs to what was paid, margin is the rest."""
    debts = [debt(interest_every="6M", company="a"), debt(3 * 10**8 + 1, company="b")]
    ends = [DRAWN, dt.date(2022, 11, 1), dt.date(2023, 5, 1)]
    collection = [CollectionPeriod(*each) for each in pairwise(ends)]
    costs = [
        PlanCost("coupon", "coupon", (20_000_001, 30_000_000)),
        PlanCost("tax", "tax", (7, 1_000_003), frozenset({"interest"})),
    ]
    closing = [AllocatedClosingCost("rating", 1_234_567)]
    found = borne_by_companies(debts, costs, closing, collection)
    for owed, rows in zip(debts, found, strict=True):
        sums: dict[dt.date, int] = {}
        for row in rows:
            sums[row.date] = sums.get(row.date, 0) - row.amount
        assert {day: amount for day, amount in sums.items() if amount} == dict(owed.interest)
    paid = {
        name: -sum(r.amount for rows in found for r in rows if r.component == name)
        for name in ("coupon", "tax")
    }
    assert paid == {"coupon": 50_000_001, "tax": 1_000_010}
    assert -sum(r.amount for rows in found for r in rows if r.component == "rating") == 1_234_567
    # b owes 30% of a and pays no interest in the first period: the platform advances its coupon.
    first = [r for r in found[1] if r.date == dt.date(2022, 11, 1)]
    assert {r.component: r.amount for r in first}["coupon"] == -(
        20_000_001 - 20_000_001 * 10**9 // (13 * 10**8 + 1)
    )
    assert sum(r.amount for r in first) == 0


def test_interest_of_a_collection_date_is_of_the_period_that_ends_there() -> None:
    half = dt.date(2022, 10, 14)
    debts = [debt(interest_every="6M", company="a"), debt(interest_every="12M", company="b")]
    costs = [PlanCost("tax", "tax", (1_000, 0), frozenset({"interest"}))]
    with_streams = [
        replace(one, streams=tuple((day, "interest", i) for day, i in one.interest)) for one in debts
    ]
    collection = [CollectionPeriod(DRAWN, half), CollectionPeriod(half, SETTLED)]
    found = borne_by_companies(with_streams, costs, [], collection)
    taxes = [[(row.date, row.amount) for row in rows if row.component == "tax"] for rows in found]
    assert taxes == [[(half, -1_000)], []]
