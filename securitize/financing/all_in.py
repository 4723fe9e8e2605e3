"""The all-in rate of dated cash, and what each component of the cost adds to it.

Source: ``docs/reference/financing-cost.md``, sections 2 and 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arrays import Float64

#: Days of a year of the effective rate.
YEAR = 365.0
#: ln(1 + y) of the lowest and the highest rate that is looked for: -99.3% and 640% a year.
LOWEST, HIGHEST = -5.0, 2.0
#: Points at which a root, or a fold of the path to it, is looked for before it is refined.
POINTS = 2801


@dataclass(frozen=True, slots=True)
class CashVector:
    """Cash at dates: years (n,) since the first day, amounts (n,) in minor units, positive to the company."""

    years: Float64
    amounts: Float64

    def value(self, force: float) -> float:
        """Present value at the continuous rate ``force`` = ln(1 + y), minor units."""
        return float(np.dot(self.amounts, np.exp(-force * self.years)))

    def values(self, forces: Float64) -> Float64:
        """Present values (k,) at the continuous rates (k,)."""
        found: Float64 = np.exp(-np.outer(forces, self.years)) @ self.amounts
        return found

    def total(self) -> float:
        """The plain sum, minor units."""
        return float(self.amounts.sum())


def dated(cash: Iterable[tuple[dt.date, int]], since: dt.date) -> CashVector:
    """Cash on its years since ``since``; amounts of one date are added exactly."""
    sums: dict[dt.date, int] = {}
    for day, amount in cash:
        sums[day] = sums.get(day, 0) + amount
    days = sorted(sums)
    years = np.array([(day - since).days / YEAR for day in days], np.float64)
    return CashVector(years, np.array([sums[day] for day in days], np.float64))


def all_in_rate(cash: CashVector, subsidies: CashVector | None = None) -> float | None:
    """The effective annual rate at which ``cash`` and ``subsidies`` together are worth nothing today.

    cash      : what the company receives and pays without subsidies
    subsidies : what it is paid beside, all amounts >= 0
    Without subsidies the lowest rate from 0 on. With them cash may change its sign more than once and several rates
    fit: the one is taken that moves there from the rate without subsidies as they grow from nothing to their size.
    With V0 the value of the cash and S that of the subsidies, a share s of them fits the rate y where
    s(y) = -V0(y) / S(y); S is above 0, so that the path is followed along y, downwards, until s = 1.
    None where there is no such rate, or the path turns back before it: the subsidies then leave no cost of this kind.
    """
    start = _first_root(cash.values, 0.0, HIGHEST)
    if start is None or subsidies is None or not subsidies.amounts.any():
        return None if start is None else float(np.expm1(start))
    if (subsidies.amounts < 0).any():
        raise ValueError("a subsidy is below 0")
    forces = np.linspace(start, LOWEST, POINTS)
    shares = -cash.values(forces) / subsidies.values(forces)
    shares[0] = 0.0
    reached = np.flatnonzero(shares >= 1.0)
    if not reached.size or (np.diff(shares[: reached[0] + 1]) <= 0).any():
        return None
    k = int(reached[0])
    both = CashVector(
        np.concatenate([cash.years, subsidies.years]), np.concatenate([cash.amounts, subsidies.amounts])
    )
    return float(np.expm1(_refined(both.value, float(forces[k]), float(forces[k - 1]))))


def _first_root(values: Callable[[Float64], Float64], low: float, high: float) -> float | None:
    """The lowest zero of a function in [low, high] that is seen on a grid, refined."""
    forces = np.linspace(low, high, POINTS)
    found = values(forces)
    zeros = np.flatnonzero(found == 0)
    crossings = np.flatnonzero(np.sign(found[:-1]) * np.sign(found[1:]) < 0)
    if zeros.size and (not crossings.size or zeros[0] <= crossings[0]):
        return float(forces[zeros[0]])
    if not crossings.size:
        return None
    k = int(crossings[0])
    return _refined(lambda force: float(values(np.array([force]))[0]), float(forces[k]), float(forces[k + 1]))


def _refined(value: Callable[[float], float], low: float, high: float) -> float:
    """The zero between two rates of opposite sign, by regula falsi of Illinois, kept in its bracket."""
    a, b = low, high
    fa, fb = value(a), value(b)
    for _ in range(200):
        if fa == 0 or fb == 0 or abs(b - a) < 1e-16:
            break
        c = (a * fb - b * fa) / (fb - fa)
        if not min(a, b) < c < max(a, b):
            c = (a + b) / 2
        fc = value(c)
        if (fc < 0) != (fb < 0):
            a, fa = b, fb
        else:
            fa /= 2
        b, fb = c, fc
        if abs(fb) < 1e-9:
            break
    return a if abs(fa) < abs(fb) else b


def balance_years(principal: CashVector, rate: float) -> float:
    """A = [U - PV(principal repaid; y)] / y, minor units times years; the limit at y = 0 is the sum of balance x time.

    principal : U at its date, above 0, and its repayments, below 0; they sum to nothing
    """
    force = float(np.log1p(rate))
    if abs(rate) < 1e-9:
        return -float(np.dot(principal.amounts, principal.years))
    # expm1 keeps the digits that 1 - exp loses near y = 0; the plain sum of principal is nothing.
    return float(np.dot(principal.amounts, np.expm1(-force * principal.years))) / rate


def component_rates(components: Sequence[CashVector], principal: CashVector, rate: float) -> list[float]:
    """What each component adds to the all-in rate: PV(component; y) / A. They sum to y.

    components : everything beside principal, each as cash to the company: costs below 0, subsidies above it
    """
    years = balance_years(principal, rate)
    force = float(np.log1p(rate))
    return [-component.value(force) / years for component in components]


def nominal(rate: float, payments_a_year: int) -> float:
    """The annual rate compounded so many times a year that comes to the effective ``rate``."""
    return float(payments_a_year * np.expm1(np.log1p(rate) / payments_a_year))
