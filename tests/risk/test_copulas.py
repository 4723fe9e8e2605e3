"""Laws of latent variables: marginals, limits, moments of what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.performance.random.copulas import Copula, Law, default_periods, double_t, gaussian, student_t
from tests.risk.drawn_latent import latent

COPULAS = [gaussian(), student_t(4), student_t(30), double_t(4, 4), double_t(None, 5), double_t(3, None)]
PROBABILITIES = np.array([1e-6, 1e-3, 0.02, 0.3, 0.5, 0.9, 0.9999])
PATHS = 200_000


@pytest.mark.parametrize("copula", COPULAS, ids=lambda c: f"{c.name} {c.degrees} {c.market} {c.own}")
@pytest.mark.parametrize("loading", [0.0, 0.25, 0.55, 0.95])
def test_given_the_factors_probabilities_average_to_what_was_asked(copula: Copula, loading: float) -> None:
    loadings = np.full(len(PROBABILITIES), loading)
    threshold = copula.thresholds(PROBABILITIES, loadings)
    # A finer grid than that of the thresholds.
    market, shared, weight = copula.nodes(1201 if copula.degrees else 9001)
    assert weight.sum() == pytest.approx(1, abs=1e-12)
    found = weight @ copula.given(threshold, loadings, market, shared)
    # The grid leaves 1e-15 beyond it; the t copula's scale is integrated to some 1e-9 of each.
    assert found == pytest.approx(PROBABILITIES, rel=2e-6, abs=1e-13)


def test_a_normal_law_twice_is_gaussian_and_so_is_a_wide_t() -> None:
    wide = student_t(1e8).thresholds(PROBABILITIES, 0.5)
    exact = gaussian().thresholds(PROBABILITIES, 0.5)
    assert wide == pytest.approx(exact, rel=1e-6, abs=1e-12)
    by_sum = double_t(1e7, None).thresholds(PROBABILITIES, 0.5)
    assert by_sum == pytest.approx(exact, rel=1e-5, abs=1e-9)
    assert double_t(None, None).name == "gaussian"


@pytest.mark.parametrize("degrees", [None, 3.0, 5.0, 40.0])
def test_factors_have_mean_0_and_variance_1(degrees: float | None) -> None:
    law = Law(degrees)
    points, weights = law.nodes()
    assert weights @ points == pytest.approx(0, abs=1e-12)
    # The tail beyond the grid: of a t with 3 degrees x^2 f(x) falls like x^-2 only.
    assert weights @ points**2 == pytest.approx(1, rel=3e-5 if degrees == 3 else 1e-8)
    u = np.array([1e-9, 0.2, 0.5, 0.7])
    assert law.probability(law.quantile(u)) == pytest.approx(u, rel=1e-9)


@pytest.mark.parametrize("copula", COPULAS, ids=lambda c: f"{c.name} {c.degrees} {c.market} {c.own}")
def test_drawn_defaults_have_their_probabilities_and_joint_probabilities(copula: Copula) -> None:
    loading = np.array([0.6, 0.6, 0.2])
    probability = np.array([0.05, 0.1, 0.3])
    drawn = latent(copula, loading, ("a", "b", "c"), 5, PATHS)
    threshold = copula.thresholds(probability, loading)
    defaulted = drawn <= threshold[:, None]
    error = np.sqrt(probability * (1 - probability) / PATHS)
    assert (np.abs(defaulted.mean(axis=1) - probability) <= 4 * error).all()
    market, shared, weight = copula.nodes()
    given = copula.given(threshold, loading, market, shared)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        both = float(weight @ (given[:, i] * given[:, j]))
        found = (defaulted[i] & defaulted[j]).mean()
        assert abs(found - both) <= 4 * np.sqrt(both * (1 - both) / PATHS)


def test_a_t_copula_without_correlation_still_brings_extremes_together() -> None:
    none = np.zeros(2)
    joint = {}
    for copula in (gaussian(), student_t(3)):
        market, shared, weight = copula.nodes()
        given = copula.given(copula.thresholds(np.full(2, 0.01), none), none, market, shared)
        joint[copula.name] = float(weight @ given.prod(axis=1))
    assert joint["gaussian"] == pytest.approx(1e-4, rel=1e-9)
    assert joint["student-t"] > 5e-4


def test_ends_of_probability_and_loading() -> None:
    for copula in COPULAS:
        assert copula.thresholds([0.0, 1.0], 0.4).tolist() == [-np.inf, np.inf]
        market, shared, weight = copula.nodes()
        ends = copula.given(np.array([-np.inf, np.inf]), np.array([0.4, 0.4]), market, shared)
        assert (ends == [0, 1]).all()
        together = copula.thresholds([0.2], 1.0)
        # All on the factor: the conditional probability is a step, which a grid meets to its width.
        assert weight @ copula.given(together, np.ones(1), market, shared) == pytest.approx(0.2, abs=5e-3)
    with pytest.raises(ValueError, match="probabilities"):
        gaussian().thresholds([1.1], 0.1)
    with pytest.raises(ValueError, match="loadings"):
        gaussian().thresholds([0.1], 1.1)
    with pytest.raises(ValueError, match="more than 2"):
        Law(2)
    with pytest.raises(ValueError, match="are normal"):
        Copula(Law(4), Law(), 4)
    with pytest.raises(ValueError, match="positive"):
        student_t(0)


def test_periods_of_default_against_a_loop() -> None:
    drawn = latent(gaussian(), np.array([0.3, 0.3]), ("a", "b"), 1, 500)
    thresholds = gaussian().thresholds([[0.1, 0.1, 0.4], [0.0, 0.5, 1.0]], np.array([[0.3], [0.3]]))
    found = default_periods(drawn, thresholds)
    for i in range(2):
        for path in range(500):
            by = [t for t in range(3) if drawn[i, path] <= thresholds[i, t]]
            assert found[i, path] == (by[0] if by else 3)
