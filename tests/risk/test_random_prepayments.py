"""Random prepayment: when, with whom, and against default."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.assets.resolve import resolve_pool
from securitize.base.streams import Numbers
from securitize.definitions.performance import Performance
from securitize.performance.random.copulas import Copula, gaussian
from securitize.performance.random.draw import RandomModel, draw
from securitize.performance.random.obligors import default_dates, resolve_obligors
from securitize.performance.random.prepayments import (
    RandomPrepayments,
    prepayment_dates,
    resolve_prepayments,
)
from securitize.performance.resolved import NEVER, NamedDefault, NamedPrepayment
from securitize.performance.stresses import resolve_performance
from tests.risk.drawn_payments import (
    COPULAS,
    PATHS,
    POOL,
    assert_mean,
    given_market,
    score_of,
    shared,
    written,
)
from tests.unit.pool_samples import SCHEDULE, scenario

NUMBERS = Numbers(21, 0, PATHS)
CUT_OFF, LAST = SCHEDULE.collection[0].toordinal(), SCHEDULE.collection[-1].toordinal()


def process(copula: Copula = COPULAS[0], **fields: Any) -> RandomPrepayments:
    found = resolve_prepayments(written(prepayment={"hazard": 0.3, **fields}), copula, POOL, SCHEDULE)
    assert found is not None
    return found


def by(hazard: float, day: int) -> float:
    return float(-np.expm1(-hazard * (day - CUT_OFF) / 365))


@pytest.mark.parametrize("copula", COPULAS, ids=lambda one: f"{one.name} {one.market.degrees}")
def test_every_day_has_its_probability(copula: Copula) -> None:
    own = {"obligors": {"o2": {"hazard": 0.6}}, "contracts": {"c": {"hazard": 0.1, "loading": -0.3}}}
    model = process(copula, loading=0.5, **own)
    found = prepayment_dates(model, NUMBERS, shared(copula, NUMBERS))
    for name, hazard in {"a": 0.3, "b": 0.6, "c": 0.1}.items():
        dates = found[name]
        assert dates.min() > CUT_OFF
        assert dates[dates < NEVER].max() <= LAST
        for day in (CUT_OFF + 1, CUT_OFF + 90, CUT_OFF + 400, LAST):
            assert_mean(dates <= day, by(hazard, day))
        # The lives that are cut at the last day: sum over days of the probability to come so far.
        life = np.minimum(dates, LAST + 1) - CUT_OFF
        assert_mean(life, sum(1 - by(hazard, day) for day in range(CUT_OFF, LAST + 1)))


@pytest.mark.parametrize("copula", COPULAS, ids=lambda one: f"{one.name} {one.market.degrees}")
def test_prepayments_come_together_and_not_with_defaults(copula: Copula) -> None:
    factors = shared(copula, NUMBERS)
    dates = prepayment_dates(process(copula, loading=0.6), NUMBERS, factors)
    obligors = resolve_obligors(written(hazard=0.2, loading=0.5), copula, POOL, SCHEDULE)
    defaulted = default_dates(obligors, NUMBERS, factors)["o1"] <= LAST
    market, scale, weights = copula.nodes(101 if copula.degrees else 401)
    known, where = np.unique(market, return_inverse=True)

    def comes(level: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return (level <= by(0.3, LAST)).astype(np.float64)

    # High is good: the level is low where the market is high. Smooth in M, a step in Z: the integral over Z is exact.
    from scipy.special import ndtr, ndtri

    score = score_of(copula, known)
    given = ndtr((ndtri(by(0.3, LAST)) + 0.6 * score) / 0.8)[where]
    rough = given_market(comes, -0.6, score)[where]
    assert np.abs(given - rough).max() < 0.02
    assert_mean((dates["a"] <= LAST) & (dates["b"] <= LAST), float(weights @ given**2))
    p = by(0.2, LAST)
    default = copula.given(copula.thresholds(p, 0.5)[None], np.array([0.5]), market, scale)[:, 0]
    joint = float(weights @ (default * given))
    assert_mean(defaulted & (dates["a"] <= LAST), joint)
    assert joint < p * by(0.3, LAST)
    alone = prepayment_dates(process(copula), NUMBERS, factors)
    assert_mean((alone["a"] <= LAST) & (alone["c"] <= LAST), by(0.3, LAST) ** 2)


def test_nothing_is_drawn_without_hazard_and_royalties_are_not_prepaid() -> None:
    assert process(hazard=0.0, contracts={"b": {"hazard": 0.1}}).contracts.keys() == {"b"}
    with pytest.raises(ValueError, match="nobody"):
        replace(process(), contracts={"nobody": process().contracts["a"]})
    with pytest.raises(ValueError, match="negative"):
        replace(process(), contracts={"a": replace(process().contracts["a"], hazard=-1)})


def test_blocks_are_parts_of_the_whole() -> None:
    whole = prepayment_dates(process(loading=0.4), NUMBERS, shared(gaussian(), NUMBERS))
    part = Numbers(21, 1020, 1100)
    found = prepayment_dates(process(loading=0.4), part, shared(gaussian(), part))
    assert all((dates == whole[name][1020:1100]).all() for name, dates in found.items())


@pytest.mark.parametrize("default_first", [True, False])
def test_default_and_prepayment_of_one_day_follow_the_order(default_first: bool) -> None:
    order = ("default", "interest", "prepayment") if default_first else ("prepayment", "default", "interest")
    told = resolve_performance(Performance.model_validate({"order": order}), None, POOL, SCHEDULE)
    day = np.array([dt.date(2020, 5, 1).toordinal(), NEVER], np.int64)
    both = replace(
        told,
        paths=2,
        defaults={"a": NamedDefault(day)},
        prepayments={"a": (NamedPrepayment(day, None),)},
    )
    found = project(resolve_pool(POOL, SCHEDULE, None), both)
    (summary,) = (one for one in found.contracts if one.asset == "a")
    assert summary.defaulted.tolist() == [100_000_000 if default_first else 0, 0]
    assert summary.collected["prepayment"].tolist() == [0 if default_first else 100_000_000, 0]


def test_what_is_told_and_what_is_drawn_take_turns_by_date() -> None:
    stress = {"driver": "prepayment", "contract": "a", "at": dt.date(2020, 5, 10), "amount": Decimal(250_000)}
    told = resolve_performance(Performance(), scenario(stress), POOL, SCHEDULE)
    found = draw(RandomModel(gaussian(), (process(hazard=3.0),)), told, Numbers(3, 0, 500)).performance
    one, other = found.prepayments["a"]
    assert (one.amount, other.amount) == (25_000_000, None)
    pays = np.zeros(500, np.int64)
    for flow in project(resolve_pool(POOL, SCHEDULE, None), found).flows["a"]:
        if flow.stream == "prepayment":
            pays += np.where(flow.dates == one.dates[0], flow.amount, 0)
    earlier = other.dates < one.dates[0]
    assert 100 < earlier.sum() < 400
    same = other.dates == one.dates[0]
    assert (pays == np.where(earlier, 0, np.where(same, 100_000_000, 25_000_000))).all()
