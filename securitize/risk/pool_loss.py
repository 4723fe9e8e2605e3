"""The law of a pool's loss without sampling: obligors that are independent given the factors, each with dated losses.

The recursion of Andersen, Sidenius and Basu (2003) with many losses an obligor, as a product of characteristic
functions on a lattice. Rules: ``docs/reference/random-performance.md``, section 15.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.performance.random.copulas import Copula

#: Units of the lattice that the largest losses of all obligors may have together.
MOST_UNITS = 4096
#: Beside a shared root there are more points, and fewer units.
MOST_UNITS_BESIDE_ROOT = 1024
#: Points of the market factor: normal, with a root that is shared beside it, and of a Student-t factor, which reaches
#: far out. Odd: every other one is a grid as well.
POINTS, POINTS_BESIDE_ROOT, POINTS_OF_T = 401, 61, 1601
#: Complex numbers of a block of points.
BLOCK = 1_000_000
#: How a loss between two units is put on the lattice: split so that its mean stays, or wholly on one side.
Rounding = Literal["mean", "down", "up"]


@dataclass(frozen=True, slots=True)
class DatedLoss:
    """What one obligor loses, by the period of its default.

    thresholds : (periods,), at or below which its latent variable means default by the end of each period
    loading    : on the market factor, -1 to 1
    amounts    : of each period the losses of its days, minor units, int64 (days,), each day as likely as the next
    """

    thresholds: Float64
    loading: float
    amounts: tuple[Int64, ...]

    @property
    def largest(self) -> int:
        """The largest loss, below 0 where every default is a gain; 0 where there is no day."""
        return max((int(days.max()) for days in self.amounts if len(days)), default=0)

    @property
    def least(self) -> int:
        """The least loss."""
        return min((int(days.min()) for days in self.amounts if len(days)), default=0)


@dataclass(frozen=True, slots=True)
class LossLaw:
    """The law of a sum of losses on a lattice.

    unit    : of the lattice, minor units;  first : of the first multiple, which may be below 0
    mean, low, high : probability of each multiple, (units,): with losses split, rounded down and rounded up
    lattice_error    : minor units, at most so much apart are quantiles and shortfalls of low and high; 0 where exact
    quadrature_error : largest change of the distribution function by half the points of the market factor
    """

    unit: int
    first: int
    mean: Float64
    low: Float64
    high: Float64
    lattice_error: int
    quadrature_error: float

    @property
    def values(self) -> Int64:
        """The loss of each multiple, minor units."""
        return (self.first + np.arange(len(self.mean), dtype=np.int64)) * self.unit


def loss_law(copula: Copula, obligors: Sequence[DatedLoss], most_units: int | None = None) -> LossLaw:
    """The law of the sum of the obligors' losses.

    most_units : that the largest losses may have together; None for MOST_UNITS, or fewer beside a shared root
    Raises ValueError where a loading is out of range.
    """
    if most_units is None:
        most_units = MOST_UNITS if copula.degrees is None else MOST_UNITS_BESIDE_ROOT
    unit, exact = _unit(obligors, most_units)
    least = sum(min(one.least, 0) // unit for one in obligors)
    most = sum(-(-max(one.largest, 0) // unit) for one in obligors)
    # Sums lie from least to most; the transform is of at least so many, so that none is counted as another.
    size = 1 << (most - least).bit_length()
    laws = {name: _law(copula, obligors, unit, size, name) for name in _roundings(exact)}
    kept = np.arange(least, most + 1)
    mean, half = (one[kept] for one in laws["mean"])
    low, high = (laws["mean" if exact else name][0][kept] for name in ("down", "up"))
    change = float(np.abs(np.cumsum(mean) - np.cumsum(half)).max())
    return LossLaw(unit, least, mean, low, high, 0 if exact else unit * len(obligors), change)


def default_probabilities(copula: Copula, obligors: Sequence[DatedLoss]) -> Float64:
    """How many obligors default: the probability of each number, (obligors + 1,)."""
    one = [
        DatedLoss(each.thresholds, each.loading, tuple(np.ones(1, np.int64) for _ in each.amounts))
        for each in obligors
    ]
    law = loss_law(copula, one)
    return law.mean[law.values >= 0]


def quantile_and_shortfall(values: Int64, law: Float64, level: float) -> tuple[int, float]:
    """The least value that is not exceeded with probability ``level``, and the mean of exactly the worst rest.

    values, law : (n,), values rising
    """
    reached = np.cumsum(law)
    # Probabilities are known to about 1e-15: a level that is reached but for that is reached.
    at = min(int(np.searchsorted(reached, level - 1e-13)), len(values) - 1)
    beyond = law[at + 1 :]
    rest = 1 - level
    whole = float(beyond @ values[at + 1 :]) + (rest - float(beyond.sum())) * float(values[at])
    return int(values[at]), whole / rest


def _roundings(exact: bool) -> tuple[Rounding, ...]:
    return ("mean",) if exact else ("mean", "down", "up")


def _unit(obligors: Sequence[DatedLoss], most: int) -> tuple[int, bool]:
    """The unit of the lattice, and whether every loss is a multiple of it."""
    amounts = [days for one in obligors for days in one.amounts if len(days)]
    whole = sum(max(one.largest, -one.least) for one in obligors)
    if not whole:
        return 1, True
    shared = int(np.gcd.reduce(np.concatenate(amounts)))
    if whole // shared <= most:
        return shared, True
    # Each obligor's largest loss may be rounded up by less than a unit.
    return -(-whole // max(most - len(obligors), 1)), False


def _law(
    copula: Copula, obligors: Sequence[DatedLoss], unit: int, size: int, rounding: Rounding
) -> tuple[Float64, Float64]:
    """The law on the circle of ``size`` multiples, with all points of the market factor and with every other one."""
    waves = [np.fft.rfft(_within(one, unit, size, rounding)) for one in obligors]
    total = np.zeros((2, size // 2 + 1), np.complex128)
    for market, shared, weights in _points(copula, size // 2 + 1):
        product = np.ones((len(market), size // 2 + 1), np.complex128)
        for one, wave in zip(obligors, waves, strict=True):
            product *= 1 + _by_period(copula, one, market, shared) @ (wave - 1)
        total += weights @ product
    found = np.maximum(np.fft.irfft(total, size), 0.0)
    whole: Float64 = found / found.sum(axis=1, keepdims=True)
    return whole[0], whole[1]


def _points(copula: Copula, width: int) -> Iterator[tuple[Float64, Float64, Float64]]:
    """Blocks of points of M and S and their weights, (2, points): of all, and of every other point of M."""
    count = POINTS if copula.market.degrees is None else POINTS_OF_T
    if copula.degrees is not None:
        count = POINTS_BESIDE_ROOT
    market, shared, weight = copula.nodes(count)
    half = weight * (np.arange(len(market)) % count % 2 == 0)
    weights = np.stack((weight, half / half.sum()))
    step = max(BLOCK // width, 1)
    for k in range(0, len(market), step):
        yield market[k : k + step], shared[k : k + step], weights[:, k : k + step]


def _by_period(copula: Copula, one: DatedLoss, market: Float64, shared: Float64) -> Float64:
    """The probability of default in each period given the factors, (points, periods)."""
    by_end = copula.given(one.thresholds, np.full(len(one.thresholds), one.loading), market, shared)
    return np.diff(by_end, axis=1, prepend=0.0)


def _within(one: DatedLoss, unit: int, size: int, rounding: Rounding) -> Float64:
    """The law of an obligor's loss where it defaults in each period, (periods, size), multiples modulo ``size``."""
    found = np.zeros((len(one.amounts), size), np.float64)
    for row, days in zip(found, one.amounts, strict=True):
        if not len(days):
            row[0] = 1
            continue
        below = days // unit
        match rounding:
            case "mean":
                above = (days - below * unit) / unit
            case "down":
                above = np.zeros(len(days))
            case "up":
                above = (below * unit < days).astype(np.float64)
            case _:
                assert_never(rounding)
        np.add.at(row, below % size, (1 - above) / len(days))
        np.add.at(row, (below + 1) % size, above / len(days))
    return found


def expected_losses(obligors: Sequence[DatedLoss], probabilities: Sequence[Float64]) -> Float64:
    """Of each obligor the expected loss, minor units, (obligors,): no factor and no lattice is in it.

    probabilities : of default by the end of each period, (periods,) of each
    """
    return np.array(
        [
            math.fsum(
                float(p) * float(days.mean())
                for p, days in zip(np.diff(by_end, prepend=0.0), one.amounts, strict=True)
                if len(days)
            )
            for one, by_end in zip(obligors, probabilities, strict=True)
        ]
    )
