"""The all-in rate against closed forms, scipy and its own identities."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from securitize.financing.all_in import (
    CashVector,
    all_in_rate,
    balance_years,
    component_rates,
    dated,
    nominal,
)


def cash(*rows: tuple[float, float]) -> CashVector:
    return CashVector(np.array([year for year, _ in rows]), np.array([amount for _, amount in rows]))


def bullet(rate: float, years: int, principal: float = 1e9) -> tuple[CashVector, CashVector, CashVector]:
    """Whole, principal and interest of a bullet with annual interest."""
    interest = [(float(k), -principal * rate) for k in range(1, years + 1)]
    lent = [(0.0, principal), (float(years), -principal)]
    return cash(*lent, *interest), cash(*lent), cash(*interest)


@pytest.mark.parametrize("rate", [0.0, 1e-10, 0.0217, 0.05, 0.36])
@pytest.mark.parametrize("years", [1, 3, 5])
def test_annual_bullet_costs_its_rate(rate: float, years: int) -> None:
    whole, principal, interest = bullet(rate, years)
    found = all_in_rate(whole)
    assert found == pytest.approx(rate, abs=1e-13)
    assert component_rates([interest], principal, found or 0.0)[0] == pytest.approx(rate, abs=1e-13)


def test_fee_up_front_against_the_root_of_the_quadratic() -> None:
    """Two years, rate r, fee f: (1 - f) x^2 - r x - (1 + r) = 0 for x = 1 + y."""
    r, f = 0.04, 0.015
    x = (r + np.sqrt(r * r + 4 * (1 - f) * (1 + r))) / (2 * (1 - f))
    whole, principal, interest = bullet(r, 2)
    fee = cash((0.0, -1e9 * f))
    together = cash((0.0, 1e9 * (1 - f)), (1.0, -1e9 * r), (2.0, -1e9 * (1 + r)))
    found = all_in_rate(together)
    assert found == pytest.approx(x - 1, abs=1e-14)
    assert found is not None
    rates = component_rates([interest, fee], principal, found)
    assert sum(rates) == pytest.approx(found, abs=1e-15)
    assert all_in_rate(whole) == pytest.approx(r, abs=1e-14)


def test_balance_years_in_the_limit() -> None:
    """At y = 0 the sum of balance x time: 100 for a year, 60 for another."""
    principal = cash((0.0, 100.0), (1.0, -40.0), (2.0, -60.0))
    assert balance_years(principal, 0.0) == pytest.approx(160.0)
    assert balance_years(principal, 1e-7) == pytest.approx(160.0, rel=1e-6)


def several_roots() -> tuple[CashVector, CashVector]:
    """A loan at 5% for two years, and a refund of 45% of it five years on: two rates fit."""
    whole, _, _ = bullet(0.05, 2)
    return whole, cash((5.0, 0.1e9))


def test_of_several_roots_the_one_that_grows_out_of_the_rate_without_subsidy() -> None:
    whole, refund = several_roots()
    both = cash(
        *zip(whole.years, whole.amounts, strict=True), *zip(refund.years, refund.amounts, strict=True)
    )
    grid = np.linspace(-0.95, 0.5, 20001)
    values = both.values(np.log1p(grid))
    ends = np.flatnonzero(values[:-1] * values[1:] < 0)
    roots = [brentq(lambda y: both.value(np.log1p(y)), grid[k], grid[k + 1], xtol=1e-15) for k in ends]
    assert len(roots) == 2
    path = [all_in_rate(whole, CashVector(refund.years, refund.amounts * k / 400)) for k in range(401)]
    assert path[0] == pytest.approx(0.05, abs=1e-13)
    assert path[-1] == pytest.approx(max(roots), abs=1e-12)
    steps = [abs((b or 0) - (a or 0)) for a, b in pairwise(path)]
    assert None not in path
    assert max(steps) < 5 * 0.05 / 400


def test_no_rate_where_the_path_turns_back() -> None:
    whole, refund = several_roots()
    assert all_in_rate(whole, CashVector(refund.years, refund.amounts * 12)) is None


def test_no_rate_beyond_a_turn_even_where_another_one_fits() -> None:
    """A cost years after the refund: the path turns back before the refund has its size, and a far rate fits."""
    whole, refund = several_roots()
    loan = cash(*zip(whole.years, whole.amounts, strict=True), (9.0, -1e7))
    large = CashVector(refund.years, refund.amounts * 12)
    assert loan.value(-4.0) + large.value(-4.0) < 0 < loan.value(-0.5) + large.value(-0.5)
    assert all_in_rate(loan, large) is None


@given(
    rate=st.floats(0.0, 0.3),
    fee=st.floats(0.0, 0.05),
    refund=st.floats(0.0, 1.0),
    years=st.integers(1, 7),
    late=st.floats(0.0, 1.0),
)
def test_components_sum_to_the_rate_and_scipy_finds_the_same(
    rate: float, fee: float, refund: float, years: int, late: float
) -> None:
    whole, principal, interest = bullet(rate, years)
    fees = cash((0.0, -1e9 * fee))
    subsidy = cash((years + late, float(round(1e9 * rate * years * refund))))  # money is whole
    without = cash(*zip(whole.years, whole.amounts, strict=True), (0.0, -1e9 * fee))
    found = all_in_rate(without, subsidy)
    assert found is not None
    rates = component_rates([interest, fees, subsidy], principal, found)
    assert sum(rates) == pytest.approx(found, abs=1e-12)

    def value(y: float) -> float:
        return without.value(np.log1p(y)) + subsidy.value(np.log1p(y))

    assert abs(value(found)) < 1e-3
    if abs(value(found - 1e-4)) > 1 and value(found - 1e-4) * value(found + 1e-4) < 0:
        oracle = brentq(value, found - 1e-4, found + 1e-4, xtol=1e-15)
        assert found == pytest.approx(oracle, abs=1e-11)


def test_a_small_component_moves_the_rate_by_its_own() -> None:
    """At par with annual payments A is what the value loses by a unit of rate: a fee of e a year costs e."""
    e = 1e-6
    balances, principal = [1e9, 7e8, 2e8], cash((0.0, 1e9), (1.0, -3e8), (2.0, -5e8), (3.0, -2e8))
    loan = [(float(k), -0.043 * balances[k - 1]) for k in (1, 2, 3)]
    fee = [(float(k), -e * balances[k - 1]) for k in (1, 2, 3)]
    lent = list(zip(principal.years, principal.amounts, strict=True))
    before, after = all_in_rate(cash(*lent, *loan)), all_in_rate(cash(*lent, *loan, *fee))
    assert before is not None
    assert after is not None
    difference = after - before
    assert component_rates([cash(*fee)], principal, before)[0] == pytest.approx(difference, rel=1e-6)


def test_nominal_is_what_is_compounded() -> None:
    assert nominal(1.01**4 - 1, 4) == pytest.approx(0.04, abs=1e-15)
    assert nominal(0.05, 1) == pytest.approx(0.05, abs=1e-15)


def test_dates_count_by_days_of_365() -> None:
    day = dt.date(2022, 4, 14)
    found = dated([(day, 5), (dt.date(2023, 4, 14), -3), (dt.date(2023, 4, 14), -3)], day)
    assert found.years.tolist() == [0.0, 1.0]
    assert found.amounts.tolist() == [5.0, -6.0]
    assert found.total() == -1.0
