"""Sampling methods of random paths, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, assert_never, get_args

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.closed import partition
from securitize.base.sobol import Sobol
from securitize.base.streams import PLAIN, Antithetic, Numbers, Sampling
from securitize.performance.random.copulas import MARKET
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.importance import Importance, Shift
from securitize.performance.random.obligors import RandomDefaults

SamplingName = Literal["plain", "antithetic", "sobol", "importance"]
SAMPLINGS: tuple[SamplingName, ...] = get_args(SamplingName)
#: What is drawn where nothing is asked for, and what needs a shift of the factors.
USUAL, SHIFTED, _ = partition(SamplingName, {"plain"}, {"importance"}, {"antithetic", "sobol"})


def resolve_sampling(name: SamplingName, model: RandomModel, shift: Shift | None = None) -> Sampling:
    """The sampling of that name for a model.

    shift : of importance sampling alone
    """
    match name:
        case "plain":
            return PLAIN
        case "antithetic":
            return Antithetic()
        case "sobol":
            return Sobol(streams=model.streams)
        case "importance":
            return replace(importance_of(model), shift=shift or Shift())
        case _:
            assert_never(name)


def importance_of(model: RandomModel) -> Importance:
    """Importance sampling of a model's market factor and of its obligors' own factors, not shifted yet."""
    streams = [stream for one in model.processes if isinstance(one, RandomDefaults) for stream in one.streams]
    return Importance(market=model.copula.market, own=model.copula.own, streams=tuple(streams))


def market_controls(numbers: Numbers, weights: Float64) -> Float64:
    """What is known on average of every path: 1, z and z^2 with the path's weight, less 1, 0 and 1.

    z is the normal score of the market factor, so that its powers have moments whatever the law.
    weights : (paths,), of ``numbers``
    Returns (paths, 3), each of mean 0.
    """
    from scipy.special import ndtri

    z = ndtri(numbers.of(MARKET)[0])
    return np.column_stack((weights - 1, weights * z, weights * z * z - 1))
