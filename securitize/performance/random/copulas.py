"""Copulas of defaults: one market factor, and a factor of each obligor.

An obligor defaults by a date where its latent variable X is at most the threshold that makes the probability of it
the one given. Three laws, each named apart:

- Gaussian:  X = a M + b Z, M and Z standard normal (Vasicek 1987, Li 2000);
- double-t:  X = a M + b Z, M and Z Student-t scaled to variance 1, or normal (Hull and White 2004);
- Student-t: X = (a M + b Z) / S, M and Z standard normal, S^2 a chi-square over its degrees, shared by all (the
  multivariate Student-t; Demarta and McNeil 2005). Here extremes come together even without correlation.

a is the loading, b = sqrt(1 - a^2); a^2 is the correlation of two obligors with the same loading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.closed import complete
from securitize.base.streams import Numbers

#: Nodes of a factor; the trapezoid on a sinh grid converges exponentially for these densities. A Student-t factor
#: reaches far out, where the grid is wide.
NODES, NODES_OF_T = 801, 3201
#: Probability that is left beyond the last node, at most.
BEYOND = 1e-15
#: Values of a double-t variable at which its level is computed; between them it is interpolated.
LEVELS = 4097
#: The streams of what all obligors share.
MARKET, SCALE = "factor/market", "scale/market"


@dataclass(frozen=True)
class Law:
    """The law of one factor: standard normal, or Student-t of variance 1.

    degrees : of freedom, above 2; None for the normal
    """

    degrees: float | None = None

    def __post_init__(self) -> None:
        if self.degrees is not None and not self.degrees > 2:
            raise ValueError("a Student-t factor of variance 1 has more than 2 degrees of freedom")

    @property
    def _scale(self) -> float:
        return 1.0 if self.degrees is None else float(np.sqrt((self.degrees - 2) / self.degrees))

    def probability(self, x: ArrayLike) -> Float64:
        """P(factor <= x), elementwise."""
        from scipy.special import ndtr, stdtr

        value = np.asarray(x, np.float64) / self._scale
        found: Float64 = ndtr(value) if self.degrees is None else stdtr(self.degrees, value)
        return found

    def quantile(self, u: ArrayLike) -> Float64:
        """x with P(factor <= x) = u, elementwise."""
        from scipy.special import ndtri, stdtrit

        found: Float64 = ndtri(u) if self.degrees is None else stdtrit(self.degrees, u)
        return found * self._scale

    def density(self, x: Float64) -> Float64:
        """The density at x, elementwise."""
        from scipy.special import gammaln

        value = x / self._scale
        if self.degrees is None:
            normal: Float64 = np.exp(-0.5 * value**2) / np.sqrt(2 * np.pi)
            return normal
        nu = self.degrees
        log = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(nu * np.pi)
        found: Float64 = np.exp(log - (nu + 1) / 2 * np.log1p(value**2 / nu)) / self._scale
        return found

    def log_density(self, x: Float64) -> Float64:
        """The logarithm of the density at x but for a constant of the law, elementwise; finite however far out."""
        value = x / self._scale
        if self.degrees is None:
            return -0.5 * value**2
        return -(self.degrees + 1) / 2 * np.log1p(value**2 / self.degrees)

    def nodes(self, count: int | None = None) -> tuple[Float64, Float64]:
        """Points and weights, (count,) each, that integrate over the factor; weights sum to 1."""
        if count is None:
            count = NODES if self.degrees is None else NODES_OF_T
        last = float(np.arcsinh(-self.quantile(BEYOND)))
        x = np.linspace(-last, last, count)
        points = np.sinh(x)
        weights = self.density(points) * np.cosh(x)
        return points, weights / weights.sum()


CopulaName = Literal["gaussian", "student-t", "double-t"]
#: Whether names may share factors of nodes: these are normal, and so must their own ones be.
HAS_NODES: Mapping[CopulaName, bool] = complete(
    CopulaName, {"gaussian": True, "student-t": True, "double-t": False}
)


@dataclass(frozen=True)
class Copula:
    """A law of latent variables. ``degrees`` of the Student-t copula's shared scale; None for the others."""

    market: Law = Law()
    own: Law = Law()
    degrees: float | None = None

    def __post_init__(self) -> None:
        if self.degrees is None:
            return
        if not self.degrees > 0:
            raise ValueError("degrees of freedom are positive")
        if self.market != Law() or self.own != Law():
            raise ValueError("the factors of a Student-t copula are normal")

    @property
    def name(self) -> CopulaName:
        """What the field calls it."""
        if self.degrees is not None:
            return "student-t"
        return "gaussian" if self.market == self.own == Law() else "double-t"

    @property
    def streams(self) -> tuple[str, ...]:
        """What :meth:`shared` draws from, the most important first."""
        return (MARKET,) if self.degrees is None else (MARKET, SCALE)

    @cached_property
    def _shared(self) -> tuple[Float64, Float64]:
        """Values of S with weights; 1 where nothing is shared."""
        if self.degrees is None:
            return np.ones(1), np.ones(1)
        from scipy.special import chdtri

        # Gauss-Legendre in the probability of S^2, on either side of the middle: the small ones matter most.
        points, weights = np.polynomial.legendre.leggauss(64)
        halves = (points + 1) / 2
        low = 0.5 * halves**3
        levels = np.concatenate((low, 1 - low[::-1]))
        spread = np.concatenate((w := weights / 2 * 1.5 * halves**2, w[::-1]))
        return np.sqrt(chdtri(self.degrees, 1 - levels) / self.degrees), spread / spread.sum()

    def nodes(self, count: int | None = None) -> tuple[Float64, Float64, Float64]:
        """Points of M, of S, and weights, all (nodes,), over which obligors are independent."""
        market, weight = self.market.nodes(count)
        shared, more = self._shared
        return (
            np.tile(market, len(shared)),
            np.repeat(shared, len(market)),
            np.outer(more, weight).ravel(),
        )

    def thresholds(self, probability: ArrayLike, loading: ArrayLike) -> Float64:
        """c with P(X <= c) = probability, elementwise on the broadcast of both; -inf for 0 and inf for 1.

        Raises ValueError where a probability is not from 0 to 1 or a loading not from -1 to 1.
        """
        p, a = np.broadcast_arrays(np.asarray(probability, np.float64), np.asarray(loading, np.float64))
        if not ((p >= 0) & (p <= 1)).all():
            raise ValueError("probabilities are from 0 to 1")
        if not (np.abs(a) <= 1).all():
            raise ValueError("loadings are from -1 to 1")
        match self.name:
            case "gaussian":
                return Law().quantile(p)
            case "student-t":
                from scipy.special import stdtrit

                found: Float64 = np.where(p == 0, -np.inf, np.where(p == 1, np.inf, stdtrit(self.degrees, p)))
                return found
            case "double-t":
                return _thresholds_of_sum(self, p.ravel(), a.ravel()).reshape(p.shape)
            case _:
                assert_never(self.name)

    def level(self, latent: Float64, loading: float) -> Float64:
        """-log P(X > x) of each latent variable x, (paths,): the summed hazard at which default comes at x."""
        match self.name:
            case "gaussian":
                from scipy.special import log_ndtr

                normal: Float64 = -log_ndtr(-latent)
                return normal
            case "student-t":
                from scipy.special import stdtr

                student: Float64 = -np.log(stdtr(self.degrees, -latent))
                return student
            case "double-t":
                return np.interp(latent, *_levels_of_sum(self, abs(loading)))
            case _:
                assert_never(self.name)

    def given(self, threshold: Float64, loading: Float64, market: Float64, shared: Float64) -> Float64:
        """P(X <= threshold | M, S), the probabilities to which obligors default independently.

        threshold, loading : (obligors,);  market, shared : (nodes,)
        Returns (nodes, obligors).
        """
        own = np.sqrt(1 - loading**2)
        reach = threshold * shared[:, None] - loading * market[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.own.probability(np.where(own > 0, reach / own, np.copysign(np.inf, reach)))

    def shared(self, numbers: Numbers) -> tuple[Float64, Float64]:
        """M and S of each path, (paths,) each; S is 1 where nothing is shared."""
        market = self.market.quantile(numbers.of(MARKET)[0])
        if self.degrees is None:
            return market, np.ones_like(market)
        from scipy.special import chdtri

        return market, np.sqrt(chdtri(self.degrees, numbers.of(SCALE)[0]) / self.degrees)

    def latent(
        self,
        loading: Float64,
        streams: Sequence[str],
        numbers: Numbers,
        market: Float64,
        scale: Float64,
        node_loading: Float64 | None = None,
        node: Sequence[Float64] = (),
    ) -> Float64:
        """Latent variables X of each path.

        loading : (names,);  streams : of what is each one's own;  market, scale : (paths,), of :meth:`shared`
        node_loading : (names,);  node : of each name the factor of its node, standard normal, (paths,)
        Returns (names, paths). Raises ValueError where there is a loading on nodes and the own factor is not normal.
        """
        others = np.zeros_like(loading) if node_loading is None else node_loading
        if others.any() and not HAS_NODES[self.name]:
            raise ValueError("the double-t copula has no factors of nodes")
        # The squares of two rounded loadings may pass 1 by a bit.
        own = np.sqrt(np.maximum(1 - loading**2 - others**2, 0))
        result = self.own.quantile(numbers.of_each(streams))
        result *= own[:, None]
        result += loading[:, None] * market
        for i in np.flatnonzero(others).tolist():
            result[i] += others[i] * node[i]
        if self.degrees is not None:
            result /= scale
        return result


def gaussian() -> Copula:
    """Normal market factor, normal own factor."""
    return Copula()


def student_t(degrees: float) -> Copula:
    """The multivariate Student-t copula."""
    return Copula(degrees=degrees)


def double_t(market: float | None, own: float | None) -> Copula:
    """Student-t factors of variance 1; None for a normal one."""
    return Copula(Law(market), Law(own))


def default_periods(latent: Float64, thresholds: Float64) -> Int64:
    """The period in which each obligor defaults, 0 for the first; the number of periods where it does not.

    latent : (obligors, paths);  thresholds : (obligors, periods), not falling from period to period
    Returns (obligors, paths).
    """
    found = np.empty(latent.shape, np.int64)
    for i, (values, row) in enumerate(zip(latent, thresholds, strict=True)):
        found[i] = np.searchsorted(row, values, side="left")
    return found


@cache
def _levels_of_sum(copula: Copula, loading: float) -> tuple[Float64, Float64]:
    """Values of a M + b Z and -log of the probability beyond each, (n,) each; straight lines join them."""
    own = float(np.sqrt(1 - loading * loading))
    points, weights = copula.market.nodes()
    last = np.arcsinh(max(float(points[-1]), -float(copula.own.quantile(BEYOND))))
    values = np.sinh(np.linspace(-last, last, LEVELS))
    if own == 0:
        return values, -np.log(copula.market.probability(-values))
    beyond = [copula.own.probability((-x - loading * points) / own) @ weights for x in values]
    return values, -np.log(beyond)


def _thresholds_of_sum(copula: Copula, p: Float64, a: Float64) -> Float64:
    """Quantiles of a M + b Z by bisection on its distribution, integrated over M; (n,) each."""
    points, weights = copula.market.nodes()
    # X is symmetric: the small side keeps its digits.
    small = np.minimum(p, 1 - p)
    pairs, where = np.unique(np.stack((small, np.abs(a))), axis=1, return_inverse=True)
    found = np.array([_threshold(copula, points, weights, *pair) for pair in pairs.T])[where.ravel()]
    return np.where(p <= 0.5, found, -found)


def _threshold(copula: Copula, points: Float64, weights: Float64, p: float, a: float) -> float:
    """c with P(a M + b Z <= c) = p, p at most a half."""
    if p == 0:
        return -np.inf
    own = float(np.sqrt(1 - a * a))
    if own == 0:
        return float(copula.market.quantile(p))
    # X <= c asks that M <= c / 2 or Z <= c / 2.
    low = 2 * float(np.minimum(copula.market.quantile(p / 4), copula.own.quantile(p / 4)))
    high = 0.0
    while (middle := (low + high) / 2) not in (low, high):
        if copula.own.probability((middle - a * points) / own) @ weights < p:
            low = middle
        else:
            high = middle
    return high
