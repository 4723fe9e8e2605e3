"""Random recoveries: their law, what they hang on, and what they bring."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import Collections, project
from securitize.assets.resolve import resolve_pool
from securitize.base.arithmetic import Int64
from securitize.base.streams import Numbers
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.performance.random.copulas import Copula, gaussian
from securitize.performance.random.draw import Drawn, Factors, RandomModel, draw
from securitize.performance.random.market_loading import market_score, with_market
from securitize.performance.random.obligors import default_dates, resolve_obligors
from securitize.performance.random.recoveries import (
    RandomRecoveries,
    RecoveryRisk,
    concentration_of,
    random_recoveries,
    resolve_recoveries,
)
from securitize.performance.resolved import ResolvedRecovery
from securitize.performance.stresses import resolve_performance
from tests.risk.drawn_payments import (
    COPULAS,
    PATHS,
    POOL,
    assert_mean,
    assert_variance,
    given_market,
    score_of,
    shared,
    written,
)
from tests.unit.pool_samples import LOAN, SCHEDULE, pool, scenario

MEAN, DEVIATION = 0.35, 0.2
NUMBERS = Numbers(11, 0, PATHS)
TOLD = (ResolvedRecovery("patents", np.array([MEAN * 1e8], np.int64), None, 12),)


def process(copula: Copula, loading: float, **fields: Any) -> RandomRecoveries:
    risk = RecoveryRisk(None, concentration_of(int(MEAN * 1e8), int(DEVIATION * 1e8)), loading)
    return RandomRecoveries(copula, {"patents": (replace(risk, **fields),)}, POOL)


def rates(model: RandomRecoveries, obligor: str, factors: Factors, numbers: Numbers = NUMBERS) -> Int64:
    (found,) = random_recoveries(model, TOLD, obligor, numbers, market_score(model.copula, factors))
    assert found.rate is not None
    return found.rate


def quantile(level: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of the beta law with the mean and deviation, from the tables of moments: another route to a and b."""
    from scipy.special import betaincinv

    a = MEAN * (MEAN * (1 - MEAN) / DEVIATION**2 - 1)
    b = (1 - MEAN) * (MEAN * (1 - MEAN) / DEVIATION**2 - 1)
    found: np.ndarray[Any, Any] = betaincinv(a, b, level)
    return found


@pytest.mark.parametrize("copula", COPULAS, ids=lambda one: f"{one.name} {one.market.degrees}")
@pytest.mark.parametrize("loading", [-0.6, 0.0, 0.45, 1.0])
def test_what_hangs_on_the_market_is_uniform(copula: Copula, loading: float) -> None:
    score = market_score(copula, shared(copula, NUMBERS))
    level = with_market(loading, score, NUMBERS.of("own")[0])
    for bound in (0.001, 0.05, 0.3, 0.5, 0.9, 0.999):
        assert_mean(level <= bound, bound)
    assert_variance(level, 1 / 12)


@pytest.mark.parametrize("copula", COPULAS, ids=lambda one: f"{one.name} {one.market.degrees}")
def test_moments_and_what_recoveries_hang_on(copula: Copula) -> None:
    one, other = process(copula, 0.6), process(copula, 0.3)
    factors = shared(copula, NUMBERS)
    first, second = rates(one, "o1", factors) / 1e8, rates(other, "o2", factors) / 1e8
    for found in (first, second):
        assert_mean(found, MEAN)
        assert_variance(found, DEVIATION**2)
    market, scale, weights = copula.nodes(101 if copula.degrees else 401)
    known, where = np.unique(market, return_inverse=True)
    means = [given_market(quantile, loading, score_of(copula, known))[where] for loading in (0.6, 0.3)]
    assert weights @ means[0] == pytest.approx(MEAN, abs=1e-4)
    assert_mean(first * second, float(weights @ (means[0] * means[1])))
    # With default: an obligor of loading 0.5 that defaults by the first collection date with 0.1.
    obligors = resolve_obligors(written(hazard=0.1, loading=0.5), copula, POOL, SCHEDULE)
    last = SCHEDULE.collection[-1]
    defaulted = default_dates(obligors, NUMBERS, factors)["o1"] <= last.toordinal()
    p = float(-np.expm1(-0.1 * (last - SCHEDULE.collection[0]).days / 365))
    threshold = copula.thresholds(p, 0.5)[None]
    given = copula.given(threshold, np.array([0.5]), market, scale)[:, 0]
    joint = float(weights @ (given * means[0]))
    assert_mean(first * defaulted, joint)
    assert joint < p * MEAN


def drawn(
    model: RandomRecoveries, sample: Pool, base: Performance, hazard: float, *stresses: dict[str, Any]
) -> Drawn:
    told = resolve_performance(base, scenario(*stresses), sample, SCHEDULE)
    obligors = resolve_obligors(written(hazard=hazard), model.copula, sample, SCHEDULE)
    return draw(RandomModel(model.copula, (obligors, model)), told, Numbers(5, 0, 400))


def base(*recoveries: tuple[str, str, str]) -> Performance:
    return Performance.model_validate(
        {"recoveries": tuple({"source": s, "rate": Decimal(r), "lag": lag} for s, r, lag in recoveries)}
    )


def collected(sample: Pool, found: Drawn) -> Collections:
    return project(resolve_pool(sample, SCHEDULE, None), found.performance)


@pytest.mark.parametrize("patents_first", [True, False])
def test_each_source_has_what_those_before_it_leave(patents_first: bool) -> None:
    sample = pool(a={**LOAN, "deposit": 100_000})
    order = [("guarantor", "0.7", "2M"), ("patents", "0.3", "12M")]
    told = base(*(order[::-1] if patents_first else order))
    one = written(recovery=[{"source": "patents", "mean": 0.5, "deviation": 0.3, "cost_amount": 20_000}])
    model = resolve_recoveries(one, gaussian(), told, sample)
    assert model is not None
    found = drawn(model, sample, told, 1.5)
    named = found.performance.defaults["a"]
    assert named.recoveries is not None
    assert [r.source for r in named.recoveries] == [r.source for r in told.recoveries]
    rate = {r.source: np.broadcast_to(r.rate, (400,)) for r in named.recoveries if r.rate is not None}
    paid = {
        source: sum(
            (flow.amount for flow in collected(sample, found).flows["a"] if flow.source == source),
            np.zeros(400, np.int64),
        )
        for source in ("deposit", "guarantor", "patents")
    }
    short = 0
    for path in range(400):
        if named.dates[path] >= LAST:
            continue
        lost = 100_000_000 - 10_000_000
        assert paid["deposit"][path] == 10_000_000
        patents = max(0, round(lost * int(rate["patents"][path]) / 10**8) - 2_000_000)
        guarantor = round(lost * 0.7)
        if patents_first:
            assert (paid["patents"][path], paid["guarantor"][path]) == (
                patents,
                min(guarantor, lost - patents),
            )
            short += guarantor > lost - patents
        else:
            assert (paid["guarantor"][path], paid["patents"][path]) == (
                guarantor,
                min(patents, lost - guarantor),
            )
            short += patents > lost - guarantor
    assert 20 < short < 380


#: The loan's last instalment.
LAST = POOL.contracts["a"].instalment_dates()[-1].toordinal()


def test_without_deviation_every_cent_is_as_told() -> None:
    told = base(("guarantor", "0.2", "2M"), ("patents", "0.3", "12M"))
    one = written(recovery=[{"source": "patents", "deviation": 0, "loading": 0.9}])
    model = resolve_recoveries(one, gaussian(), told, POOL)
    assert model is not None
    found = drawn(model, POOL, told, 1.0)
    plain = draw(
        RandomModel(gaussian(), (resolve_obligors(written(hazard=1.0), gaussian(), POOL, SCHEDULE),)),
        resolve_performance(told, None, POOL, SCHEDULE),
        Numbers(5, 0, 400),
    )
    one_way, other = collected(POOL, found), collected(POOL, plain)
    assert one_way.streams["recovery"].any()
    for name, cash in one_way.streams.items():
        assert (cash == other.streams[name]).all()


def test_mean_lag_and_cost_are_what_is_written_or_the_deals() -> None:
    told = base(("patents", "0.3", "12M"), ("guarantor", "0.1", "1M"), ("patents", "0.2", "2M"))
    fields = {"source": "patents", "deviation": 0.1, "cost": 0.25}
    for mean, lag in ((None, None), (0.6, "18M")):
        more = {} if mean is None else {"mean": mean, "lag": lag}
        model = resolve_recoveries(written(recovery=[{**fields, **more}]), gaussian(), told, POOL)
        assert model is not None
        resolved = resolve_performance(told, None, POOL, SCHEDULE).recoveries
        score = market_score(gaussian(), shared(gaussian(), NUMBERS))
        first, guarantor, third = random_recoveries(model, resolved, "o1", NUMBERS, score)
        assert guarantor == resolved[1]
        assert (first.lag, third.lag) == ((12, 2) if lag is None else (18, 18))
        for found, own in ((first, 0.3), (third, 0.2)):
            assert found.rate is not None
            assert_mean(found.rate / 1e8, 0.75 * (mean or own))
            assert_variance(found.rate / 1e8, (0.75 * 0.1) ** 2)


def test_a_scenario_that_changes_the_rate_keeps_the_concentration() -> None:
    told = base(("patents", "0.3", "12M"))
    model = resolve_recoveries(
        written(recovery=[{"source": "patents", "deviation": 0.2}]), gaussian(), told, POOL
    )
    assert model is not None
    score = market_score(gaussian(), shared(gaussian(), NUMBERS))
    for scale, mean in ((Decimal("0.5"), 0.15), (Decimal(0), 0.0), (Decimal(3), 0.9)):
        stressed = resolve_performance(
            told, scenario({"driver": "recovery-rate", "scale": scale}), POOL, SCHEDULE
        )
        (found,) = random_recoveries(model, stressed.recoveries, "o1", NUMBERS, score)
        assert found.rate is not None
        if mean == 0:
            assert found.rate.tolist() == [0]
        else:
            assert_mean(found.rate / 1e8, mean)
            assert_variance(found.rate / 1e8, mean * (1 - mean) / (0.3 * 0.7 / 0.04))


def test_recoveries_of_a_told_default_are_kept_and_contracts_of_an_obligor_recover_together() -> None:
    told = base(("patents", "0.3", "12M"))
    model = resolve_recoveries(
        written(recovery=[{"source": "patents", "deviation": 0.2}]), gaussian(), told, POOL
    )
    assert model is not None
    own = ({"source": "guarantee", "rate": Decimal("0.5"), "lag": "3M"},)
    stress = {"driver": "default", "contract": "b", "at": SCHEDULE.collection[2], "recoveries": own}
    found = drawn(model, POOL, told, 0.2, stress).performance.defaults
    kept = found["b"].recoveries
    assert kept is not None
    assert [one.source for one in kept] == ["guarantee"]
    for name in ("a", "c"):
        assert found[name].recoveries is found["a"].recoveries
    first = found["a"].recoveries
    assert first is not None
    assert first[0].rate is not None
    assert first[0].rate.shape == (400,)


def test_blocks_are_parts_of_the_whole() -> None:
    model = process(gaussian(), 0.4)
    whole = rates(model, "o1", shared(gaussian(), NUMBERS))
    part = Numbers(11, 1000, 1100)
    assert (rates(model, "o1", shared(gaussian(), part), part) == whole[1000:1100]).all()
    assert whole.max() <= 10**8
    assert whole.min() >= 0


def test_what_no_rate_can_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no rate"):
        concentration_of(30_000_000, 46_000_000)
    with pytest.raises(ValueError, match="loadings"):
        with_market(1.5, np.zeros(1), np.full(1, 0.5))
    with pytest.raises(ValueError, match="mean"):
        written(recovery=[{"source": "x", "mean": 0.3, "deviation": 0.46}])
