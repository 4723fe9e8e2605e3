"""What Hull and White (2004) price: spreads of tranches and of the n-th default, from distributions or from paths.

100 or 10 equal names of one hazard, flat interest, recovery 40%, five years, quarterly premiums. A quarter's losses are
taken in its middle, with the premium that is earned till then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arrays import Float64
from securitize.performance.random.copulas import Copula, default_periods
from securitize.risk.losses import loss_distribution, tranche_losses
from tests.risk.drawn_latent import latent

HAZARD, RATE, RECOVERY, YEARS, A_YEAR = 0.01, 0.05, 0.4, 5, 4
TIMES = np.arange(1, YEARS * A_YEAR + 1) / A_YEAR
#: Published in basis points, tranches 0-3, 3-6, 6-10, 10-100% of 100 names; by copula. Hull and White 2004.
TRANCHES = ((0.0, 0.03), (0.03, 0.06), (0.06, 0.10), (0.10, 1.0))
#: Published, ranks 1 to 4 of 10 names, by correlation. Hull and White 2004.
NTH = {0.0: (603, 98, 12, 1), 0.3: (440, 139, 53, 21), 0.6: (293, 137, 79, 49)}


@dataclass(frozen=True)
class Legs:
    """Present values; each a number, or one a path."""

    protection: Float64
    premium: Float64

    @property
    def spread(self) -> float:
        """Basis points that make both worth the same."""
        return float(1e4 * np.mean(self.protection) / np.mean(self.premium))

    @property
    def error(self) -> float:
        """Standard error of the spread, basis points: of a ratio of means."""
        ratio = np.mean(self.protection) / np.mean(self.premium)
        off = self.protection - ratio * self.premium
        return float(1e4 * np.std(off) / np.sqrt(len(off)) / np.mean(self.premium))


def legs(lost: Float64, left: Float64) -> Legs:
    """``lost``: (quarters, ...) lost by each date; ``left``: (quarters, ...) on which premium is paid at each date."""
    fell = np.diff(lost, axis=0, prepend=np.zeros_like(lost[:1]))
    gone = -np.diff(left, axis=0, prepend=np.full_like(left[:1], left_at_start(lost, left)))
    end, middle = np.exp(-RATE * TIMES), np.exp(-RATE * (TIMES - 0.5 / A_YEAR))
    premium = np.tensordot(end, left, 1) / A_YEAR + np.tensordot(middle, gone, 1) / A_YEAR / 2
    return Legs(np.tensordot(middle, fell, 1), premium)


def left_at_start(lost: Float64, left: Float64) -> float:
    """What bears premium at the start: nothing is lost in the best case."""
    return float(np.max(left[0] + lost[0]))


@dataclass(frozen=True)
class Names:
    """Equal names under a copula; everything by quarter."""

    copula: Copula
    count: int
    correlation: float

    @property
    def probabilities(self) -> Float64:
        return 1 - np.exp(-HAZARD * TIMES)

    @property
    def loading(self) -> Float64:
        return np.full(self.count, np.sqrt(self.correlation))

    @cached_property
    def distribution(self) -> Float64:
        """(quarters, count + 1), the probability of so many defaults by each date."""
        ones = np.ones(self.count, np.int64)
        return np.array(
            [
                loss_distribution(self.copula, np.full(self.count, p), self.loading, ones)
                for p in self.probabilities
            ]
        )

    def defaulted(self, paths: int, seed: int) -> NDArray[np.int64]:
        """(quarters, paths), how many have defaulted by each date."""
        thresholds = np.tile(self.copula.thresholds(self.probabilities, self.loading[0]), (self.count, 1))
        names = tuple(f"name-{i}" for i in range(self.count))
        when = default_periods(latent(self.copula, self.loading, names, seed, paths), thresholds)
        counts = np.stack([(when == t).sum(axis=0) for t in range(len(TIMES))])
        return np.cumsum(counts, axis=0)

    def tranche(
        self, attachment: float, detachment: float, defaults: NDArray[np.int64] | None = None
    ) -> Legs:
        """Exact, or on paths; per unit of the tranche."""
        each = (1 - RECOVERY) / self.count
        units = np.arange(self.count + 1)
        loss = tranche_losses(units, attachment / each, detachment / each) * each / (detachment - attachment)
        lost = self.distribution @ loss if defaults is None else loss[defaults]
        return legs(lost, 1 - lost)

    def nth(self, rank: int, defaults: NDArray[np.int64] | None = None) -> Legs:
        """Exact, or on paths."""
        if defaults is None:
            happened = self.distribution[:, rank:].sum(axis=1)
        else:
            happened = (defaults >= rank).astype(np.float64)
        found = legs(happened, 1 - happened)
        return Legs((1 - RECOVERY) * found.protection, found.premium)
