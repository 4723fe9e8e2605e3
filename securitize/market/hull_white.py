"""The one-factor short rate of Hull and White (1990), fitted to a curve: r = x + a deterministic part.

dx = -k x dt + s dW under the measure of the bank account, x = 0 today; k reversion, s volatility. Formulas: Brigo and
Mercurio (2006), section 3.3, written so that k = 0 is their limit. Rates and times in years; arrays of any shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arrays import Float64


@dataclass(frozen=True, slots=True)
class HullWhite:
    """reversion, volatility : a year, not negative."""

    reversion: float
    volatility: float

    def __post_init__(self) -> None:
        if self.reversion < 0 or self.volatility < 0:
            raise ValueError("reversion and volatility are not negative")

    def reach(self, years: ArrayLike) -> Float64:
        """B: how much the logarithm of a bond of ``years`` falls when x rises by 1."""
        time = np.asarray(years, np.float64)
        if self.reversion == 0:
            return time
        found: Float64 = -np.expm1(-self.reversion * time) / self.reversion
        return found

    def variance(self, years: ArrayLike) -> Float64:
        """Of x after ``years``."""
        time = np.asarray(years, np.float64)
        if self.reversion == 0:
            return self.volatility**2 * time
        found: Float64 = self.volatility**2 * -np.expm1(-2 * self.reversion * time) / (2 * self.reversion)
        return found

    def bond(self, ratio: ArrayLike, at: ArrayLike, years: ArrayLike, x: ArrayLike) -> Float64:
        """The price at time ``at`` of 1 paid ``years`` later, given x.

        ratio : of the discount factors of today's curve, of the payment over that of ``at``; all broadcast together
        """
        reach = self.reach(years)
        convexity = 0.5 * reach * (self.volatility**2 * self.reach(at) ** 2 + reach * self.variance(at))
        found: Float64 = np.asarray(ratio, np.float64) * np.exp(
            -reach * np.asarray(x, np.float64) - convexity
        )
        return found


def index_rate(bond: ArrayLike, years: ArrayLike, months: int) -> Float64:
    """The rate of an index from the price of the bond of its tenor: simple up to a year, compounded annually beyond.

    years : from the fixing to the end of the tenor, positive;  months : the tenor
    """
    price, time = np.asarray(bond, np.float64), np.asarray(years, np.float64)
    found: Float64 = (1 / price - 1) / time if is_simple(months) else price ** (-1 / time) - 1
    return found


def is_simple(months: int) -> bool:
    """Whether the rate of a tenor is simple; else it is compounded annually."""
    return months <= MONTHS_OF_YEAR


MONTHS_OF_YEAR = 12
