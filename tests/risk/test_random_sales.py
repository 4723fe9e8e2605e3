"""Sales at random against closed forms: means, variances, autocorrelation, correlations, steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.streams import Numbers
from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random.draw import Factors
from securitize.performance.random.mean_reversion import as_normal, tied, variance, walk
from securitize.performance.random.resolve_sales import common_cells
from securitize.performance.random.sales import RandomSales, SalesRisk, in_units, sales_multiples
from securitize.performance.random.sales_steps import ResolvedSalesStep, step_dates, step_shares
from securitize.performance.resolved import NEVER

PATHS = 60_000
CUT_OFF = dt.date(2024, 3, 31)
HORIZON = dt.date(2029, 3, 31)


def ordinals(*days: dt.date) -> Int64:
    return np.array([day.toordinal() for day in days], np.int64)


QUARTERS = ordinals(
    dt.date(2023, 12, 31),
    *(dt.date(y, m, d) for y in range(2024, 2030) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))),
)[:22]
ODD = ordinals(dt.date(2024, 2, 10), *(dt.date(y, m, 10) for y in range(2024, 2029) for m in (5, 8, 11)))
BASE = SalesRisk(
    CUT_OFF.toordinal(), QUARTERS, 0.3, reversion=0.6, market_loading=0.5, sector_loading=0.6, sector="s1"
)
CONTRACTS = {
    "a": BASE,
    "b": replace(BASE, volatility=0.2, market_loading=0.7, sector_loading=-0.2),
    "c": replace(BASE, sector="s2"),
    "d": replace(BASE, reversion=0.0, ends=ODD, since=dt.date(2024, 5, 20).toordinal()),
    "e": replace(BASE, reversion=2.0, market_loading=0.0, sector_loading=1.0, growth=0.03),
}


def model(contracts: dict[str, SalesRisk] = CONTRACTS, credit: float = 0.0) -> RandomSales:
    return RandomSales(
        contracts, common_cells(CUT_OFF, HORIZON, contracts), HORIZON.toordinal(), credit
    )  # fmt: skip


def drawn(
    of: RandomSales, copula: Copula | None = None, first: int = 0, after: int = PATHS
) -> tuple[dict[str, Int64], Factors]:
    numbers = Numbers(11, first, after)
    factors = Factors(*(copula or gaussian()).shared(numbers))
    return sales_multiples(of, numbers, factors), factors


def logs(multiples: Int64, risk: SalesRisk) -> Float64:
    """x of the periods that are not known, from what was drawn, (paths, times)."""
    t = risk.times
    found: Float64 = np.log(multiples[:, risk.first :] / 1e8) - risk.growth * t
    return found + risk.volatility**2 * variance(risk.reversion, t) / 2


def cell_covariance(one: SalesRisk, other: SalesRisk, cells: Int64) -> Float64:
    """Of x of both from what is common to them, of every pair of times, cell by cell."""
    rho = one.market_loading * other.market_loading
    rho += one.sector_loading * other.sector_loading * (one.sector == other.sector)
    found = np.zeros((len(one.times), len(other.times)))
    ends = [risk.ends[1 + risk.first :] for risk in (one, other)]
    for start, end in pairwise(cells.tolist()):
        reach = []
        for risk, dates in zip((one, other), ends, strict=True):
            spread = float(np.sqrt(variance(risk.reversion, (end - start) / 365)))
            decay = np.exp(-risk.reversion * (dates - end) / 365)
            reach.append(np.where((dates >= end) & (start >= risk.since), spread * decay, 0.0))
        found += np.outer(*reach)
    return found * rho * one.volatility * other.volatility


def within_errors(x: Float64, y: Float64, expected: Float64, vx: Float64, vy: Float64) -> None:
    """Sample covariances of normals of mean 0, (paths, times) each, within four standard errors."""
    found = x.T @ y / len(x)
    error = np.sqrt((np.outer(vx, vy) + expected**2) / len(x))
    assert (np.abs(found - expected) <= 4 * error).all()


@pytest.mark.parametrize("credit", [0.0, 0.7])
def test_moments_are_those_of_the_closed_forms(credit: float) -> None:
    of = model(credit=credit)
    found, _ = drawn(of)
    x = {name: logs(multiples, CONTRACTS[name]) for name, multiples in found.items()}
    v = {name: r.volatility**2 * variance(r.reversion, r.times) for name, r in CONTRACTS.items()}
    for name, risk in CONTRACTS.items():
        assert (found[name][:, : risk.first] == 10**8).all()
        values, t = found[name][:, risk.first :] / 1e8, risk.times
        # The mean is the forecast, grown: exact by construction, so within the errors of the draw.
        error = np.exp(risk.growth * t) * np.sqrt(np.expm1(v[name]) / PATHS)
        assert (np.abs(values.mean(axis=0) - np.exp(risk.growth * t)) <= 4 * error).all(), name
        assert (np.abs(x[name].mean(axis=0)) <= 4 * np.sqrt(v[name] / PATHS)).all(), name
        early, late = np.minimum.outer(t, t), np.maximum.outer(t, t)
        auto = risk.volatility**2 * variance(risk.reversion, early) * np.exp(-risk.reversion * (late - early))
        within_errors(x[name], x[name], auto, v[name], v[name])
    for one, other in combinations(CONTRACTS, 2):
        expected = cell_covariance(CONTRACTS[one], CONTRACTS[other], of.cells)
        within_errors(x[one], x[other], expected, v[one], v[other])


def test_correlation_of_equal_dates_is_the_product_of_loadings() -> None:
    # The sum over cells above, in closed form: same sector, other sector.
    cells = model().cells
    v = variance(BASE.reversion, BASE.times)
    same = cell_covariance(BASE, CONTRACTS["b"], cells).diagonal() / (0.3 * 0.2 * v)
    other = cell_covariance(BASE, CONTRACTS["c"], cells).diagonal() / (0.3 * 0.3 * v)
    assert same == pytest.approx(0.5 * 0.7 - 0.6 * 0.2)
    assert other == pytest.approx(0.25)


def test_an_ornstein_uhlenbeck_walk_does_not_depend_on_how_time_is_cut() -> None:
    years = np.array([0.5, 0.25, 1.5])
    for k in (0.0, 1e-9, 0.4, 30.0):
        # Each shock alone, on a path of its own: rows of the matrix that maps shocks to values.
        cut = walk(np.eye(3), years, k)
        assert (cut**2).sum(axis=1) == pytest.approx(variance(k, years.cumsum()))
    assert variance(1e-9, 5.0) == pytest.approx(variance(0, 5.0))


def test_tied_shocks_stay_independent_and_normal() -> None:
    weights = np.sqrt(np.array([0.2, 0.5, 0.3]))
    # The map from (shocks, factor) to the tied shocks, a path for each number: its rows are orthonormal.
    inputs = np.eye(4)
    matrix = tied(inputs[:3], weights, 0.6, inputs[3])
    assert matrix @ matrix.T == pytest.approx(np.eye(3), abs=1e-12)
    assert weights @ matrix[:, 3] == pytest.approx(0.6)


@pytest.mark.parametrize("copula", [gaussian(), student_t(4), double_t(3, None)], ids=lambda c: c.name)
def test_sales_follow_the_market_of_defaults_as_told(copula: Copula) -> None:
    risk = replace(BASE, reversion=0.0, market_loading=1.0, sector_loading=0.0)
    of = replace(model({"a": risk}, credit=0.6), law=copula.market)
    found, factors = drawn(of, copula)
    x, factor = logs(found["a"], risk), as_normal(copula.market, factors.market)
    t = risk.times
    whole = (HORIZON - CUT_OFF).days / 365
    for k, time in enumerate(t):
        # A Brownian motion until t is correlated with its sum to the horizon by the root of t / T.
        expected = 0.6 * np.sqrt(min(time, whole) ** 2 / (time * whole))
        seen = np.corrcoef(x[:, k], factor)[0, 1]
        assert abs(seen - expected) <= 4 * (1 - expected**2) / np.sqrt(PATHS) + 1e-3
    assert np.isfinite(as_normal(double_t(3, None).market, np.array([-1e6, 0.0, 1e6]))).all()


def test_a_contract_that_joins_moves_nobody_and_blocks_are_parts_of_the_whole() -> None:
    alone, _ = drawn(model({"a": BASE}, credit=0.5), after=3000)
    longer = np.append(QUARTERS, ordinals(dt.date(2035, 6, 30)))
    joined = {"c": CONTRACTS["c"], "a": BASE, "f": replace(BASE, ends=longer, reversion=0.1)}
    together, _ = drawn(model(joined, credit=0.5), after=3000)
    assert (together["a"] == alone["a"]).all()
    for first, after in ((0, 1500), (1023, 1025), (2999, 3000)):
        part, _ = drawn(model(joined, credit=0.5), first=first, after=after)
        assert all((part[name] == together[name][first:after]).all() for name in joined)


def test_without_volatility_sales_are_the_forecast() -> None:
    found, _ = drawn(model({"a": replace(BASE, volatility=0)}), after=100)
    assert (found["a"] == 10**8).all()
    grown, _ = drawn(model({"a": replace(BASE, volatility=0, growth=0.1)}), after=2)
    assert grown["a"][0, 1] == round(1e8 * np.exp(0.1 * 91 / 365))


def test_multiples_are_rounded_and_bounded() -> None:
    values = np.array([[0.5e-8, 1.6e-8, 1e9, 0.0]])
    assert in_units(values, 1).tolist() == [[10**8, 0], [10**8, 2], [10**8, 10**10], [10**8, 0]]


def test_days_of_a_hazard_and_of_a_window() -> None:
    n, day0 = 200_000, 738_000
    u = Numbers(5, 0, n).of("test")[0]
    hazard = step_dates(ResolvedSalesStep(day0, None, 0.4, 0.7, 1, 0.5), u)
    for days in (1, 200, 1000, 4000):
        p = 0.7 * -np.expm1(-0.4 * days / 365)
        assert abs((hazard <= day0 + days).mean() - p) <= 4 * np.sqrt(p * (1 - p) / n)
    assert hazard.min() > day0
    window = step_dates(ResolvedSalesStep(day0, day0 + 10, 0, 0.7, 1, 0.5), u)
    assert set(window.tolist()) == {*range(day0 + 1, day0 + 11), NEVER}
    counts = np.bincount(window[window < NEVER] - day0)[1:]
    assert (np.abs(counts - 0.07 * n) <= 4 * np.sqrt(0.07 * 0.93 * n)).all()
    for never in (ResolvedSalesStep(day0, None, 0, 1, 1, 0.5), ResolvedSalesStep(day0, None, 9, 0, 1, 0.5)):
        assert (step_dates(never, u[:9]) == NEVER).all()


def test_a_step_weighs_the_days_of_a_period() -> None:
    step, ends = ResolvedSalesStep(0, None, 1, 1, before=0.25, kept=2.0), np.array([0, 7, 8, 20])
    dates = np.array([1, 3, 7, 8, 9, 14, 20, 21, NEVER])
    shares = step_shares(step, dates, ends)
    for column, date in enumerate(dates):
        for row, (start, end) in enumerate(pairwise(ends.tolist())):
            days = [step.kept if day >= date else step.before for day in range(start + 1, end + 1)]
            assert shares[row, column] == pytest.approx(sum(days) / len(days))


def test_steps_move_expected_sales_as_their_law_says() -> None:
    step = ResolvedSalesStep(CUT_OFF.toordinal() + 100, None, 0.5, 0.8, 1.0, 0.3)
    risk = replace(BASE, steps=(step,), volatility=0.1)
    found, _ = drawn(model({"a": risk}))
    values = found["a"] / 1e8
    for k, (start, end) in enumerate(pairwise(QUARTERS.tolist())):
        gone = [0.8 * -np.expm1(-0.5 * max(0, day - step.after) / 365) for day in range(start + 1, end + 1)]
        expected = 1 - 0.7 * np.mean(gone) if k >= risk.first else 1.0
        error = values[:, k].std() / np.sqrt(PATHS)
        assert abs(values[:, k].mean() - expected) <= 4 * error + 1e-12


def test_what_cannot_be_is_refused() -> None:
    for wrong in ({"volatility": -0.1}, {"reversion": -1}, {"market_loading": 0.9}):
        with pytest.raises(ValueError, match=r"not negative|more than 1"):
            replace(BASE, **wrong)
    with pytest.raises(ValueError, match="over"):
        ResolvedSalesStep(10, 10, 0, 1, 1, 1)
    with pytest.raises(ValueError, match="probability"):
        ResolvedSalesStep(10, None, 1, 1.5, 1, 1)
