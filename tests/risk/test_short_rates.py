"""The short rate against closed forms: moments, the curve that it was fitted to, options, QuantLib."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.base.streams import Numbers
from securitize.market.curves import flat_curve, zero_curve
from securitize.market.hull_white import HullWhite, index_rate
from securitize.performance.random.copulas import double_t, gaussian
from securitize.performance.random.draw import Factors
from securitize.performance.random.mean_reversion import as_normal
from securitize.performance.random.short_rates import GivenFixings, RandomRate, with_changes

PATHS = 100_000
TODAY = dt.date(2025, 3, 14)
DAYS = tuple(add_months(TODAY, 6 * k + 4) for k in range(12))
POINTS = ((12, 0.02), (36, 0.027), (120, 0.031))
LAWS = [(0.0, 0.012), (0.15, 0.01), (1.2, 0.03)]


def rate(k: float = 0.15, s: float = 0.01, months: int = 3, curve: bool = True) -> RandomRate:
    return RandomRate(
        index="SHIBOR-3M",
        known_until=TODAY,
        model=HullWhite(k, s),
        months=months,
        discount=zero_curve(TODAY, POINTS) if curve else flat_curve(TODAY, 0.025, months),
        level=0.025 if curve else None,
        fixings={"fixing.notes.A": GivenFixings("SHIBOR-3M", DAYS, (2_500_000,) * len(DAYS))},
    )


def factors(numbers: Numbers) -> Factors:
    return Factors(*gaussian().shared(numbers))


def integrals(of: RandomRate, x: Float64, seed: int) -> Float64:
    """The integral of x to each day given x on the days: exact, from the joint normal law of each step."""
    k, s, b = of.model.reversion, of.model.volatility, of.model.reach
    rng, found, before, total = np.random.default_rng(seed), np.empty_like(x), np.zeros_like(x[0]), 0.0
    for row, (start, end) in enumerate(pairwise([0.0, *of.years(of.days).tolist()])):
        d = end - start
        own = float(of.model.variance(d))
        mixed = s**2 * float(b(d)) ** 2 / 2
        whole = (
            s**2 * d**3 / 3
            if k == 0
            else s**2 / k**2 * (d - 2 * float(b(d)) - np.expm1(-2 * k * d) / (2 * k))
        )
        jump = x[row] - np.exp(-k * d) * before
        noise = np.sqrt(whole - mixed**2 / own) * rng.standard_normal(x.shape[1])
        total = total + b(d) * before + mixed / own * jump + noise
        found[row], before = total, x[row]
    return found


def discounts(of: RandomRate, x: Float64, seed: int = 3) -> Float64:
    """exp(-integral of r) to each day, (days, paths): today's factor, and what makes its mean just that."""
    k, s, t = of.model.reversion, of.model.volatility, of.years(of.days)
    whole = (
        s**2 * t**3 / 3
        if k == 0
        else s**2 / k**2 * (t - 2 * of.model.reach(t) - np.expm1(-2 * k * t) / 2 / k)
    )
    found: Float64 = of.discount(of.days)[:, None] * np.exp(-integrals(of, x, seed) - whole[:, None] / 2)
    return found


def quantlib(of: RandomRate) -> ql.HullWhite:
    days = [TODAY, *(add_months(TODAY, months) for months, _ in POINTS)]
    curve = ql.ZeroCurve(
        [ql.Date(day.day, day.month, day.year) for day in days],
        [POINTS[0][1], *(value for _, value in POINTS)],
        *(ql.Actual365Fixed(), ql.NullCalendar(), ql.Linear(), ql.Compounded, ql.Annual),
    )
    curve.enableExtrapolation()
    return ql.HullWhite(ql.YieldTermStructureHandle(curve), of.model.reversion, of.model.volatility)


@pytest.mark.parametrize(("k", "s"), LAWS)
@pytest.mark.parametrize("loading", [0.0, -0.8])
def test_the_short_rate_has_its_moments(k: float, s: float, loading: float) -> None:
    of, numbers = replace(rate(k, s), loading=loading), Numbers(3, 0, PATHS)
    shared = factors(numbers)
    x, t = of.short_rate(numbers, shared), of.years(of.days)
    v = of.model.variance(t)
    assert (np.abs(x.mean(axis=1)) <= 4 * np.sqrt(v / PATHS)).all()
    early, late = np.minimum.outer(t, t), np.maximum.outer(t, t)
    expected = of.model.variance(early) * np.exp(-k * (late - early))
    error = np.sqrt((np.outer(v, v) + expected**2) / PATHS)
    assert (np.abs(x @ x.T / PATHS - expected) <= 4 * error).all()
    if k == 0:
        # The sum of all shocks is the rate itself on the last day.
        assert np.corrcoef(x[-1], shared.market)[0, 1] == pytest.approx(loading, abs=4 / np.sqrt(PATHS))


@pytest.mark.parametrize(("k", "s"), LAWS)
@pytest.mark.parametrize("loading", [0.0, 0.7])
def test_discounted_bonds_are_martingales(k: float, s: float, loading: float) -> None:
    of, numbers = replace(rate(k, s), loading=loading), Numbers(4, 0, PATHS)
    x = of.short_rate(numbers, factors(numbers))
    paid, at = discounts(of, x), of.years(of.days)
    for months in (0, 12, 84):
        ends = [add_months(day, months) for day in of.days]
        today = of.discount(ends)
        ratio = today / of.discount(of.days)
        bonds = of.model.bond(ratio[:, None], at[:, None], (of.years(ends) - at)[:, None], x)
        values = paid * bonds
        error = values.std(axis=1) / np.sqrt(PATHS)
        assert (np.abs(values.mean(axis=1) - today) <= 4 * error).all(), months


@pytest.mark.parametrize(("k", "s"), LAWS[1:])
def test_bonds_are_those_of_quantlib(k: float, s: float) -> None:
    of, x = rate(k, s), np.array([-0.02, 0.0, 0.03])
    other = quantlib(of)
    # r = x + a(t); QuantLib takes r, and finds the forward rate at t from the curve.
    for t, end in ((0.5, 3.0), (2.2, 2.7), (8.0, 14.0)):
        curve = other.termStructure()
        forward = curve.forwardRate(t, t, ql.Continuous, ql.NoFrequency, True).rate()
        r = x + forward + float(of.model.volatility**2 * of.model.reach(t) ** 2) / 2
        ratio = curve.discount(end, True) / curve.discount(t, True)
        expected = [other.discountBond(t, end, value) for value in r.tolist()]
        assert of.model.bond(ratio, t, end - t, x) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("k", "s"), LAWS)
def test_caplets_on_drawn_fixings_cost_what_options_on_bonds_do(k: float, s: float) -> None:
    of, numbers = rate(k, s), Numbers(6, 0, PATHS)
    x = of.short_rate(numbers, factors(numbers))
    fixings = 0.025 + of.changes(x) / 1e8
    paid = discounts(of, x)
    other = quantlib(replace(of, model=HullWhite(max(k, 1e-6), s)))
    ends = [add_months(day, of.months) for day in of.days]
    start, end = of.years(of.days), of.years(ends)
    ratio = of.discount(ends) / of.discount(of.days)
    bonds = of.model.bond(ratio[:, None], start[:, None], (end - start)[:, None], x)
    for row in (0, 5, 11):
        tenor = end[row] - start[row]
        for strike in (0.02, 0.035):
            values = paid[row] * bonds[row] * tenor * np.maximum(0, fixings[row] - strike)
            whole = 1 + strike * tenor
            put = other.discountBondOption(ql.Option.Put, 1 / whole, float(start[row]), float(end[row]))
            error = values.std() / np.sqrt(PATHS)
            assert abs(values.mean() - whole * put) <= 4 * error + 1e-8, (row, strike)


@pytest.mark.parametrize(("k", "s"), LAWS)
def test_drawn_fixings_have_the_mean_of_the_model(k: float, s: float) -> None:
    of, numbers = rate(k, s), Numbers(12, 0, PATHS)
    changes = of.changes(of.short_rate(numbers, factors(numbers)))
    ends = [add_months(day, of.months) for day in of.days]
    t, y = of.years(of.days), of.years(ends) - of.years(of.days)
    b, b_t, v = of.model.reach(y), of.model.reach(t), of.model.variance(t)
    # 1 / P is lognormal: half of B^2 v from its convexity, the rest from the bond's own exponent.
    mean = of.discount(of.days) / of.discount(ends) * np.exp(b**2 * v + b * s**2 * b_t**2 / 2)
    expected = ((mean - 1) / y - 0.025) * 1e8
    error = changes.std(axis=1) / np.sqrt(PATHS)
    assert (np.abs(changes.mean(axis=1) - expected) <= 4 * error + 0.5).all()


def test_without_volatility_nothing_changes_and_a_curve_is_followed() -> None:
    numbers = Numbers(1, 0, 50)
    flat = rate(0.1, 0.0, curve=False)
    assert (flat.changes(flat.short_rate(numbers, factors(numbers))) == 0).all()
    curved = rate(0.1, 0.0)
    changes = curved.changes(curved.short_rate(numbers, factors(numbers)))
    ends = [add_months(day, 3) for day in DAYS]
    years = np.array([(end - day).days / 365 for day, end in zip(DAYS, ends, strict=True)])
    forward = (curved.discount(DAYS) / curved.discount(ends) - 1) / years
    assert changes[:, 0] == pytest.approx((forward - 0.025) * 1e8, abs=0.5 + 1e-6)


def test_curves_are_what_they_are_told() -> None:
    curve = zero_curve(TODAY, POINTS)
    for months, value in POINTS:
        end = add_months(TODAY, months)
        assert curve([end]) == pytest.approx((1 + value) ** (-(end - TODAY).days / 365))
    # Linear in continuous zero rates between two points.
    one, two = (add_months(TODAY, months) for months in (12, 36))
    middle = one + (two - one) / 2
    weight = (middle - one).days / (two - one).days
    zero = np.log1p(0.02) * (1 - weight) + np.log1p(0.027) * weight
    assert curve([middle]) == pytest.approx(np.exp(-zero * (middle - TODAY).days / 365))
    assert curve([TODAY]) == 1
    assert curve([TODAY + dt.timedelta(90)]) == pytest.approx(1.02 ** (-90 / 365))
    for months in (1, 3, 12, 60):
        flat = flat_curve(TODAY, 0.03, months)
        end = add_months(TODAY, months)
        found = index_rate(flat([end]), (end - TODAY).days / 365, months)
        assert found == pytest.approx(0.03, rel=0.03)
        assert index_rate(np.exp(-0.04 * 5), 5, 60) == pytest.approx(np.expm1(0.04))


def test_known_fixings_stay_and_rates_stay_in_range() -> None:
    days = (dt.date(2024, 1, 1), TODAY, *DAYS[:2], DAYS[0])
    told = GivenFixings("SHIBOR-3M", days, (1, 2, 3, 4, 10**8))
    of = replace(rate(s=0.5), fixings={"x": told})
    assert of.days == DAYS[:2]
    numbers = Numbers(2, 0, 4000)
    changes = of.changes(of.short_rate(numbers, factors(numbers)))
    found = with_changes(told, of.days, changes)
    assert (found[:, :2] == [1, 2]).all()
    assert (found[:, 2] == np.clip(3 + changes[0], -(10**8), 10**8)).all()
    assert (found[:, 4] == np.clip(10**8 + changes[0], -(10**8), 10**8)).all()
    assert found.max() == 10**8


def test_a_factor_of_any_law_becomes_normal() -> None:
    law, numbers = double_t(4, None).market, Numbers(8, 0, PATHS)
    normal = as_normal(law, law.quantile(numbers.of("factor/market")[0]))
    assert normal == pytest.approx(gaussian().market.quantile(numbers.of("factor/market")[0]), abs=1e-6)


def test_what_cannot_be_is_refused() -> None:
    for wrong in ((-0.1, 0.0), (0.1, -0.01)):
        with pytest.raises(ValueError, match="not negative"):
            HullWhite(*wrong)
