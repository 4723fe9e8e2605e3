"""Rights that fail at random: frequencies against curves and hazards, and what follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from securitize.base.streams import Numbers
from securitize.definitions.pools.pool import Collateral, Pool
from securitize.definitions.scenarios.random_rights import LapseCurve
from securitize.patents.figures import lapse_curves
from securitize.patents.invalidity import invalidity_probability
from securitize.patents.lapse import CURVES, lapse_probability, risk_time
from securitize.patents.life import legal_expiry, years_between
from securitize.performance.random.copulas import gaussian
from securitize.performance.random.draw import RandomModel, draw
from securitize.performance.random.rights import (
    RandomRightFailures,
    failure_dates,
    filing_of,
    resolve_rights,
)
from securitize.performance.resolved import NEVER
from securitize.performance.stresses import resolve_performance
from tests.risk.drawn_payments import PATHS, POOL, assert_mean, written
from tests.unit.pool_samples import CUT_OFF, SCHEDULE, scenario

NUMBERS = Numbers(8, 0, PATHS)
LAST = SCHEDULE.collection[-1]


def process(sample: Pool = POOL, **rights: Any) -> RandomRightFailures:
    found = resolve_rights(written(rights=rights), sample, SCHEDULE)
    assert found is not None
    return found


def expiring(**days: dt.date) -> Pool:
    collateral = {
        name: right.model_copy(update={"expiry": days.get(name)}) for name, right in POOL.collateral.items()
    }
    return POOL.model_copy(update={"collateral": collateral})


def test_curves_are_those_of_the_patents() -> None:
    assert get_args(LapseCurve) == CURVES


@pytest.mark.parametrize("curve", ["all", "domestic-university-institute", "foreign-company"])
def test_lapses_come_as_often_as_the_curve_says(curve: str) -> None:
    lapse = {"curve": curve, "age": 6.4, "multiplier": 1.5}
    model = process(lapse=lapse, collateral={"p2": {"lapse": {"curve": curve, "age": 19.5}}})
    for failure, dates in failure_dates(model, NUMBERS):
        age, factor = (19.5, 1.0) if failure.rights == ("p2",) else (6.4, 1.5)
        assert failure.cause == "lapse"
        assert dates.min() > CUT_OFF.toordinal()
        for days in (40, 91, 250, 366, 500, (LAST - CUT_OFF).days):
            expected = lapse_probability(
                lapse_curves().hazard,
                [CURVES.index(curve)],
                risk_time([age]),
                risk_time([age + days / 365]),
                factor,
            )[0]
            assert_mean(dates <= CUT_OFF.toordinal() + days, float(expected))


def test_age_follows_from_expiry_and_the_rights_own_age_comes_first() -> None:
    sample = expiring(p1=dt.date(2032, 5, 1), p2=dt.date(2026, 3, 31))
    ages = {"p1": dt.date(2012, 5, 1), "p2": dt.date(2016, 3, 31)}
    model = process(sample, lapse={"curve": "domestic", "age": 11.0}, collateral={})
    found = {failure.rights[0]: dates for failure, dates in failure_dates(model, NUMBERS)}
    row = [CURVES.index("domestic")]
    for name, filing in ages.items():
        age, later = (risk_time(years_between([filing], [day])) for day in (CUT_OFF, LAST))
        expected = lapse_probability(lapse_curves().hazard, row, age, later)[0]
        assert_mean(found[name] < NEVER, float(expected))
    of_all = lapse_probability(
        lapse_curves().hazard, row, risk_time([11.0]), risk_time([11 + (LAST - CUT_OFF).days / 365])
    )
    assert_mean(found["p3"] < NEVER, float(of_all[0]))
    own_ages = {
        "p1": {"lapse": {"curve": "domestic", "age": 2.0}},
        "p3": {"lapse": {"curve": "all", "age": 3.0}},
    }
    own = process(sample, lapse={"curve": "domestic"}, collateral=own_ages)
    again = {failure.rights[0]: dates for failure, dates in failure_dates(own, NUMBERS)}
    assert (again["p2"] == found["p2"]).all()
    early = lapse_probability(
        lapse_curves().hazard, row, risk_time([2.0]), risk_time([2 + (LAST - CUT_OFF).days / 365])
    )
    assert_mean(again["p1"] < NEVER, float(early[0]))
    with pytest.raises(ValueError, match="age"):
        process(sample, lapse={"curve": "domestic"})


@pytest.mark.parametrize(
    ("kind", "filed"),
    [
        ("invention", dt.date(2016, 2, 29)),
        ("utility-model", dt.date(2018, 7, 3)),
        ("design", dt.date(2019, 1, 1)),
        ("design", dt.date(2021, 5, 31)),
        ("design", dt.date(2021, 6, 1)),
    ],
)
def test_filing_is_what_the_expiry_comes_from(kind: Any, filed: dt.date) -> None:
    kinds = ("invention", "utility-model", "design")
    expiry = legal_expiry(filed, kinds.index(kind))
    right = Collateral(kind=kind, owner="o1", expiry=dt.date.fromisoformat(str(expiry)))
    # The 29th of February has no anniversary in most years.
    assert abs((filing_of(right) - np.datetime64(filed)).astype(int)) <= (filed.day == 29)


def test_challenges_fail_rights_as_often_as_their_outcomes_say() -> None:
    challenge = {"hazard": 0.4, "invalid": 0.3, "partly": 0.25, "partly_fails": 0.6}
    model = process(challenge=challenge)
    years = (LAST - CUT_OFF).days / 365
    either, complete = invalidity_probability(0.4, 0.25 * 0.6, 0.3, years)
    for failure, dates in failure_dates(model, NUMBERS):
        assert failure.cause == "invalidity"
        assert_mean(dates < NEVER, float(either))
    cautious = process(challenge={"hazard": 0.4, "invalid": 0.3, "partly": 0.25})
    most, _ = invalidity_probability(0.4, 0.25, 0.3, years)
    assert_mean(failure_dates(cautious, NUMBERS)[0][1] < NEVER, float(most))
    least = process(challenge={"hazard": 0.4, "invalid": 0.3})
    assert_mean(failure_dates(least, NUMBERS)[0][1] < NEVER, float(complete))


def test_decisions_one_by_one_thin_to_the_same_law() -> None:
    """Another route: every decision drawn with its outcome; the first that strikes counts."""
    generator = np.random.default_rng(5)
    years, paths = (LAST - CUT_OFF).days / 365, 20_000
    count = generator.poisson(0.4 * years, paths)
    fails = np.array(
        [any(u < 0.3 or (u < 0.55 and v < 0.6) for u, v in generator.random((n, 2))) for n in count.tolist()]
    )
    expected = -np.expm1(-0.4 * (0.3 + 0.25 * 0.6) * years)
    assert_mean(fails, float(expected))


@pytest.mark.parametrize(("rule", "hazard"), [({"hazard": 0.25}, 0.25), ({"life": 8.0}, 0.125)])
def test_obsolescence_is_given_up_as_a_lapse(rule: dict[str, float], hazard: float) -> None:
    for failure, dates in failure_dates(process(obsolescence=rule), NUMBERS):
        assert failure.cause == "lapse"
        for days in (1, 100, (LAST - CUT_OFF).days):
            expected = -np.expm1(-hazard * days / 365)
            assert_mean(dates <= CUT_OFF.toordinal() + days, float(expected))


def test_a_family_fails_on_one_day_and_others_do_not() -> None:
    causes: dict[str, Any] = {"challenge": {"hazard": 0.5, "invalid": 1.0}, "obsolescence": {"hazard": 0.3}}
    model = process(**causes, families={"f1": ("p1", "p3")})
    told = resolve_performance(None, None, POOL, SCHEDULE)
    found = draw(RandomModel(gaussian(), (model,)), told, Numbers(8, 0, 20_000)).performance.failures
    for one, other in zip(found["p1"], found["p3"], strict=True):
        assert (one.dates == other.dates).all()
        assert one.cause == other.cause
    fails = {name: np.min([one.dates for one in told], axis=0) < NEVER for name, told in found.items()}
    p = -np.expm1(-0.8 * (LAST - CUT_OFF).days / 365)
    assert_mean(fails["p1"] & fails["p2"], float(p * p))
    assert_mean(fails["p1"] & fails["p3"], float(p))


def test_without_hazard_nothing_is_drawn_and_trademarks_do_not_lapse() -> None:
    nothing = process(
        lapse={"curve": "all", "age": 5.0, "multiplier": 0},
        challenge={"hazard": 0.0, "invalid": 0.5},
        obsolescence={"hazard": 0.0},
    )
    assert nothing.failures == ()
    marks = POOL.collateral["p1"].model_copy(update={"kind": "trademark"})
    sample = POOL.model_copy(update={"collateral": {"p1": marks}})
    assert process(sample, lapse={"curve": "all", "age": 5.0}).failures == ()
    with pytest.raises(ValueError, match="p9"):
        replace(nothing, failures=(replace(process(obsolescence={"life": 5.0}).failures[0], rights=("p9",)),))


def test_another_right_moves_nobody_and_what_is_told_stays() -> None:
    model = process(obsolescence={"hazard": 0.5})
    whole = {failure.rights: dates for failure, dates in failure_dates(model, NUMBERS)}
    fewer = POOL.model_copy(update={"collateral": {"p1": POOL.collateral["p1"]}})
    ((failure, dates),) = failure_dates(process(fewer, obsolescence={"hazard": 0.5}), NUMBERS)
    assert (whole[failure.rights] == dates).all()
    stress = {"driver": "patent-failure", "right": "p1", "at": dt.date(2020, 6, 1), "cause": "invalidity"}
    told = resolve_performance(None, scenario(stress), POOL, SCHEDULE)
    found = draw(RandomModel(gaussian(), (model,)), told, Numbers(8, 0, 10)).performance.failures["p1"]
    assert [one.cause for one in found] == ["invalidity", "lapse"]
