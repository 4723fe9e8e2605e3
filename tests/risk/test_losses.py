"""The recursion against enumeration, and its limit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.risk.losses import independent_losses, large_pool_excess, loss_distribution, tranche_losses
from tests.risk.drawn_latent import latent


def drawn(seed: int, obligors: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return (
        random.uniform(0.001, 0.3, obligors),
        random.uniform(0, 0.8, obligors),
        random.integers(0, 9, obligors),
    )


@pytest.mark.parametrize("seed", range(20))
def test_sums_of_independent_losses_against_every_outcome(seed: int) -> None:
    probability, _, units = drawn(seed, 9)
    expected = np.zeros(int(units.sum()) + 1)
    for outcome in product((0, 1), repeat=9):
        chance = np.prod(np.where(outcome, probability, 1 - probability))
        expected[int(np.dot(outcome, units))] += chance
    assert independent_losses(probability[None], units)[0] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("copula", [gaussian(), student_t(5), double_t(4, 6)], ids=lambda c: c.name)
def test_simulation_of_unequal_obligors_against_the_recursion(copula: Copula) -> None:
    for seed, obligors in ((1, 8), (2, 17), (3, 30)):
        probability, loading, units = drawn(seed, obligors)
        exact = loss_distribution(copula, probability, loading, units)
        assert exact.sum() == pytest.approx(1, abs=1e-12)
        names = tuple(map(str, range(obligors)))
        variables = latent(copula, loading, names, seed, 100_000)
        lost = units @ (variables <= copula.thresholds(probability, loading)[:, None])
        whole = int(units.sum())
        for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 1.0)):
            tranche = tranche_losses(np.arange(whole + 1), low * whole, high * whole)
            simulated = tranche[lost]
            error = simulated.std() / np.sqrt(len(simulated))
            assert abs(simulated.mean() - exact @ tranche) <= 4 * error


def test_expected_loss_is_what_the_obligors_lose_on_average() -> None:
    probability, loading, units = drawn(5, 20)
    exact = loss_distribution(gaussian(), probability, loading, units)
    assert exact @ np.arange(len(exact)) == pytest.approx(probability @ units, rel=1e-12)


def test_tranches_of_a_whole_pool_share_its_loss() -> None:
    units = np.arange(101)
    parts = [tranche_losses(units, low, high) for low, high in ((0, 12.5), (12.5, 40), (40, 100))]
    assert (np.sum(parts, axis=0) == units).all()
    with pytest.raises(ValueError, match="attaches"):
        tranche_losses(units, 3, 3)
    with pytest.raises(ValueError, match="negative"):
        independent_losses(np.ones((1, 1)), np.array([-1]))


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("rho", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("level", [0.02, 0.3, 0.5, 0.7])
def test_the_limit_against_its_integral(p: float, rho: float, level: float) -> None:
    a = np.full(1, np.sqrt(rho))
    market, shared, weight = gaussian().nodes(20_001)
    share = gaussian().given(gaussian().thresholds([p], a), a, market, shared)[:, 0]
    assert large_pool_excess(p, rho, level) == pytest.approx(weight @ np.maximum(share - level, 0), abs=1e-7)


def test_finite_pools_come_down_to_the_limit_as_they_grow() -> None:
    p, rho, level = 0.05, 0.2, 0.2
    limit = large_pool_excess(p, rho, level)
    above = []
    for count in (10, 40, 160, 640):
        exact = loss_distribution(
            gaussian(), np.full(count, p), np.full(count, np.sqrt(rho)), np.ones(count, np.int64)
        )
        excess = tranche_losses(np.arange(count + 1), level * count, count) / count
        above.append(exact @ excess / limit - 1)
    assert above == sorted(above, reverse=True)
    # The gap falls like 1 / N: what two sizes say of an infinite one is nothing.
    assert above[-1] > 0
    assert (4 * above[-1] - above[-2]) / 3 == pytest.approx(0, abs=0.05 * float(above[-1]))
    with pytest.raises(ValueError, match="strictly"):
        large_pool_excess(0, 0.2, 0.1)
