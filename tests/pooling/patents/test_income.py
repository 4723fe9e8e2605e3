"""Income method against closed forms in fractions, and what must hold of any present value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.money import RATE_UNITS
from securitize.patents.income import (
    Income,
    annual_bounds,
    contribution_path,
    contribution_rate,
    discount_rate,
    income_value,
    present_value,
    risk_premium,
    sensitivity,
    weighted_score,
)
from securitize.patents.life import add_months, add_years, days

DATE = np.datetime64("2024-02-29", "D")
#: Discount rates whose half-year factor is a fraction: (1 + r) = root².
ROOTS = {
    Fraction(11, 10): 21_000_000,
    Fraction(6, 5): 44_000_000,
    Fraction(21, 20): 10_250_000,
    Fraction(1): 0,
}


def steady(
    years: int = 10,
    revenue: int = 10**9,
    rate: int = 5_000_000,
    discount: int = 21_000_000,
    life: int | None = None,
    **more: Any,
) -> Income:
    """One patent, level revenue and contribution."""
    flows = np.full((1, years), revenue, np.int64)
    end = add_years(DATE, [life if life is not None else years])
    return Income(
        DATE,
        annual_bounds(DATE, years),
        flows,
        np.full((1, years), rate, np.int64),
        end,
        np.array([discount]),
        **more,
    )


@given(
    st.sampled_from(list(ROOTS)),
    st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, RATE_UNITS)), min_size=1, max_size=12),
    st.integers(0, 12 * 14),
    st.integers(0, RATE_UNITS),
)
def test_value_against_fractions(root: Fraction, flows: list[tuple[int, int]], months: int, tax: int) -> None:
    """Whole years exactly; the year in which the life ends by its share of days, at a float's middle."""
    bounds, end = annual_bounds(DATE, len(flows)), add_months(DATE, [months])
    income = Income(
        DATE,
        bounds,
        np.array([[r for r, _ in flows]]),
        np.array([[k for _, k in flows]]),
        end,
        np.array([ROOTS[root]]),
        tax,
    )
    total = Fraction(0)
    for j, (revenue, rate) in enumerate(flows):
        length = (bounds[j + 1] - bounds[j]).astype(int)
        lived = min(max((end[0] - bounds[j]).astype(int), 0), length)
        if not lived:
            break
        earned = Fraction(revenue) * Fraction(rate, RATE_UNITS) * (1 - Fraction(tax, RATE_UNITS))
        share = Fraction(int(lived), int(length))
        factor = (
            root ** -(2 * j + 1) if share == 1 else Fraction(float(root * root) ** -(j + float(share) / 2))
        )
        total += earned * share * factor
    assert income_value(income)[0] == pytest.approx(float(total), rel=1e-11, abs=0.51)


@given(st.integers(1, 40), st.sampled_from(list(ROOTS)), st.integers(-20, 30), st.integers(0, 40))
def test_growth_and_decline_against_a_geometric_series(
    years: int, root: Fraction, growth: int, decline: int
) -> None:
    g, d = Fraction(growth, 100), Fraction(decline, 100)
    revenue = [float(10**11 * (1 + g) ** j) for j in range(years)]
    path = contribution_path([10_000_000], "geometric", [decline * RATE_UNITS // 100], range(years))
    income = replace(
        steady(years, discount=ROOTS[root]),
        revenue=np.rint(revenue).astype(np.int64)[None],
        contribution=path,
    )
    ratio = (1 + g) * (1 - d) / root**2
    series = sum(ratio**j for j in range(years))
    expected = float(10**11 * Fraction(1, 10) / root * series)
    # The rate has eight decimals: late rates are a little off.
    assert present_value(income)[0] == pytest.approx(expected, rel=1e-6)


def test_level_payments_against_the_annuity_formula() -> None:
    root, years = Fraction(11, 10), 15
    expected = 10**9 * Fraction(5, 100) * root * (1 - root ** (-2 * years)) / Fraction(21, 100)
    assert income_value(steady(years))[0] == round(expected)
    # An endless life tends to the perpetuity.
    assert present_value(steady(300))[0] == pytest.approx(
        float(10**9 * Fraction(5, 100) * root / Fraction(21, 100))
    )


def test_limits() -> None:
    assert income_value(steady(life=0)).tolist() == [0]
    assert income_value(steady(life=-3)).tolist() == [0]
    assert income_value(steady(discount=0)).tolist() == [10 * 50_000_000]
    assert income_value(steady(tax=RATE_UNITS)).tolist() == [0]
    assert income_value(steady(in_force=0.0)).tolist() == [0]
    assert income_value(steady(rate=0)).tolist() == [0]


def test_periods_before_the_date_are_not_counted_and_a_running_one_in_part() -> None:
    later = DATE + 545
    income = replace(steady(discount=0), date=later)
    bounds = annual_bounds(DATE, 10)
    share = (bounds[2] - later) / (bounds[2] - bounds[1])
    assert present_value(income)[0] == pytest.approx(50_000_000 * (8 + share))


SIZES = st.tuples(st.integers(1, 6), st.integers(1, 8))


@given(SIZES, st.integers(0, 2**31))
def test_values_of_a_portfolio_are_those_of_its_patents(size: tuple[int, int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    patents, periods = size
    income = Income(
        DATE,
        annual_bounds(DATE, periods),
        rng.integers(0, 10**11, size),
        rng.integers(0, RATE_UNITS, size),
        DATE + rng.integers(0, 4000, patents).astype("timedelta64[D]"),
        rng.integers(0, 40_000_000, patents),
        25_000_000,
        rng.integers(0, 10**6, size),
        rng.random(size),
    )
    together = income_value(income)
    for k in range(patents):
        one = Income(
            DATE,
            income.bounds,
            income.revenue[[k]],
            income.contribution[[k]],
            income.end[[k]],
            income.discount[[k]],
            income.tax,
            np.asarray(income.costs)[[k]],
            np.asarray(income.in_force)[[k]],
        )
        assert income_value(one)[0] == together[k]
    # Twice the revenue and the costs is twice the value; revenues add up.
    double = replace(income, revenue=2 * income.revenue, costs=2 * np.asarray(income.costs))
    assert present_value(double) == pytest.approx(2 * present_value(income))
    part = rng.integers(0, income.revenue + 1)
    rest = replace(income, revenue=income.revenue - part, costs=0)
    split = present_value(replace(income, revenue=part)) + present_value(rest)
    assert split == pytest.approx(present_value(income))


def test_more_of_anything_good_is_worth_more() -> None:
    value = present_value(steady())[0]
    assert present_value(steady(revenue=10**9 + 1))[0] > value
    assert present_value(steady(rate=5_000_001))[0] > value
    assert present_value(steady(discount=20_999_999))[0] > value
    assert present_value(steady(life=9))[0] < value
    assert present_value(steady(tax=1))[0] < value
    assert present_value(steady(costs=np.ones((1, 10), np.int64)))[0] < value


def test_expected_survival_is_a_higher_discount_rate() -> None:
    """A constant hazard h at mid-year is the factor exp(−h t): the rate becomes (1 + r) e^h − 1."""
    middle = np.arange(10) + 0.5
    with_hazard = present_value(steady(in_force=np.exp(-0.08 * middle)[None]))
    shifted = present_value(steady(), discount_shift=1.21 * (np.exp(0.08) - 1))
    assert with_hazard == pytest.approx(shifted)


def test_sensitivities_against_derivatives_in_closed_form() -> None:
    years, g, r = 12, 0.06, 0.15
    revenue = np.rint(10**12 * (1 + g) ** np.arange(years)).astype(np.int64)[None]
    income = replace(steady(years, discount=15_000_000), revenue=revenue)
    found = sensitivity(income)
    q, k = (1 + g) / (1 + r), np.arange(years)
    flow = 5e10 * (1 + r) ** -0.5
    value = flow * (1 - q**years) / (1 - q)
    # d/dq of the sum of q^j, and the chain rule.
    by_q = (1 - q**years) / (1 - q) ** 2 - years * q ** (years - 1) / (1 - q)
    by_discount = -0.5 * value / (1 + r) - flow * by_q * (1 + g) / (1 + r) ** 2
    # Revenue (1 + g)^j (1 + s)^j: at s = 0 the derivative is the sum of j q^j.
    by_growth = flow * (k * q**k).sum()
    assert flow * by_q * q == pytest.approx(by_growth)
    assert found.contribution[0] == pytest.approx(value / 100, rel=1e-8)
    assert found.discount[0] == pytest.approx(by_discount / 100, rel=1e-6)
    assert found.growth[0] == pytest.approx(by_growth / 100, rel=1e-6)
    assert found.shorter_life[0] == pytest.approx(-flow * q ** (years - 1), rel=1e-8)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50)), min_size=1, max_size=8),
    st.integers(0, RATE_UNITS),
    st.integers(0, RATE_UNITS),
)
def test_contribution_rate_against_fractions(factors: list[tuple[int, int]], one: int, other: int) -> None:
    weights = [w for _, w in factors]
    if not sum(weights):
        weights[0] = 1
    low, high = sorted((one, other))
    score = Fraction(sum(s * w for (s, _), w in zip(factors, weights, strict=True)), 100 * sum(weights))
    rate = contribution_rate([low], [high], [[s / 100 for s, _ in factors]], weights)
    assert rate[0] == pytest.approx(float(low + (high - low) * score), abs=0.51)
    assert low <= rate[0] <= high


def test_declines() -> None:
    years = [0, 1, 2.9, 25, -0.5]
    paths = {
        rule: contribution_path([8_000_000], rule, [10_000_000], years)[0].tolist()
        for rule in ("constant", "linear", "geometric")
    }
    assert paths["constant"] == [8_000_000] * 5
    assert paths["linear"] == [8_000_000, 7_200_000, 6_400_000, 0, 8_000_000]
    assert paths["geometric"] == [8_000_000, 7_200_000, 6_480_000, round(8_000_000 * 0.9**25), 8_000_000]


def test_discount_rate_is_the_sum_of_its_parts() -> None:
    premium = risk_premium([[1.0, 0.5], [0.0, 0.0]], [1, 3], 8_000_000)
    assert premium.tolist() == [5_000_000, 0]
    assert discount_rate(1_800_000, premium, 1, 2, 3).tolist() == [6_800_006, 1_800_006]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: weighted_score([[1.2]], [1]), "scores lie"),
        (lambda: weighted_score([[0.2]], [0]), "scores lie"),
        (lambda: contribution_rate(5, 4, [[0.5]], [1]), "low <= high"),
        (lambda: contribution_path([1], "linear", [RATE_UNITS + 1], [0]), "decline"),
        (lambda: income_value(replace(steady(), bounds=days(["2024-01-01"] * 11))), "bounds rise"),
        (lambda: income_value(steady(discount=-RATE_UNITS)), "above -1"),
        (lambda: income_value(steady(in_force=1.1)), "between 0 and 1"),
        (lambda: income_value(steady(revenue=2**62, rate=RATE_UNITS)), "2\\^53"),
    ],
)
def test_what_cannot_be_valued(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wrong()
