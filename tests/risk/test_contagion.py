"""Contagion against day-by-day sums, against an exact sum over days, and against no contagion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.streams import Numbers
from securitize.definitions.loading import load_chain
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_chain
from securitize.performance.random.companies import ObligorRisk
from securitize.performance.random.contagion import SupplierContagion, spread, suppliers_of
from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random.draw import Factors
from securitize.performance.random.hazards import cumulative_hazard, probability_by
from securitize.performance.random.obligors import RandomDefaults, default_dates
from securitize.performance.resolved import NEVER

LAST = 1200
COPULAS = [gaussian(), student_t(4), double_t(None, 5)]


@pytest.fixture(scope="module")
def model() -> RandomDefaults:
    """o1 supplies o2 and o3, o2 supplies o3."""
    prepared = prepare("guangzhou-2019")
    obligors = {
        "o1": ObligorRisk(0.1, 0.4),
        "o2": ObligorRisk(0.05, 0.5, later=(0.0, 0.12)),
        "o3": ObligorRisk(0.08, 0.3),
    }
    contagion = SupplierContagion(4.0, 365.0, {"o2": ("o1",), "o3": ("o1", "o2")})
    return RandomDefaults(gaussian(), obligors, prepared.pool, prepared.schedule, contagion)


def dates_of(model: RandomDefaults, paths: int, seed: int = 3) -> dict[str, Int64]:
    numbers = Numbers(seed, 0, paths)
    return default_dates(model, numbers, Factors(*model.copula.shared(numbers)))


def day_by_day(
    contagion: SupplierContagion, hazards: tuple[float, ...], alone: int, level: float, struck: list[int]
) -> int:
    """Hazards summed hour by hour; none of the closed forms."""
    base = more = 0.0
    steps = 24
    for day in range(min(alone, LAST)):
        for step in range(steps):
            now = day + (step + 0.5) / steps
            hazard = hazards[min(int(now // 365), len(hazards) - 1)] / 365 / steps
            base += hazard
            for when in struck:
                if now > when:
                    left = 1.0 if contagion.half_life is None else 0.5 ** ((now - when) / contagion.half_life)
                    more += hazard * (contagion.multiplier - 1) * left
        if more > 0 and base + more >= level:
            return day + 1
    return alone


@pytest.mark.parametrize("half_life", [None, 90.0])
def test_days_are_those_of_a_sum_over_hours(half_life: float | None) -> None:
    hazards = {"a": (0.2,), "b": (0.3,), "c": (0.1, 0.0, 0.4)}
    contagion = SupplierContagion(5.0, half_life, {"c": ("a", "b")})
    random = np.random.default_rng(4)
    days = {name: random.integers(1, 1600, 40) for name in hazards}
    days = {name: np.where(found > LAST, NEVER, found) for name, found in days.items()}
    beyond = cumulative_hazard(hazards["c"], np.array([LAST]))[0] + random.exponential(0.5, 40)
    found = spread(contagion, hazards, days, lambda _: beyond, LAST)
    assert (found["a"] == days["a"]).all()
    moved = 0
    for path in range(40):
        alone = int(days["c"][path])
        level = beyond[path] if alone > LAST else cumulative_hazard(hazards["c"], np.array([alone]))[0]
        right = day_by_day(contagion, hazards["c"], alone, level, [int(days[s][path]) for s in "ab"])
        assert abs(found["c"][path] - right) <= 1, path
        moved += right != alone
    assert moved > 10


@pytest.mark.parametrize("copula", COPULAS, ids=lambda copula: copula.name)
def test_a_multiplier_of_one_moves_nobody_by_a_day(model: RandomDefaults, copula: Copula) -> None:
    assert model.contagion is not None
    some = replace(model, copula=copula)
    none = dates_of(replace(some, contagion=None), 20_000)
    one = dates_of(replace(some, contagion=replace(model.contagion, multiplier=1.0)), 20_000)
    four, nine = (
        dates_of(some, 20_000),
        dates_of(replace(some, contagion=replace(model.contagion, multiplier=9.0)), 20_000),
    )
    for name in model.obligors:
        assert (one[name] == none[name]).all()
        assert (four[name] <= none[name]).all()
        assert (nine[name] <= four[name]).all()
        assert (nine[name] < four[name]).any() == (name != "o1")
        # A supplier comes first wherever anybody was moved.
        suppliers = model.contagion.suppliers.get(name, ())
        moved = np.flatnonzero(four[name] < none[name])
        if suppliers:
            assert (np.min([four[s] for s in suppliers], axis=0)[moved] < four[name][moved]).all()


@pytest.mark.parametrize("copula", COPULAS, ids=lambda copula: copula.name)
def test_a_level_is_that_of_its_threshold(copula: Copula) -> None:
    chances = np.array([0.001, 0.02, 0.3, 0.7, 0.99])
    for loading in (0.0, 0.45, -0.6):
        at = copula.thresholds(chances, loading)
        assert copula.level(at, loading) == pytest.approx(-np.log1p(-chances), rel=2e-4)


@pytest.mark.parametrize("copula", [COPULAS[0], COPULAS[2]], ids=lambda copula: copula.name)
def test_customers_default_as_often_as_an_exact_sum_over_days_says(
    model: RandomDefaults, copula: Copula
) -> None:
    """Independent of its supplier (under a Student-t scale nobody is), a customer has a level of its own."""
    paths, contagion = 100_000, SupplierContagion(6.0, 200.0, {"o2": ("o1",)})
    obligors = {"o1": ObligorRisk(0.2, 0.0), "o2": ObligorRisk(0.1, 0.0)}
    alone = replace(model, copula=copula, obligors=obligors, contagion=contagion)
    ends = alone.ends - alone.ends[0]
    days = np.arange(1, ends[-1] + 1)
    by_end = np.diff(probability_by((0.2,), ends), prepend=0)[1:]
    chance = np.repeat(by_end / np.diff(ends), np.diff(ends))
    faded = (1 - 0.5 ** ((ends[-1] - days) / 200)) * 200 / np.log(2)
    levels = 0.1 / 365 * (ends[-1] + 5 * faded)
    exact = chance @ -np.expm1(-levels) + (1 - chance.sum()) * -np.expm1(-0.1 / 365 * ends[-1])
    seen = (dates_of(alone, paths, 8)["o2"] < NEVER).mean()
    assert abs(seen - exact) <= 4 * np.sqrt(exact * (1 - exact) / paths)
    without = -np.expm1(-0.1 / 365 * ends[-1])
    assert exact - without > 8 * np.sqrt(exact * (1 - exact) / paths)


def test_a_path_alone_has_its_day_among_others(model: RandomDefaults) -> None:
    names = [f"o{k}" for k in range(1, 12)]
    obligors = {name: ObligorRisk(0.3, 0.2, later=(0.1,) * 11) for name in names}
    everybody = SupplierContagion(4.0, 91.25, {"o11": tuple(names[:-1])})
    many = replace(model, obligors=obligors, contagion=everybody)
    among = dates_of(many, 300)["o11"]
    for path in range(300):
        numbers = Numbers(3, path, path + 1)
        alone = default_dates(many, numbers, Factors(*many.copula.shared(numbers)))
        assert alone["o11"][0] == among[path]


def test_suppliers_stand_upstream_and_come_first() -> None:
    chain = load_chain(find_chain("lithium-battery")).model
    nodes = {"system": "2.5.3", "mixed": "2.3.2.4", "sulfide": "2.3.2.1", "cathode": "2.1.1", "top": "2.5"}
    found = suppliers_of(nodes, chain)
    assert next(iter(found)) == "mixed"
    assert found["mixed"] == ("sulfide",)
    assert set(found["system"]) == set(found["top"]) == {"mixed", "sulfide", "cathode"}
    assert set(found) == {"mixed", "system", "top"}
