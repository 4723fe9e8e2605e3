"""How the paths of a random model are chosen, by name."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from securitize.base.sobol import Sobol
from securitize.base.streams import PLAIN, Antithetic, Numbers, Sampling
from securitize.performance.random.copulas import MARKET
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.importance import MarketShift

Float64 = NDArray[np.float64]
SamplingName = Literal["plain", "antithetic", "sobol", "importance"]
SAMPLINGS: tuple[SamplingName, ...] = get_args(SamplingName)


def resolve_sampling(name: SamplingName, model: RandomModel, shift: float = 0.0) -> Sampling:
    """The sampling of that name for a model.

    shift : of the market factor, of importance sampling alone
    """
    if name == "antithetic":
        return Antithetic()
    if name == "sobol":
        return Sobol(streams=model.streams)
    if name == "importance":
        return MarketShift(law=model.copula.market, shift=shift)
    return PLAIN


def market_controls(numbers: Numbers) -> Float64 | None:
    """What is known on average of every path: 1, z and z^2 with the path's weight, less 1, 0 and 1.

    z is the normal score of the market factor, so that its powers have moments whatever the law.
    Returns (paths, 3), each of mean 0; None where all paths count the same.
    """
    from scipy.special import ndtri

    weights = numbers.weights
    if weights is None:
        return None
    z = ndtri(numbers.of(MARKET)[0])
    return np.column_stack((weights - 1, weights * z, weights * z * z - 1))
