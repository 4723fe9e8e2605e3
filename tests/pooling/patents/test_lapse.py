"""Hazards, bands and probabilities of lapse against counting by hand, scipy and simulation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from securitize.patents.figures import field_multipliers, lapse_curves
from securitize.patents.lapse import (
    AGES,
    CURVES,
    OWNER_KINDS,
    OWNERS,
    LapseCurves,
    age_bands,
    constant_hazard,
    credible_hazard,
    cumulative_hazard,
    curve_index,
    exposures,
    fit_curves,
    lapse_probability,
    poisson_band,
    risk_time,
    survival,
)

LIVES = st.lists(st.tuples(st.integers(0, 220), st.integers(1, 260), st.booleans()), min_size=1, max_size=15)


@given(LIVES)
def test_exposures_against_counting_months(lives: list[tuple[int, int, bool]]) -> None:
    """Ages in twelfths of a year: each month of each patent is put into its year of age."""
    months, ends = np.zeros(AGES), np.zeros(AGES)
    for entry, length, lapsed in lives:
        for month in range(entry, entry + length):
            if month < 12 * AGES:
                months[month // 12] += 1
        last = (entry + length - 1) // 12
        if lapsed and last < AGES:
            ends[last] += 1
    entry_age = [entry / 12 for entry, _, _ in lives]
    # A hair earlier, so that a lapse at the end of a month is not moved by rounding.
    exit_age = [(entry + length - 1e-6) / 12 for entry, length, _ in lives]
    years, lapses = exposures(entry_age, exit_age, [lapsed for *_, lapsed in lives])
    assert years == pytest.approx(months / 12, abs=1e-4)
    assert lapses.tolist() == ends.tolist()


def test_a_lapse_on_an_anniversary_belongs_to_the_year_before() -> None:
    assert exposures([3.0], [5.0], [True])[1].tolist() == [0.0] * 4 + [1.0] + [0.0] * 15


@given(st.lists(st.integers(0, 12), min_size=AGES, max_size=AGES), st.integers(1, 15))
def test_bands_hold_enough_lapses(lapses: list[int], least: int) -> None:
    counts = np.array(lapses, np.float64)
    bands = age_bands(counts, least)
    assert (np.diff(bands) >= 0).all()
    assert (np.diff(bands) <= 1).all()
    if counts.sum() >= least:
        assert all(counts[bands == band].sum() >= least for band in range(bands[-1] + 1))
    # As fine as the rule allows: without its last year a band but the last one is too thin.
    for band in range(bands[-1]):
        assert counts[np.flatnonzero(bands == band)[:-1]].sum() < least


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_byars_band_against_the_exact_poisson_limits(level: float) -> None:
    count = np.arange(60)
    lower, upper = poisson_band(count, 100.0, level)
    tail = (1 - level) / 2
    exact_lower = np.where(count > 0, stats.chi2.ppf(tail, 2 * np.maximum(count, 1)) / 2, 0)
    exact_upper = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    assert upper * 100 == pytest.approx(exact_upper, rel=0.012)
    # Byar's lower limit is poor for one or two lapses, by some hundredths of a lapse.
    assert lower * 100 == pytest.approx(exact_lower, rel=0.01, abs=0.1)


def test_credible_hazard_against_the_gamma_posterior() -> None:
    exposure, lapses = np.array([0.0, 5, 80, 800]), np.array([0.0, 2, 3, 90])
    reference = np.array([0.1, 0.1, 0.05, 0.05])
    hazard, lower, upper = credible_hazard(exposure, lapses, reference, 10.0, 0.9)
    posterior = stats.gamma(10 + lapses, scale=1 / (10 / reference + exposure))
    assert hazard == pytest.approx(posterior.mean())
    assert lower == pytest.approx(posterior.ppf(0.05), rel=0.005)
    assert upper == pytest.approx(posterior.ppf(0.95), rel=0.005)
    weight = exposure * reference / (exposure * reference + 10)
    own = lapses / np.maximum(exposure, 1)
    assert hazard == pytest.approx(weight * own + (1 - weight) * reference)


def test_limits_of_credibility() -> None:
    """No experience gives the reference, very much gives the own hazard."""
    assert credible_hazard(np.zeros(1), np.zeros(1), np.array([0.07]))[0] == pytest.approx([0.07])
    assert credible_hazard(np.array([1e9]), np.array([2e8]), np.array([0.07]))[0] == pytest.approx(
        [0.2], rel=1e-4
    )


@given(
    st.integers(0, len(CURVES) - 1),
    st.floats(0, 30),
    st.floats(0, 30),
    st.floats(0, 30),
    st.floats(0, 3),
)
def test_probabilities_against_integrating_the_hazard(
    curve: int, one: float, two: float, three: float, multiplier: float
) -> None:
    hazard = np.random.default_rng(4).uniform(0, 0.4, (len(CURVES), AGES))
    a, b, c = sorted((one, two, three))
    grid = np.unique(np.concatenate([[a, b], np.arange(np.ceil(a), b)]))
    total = sum(
        integrate.quad(lambda x: hazard[curve, min(int(x), AGES - 1)], low, high)[0]
        for low, high in pairwise(grid)
    )
    p = lapse_probability(hazard, [curve], a, b, multiplier)
    assert p == pytest.approx([1 - np.exp(-multiplier * total)], abs=1e-9)
    # Survival over adjoining stretches multiplies.
    joined = survival(hazard, [curve], a, b, multiplier) * survival(hazard, [curve], b, c, multiplier)
    assert joined == pytest.approx(survival(hazard, [curve], a, c, multiplier))
    assert p + survival(hazard, [curve], a, b, multiplier) == pytest.approx([1])


def test_a_servicer_who_pays_keeps_every_patent() -> None:
    assert survival(lapse_curves().hazard, [5], [4.0], [20.0], 0.0).tolist() == [1.0]


def test_simulated_lapses_are_predicted() -> None:
    """Exponential lapses by the committed curves, 40,000 patents: within four standard errors."""
    hazard, rng = lapse_curves().hazard, np.random.default_rng(5)
    draws = rng.exponential(size=40_000)
    curve = rng.integers(0, len(CURVES), draws.size)
    start = rng.uniform(3, 12, draws.size)
    target = cumulative_hazard(hazard, curve, start) + draws
    lapsed = target < cumulative_hazard(hazard, curve, start + 4)
    p = lapse_probability(hazard, curve, start, start + 4)
    error = np.sqrt((p * (1 - p)).sum())
    assert abs(lapsed.sum() - p.sum()) < 4 * error


def test_the_clock_runs_from_the_first_to_the_third_month() -> None:
    ages = np.array([5 + 0.5 / 12, 5 + 2 / 12, 5 + 3 / 12, 5.9, 6.0])
    assert risk_time(ages) == pytest.approx([5, 5.5, 6, 6, 6])
    # Granted at 5.3: the annuity of the year from 6 is the first that may stay unpaid, published after 7.
    assert risk_time([5.3, 6.9, 7.1, 7 + 2 / 12, 9.5], 5.3) == pytest.approx(
        [7, 7, 7.1 * 6 - 42 + 6.5, 7.5, 10]
    )


def fitted(**options: Any) -> LapseCurves:
    """Curves of invented patents whose hazard depends on the origin."""
    rng = np.random.default_rng(2)
    size = 3000
    owner, foreign = rng.integers(-1, 3, size), rng.random(size) < 0.4
    entry = rng.uniform(1, 6, size)
    leave = entry + rng.exponential(np.where(foreign, 12, 5), size)
    end = entry + rng.uniform(1, 14, size)
    return fit_curves(entry, np.minimum(leave, end), leave < end, owner, foreign, **options)


def test_curves_with_little_credibility_are_lapses_over_exposure() -> None:
    curves = fitted(least_lapses=1, least_years=0, credibility=1e-9)
    seen = (curves.exposure > 0) & (curves.lapses > 0)
    raw = curves.lapses[seen] / curves.exposure[seen]
    single = np.broadcast_to(
        np.bincount(age_bands(curves.lapses[0], 1), minlength=AGES)[age_bands(curves.lapses[0], 1)] == 1,
        seen.shape,
    )[seen]
    assert single.sum() > 60
    assert curves.hazard[seen][single] == pytest.approx(raw[single], rel=1e-5)


def test_curves_with_full_pooling_are_all_alike() -> None:
    curves = fitted(credibility=1e12)
    assert curves.hazard == pytest.approx(np.broadcast_to(curves.hazard[0], curves.hazard.shape), rel=1e-6)


def test_exposures_of_the_groups_add_up() -> None:
    curves = fitted()
    assert curves.exposure[0] == pytest.approx(curves.exposure[1:3].sum(axis=0))
    assert (curves.exposure[1] > curves.exposure[3:6].sum(axis=0) - 1e-9).all()
    assert (curves.lower <= curves.hazard).all()
    assert (curves.hazard <= curves.upper).all()


def test_ages_that_nobody_has_seen_take_the_last_hazard_of_all_owners() -> None:
    curves = fitted(least_years=200)
    unseen = int(np.flatnonzero(curves.exposure[0] >= 200)[-1]) + 1
    assert 5 < unseen < AGES
    assert (curves.hazard[:, unseen:] == curves.hazard[0, -1]).all()
    carried = fitted(least_years=0)
    assert len(np.unique(carried.hazard[:, -1])) == len(CURVES)


def test_the_curve_of_each_owner() -> None:
    names = [
        [CURVES[i] for i in curve_index(range(-1, len(OWNER_KINDS)), [abroad] * 5)]
        for abroad in (False, True)
    ]
    assert names == [
        [origin, *(f"{origin}-{OWNERS[k]}" for k in (0, 1, 1, 2))] for origin in ("domestic", "foreign")
    ]


@pytest.mark.parametrize("mean", [0.5, 5.0, 9.99, 10.01, 14.0, 19.5])
def test_constant_hazard_has_the_mean_by_integration(mean: float) -> None:
    h = float(constant_hazard(mean))
    assert integrate.quad(lambda t: np.exp(-h * t), 0, 20)[0] == pytest.approx(mean)


def test_field_multipliers_fall_with_the_mean_life() -> None:
    multipliers = field_multipliers()
    assert multipliers.shape == (36,)
    assert multipliers[0] == 1
    # Digital communication lives longest of the large fields, furniture and games shortest.
    assert multipliers.argmax() == 33
    assert multipliers.argmin() == 4


def test_ages_do_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        lapse_probability(lapse_curves().hazard, [0], [5.0], [4.0])
    with pytest.raises(ValueError, match="negative"):
        cumulative_hazard(lapse_curves().hazard, [0], [-1.0])


def test_too_few_lapses_make_no_curve() -> None:
    with pytest.raises(ValueError, match="at least 10 lapses"):
        fit_curves([3.0] * 9, [5.5] * 9, [True] * 9, [0] * 9, [False] * 9)
