"""The law of a pool's loss against the sum over every set of defaults, against the recursion, and its bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.risk.losses import loss_distribution
from securitize.risk.pool_loss import (
    DatedLoss,
    LossLaw,
    default_probabilities,
    loss_law,
    quantile_and_shortfall,
)

COPULAS = [gaussian(), student_t(5), double_t(4, 6)]


def dated(copula: Copula, seed: int, obligors: int, unit: int, periods: int = 2) -> list[DatedLoss]:
    """Obligors with other probabilities, loadings and exposures, whose loss hangs on the day of default."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(obligors):
        by_end = np.cumsum(random.uniform(0.002, 0.1, periods))
        loading = float(random.uniform(-0.2, 0.8))
        amounts = tuple(random.integers(0, 40, int(random.integers(1, 4))) * unit for _ in range(periods))
        found.append(DatedLoss(copula.thresholds(by_end, np.full(periods, loading)), loading, amounts))
    return found


def enumerated(copula: Copula, obligors: list[DatedLoss]) -> dict[int, float]:
    """The probability of each loss: every set of defaults in every period and on every day, given each point."""
    market, shared, weight = copula.nodes()
    outcomes = []
    for one in obligors:
        by_end = copula.given(one.thresholds, np.full(len(one.thresholds), one.loading), market, shared)
        chances = np.diff(by_end, axis=1, prepend=0.0)
        outcomes.append(
            [(0, 1 - by_end[:, -1])]
            + [(int(loss), chances[:, t] / len(days)) for t, days in enumerate(one.amounts) for loss in days]
        )
    found: dict[int, float] = {}
    for chosen in product(*outcomes):
        chance = np.prod([chance for _, chance in chosen], axis=0) @ weight
        loss = sum(loss for loss, _ in chosen)
        found[loss] = found.get(loss, 0.0) + float(chance)
    return found


def apart(law: LossLaw, right: dict[int, float]) -> float:
    found = dict(zip(law.values.tolist(), law.mean.tolist(), strict=True))
    return float(max(abs(found.get(loss, 0.0) - right.get(loss, 0.0)) for loss in {*found, *right}))


@pytest.mark.parametrize("copula", COPULAS, ids=lambda copula: copula.name)
def test_every_set_of_defaults_day_by_day(copula: Copula) -> None:
    obligors = dated(copula, 3, 2 if copula.degrees else 3, 1_700)
    law = loss_law(copula, obligors)
    assert (law.unit % 1_700, law.lattice_error) == (0, 0)
    assert (law.mean == law.low).all()
    assert apart(law, enumerated(copula, obligors)) < 1e-9


def test_twelve_unequal_obligors_against_every_set_of_them() -> None:
    copula, random = gaussian(), np.random.default_rng(11)
    chance, loading = random.uniform(0.01, 0.2, 12), random.uniform(0.1, 0.7, 12)
    sizes = random.integers(1, 300, 12)
    obligors = [
        DatedLoss(copula.thresholds([p], [a]), float(a), (np.array([size]),))
        for p, a, size in zip(chance, loading, sizes, strict=True)
    ]
    market, shared, weight = copula.nodes()
    given = copula.given(copula.thresholds(chance, loading), loading, market, shared)
    right: dict[int, float] = {}
    for chosen in product((False, True), repeat=12):
        struck = np.array(chosen)
        loss = int(sizes[struck].sum())
        right[loss] = right.get(loss, 0.0) + float(np.where(struck, given, 1 - given).prod(axis=1) @ weight)
    law = loss_law(copula, obligors)
    assert apart(law, right) < 1e-12
    assert law.mean[law.values >= 0][: int(sizes.sum()) + 1] == pytest.approx(
        loss_distribution(copula, chance, loading, sizes), abs=1e-12
    )
    counted = loss_distribution(copula, chance, loading, np.ones(12, np.int64))
    assert default_probabilities(copula, obligors)[:13] == pytest.approx(counted, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_bounds_of_a_coarse_lattice_hold_the_exact_law(seed: int) -> None:
    copula = gaussian()
    obligors = dated(copula, seed, 5, 13, periods=3)
    exact, coarse = loss_law(copula, obligors), loss_law(copula, obligors, most_units=60)
    assert exact.lattice_error == 0 < coarse.lattice_error
    mean = float(exact.mean @ exact.values)
    assert float(coarse.mean @ coarse.values) == pytest.approx(mean, rel=1e-12)
    for level in (0.5, 0.9, 0.95, 0.99, 0.999):
        right = quantile_and_shortfall(exact.values, exact.mean, level)
        low, found, high = (
            quantile_and_shortfall(coarse.values, law, level)
            for law in (coarse.low, coarse.mean, coarse.high)
        )
        for k in (0, 1):
            assert low[k] - 1e-6 <= right[k] <= high[k] + 1e-6
            assert low[k] - 1e-6 <= found[k] <= high[k] + 1e-6
            assert high[k] - low[k] <= coarse.lattice_error


def test_gains_and_obligors_that_lose_nothing() -> None:
    copula = gaussian()
    of = copula.thresholds([0.1, 0.3], [0.5, 0.5])
    obligors = [
        DatedLoss(of, 0.5, (np.array([-300, 200]), np.array([500]))),
        DatedLoss(of, 0.5, (np.zeros(2, np.int64), np.zeros(0, np.int64))),
    ]
    law = loss_law(copula, obligors)
    found = {int(x): p for x, p in zip(law.values, law.mean, strict=True) if p > 1e-12}
    assert found == pytest.approx({-300: 0.05, 0: 0.7, 200: 0.05, 500: 0.2}, abs=1e-12)
    assert law.quadrature_error < 1e-9
    still = loss_law(copula, obligors[1:])
    assert still.mean[still.values == 0].tolist() == pytest.approx([1.0])
