"""Four cells: identities, hand-made subsidies, break-evens by brute force and by running again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from securitize.financing.alternatives import borrowed
from securitize.financing.break_even import last_unit
from securitize.financing.cash import Cash
from securitize.financing.comparison import cell, cheapest, no_subsidies, saving, subsidise
from securitize.financing.cost import cost_of, present_value
from securitize.financing.facility import Subsidy
from securitize.financing.sides import Change
from tests.financing.made import (
    DRAWN,
    SETTLED,
    D,
    alternative,
    debt,
    financing,
    history,
    refunding,
    side,
    terms,
)

LATER = dt.date(2023, 10, 14)


def test_four_cells_by_hand() -> None:
    """4.5% against 6%, half of both refunded when settled: 2.25% against 3%."""
    owed = debt()
    here, there = side(owed, financing()), borrowed(alternative(), owed, terms(), history())
    paid = refunding(0.5, SETTLED)
    for when, rates in (("without", (0.045, 0.06)), ("with", (0.0225, 0.03))):
        cells = [
            cell([one], when, subsidise([one], when, paid))  # type: ignore[arg-type]
            for one in (here, there)
        ]
        assert [one.all_in for one in cells] == pytest.approx(rates, abs=1e-9)
        found = saving(cells[0], cells[1], 0.04, DRAWN)
        assert found is not None
        assert found.rate == pytest.approx(rates[1] - rates[0], abs=1e-9)
        assert found.money_a_year == pytest.approx((rates[1] - rates[0]) * 1e9)
        assert found.present_value == pytest.approx((rates[1] - rates[0]) * 1e9 / 1.04)


def test_swapped_sides_change_the_sign_exactly_and_a_side_saves_nothing_against_itself() -> None:
    owed = debt(interest_every="3M")
    here, there = side(owed, financing()), borrowed(alternative(deposit=D("0.07")), owed, terms(), history())
    asked = refunding(0.37, LATER)
    cells = [cell([one], "with", subsidise([one], "with", asked)) for one in (here, there)]
    forth, back = saving(cells[0], cells[1], 0.0123, DRAWN), saving(cells[1], cells[0], 0.0123, DRAWN)
    assert forth is not None
    assert back is not None
    assert (forth.rate, forth.present_value, forth.money_a_year) == (
        -(back.rate or 0.0),
        -back.present_value,
        -back.money_a_year,
    )
    same = saving(cells[0], cells[0], 0.0123, DRAWN)
    assert same is not None
    assert (same.rate, same.present_value, same.money_a_year) == (0.0, 0.0, 0.0)


def test_a_late_subsidy_is_worth_less_than_a_prompt_one() -> None:
    owed = debt()
    one = side(owed, financing())
    rates = [
        cell([one], "with", subsidise([one], "with", refunding(0.5, day))).all_in for day in (SETTLED, LATER)
    ]
    assert rates[0] == pytest.approx(0.0225, abs=1e-9)
    assert rates[1] is not None
    assert rates[1] > 0.0225


def test_the_pool_is_the_sum_of_its_companies() -> None:
    """Two alike cost together what each does; two that differ lie between, where scipy finds the sum's root."""
    owed = [debt(company="a"), debt(2 * 10**9, company="b", coupon=D("0.02"), interest_every="3M")]
    sides = [side(one, financing()) for one in owed]
    asked = subsidise(sides, "without", no_subsidies)
    each = [cell([one], "without", asked).all_in or 0.0 for one in sides]
    whole = cell(sides, "without", asked)

    def value(rate: float) -> float:
        days = [((row.date - DRAWN).days, row.amount) for one in sides for row in one.cash]
        return float(sum(amount * (1 + rate) ** (-day / 365) for day, amount in days))

    assert whole.all_in == pytest.approx(brentq(value, 0.0, 0.2, xtol=1e-14), abs=1e-11)
    assert min(each) < (whole.all_in or 0.0) < max(each)
    assert whole.cost is not None
    assert sum(share.rate or 0.0 for share in whole.cost.shares) == pytest.approx(whole.all_in, abs=1e-12)
    assert sum(share.simple for share in whole.cost.shares) == pytest.approx(whole.cost.simple, abs=1e-15)
    assert sum(share.money for share in whole.cost.shares) == whole.cost.money


def test_what_the_issuer_gets_reaches_companies_as_far_as_it_is_passed_on() -> None:
    owed = [debt(company="a"), debt(2 * 10**9 + 1, company="b")]
    sides = [side(one, financing()) for one in owed]

    def paid(_: object) -> tuple[Subsidy, ...]:
        return (Subsidy("p", "r", None, "issuer", None, SETTLED, 1_000_001, 1_000_001, (), True),)

    found = subsidise(sides, "with", paid, 50_000_000)
    amounts = [sum(row.amount for row in found.by_company[name]) for name in ("a", "b")]
    assert sum(amounts) == 500_000
    assert amounts[0] == 500_000 * 10**9 // (3 * 10**9 + 1)
    assert sum(row.amount for row in found.to_others) == 500_001
    assert subsidise(sides, "without", paid).subsidies == ()


def test_a_subsidy_below_nothing_is_refused() -> None:
    one = side(debt(), financing())

    def paid(_: object) -> tuple[Subsidy, ...]:
        return (Subsidy("p", "r", one.company, "company", None, SETTLED, -1, -1, (), False),)

    with pytest.raises(ValueError, match="takes money away"):
        subsidise([one], "with", paid)


def test_where_a_subsidy_leaves_no_rate_another_is_the_cheapest() -> None:
    one = side(debt(), financing())
    huge = refunding(1_000.0, dt.date(2043, 4, 14))
    cells = [cell([one], "with", subsidise([one], "with", paid)) for paid in (huge, no_subsidies)]
    assert cells[0].all_in is None
    assert cells[0].cost is not None
    assert cheapest(cells) is cells[1]
    found = saving(cells[0], cells[1], 0.04, DRAWN)
    assert found is not None
    assert found.rate is None
    assert found.money_a_year > 0


def test_a_change_of_the_rate_and_of_the_fee() -> None:
    """0.3% more for a year and 1% more at once: (10.48 / 9.9) - 1."""
    one = side(debt(), financing(), change=Change(running=300_000, fee=1_000_000))
    assert cost_of(one.cash).all_in == pytest.approx(10.48 / 9.9 - 1, abs=1e-9)
    # What contracts charge more a policy sees; a fee of the comparison it does not.
    assert sum(cost.amount for cost in one.facility.costs) == 48_000_000


@given(st.integers(-50, 50), st.floats(0.001, 5.0), st.floats(-20.0, 20.0), st.sampled_from([1, 3]))
def test_the_last_unit_against_trying_all(low: int, slope: float, zero: float, power: int) -> None:
    def value(u: int) -> float:
        return -slope * (u - zero) ** power

    found = [u for u in range(low, low + 100) if value(u) >= 0 > value(u + 1)]
    assert last_unit(value, low, low + 100) == (found[0] if found else None)


def test_cash_that_is_not_repaid_has_no_cost() -> None:
    with pytest.raises(ValueError, match="not repaid"):
        cost_of([Cash(DRAWN, "principal", "drawn", 5), Cash(SETTLED, "principal", "repaid", -4)])


def test_present_value_against_its_sum() -> None:
    rows = [Cash(DRAWN, "principal", "drawn", 100), Cash(SETTLED, "interest", "interest", -103)]
    assert present_value(rows, 0.03, DRAWN) == pytest.approx(0.0, abs=1e-12)
    assert present_value([], 0.03, DRAWN) == 0.0
    assert np.isfinite(present_value(rows, -0.5, DRAWN))


def test_a_deposit_of_the_securitization() -> None:
    """10% left for a year at 4.5%: 9 received, 9.45 paid net of the deposit."""
    owed = replace(debt(), deposits=((DRAWN, 10**8),))
    assert cost_of(side(owed, financing()).cash).all_in == pytest.approx(9.45 / 9 - 1, abs=1e-9)


def test_vat_that_comes_back_lowers_the_cost_of_both() -> None:
    """4.5% of which 6/106 are VAT."""
    one = side(debt(), financing(interest_vat=D("0.06"), vat_deductible=True))
    assert cost_of(one.cash).all_in == pytest.approx(0.045 / 1.06, abs=1e-8)
    there = borrowed(alternative(interest_vat=D("0.06"), vat_deductible=True), debt(), terms(), history())
    assert cost_of(there.cash).all_in == pytest.approx(0.06 / 1.06, abs=1e-8)
    assert sum(cost.amount for cost in there.facility.costs) == 56_603_774
    assert sum(cost.vat for cost in there.facility.costs) == 3_396_226
