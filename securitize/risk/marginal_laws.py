"""How far a driver's move for the worse is, in normal scores: the marginal laws of reverse stress.

A move x is not negative, in the driver's own unit. Its score u is the standard normal number that is as likely to be
exceeded as x. Source: ``docs/reference/solvers.md``, section 5; the transformation is that of Nataf (Liu and Der
Kiureghian 1986).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from securitize.base.arrays import Float64


@dataclass(frozen=True, slots=True)
class NormalLaw:
    """A move in proportion to its score: x = deviation × u.

    deviation : standard deviation, above 0
    """

    deviation: float

    @property
    def still(self) -> float | None:
        """Up to which score nothing moves; None where that is the score 0 alone."""
        return None

    def scores(self, moves: Float64) -> Float64:
        """The score of each move, (n,)."""
        found: Float64 = moves / self.deviation
        return found

    def moves(self, scores: Float64) -> Float64:
        """The move of each score, (n,), not negative."""
        found: Float64 = np.maximum(scores, 0) * self.deviation
        return found


@dataclass(frozen=True, slots=True)
class MixedLaw:
    """No move with probability ``no_move``, else an exponential one of this mean: late payment, as a rule.

    no_move : from 0 to below 1;  mean : above 0
    """

    no_move: float
    mean: float

    @property
    def still(self) -> float | None:
        """Up to which score nothing moves: the quantile of ``no_move``, never below 0, the likeliest score."""
        from scipy.special import ndtri

        return max(float(ndtri(self.no_move)), 0.0) if self.no_move > 0 else 0.0

    def scores(self, moves: Float64) -> Float64:
        """The score of each move, (n,): of no move 0, else where the law's distribution function stands."""
        from scipy.special import ndtri

        # 1 - F as a product: the upper tail keeps its digits.
        beyond = (1 - self.no_move) * np.exp(-moves / self.mean)
        found: Float64 = np.where(moves > 0, np.maximum(-ndtri(beyond), 0), 0.0)
        return found

    def moves(self, scores: Float64) -> Float64:
        """The move of each score, (n,)."""
        from scipy.special import log_ndtr

        found: Float64 = self.mean * np.maximum(0, math.log1p(-self.no_move) - log_ndtr(-scores))
        return np.where(scores > 0, found, 0.0)


MarginalLaw = NormalLaw | MixedLaw
