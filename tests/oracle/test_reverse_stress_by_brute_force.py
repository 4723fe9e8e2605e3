"""The joint distance of reverse stress against brute force: drawn moves of one driver, a whole grid of two.

Stated from docs/reference/solvers.md, section 5: nothing of the engine's distance or laws is used on this side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, inf, log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from securitize.risk.joint_distance import correlation_of, distances, nearest_scores
from securitize.risk.marginal_laws import MixedLaw, NormalLaw
from securitize.studies.solvers import reverse

NORMAL = NormalDist()
#: Of late payment: on time with this probability, else this many days on average. Of default rates: the deviation.
ON_TIME, MEAN, DEVIATION = 0.9, 60.0, 0.05
DRAWN = 2_000_000


@pytest.mark.parametrize("on_time", [0.0, 0.6, 0.9])
@pytest.mark.parametrize("days", [1, 30, 120, 365])
def test_the_tail_of_one_driver_is_how_often_it_is_drawn(on_time: float, days: int) -> None:
    """Late or not, then how late, drawn as the page says it; the distance's normal tail is how often it is reached."""
    draw = np.random.default_rng(20_221)
    late = draw.random(DRAWN) >= on_time
    reached = float((late & (-MEAN * np.log(1 - draw.random(DRAWN)) > days)).mean())
    law = MixedLaw(no_move=on_time, mean=MEAN)
    correlation = correlation_of(np.array([0.6]))
    scores = nearest_scores(law.scores(np.array([float(days)]))[:, np.newaxis], [law.still], correlation)
    tail = NORMAL.cdf(-abs(float(distances(scores, correlation)[0])))
    # A move that is likelier than not costs no distance.
    expected = min(reached, 0.5)
    assert tail == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / DRAWN) + 1e-9)


def score(days: float) -> float:
    """u of a delay above 0."""
    return -NORMAL.inv_cdf((1 - ON_TIME) * exp(-days / MEAN))


def length(u: float, v: float, loadings: Sequence[float]) -> float:
    """√(u′C⁻¹u) of two scores, by the inverse of a matrix of two rows."""
    c = loadings[0] * loadings[1]
    return sqrt((u * u - 2 * c * u * v + v * v) / (1 - c * c))


def by_hand(rate: float, days: float, loadings: Sequence[float]) -> float:
    """The distance of a combination; a driver on time stands wherever up to its edge it is likeliest, by a grid."""
    u = rate / DEVIATION
    if days > 0:
        return length(u, score(days), loadings)
    edge = NORMAL.inv_cdf(ON_TIME)
    return min(length(u, v, loadings) for v in [*np.linspace(edge - 8, edge, 16_001).tolist()])


class Toy(reverse._Search):
    """The search, on a note that breaks by a formula in place of a deal's waterfall."""

    def __init__(self, loadings: Sequence[float], breaks: Callable[[float, float], bool]) -> None:
        self.breaks, self.known = breaks, {}
        self.laws = [NormalLaw(DEVIATION), MixedLaw(no_move=ON_TIME, mean=MEAN)]
        self.still = [law.still for law in self.laws]
        self.step, self.most = np.array([0.005, 5.0]), np.array([200, 146])
        self.correlation = correlation_of(np.array(loadings))
        self.drivers, self.written, self.before = (), (), ()
        self.drivers = (None, None)  # type: ignore[assignment]  # counted, and no more

    def look(self, wanted: Sequence[Any]) -> None:
        for steps in wanted:
            self.known[steps] = {("A", "loss"): self.breaks(steps[0] * self.step[0], steps[1] * self.step[1])}


BREAKS: dict[str, Callable[[float, float], bool]] = {
    "both add up": lambda rate, days: rate / 0.3 + days / 400 >= 1,
    "either alone": lambda rate, days: rate >= 0.2 or days >= 180,
    "only together": lambda rate, days: rate >= 0.05 and days >= 60,
    "lateness counts little": lambda rate, days: rate + days / 100_000 >= 0.1,
}


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("loadings", [(0.0, 0.0), (0.5, 0.5), (0.9, 0.7)], ids=str)
def test_the_nearest_of_two_drivers_is_the_least_of_a_grid(name: str, loadings: tuple[float, float]) -> None:
    breaks, toy = BREAKS[name], Toy(loadings, BREAKS[name])
    least = inf
    for k in range(201):
        rate = k * 0.005
        # Of the same rate, less late is not always nearer: where scores belong together it may be farther.
        for m in [0, *range(1, 147)] if rate < 0.75 else []:
            if breaks(rate, m * 5.0):
                least = min(least, by_hand(rate, m * 5.0, loadings) if m else _on_time(rate, loadings))
    found = toy.nearest("A", "loss", "in place")
    assert found.steps is not None
    assert breaks(found.steps[0] * 0.005, found.steps[1] * 5.0)
    assert found.distance is not None
    assert found.distance == pytest.approx(
        by_hand(found.steps[0] * 0.005, found.steps[1] * 5.0, loadings), abs=1e-5
    )
    assert found.distance >= least - 1e-5
    # The search is finite: it may miss the nearest step, by little.
    assert found.distance <= least + 0.03


def _on_time(rate: float, loadings: Sequence[float]) -> float:
    """As :func:`by_hand` finds it on a grid: the likeliest score, c u, where that is on time, else the edge."""
    u, edge = rate / DEVIATION, NORMAL.inv_cdf(ON_TIME)
    return length(u, min(edge, loadings[0] * loadings[1] * u), loadings)


def test_a_delay_of_a_day_is_as_unlikely_as_being_late() -> None:
    assert NORMAL.cdf(-score(1e-9)) == pytest.approx(1 - ON_TIME)
    assert -MEAN * log(NORMAL.cdf(-score(90)) / (1 - ON_TIME)) == pytest.approx(90)
