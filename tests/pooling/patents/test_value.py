"""Market and cost methods, three values, renewals and invalidity against fractions, brute force and simulation."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.money import RATE_UNITS
from securitize.patents.figures import annuity_schedule, valuation_figures
from securitize.patents.invalidity import invalidity_probability
from securitize.patents.life import days
from securitize.patents.renewal import annuities, due_days, keeping_cost, payable
from securitize.patents.renewal_value import implied_value, kept_value, option_value, renewal_warnings
from securitize.patents.value import (
    ValuationTerms,
    cost_value,
    market_value,
    reproduction_cost,
    three_values,
    valued,
)

DATE = dt.date(2024, 6, 30)
MARKET = ValuationTerms(
    "market", DATE, {"prices": "published", "adjustments": "assumed", "weights": "assumed"}
)
PRICES = st.tuples(
    st.integers(0, 10**11), st.integers(0, 20), st.integers(1, 50), st.integers(1, 300), st.integers(0, 9)
)


@given(st.lists(PRICES, min_size=1, max_size=8), st.integers(0, 100), st.integers(-20, 40))
def test_market_value_against_fractions(
    comparables: list[tuple[int, int, int, int, int]], units: int, growth: int
) -> None:
    """Prices dated whole years before the valuation, so that their growth is a fraction."""
    value = market_value(
        MARKET,
        [units],
        [c[0] for c in comparables],
        [DATE.replace(year=DATE.year - c[1]) for c in comparables],
        [c[2] for c in comparables],
        [c[3] / 100 for c in comparables],
        [c[4] for c in comparables],
        growth * RATE_UNITS // 100,
    )
    total = sum(c[4] for c in comparables)
    expected = sum(
        (
            Fraction(price, per) * (1 + Fraction(growth, 100)) ** age * Fraction(factor, 100) * weight
            for price, age, per, factor, weight in comparables
        ),
        Fraction(0),
    )
    assert value.minor[0] == pytest.approx(
        float(units * expected / total) if total else 0, rel=1e-9, abs=0.51
    )
    assert value.comparables[0] == sum(c[4] > 0 for c in comparables)


def test_market_value_of_each_patent_has_its_own_comparables() -> None:
    weights = [[1, 0, 1], [0, 2, 0], [0, 0, 0]]
    value = market_value(
        MARKET, [1, 1, 1], [100, 300, 500], ["2024-06-30"] * 3, [1, 1, 1], [1, 1, 1], weights
    )
    assert value.minor.tolist() == [300, 300, 0]
    assert value.comparables.tolist() == [2, 1, 0]
    assert value.spread.tolist() == pytest.approx([200 / 300, 0, 0])


def test_a_later_comparable_is_refused() -> None:
    with pytest.raises(ValueError, match="after the valuation"):
        market_value(MARKET, [1], [100], ["2024-07-01"], [1], [1], [1])
    with pytest.raises(ValueError, match="units and adjustments are positive"):
        market_value(MARKET, [1], [100], ["2024-01-01"], [0], [1], [1])


@given(
    st.integers(0, 10**12),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 80),
    st.integers(0, 80),
)
def test_cost_value_against_fractions(
    cost: int, functional: int, economic: int, age: int, remaining: int
) -> None:
    percent = RATE_UNITS // 100
    found = cost_value([cost], [functional * percent], [economic * percent], [age / 4], [remaining / 4])[0]
    share = Fraction(remaining, age + remaining) if remaining else Fraction(0)
    expected = cost * (1 - Fraction(functional, 100)) * (1 - Fraction(economic, 100)) * share
    assert found == pytest.approx(float(expected), rel=1e-12, abs=0.51)


def test_cost_again_at_todays_prices() -> None:
    assert reproduction_cost([[1000, 2000], [0, 500]], [80, 100], 120).tolist() == [1500 + 2400, 600]


def test_three_values_and_what_is_lent_on_them() -> None:
    figures = valuation_figures()
    values = three_values(np.array([1_000_000, 0]), figures.pledge_share, figures.liquidation_share)
    assert (values.pledge.tolist(), values.liquidation.tolist()) == ([250_000, 0], [100_000, 0])
    rates = values.advance_rates([900_000, 900_000])
    assert [rate[0] for rate in rates] == pytest.approx([0.9, 3.6, 9.0])
    assert all(np.isnan(rate[1]) for rate in rates)


def test_a_value_tells_the_kind_of_each_input() -> None:
    kinds: dict[str, Any] = {
        "revenue": "published",
        "contribution": "assumed",
        "life": "derived",
        "discount": "assumed",
        "tax": "published",
    }
    terms = ValuationTerms("income", DATE, kinds)
    assert terms.assumed == ("contribution", "discount")
    assert valued(terms, np.array([1])).terms.date == DATE
    with pytest.raises(ValueError, match="without a kind: tax"):
        ValuationTerms("income", DATE, {k: v for k, v in kinds.items() if k != "tax"})
    with pytest.raises(ValueError, match="without a kind: tax"):
        ValuationTerms("income", DATE, kinds | {"tax": "guessed"})


FLOWS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=7)


@given(FLOWS, st.integers(0, 50))
def test_option_value_against_every_year_of_stopping(flows: list[tuple[int, int]], discount: int) -> None:
    v = 1 / (1 + Fraction(discount, 100))
    stops = [
        sum(((r - c) * v**k for k, (r, c) in enumerate(flows[:years])), Fraction(0))
        for years in range(len(flows) + 1)
    ]
    value, years = option_value(
        [[r for r, _ in flows]], [[c for _, c in flows]], [discount * RATE_UNITS // 100]
    )
    assert value[0] == pytest.approx(float(max(stops)), abs=1e-9)
    # Where several years are best, the first is chosen; rounding may tie them.
    assert float(stops[years[0]]) == pytest.approx(float(max(stops)), abs=1e-9)


SCHEDULE = annuity_schedule()
ON = np.datetime64("2022-03-01", "D")


def portfolio() -> tuple[Any, Any, Any]:
    filing = days(["2010-05-01", "2016-03-01", "2020-12-31", "2001-01-01"])
    kind = [0, 0, 1, 0]
    owed = annuities(SCHEDULE, filing, filing, kind)
    return owed, due_days(filing), payable(filing, kind, ON, days(["2030-05-01"] * 4))


def test_kept_value_without_discount_is_the_cost_of_keeping() -> None:
    owed, due, paid = portfolio()
    filing = days(["2010-05-01", "2016-03-01", "2020-12-31", "2001-01-01"])
    cost = keeping_cost(SCHEDULE, filing, filing, [0, 0, 1, 0], ON, "2030-05-01")
    assert kept_value(ON, owed, due, paid, [0] * 4).tolist() == cost.tolist()
    # The last one's term ended before the date.
    assert cost[3] == 0
    assert cost[0] == 100 * (6000 * 3 + 8000 * 5)


def test_kept_value_against_loops() -> None:
    owed, due, paid = portfolio()
    found = kept_value(ON, owed, due, paid, [10_000_000] * 4)
    for k in range(4):
        total = 0.0
        for year in range(20):
            if paid[k, year]:
                # Anniversaries of the date, and the share of the year after the last.
                day, whole = due[k, year], 0
                while np.datetime64(f"{2023 + whole}-03-01") <= day:
                    whole += 1
                start, end = np.datetime64(f"{2022 + whole}-03-01"), np.datetime64(f"{2023 + whole}-03-01")
                total += owed[k, year] * 1.1 ** -(whole + (day - start) / (end - start))
        assert found[k] == pytest.approx(total, abs=0.51)


def test_implied_value_covers_every_annuity_and_no_more_than_needed() -> None:
    owed, due, paid = portfolio()
    none = implied_value(ON, owed, due, paid, [10_000_000] * 4, [0] * 4)
    some = implied_value(ON, owed, due, paid, [10_000_000] * 4, [15_000_000] * 4)
    floor = kept_value(ON, owed, due, paid, [10_000_000] * 4)
    assert (floor <= none).all()
    assert (none <= some).all()
    assert (some[:3] > none[:3]).all()
    # Undiscounted and by hand: 6,000 three times and 8,000 five times need 8,000 from the first year on.
    assert implied_value(ON, owed, due, paid, [0] * 4, [0] * 4)[0] == 8 * 800_000
    falling = Fraction(85, 100)
    first = max(Fraction(c) / falling**k for k, c in enumerate([600_000] * 3 + [800_000] * 5))
    assert implied_value(ON, owed, due, paid, [0] * 4, [15_000_000] * 4)[0] == round(
        sum(first * falling**k for k in range(8))
    )


def test_warnings_where_values_contradict_renewals() -> None:
    kept, following = np.array([500, 500, 500, 0]), np.array([100, 100, 100, 0])
    warned = [
        renewal_warnings(np.array([value] * 4), kept, following, np.array([False, True, False, True]))
        for value in (99, 100, 500)
    ]
    assert [w.below_keeping.tolist() for w in warned] == [[True, False, True, False]] * 2 + [[False] * 4]
    assert [w.above_lapsing.tolist() for w in warned] == [[False] * 4] + [[False, True, False, False]] * 2


def test_an_annuity_due_before_the_date_cannot_count() -> None:
    owed, due, _ = portfolio()
    with pytest.raises(ValueError, match="due before the date"):
        kept_value(ON, owed, due, np.ones((4, 20), bool), [0] * 4)


@pytest.mark.parametrize(
    ("rate", "partial", "complete", "years"), [(0.3, 0.2, 0.3, 4.0), (0.05, 0.5, 0.5, 10.0)]
)
def test_invalidity_against_small_steps(rate: float, partial: float, complete: float, years: float) -> None:
    """Many short steps, each with at most one decision, multiply to the same probabilities."""
    steps = 200_000
    step = rate * years / steps
    some, everything = invalidity_probability(rate, partial, complete, years)
    assert float(some) == pytest.approx(1 - (1 - step * (partial + complete)) ** steps, rel=1e-4)
    assert float(everything) == pytest.approx(1 - (1 - step * complete) ** steps, rel=1e-4)


def test_invalidity_against_simulated_challenges() -> None:
    rng = np.random.default_rng(8)
    some, everything = invalidity_probability(0.4, 0.25, 0.35, 5.0, 1.5)
    counts = rng.poisson(0.4 * 3.5, 40_000)
    outcomes = [rng.random(count) for count in counts]
    struck = np.array([(o < 0.6).any() for o in outcomes]), np.array([(o < 0.35).any() for o in outcomes])
    for p, seen in zip((float(some), float(everything)), struck, strict=True):
        assert abs(seen.mean() - p) < 4 * np.sqrt(p * (1 - p) / counts.size)


def test_invalidity_moves_with_its_inputs() -> None:
    grid = list(product((0.0, 0.1, 0.5), (0.0, 0.3), (0.0, 0.4), (0.0, 3.0), (0.0, 1.0)))
    some, everything = invalidity_probability(*np.array(grid).T)
    assert (everything <= some).all()
    assert ((some == 0) == np.array([r == 0 or p + c == 0 or t <= w for r, p, c, t, w in grid])).all()
    with pytest.raises(ValueError, match="at most 1"):
        invalidity_probability(0.1, 0.6, 0.5, 1)
    with pytest.raises(ValueError, match="not negative"):
        invalidity_probability(-0.1, 0.6, 0.1, 1)


def test_assumed_invalidity_is_rare() -> None:
    figures = valuation_figures()
    some, everything = invalidity_probability(figures.challenges, figures.partial, figures.complete, 3.0)
    assert (some < 0.001).all()
    assert (everything < some).all()
