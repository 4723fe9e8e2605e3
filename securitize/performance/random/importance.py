"""Importance sampling: half of the paths take their factors from shifted distributions, and weights correct for it.

With probability 1/2 a path takes M + s in place of the market factor M, and Z + t in place of each obligor's own factor
Z. The factors x of a path have the density (f(x) + g(x)) / 2, f that of their laws and g the shifted one; it counts
w = 2 f(x) / (f(x) + g(x)), at most 2 whatever the shift (the defensive mixture of Hesterberg 1995 and of Owen and Zhou
2000). Everything else keeps its law, the scale of a Student-t copula too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arrays import Float64
from securitize.base.streams import Plain, uniforms
from securitize.performance.random.copulas import MARKET, Law

NORMAL = Law()
#: Below it a path takes the shifted laws.
HALF = 0.5
#: How much wider the market factor of pilot paths is.
SPREAD = 3.0
SMALLEST, LARGEST = 1e-300, 1 - 2.0**-53


@dataclass(frozen=True, slots=True)
class Shift:
    """market : s, of the market factor;  own : t, of every obligor's own factor."""

    market: float = 0.0
    own: float = 0.0


@dataclass(frozen=True, slots=True)
class Importance(Plain):
    """The mixture of the laws of factors with the same laws shifted; all other numbers are plain.

    market, own : laws of the factors;  streams : of the own factors
    """

    name: str = "importance"
    market: Law = NORMAL
    own: Law = NORMAL
    streams: tuple[str, ...] = ()
    shift: Shift = Shift()

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`securitize.base.streams.uniforms`; of a factor P(factor <= x), x as drawn."""
        found = uniforms(seed, stream, first, after, numbers)
        for name, law, shift in self._factors():
            if name == stream and shift:
                moved = _shifted(seed, first, after)
                reached = _inside(law.probability(law.quantile(found[0]) + shift))
                found[0] = np.where(moved, reached, found[0])
        return found

    def leaves(self, stream: str) -> bool:
        """All but factors that are shifted."""
        return not any(name == stream and shift for name, _, shift in self._factors())

    def weights(self, seed: int, first: int, after: int) -> Float64:
        """w of each path, (paths,), from 0 to 2."""
        moved = _shifted(seed, first, after)
        ratio = np.zeros(after - first)
        for stream, law, shift in self._factors():
            if shift:
                drawn = law.quantile(uniforms(seed, stream, first, after)[0]) + np.where(moved, shift, 0.0)
                ratio += log_ratio(law, drawn, shift)
        return mixture_weight(ratio)

    def _factors(self) -> Iterator[tuple[str, Law, float]]:
        yield MARKET, self.market, self.shift.market
        yield from ((stream, self.own, self.shift.own) for stream in self.streams)


@dataclass(frozen=True, slots=True)
class MarketSpread(Plain):
    """The market factor SPREAD times as wide, for pilot paths: both its ends are met often."""

    name: str = "spread"
    law: Law = NORMAL

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`securitize.base.streams.uniforms`; of the market factor P(M <= m), m as drawn."""
        found = uniforms(seed, stream, first, after, numbers)
        if stream == MARKET:
            found[0] = _inside(self.law.probability(self._market(seed, first, after)))
        return found

    def leaves(self, stream: str) -> bool:
        """All but the market factor."""
        return stream != MARKET

    def weights(self, seed: int, first: int, after: int) -> Float64:
        """The law's density over that of the wide one, (paths,), from 0 to SPREAD."""
        market = self._market(seed, first, after)
        return SPREAD * np.exp(self.law.log_density(market) - self.law.log_density(market / SPREAD))

    def _market(self, seed: int, first: int, after: int) -> Float64:
        return SPREAD * self.law.quantile(uniforms(seed, MARKET, first, after)[0])


def log_ratio(law: Law, drawn: Float64, shift: float) -> Float64:
    """The logarithm of the shifted density over the law's own, elementwise."""
    return law.log_density(drawn - shift) - law.log_density(drawn)


def mixture_weight(ratio: Float64) -> Float64:
    """2 f / (f + g), elementwise, of the logarithm of g / f; exactly 1 where they are the same."""
    return 2 / (1 + np.exp(np.minimum(ratio, 700.0)))


def _shifted(seed: int, first: int, after: int) -> NDArray[np.bool_]:
    moved: NDArray[np.bool_] = uniforms(seed, "sampling/law", first, after)[0] < HALF
    return moved


def _inside(probability: Float64) -> Float64:
    """Strictly between 0 and 1."""
    return np.clip(probability, SMALLEST, LARGEST)
