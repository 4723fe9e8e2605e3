"""Random late payment: how often, how long, and with whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.base.arithmetic import Int64
from securitize.base.streams import Numbers
from securitize.definitions.performance import Performance
from securitize.performance.random.copulas import Copula, gaussian
from securitize.performance.random.draw import RandomModel, draw
from securitize.performance.random.late_payments import RandomDelays, delays_at, late_days, resolve_delays
from securitize.performance.random.obligors import resolve_obligors
from securitize.performance.stresses import resolve_performance
from tests.risk.drawn_payments import COPULAS, PATHS, POOL, assert_mean, assert_variance, shared, written
from tests.unit.pool_samples import LOAN, SCHEDULE, pool, scenario

NUMBERS = Numbers(4, 0, PATHS)
DELAYS = [{"days": 90, "share": 0.25}, {"days": 15, "share": 0.75}]


def process(copula: Copula = COPULAS[0], **fields: Any) -> RandomDelays:
    late = {"probability": 0.12, "delays": DELAYS, **fields}
    found = resolve_delays(written(late=late), copula, POOL, SCHEDULE)
    assert found is not None
    return found


def both(p: float, correlation: float) -> float:
    """That two standard normal numbers with this correlation both lie at or below the quantile of p."""
    copula = gaussian()
    market, scale, weights = copula.nodes()
    loading = np.full(1, np.sqrt(correlation))
    given = copula.given(copula.thresholds(np.full(1, p), loading), loading, market, scale)[:, 0]
    return float(weights @ given**2)


@pytest.mark.parametrize("copula", COPULAS, ids=lambda one: f"{one.name} {one.market.degrees}")
def test_each_length_has_its_share_on_every_due_date(copula: Copula) -> None:
    days = late_days(process(copula, loading=0.5, persistence=0.7), NUMBERS, shared(copula, NUMBERS))
    mean = 0.12 * (0.25 * 90 + 0.75 * 15)
    for found in days.values():
        for k in range(found.shape[1]):
            assert_mean(found[:, k] == 15, 0.12 * 0.75)
            assert_mean(found[:, k] == 90, 0.12 * 0.25)
            assert_mean(found[:, k], mean)
            assert_variance(found[:, k].astype(np.float64), 0.12 * (0.25 * 90**2 + 0.75 * 15**2) - mean**2)
            assert set(found[:, k].tolist()) == {0, 15, 90}


@pytest.mark.parametrize("copula", COPULAS, ids=lambda one: f"{one.name} {one.market.degrees}")
def test_lateness_persists_and_follows_the_market(copula: Copula) -> None:
    days = late_days(process(copula, loading=0.5, persistence=0.7), NUMBERS, shared(copula, NUMBERS))
    late = {name: found > 0 for name, found in days.items()}
    for later in (1, 2, 3):
        correlation = 0.25 + 0.75 * 0.7**later
        assert_mean(late["o1"][:, 0] & late["o1"][:, later], both(0.12, correlation))
    assert_mean(late["o1"][:, 1] & late["o2"][:, 1], both(0.12, 0.25))
    own = late_days(process(copula), NUMBERS, shared(copula, NUMBERS))
    assert_mean((own["o1"][:, 0] > 0) & (own["o1"][:, 1] > 0), 0.12**2)
    assert_mean((own["o1"][:, 0] > 0) & (own["o2"][:, 0] > 0), 0.12**2)


def test_a_bad_market_is_late() -> None:
    factors = shared(gaussian(), NUMBERS)
    late = late_days(process(loading=0.5), NUMBERS, factors)["o1"][:, 0] > 0
    assert late[factors.market < -1].mean() > 2 * late[factors.market > 1].mean()


def test_levels_are_cut_exactly() -> None:
    level = np.array([1e-12, 0.03, np.nextafter(0.03, 1), 0.12, np.nextafter(0.12, 1), 1.0])
    assert delays_at(((15, 0.75), (90, 0.25)), 0.12, level).tolist() == [90, 90, 15, 15, 0, 0]
    assert delays_at(((15, 1.0),), 1.0, level).tolist() == [15] * 6


def test_own_numbers_count_and_nobody_is_late_without_probability() -> None:
    own = {"o1": {"probability": 0.0}, "o2": {"probability": 1.0, "loading": 0.2, "persistence": 0.1}}
    model = process(obligors=own)
    assert list(model.obligors) == ["o2"]
    assert (late_days(model, NUMBERS, shared(gaussian(), NUMBERS))["o2"] > 0).all()


def drawn(model: RandomDelays, hazard: float = 0.0, **windows: Any) -> Any:
    stresses = [{"driver": "late-payment", **windows}] if windows else []
    told = resolve_performance(Performance(), scenario(*stresses), model.pool, SCHEDULE)
    obligors = resolve_obligors(written(hazard=hazard), gaussian(), model.pool, SCHEDULE)
    return draw(RandomModel(gaussian(), (obligors, model)), told, Numbers(6, 0, 300)).performance


def arrivals(model: RandomDelays, performance: Any, name: str) -> dict[dt.date, Int64]:
    flows = project(resolve_pool(model.pool, SCHEDULE, None), performance).flows[name]
    return {
        flow.due: np.broadcast_to(flow.dates, (300,))
        for flow in flows
        if flow.stream == "interest" and flow.due
    }


def test_the_longer_of_told_and_drawn_holds() -> None:
    model = process()
    window: dict[str, Any] = {"from": dt.date(2020, 7, 1), "to": dt.date(2020, 7, 1), "days": 40}
    plain, told = drawn(model), drawn(model, **window)
    for due, dates in arrivals(model, plain, "a").items():
        delay = dates - due.toordinal()
        assert set(delay.tolist()) == {0, 15, 90}
        assert (delay == plain.delays["a"][:, list(POOL.contracts["a"].instalment_dates()).index(due)]).all()
        longer = np.maximum(delay, 40) if due == window["from"] else delay
        assert (arrivals(model, told, "a")[due] - due.toordinal() == longer).all()


def test_contracts_of_one_obligor_with_one_due_date_are_late_together_and_never_after_default() -> None:
    model = process(probability=0.5, persistence=0.3)
    found = drawn(model)
    assert (found.delays["a"] == found.delays["c"]).all()
    assert found.delays["a"].any()
    struck = drawn(model, hazard=1.0)
    due = np.array([day.toordinal() for day in POOL.contracts["a"].instalment_dates()])
    after = struck.defaults["a"].dates[:, None] <= due
    assert after.any()
    assert not struck.delays["a"][after].any()
    assert (struck.delays["a"][~after] == found.delays["a"][~after]).all()


def test_another_contract_or_obligor_moves_nobody_else() -> None:
    model = process(persistence=0.5)
    whole = late_days(model, NUMBERS, shared(gaussian(), NUMBERS))
    fewer = replace(model, obligors={"o2": model.obligors["o2"]})
    assert (late_days(fewer, NUMBERS, shared(gaussian(), NUMBERS))["o2"] == whole["o2"]).all()
    part = Numbers(4, 999, 1100)
    assert (late_days(model, part, shared(gaussian(), part))["o1"] == whole["o1"][999:1100]).all()


def test_a_contract_that_is_past_has_nobody_late() -> None:
    dates = {"every": "3M", "first": dt.date(2019, 4, 1), "last": dt.date(2020, 1, 1)}
    past = pool(a={**LOAN, "start": dt.date(2019, 1, 1), "dates": dates})
    assert late_days(replace(process(), pool=past), NUMBERS, shared(gaussian(), NUMBERS)) == {}


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        replace(process(), delays=((3, 0.5),))
    with pytest.raises(ValueError, match="nobody"):
        replace(process(), obligors={"nobody": process().obligors["o1"]})
    with pytest.raises(ValueError, match="sum to"):
        written(late={"probability": 0.1, "delays": [{"days": 3, "share": 0.9}]})
    with pytest.raises(ValueError, match="twice"):
        written(late={"probability": 0.1, "delays": [{"days": 3, "share": 0.5}, {"days": 3, "share": 0.5}]})
