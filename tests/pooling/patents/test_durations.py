"""Models of durations against scipy: its distributions, and its optimiser on the same likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

from securitize.base.arrays import Float64
from securitize.patents.durations import MODELS, fit_durations, log_normal_survival


def of_scipy(model: str, location: float, spread: float) -> Any:
    scale = np.exp(location)
    if model == "log-normal":
        return stats.lognorm(spread, scale=scale)
    if model == "weibull":
        return stats.weibull_min(1 / spread, scale=scale)
    return stats.fisk(1 / spread, scale=scale)


def invented(model: str, truncated: bool) -> tuple[Float64, NDArray[np.bool_], Float64]:
    """Durations with the model's own shape, censored at random times, some truncated on the left."""
    rng = np.random.default_rng([11, len(model), truncated])
    lives = of_scipy(model, 2.0, 0.5).rvs(size=2000, random_state=rng)
    entry = rng.uniform(0, 8, 2000) * truncated * (rng.random(2000) < 0.7)
    cut = entry + rng.uniform(1, 15, 2000)
    seen = lives > entry
    lives, entry, cut = lives[seen], entry[seen], cut[seen]
    return np.minimum(lives, cut), lives <= cut, entry


@pytest.mark.parametrize("truncated", [False, True])
@pytest.mark.parametrize("model", list(MODELS))
def test_fit_against_scipys_optimiser(model: str, truncated: bool) -> None:
    times, ended, entry = invented(model, truncated)

    def minus_log_likelihood(point: Float64) -> float:
        known = of_scipy(model, point[0], float(np.exp(point[1])))
        before = np.where(entry > 0, known.logsf(np.maximum(entry, 1e-9)), 0)
        return -float(np.where(ended, known.logpdf(times), known.logsf(times)).sum() - before.sum())

    best = optimize.minimize(
        minus_log_likelihood, [1.5, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8}
    )
    fit = fit_durations(model, times, ended, entry)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert (fit.location, np.log(fit.spread)) == pytest.approx(tuple(best.x), abs=1e-5)
    assert fit.aic == pytest.approx(4 + 2 * best.fun)
    # The truth lies within four standard errors, in a sample where a wrong likelihood would not.
    assert abs(fit.location - 2.0) < 4 * fit.errors[0]
    assert abs(np.log(fit.spread) - np.log(0.5)) < 4 * fit.errors[1]


@pytest.mark.parametrize("model", list(MODELS))
def test_errors_against_the_curvature_by_differences(model: str) -> None:
    times, ended, entry = invented(model, True)
    fit = fit_durations(model, times, ended, entry)

    def log_likelihood(location: float, log_spread: float) -> float:
        known = of_scipy(model, location, float(np.exp(log_spread)))
        before = np.where(entry > 0, known.logsf(np.maximum(entry, 1e-9)), 0)
        return float(np.where(ended, known.logpdf(times), known.logsf(times)).sum() - before.sum())

    m, s, h = fit.location, float(np.log(fit.spread)), 1e-4
    top = log_likelihood(m, s)
    one = (log_likelihood(m + h, s) - 2 * top + log_likelihood(m - h, s)) / h**2
    two = (log_likelihood(m, s + h) - 2 * top + log_likelihood(m, s - h)) / h**2
    mixed = sum(
        sign * log_likelihood(m + a * h, s + b * h)
        for a, b, sign in ((1, 1, 1), (-1, -1, 1), (1, -1, -1), (-1, 1, -1))
    ) / (4 * h**2)
    errors = np.sqrt(np.diag(np.linalg.inv(-np.array([[one, mixed], [mixed, two]]))))
    assert fit.errors == pytest.approx(tuple(errors), rel=1e-3)


@pytest.mark.parametrize("model", list(MODELS))
def test_survival_against_scipy(model: str) -> None:
    fit = fit_durations(model, *invented(model, False)[:2])
    ages = np.array([0.0, 0.5, 3, 7, 20, 100])
    expected = of_scipy(model, fit.location, fit.spread).sf(ages)
    assert fit.survival(ages) == pytest.approx(expected, abs=1e-12)


def test_normal_tail_against_scipy() -> None:
    w = np.array([-40.0, -5, 0, 1, 5, 20, 24.9, 25.1, 30, 38, 60, 200])
    assert log_normal_survival(w) == pytest.approx(stats.norm.logsf(w), rel=1e-9)


@pytest.mark.parametrize(
    ("times", "ended", "entry"),
    [([1.0, 2.0], [True, False], 0.0), ([1.0, 2.0], [True, True], 1.5), ([0.0, 2.0, 3.0], [True] * 3, 0.0)],
)
def test_durations_that_allow_no_fit(times: list[float], ended: list[bool], entry: float) -> None:
    with pytest.raises(ValueError, match="durations end after they enter"):
        fit_durations("weibull", times, ended, entry)
