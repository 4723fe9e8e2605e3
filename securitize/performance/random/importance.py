"""Paths where it hurts: half of them take the market factor from a shifted law, and weights undo it.

A path takes M + s in place of M with probability 1/2. Its market factor m has the density (f(m) + f(m - s)) / 2, f the
law's own, and counts w(m) = 2 f(m) / (f(m) + f(m - s)), at most 2 whatever the shift (the defensive mixture of
Hesterberg 1995 and of Owen and Zhou 2000). Everything else keeps its law, the scale of a Student-t copula too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.streams import Plain, uniforms
from securitize.performance.random.copulas import MARKET, Law

Float64 = NDArray[np.float64]
#: Below it a path takes the shifted law.
HALF = 0.5
SPREAD = 3.0
NORMAL = Law()
LARGEST = 1 - 2.0**-53
SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class MarketShift(Plain):
    """The mixture of the market factor's law with the same law shifted by ``shift``; all other numbers are plain."""

    name: str = "importance"
    law: Law = NORMAL
    shift: float = 0.0

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`securitize.base.streams.uniforms`; of the market factor P(M <= m), m as drawn."""
        found = uniforms(seed, stream, first, after, numbers)
        if stream == MARKET and self.shift:
            reached = _inside(self.law.probability(self.market(seed, first, after)))
            found[0] = np.where(self._shifted(seed, first, after), reached, found[0])
        return found

    def leaves(self, stream: str) -> bool:
        """All but the market factor."""
        return stream != MARKET

    def weights(self, seed: int, first: int, after: int) -> Float64:
        """w(m) of each path, (paths,), from 0 to 2."""
        return mixture_weight(self.law, self.market(seed, first, after), self.shift)

    def market(self, seed: int, first: int, after: int) -> Float64:
        """The market factor m of each path, (paths,)."""
        own = self.law.quantile(uniforms(seed, MARKET, first, after)[0])
        return own + np.where(self._shifted(seed, first, after), self.shift, 0.0)

    def _shifted(self, seed: int, first: int, after: int) -> NDArray[np.bool_]:
        moved: NDArray[np.bool_] = uniforms(seed, "sampling/law", first, after)[0] < HALF
        return moved


@dataclass(frozen=True, slots=True)
class MarketSpread(Plain):
    """The market factor SPREAD times as wide, for pilot paths: both its ends are met often."""

    name: str = "spread"
    law: Law = NORMAL

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`securitize.base.streams.uniforms`; of the market factor P(M <= m), m as drawn."""
        found = uniforms(seed, stream, first, after, numbers)
        if stream == MARKET:
            found[0] = _inside(self.law.probability(self.market(seed, first, after)))
        return found

    def leaves(self, stream: str) -> bool:
        """All but the market factor."""
        return stream != MARKET

    def weights(self, seed: int, first: int, after: int) -> Float64:
        """The law's density over that of the wide one, (paths,), from 0 to SPREAD."""
        market = self.market(seed, first, after)
        return SPREAD * self.law.density(market) / self.law.density(market / SPREAD)

    def market(self, seed: int, first: int, after: int) -> Float64:
        """The market factor m of each path, (paths,)."""
        return SPREAD * self.law.quantile(uniforms(seed, MARKET, first, after)[0])


def _inside(probability: Float64) -> Float64:
    """Strictly between 0 and 1."""
    return np.clip(probability, SMALLEST, LARGEST)


def mixture_weight(law: Law, market: Float64, shift: float) -> Float64:
    """2 f(m) / (f(m) + f(m - shift)), elementwise; 1 without a shift."""
    own = law.density(market)
    return 2 * own / (own + law.density(market - shift))
