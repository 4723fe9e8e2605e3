"""Securitization capital: identities, limits, a second computation, the tables of the rule."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import numpy as np
import pytest

from securitize.base.errors import UsageError
from securitize.definitions.loading import load_capital_set
from securitize.definitions.rules.capital import InternalSet, RatingsSet, StandardisedSet
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_capital_set
from securitize.risk.capital.approaches import Capital, PoolCredit, Tranche, by_rating, internal, standardised
from securitize.risk.capital.formula import pool_capital, supervisory_formula, tranche_capital
from securitize.studies.rules.note_capital import note_capital
from securitize.studies.rules.rule_checks import CheckTerms

POOLS, PS = (0.01, 0.08, 0.12, 0.3), (0.3, 0.5, 1.0, 1.5)


def found_by(rules: StandardisedSet, tranche: Tranche, credit: PoolCredit) -> Capital:
    """The capital of a tranche whose pool has a balance."""
    found = standardised(rules, tranche, credit)
    assert found is not None
    return found


def strip_capital(pool: float, p: float) -> float:
    """What all tranches of a pool carry together before floors: K_A (1 + p (1 - e^(-(1 - K_A) / (p K_A))))."""
    return pool * (1 + p * -math.expm1(-(1 - pool) / (p * pool)))


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("p", PS)
def test_a_full_strip_carries_the_pool_and_its_surcharge(pool: float, p: float) -> None:
    """Before floors: the sum over any strip is K_A (1 + p (1 - e^(-(1 - K_A) / (p K_A))))."""
    draw = np.random.default_rng(3)
    for _ in range(20):
        ends = np.array([0.0, *np.sort(draw.random(draw.integers(1, 12))), 1.0])
        strip = sum(
            (high - low) * tranche_capital(pool, p, float(low), float(high))
            for low, high in itertools.pairwise(ends)
            if high > low
        )
        assert strip == pytest.approx(strip_capital(pool, p), abs=1e-12)


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("p", PS)
def test_the_formula_is_the_mean_over_the_tranche(pool: float, p: float) -> None:
    """Numerical integration (Gauss-Legendre, 64 points) of e^(a x)."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    for attachment, detachment in ((pool, pool + 0.02), (pool + 0.01, 0.5), (0.4, 0.41)):
        if attachment < pool:
            continue
        x = (attachment + detachment) / 2 + nodes * (detachment - attachment) / 2
        mean = float(np.sum(weights * np.exp(-(x - pool) / (p * pool))) / 2)
        assert supervisory_formula(pool, p, attachment, detachment) == pytest.approx(mean, rel=1e-9)


def test_capital_falls_from_all_to_little_as_a_tranche_rises() -> None:
    ends = np.linspace(0, 0.95, 400)
    found = [tranche_capital(0.08, 1.0, float(low), float(low) + 0.05) for low in ends]
    assert found[0] == 1.0
    assert all(after <= before + 1e-12 for before, after in itertools.pairwise(found))
    # A thin tranche at the capital of the pool carries all of it.
    assert tranche_capital(0.08, 1.0, 0.08, 0.08 + 1e-9) == pytest.approx(1.0, abs=1e-7)
    # One that straddles it is the mean of both parts.
    low, high = tranche_capital(0.08, 1.0, 0.06, 0.08), tranche_capital(0.08, 1.0, 0.08, 0.12)
    assert tranche_capital(0.08, 1.0, 0.06, 0.12) == pytest.approx(
        (0.02 * low + 0.04 * high) / 0.06, abs=1e-12
    )


@pytest.mark.parametrize(("attachment", "detachment"), [(0.6, 0.5), (-0.1, 0.5), (0.5, 1.1)])
def test_a_tranche_that_is_none(attachment: float, detachment: float) -> None:
    with pytest.raises(ValueError, match="tranche"):
        tranche_capital(0.08, 1.0, attachment, detachment)


def test_delinquency_and_what_is_not_known() -> None:
    assert pool_capital(0.08, 0.1, 0.5) == pytest.approx(0.9 * 0.08 + 0.05)
    rules = load_capital_set(find_capital_set("eu-sec-sa")).model
    assert isinstance(rules, StandardisedSet)
    senior = Tranche("A", (0.3, 1.0), True, 3.0, None)
    assert found_by(rules, senior, PoolCredit(0.08, unknown=0.051)).weight == 12.5
    known, partly = (found_by(rules, senior, PoolCredit(0.08, unknown=share)) for share in (0.0, 0.05))
    assert known.weight == 0.15
    assert known.floored
    assert partly.pool == pytest.approx(0.95 * 0.08 + 0.05)


def test_the_lower_floor_is_the_senior_notes_alone() -> None:
    rules = load_capital_set(find_capital_set("eu-sec-sa-sts")).model
    assert isinstance(rules, StandardisedSet)
    credit = PoolCredit(0.01)
    assert found_by(rules, Tranche("A", (0.9, 1.0), True, 3.0, None), credit).weight == pytest.approx(0.10)
    assert found_by(rules, Tranche("B", (0.9, 1.0), False, 3.0, None), credit).weight == pytest.approx(0.15)


def test_weights_of_ratings() -> None:
    """Cells of the table of article 263, interpolated in maturity, thinned by thickness."""
    rules = load_capital_set(find_capital_set("eu-sec-erba")).model
    assert isinstance(rules, RatingsSet)

    def weight(rating: str | None, senior: bool, years: float, thickness: float = 0.1) -> float | None:
        found = by_rating(rules, Tranche("A", (0.2, 0.2 + thickness), senior, years, rating))
        return found.weight if found else None

    assert weight("AAA", True, 1) == pytest.approx(0.15)
    assert weight("AAA", True, 5) == pytest.approx(0.20)
    assert weight("AAA", True, 3) == pytest.approx(0.175)
    assert weight("AAA", True, 20) == weight("AAA", True, 5)
    assert weight("BBB", False, 5, 1e-12) == pytest.approx(3.10)
    assert weight("BBB", False, 5, 0.2) == pytest.approx(3.10 * 0.8)
    assert weight("BBB", False, 5, 0.8) == pytest.approx(3.10 * 0.5)
    assert weight("AAA", False, 1, 0.5) == pytest.approx(0.15)  # the floor
    # A thick junior note weighs no less than a senior one of its rating and maturity.
    assert weight("AA", False, 1, 0.5) == weight("AA", True, 1) == pytest.approx(0.25)
    assert weight("D", True, 3) == 12.5
    assert weight(None, True, 3) is None


def test_internal_ratings_take_the_row_of_their_pool() -> None:
    rules = load_capital_set(find_capital_set("eu-sec-irba")).model
    assert isinstance(rules, InternalSet)
    credit = PoolCredit(0.08, internal=0.06, number=10.0, lgd=0.45)
    found = internal(rules, Tranche("A", (0.2, 1.0), True, 3.0, None), credit)
    assert found is not None
    assert found.p == pytest.approx(max(0.3, 0.11 + 2.61 / 10 - 2.91 * 0.06 + 0.68 * 0.45 + 0.07 * 3))
    granular = internal(
        rules,
        Tranche("B", (0.1, 0.2), False, 9.0, None),
        PoolCredit(0.08, internal=0.06, number=100.0, lgd=0.45),
    )
    assert granular is not None
    assert granular.p == pytest.approx(max(0.3, 0.16 + 2.87 / 100 - 1.03 * 0.06 + 0.21 * 0.45 + 0.07 * 5))
    assert internal(rules, Tranche("A", (0.2, 1.0), True, 3.0, None), PoolCredit(0.08)) is None


def test_parameters_are_refused_outside_their_dates() -> None:
    calculation = calculate(prepare("guangzhou-2019"))
    for name in ("eu-sec-sa", "eu-sec-sa-sts", "eu-sec-erba", "eu-sec-irba", "us-ssfa"):
        loaded = load_capital_set(find_capital_set(name))
        first = loaded.model.valid_from
        assert note_capital(calculation, [loaded], CheckTerms(as_of=first))["set"] == [name] * 2
        with pytest.raises(UsageError, match=f"{name} holds from {first}"):
            note_capital(calculation, [loaded], CheckTerms(as_of=first - dt.timedelta(days=1)))


def test_every_result_says_its_rule_and_its_scope() -> None:
    loaded = load_capital_set(find_capital_set("us-ssfa"))
    found = note_capital(calculate(prepare("guangzhou-2019")), [loaded], CheckTerms())
    assert set(found["scope"]) == {"payer credit only"}
    assert set(found["version"]) == {loaded.model.version}
    assert found["detachment"][0] == 1.0
