"""The distance of a move of several drivers under their joint normal distribution, and directions of search.

Source: the first-order reliability method (Hasofer and Lind 1974): in standardised space, of the points that break, the
one nearest to the base case is the likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from securitize.base.arrays import Float64

#: Rounds over the drivers that do not move: each brings every one nearer to its place.
_SWEEPS = 50


def correlation_of(loadings: Float64) -> Float64:
    """Correlation of drivers with these loadings on one common factor, (drivers, drivers).

    loadings : (drivers,), each within (-1, 1)
    Raises ValueError where one is not.
    """
    if np.any(np.abs(loadings) >= 1):
        raise ValueError("a loading lies between -1 and 1")
    found: Float64 = np.outer(loadings, loadings)
    np.fill_diagonal(found, 1.0)
    return found


def distances(moves: Float64, correlation: Float64) -> Float64:
    """sqrt(u' C^-1 u) of each move, standard deviations.

    moves : (moves, drivers), the normal scores of each
    """
    solved = np.linalg.solve(correlation, moves.T)
    found: Float64 = np.sqrt(np.einsum("ij,ji->i", moves, solved))
    return found


def nearest_scores(scores: Float64, still: Sequence[float | None], correlation: Float64) -> Float64:
    """Scores in which each driver that does not move stands where the whole is likeliest.

    scores : (moves, drivers), 0 where a driver does not move
    still  : of each driver, up to which score nothing moves; None where only the score 0 is no move
    Returns the same shape. Of the scores that mean no move the one nearest to what the others let expect: the minimum
    of a convex quadratic form over half-lines, one driver after another.
    """
    free = [k for k, most in enumerate(still) if most is not None]
    found = scores.copy()
    if not free:
        return found
    inverse = np.linalg.inv(correlation)
    for _ in range(1 if len(free) == 1 else _SWEEPS):
        for k in free:
            others = found @ inverse[k] - found[:, k] * inverse[k, k]
            expected = np.minimum(-others / inverse[k, k], still[k] or 0.0)
            found[:, k] = np.where(scores[:, k] > 0, scores[:, k], expected)
    return found


def directions(drivers: int, count: int, seed: int) -> Float64:
    """Directions into the orthant where every driver moves for the worse, (directions, drivers), of length 1.

    Each driver alone, every pair alike, all alike, then ``count`` at random: normal, reflected into the orthant.
    """
    axes = np.eye(drivers)
    pairs = [axes[i] + axes[j] for i in range(drivers) for j in range(i + 1, drivers)]
    drawn = np.abs(np.random.default_rng(seed).standard_normal((count, drivers)))
    found: Float64 = np.concatenate(
        [axes, np.array(pairs).reshape(-1, drivers), np.ones((1, drivers)), drawn]
    )
    unit: Float64 = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def around(direction: Float64, spread: float, count: int, seed: int) -> Float64:
    """Directions near one, (directions, drivers), of length 1; none leaves the orthant, some lose a driver."""
    drivers = direction.size
    noise = np.random.default_rng(seed).standard_normal((count, drivers)) * spread
    near = np.maximum(direction + noise, 0)
    without = np.array([np.where(np.arange(drivers) == k, 0, direction) for k in range(drivers)])
    found = np.concatenate([direction[np.newaxis], without, near])
    length = np.linalg.norm(found, axis=1, keepdims=True)
    kept: Float64 = (found / np.where(length > 0, length, 1))[length[:, 0] > 0]
    return kept
