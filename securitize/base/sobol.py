"""Points that fill the unit cube evenly, scrambled, with every other number of a path from Philox.

Path k is point k // 16 of replicate k mod 16. Each replicate is Sobol's sequence (direction numbers of Joe and Kuo
2008) under a scrambling of its own: a random linear map of the digits and a digital shift (Matousek 1998). Every number
is uniform, and the replicates are independent: their means say how sure the mean of all is (Owen 1997).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.streams import Plain, uniforms

UInt64 = NDArray[np.uint64]
REPLICATES = 16
#: Binary digits that are Sobol's; those below them are Philox's.
DIGITS, BELOW = 32, 20
#: Points of a replicate, as a power of 2.
POINTS = 24
#: Streams that get a dimension; points of more are no more even than any others.
MOST_DIMENSIONS = 256


@dataclass(frozen=True, slots=True)
class Sobol(Plain):
    """The first number of each of ``streams`` is a dimension, in order of importance; other numbers are Philox's."""

    name: str = "sobol"
    streams: tuple[str, ...] = ()

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`securitize.base.streams.uniforms`."""
        found = uniforms(seed, stream, first, after, numbers)
        if stream in self.streams[:MOST_DIMENSIONS]:
            digits = _digits(seed, stream, self.streams.index(stream), np.arange(first, after))
            below = np.floor(found[0] * 2.0 ** (DIGITS + BELOW)).astype(np.uint64) & np.uint64(2**BELOW - 1)
            found[0] = ((digits << np.uint64(BELOW) | below).astype(np.float64) + 0.5) * 2.0 ** -(
                DIGITS + BELOW
            )
        return found

    def leaves(self, stream: str) -> bool:
        """Those without a dimension."""
        return stream not in self.streams[:MOST_DIMENSIONS]

    def groups(self, paths: int, first: int = 0) -> Int64 | None:
        """Replicates."""
        return np.arange(first, paths) % REPLICATES


def _digits(seed: int, stream: str, dimension: int, paths: Int64) -> UInt64:
    """The scrambled digits of each path in a dimension, (paths,)."""
    directions, shift = _scrambled(seed, stream, dimension)
    point, replicate = paths // REPLICATES, paths % REPLICATES
    found = shift[replicate]
    for digit in range(int(point.max()).bit_length()):
        found = np.where(point >> digit & 1 == 1, found ^ directions[replicate, digit], found)
    return found


@lru_cache(maxsize=1024)
def _scrambled(seed: int, stream: str, dimension: int) -> tuple[UInt64, UInt64]:
    """Direction numbers under the map of each replicate, (replicates, POINTS), and its shift, (replicates,)."""
    raw = uniforms(seed, f"sobol/{stream}", 0, REPLICATES * (DIGITS + 1))[0]
    words = np.floor(raw * 2.0**DIGITS).astype(np.uint64).reshape(REPLICATES, DIGITS + 1)
    # A digit becomes itself plus a random choice of those above it, modulo 2.
    place = np.arange(DIGITS, dtype=np.uint64)[::-1]
    one = np.uint64(1)
    masks = (words[:, 1:] >> (place + one) << (place + one)) | one << place
    kept = masks[:, :, None] & _directions(MOST_DIMENSIONS)[dimension]
    odd = np.bitwise_count(kept).astype(np.uint64) & one
    mapped = (odd << place[:, None]).sum(axis=1, dtype=np.uint64)
    return mapped, words[:, 0]


@lru_cache(maxsize=1)
def _directions(dimensions: int) -> UInt64:
    """Direction numbers, (dimensions, POINTS): point n is the sum modulo 2 of those of the digits of n."""
    from scipy.stats import qmc

    engine = qmc.Sobol(dimensions, scramble=False, bits=DIGITS)
    found = np.empty((dimensions, POINTS), np.uint64)
    before = np.zeros(dimensions, np.uint64)
    for digit in range(POINTS):
        # The library counts in Gray code: its point 2^i is the sum of the numbers of the digits i and i - 1.
        engine.reset()
        engine.fast_forward(2**digit)
        before = np.round(engine.random(1)[0] * 2.0**DIGITS).astype(np.uint64) ^ before
        found[:, digit] = before
    return found
