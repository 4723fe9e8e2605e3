"""Order statistics of more values than are held at once, by passes over them: exact, however many are alike.

The 64 bits of a float, read as a whole number, are in the order of floats once those below 0 are turned round. Each
pass settles 16 bits of what is looked for: it counts the values of each of 65,536 bins whose higher bits are settled
already (radix selection; Alabi and others 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from securitize.base.arrays import Float64
from securitize.base.ranged import Ranged

UInt64 = NDArray[np.uint64]
BITS, BINS = 16, 1 << 16
_SIGN = np.uint64(1 << 63)


def least_reaching(values: Ranged, wanted: Sequence[float], weights: Ranged | None = None) -> list[float]:
    """Of each wanted number the least value such that the values up to it count so much.

    values : floats;  weights : what each counts, without them 1;  wanted : above 0, at most what all count
    """
    settled = [(0, 0.0)] * len(wanted)
    for shift in (48, 32, 16, 0):
        heights = {higher: _Sum() for higher, _ in settled}
        for k in range(values.ranges):
            keys = _keys(values.of(k))
            counted = None if weights is None else weights.of(k)
            for higher, height in heights.items():
                height.add(_bins(keys, counted, higher, shift))
        settled = [
            _narrowed(heights[higher].found, higher, below, goal)
            for (higher, below), goal in zip(settled, wanted, strict=True)
        ]
    return _floats(np.array([key for key, _ in settled], np.uint64))


def _bins(keys: UInt64, counted: Any, higher: int, shift: int) -> Float64:
    """What the values of each bin count, of those whose bits above the bin are ``higher``."""
    at = keys >> np.uint64(shift)
    if shift < 64 - BITS:
        mine = at >> np.uint64(BITS) == np.uint64(higher)
        at, counted = at[mine], None if counted is None else counted[mine]
    found = np.bincount((at & np.uint64(BINS - 1)).astype(np.int64), counted, BINS)
    return found.astype(np.float64)


def _narrowed(height: Float64, higher: int, below: float, goal: float) -> tuple[int, float]:
    """The bits of the value with those of its bin, and what all below that bin count."""
    reached = np.cumsum(height)
    # What weights come to may be a last digit short of what they came to in the pass before.
    at = min(int(np.searchsorted(reached, goal - below)), int(np.flatnonzero(height)[-1]))
    return higher << BITS | at, below + (float(reached[at - 1]) if at else 0.0)


class _Sum:
    """A sum of arrays whose rounding is carried along (Neumaier 1974)."""

    def __init__(self) -> None:
        self._sum, self._lost = np.zeros(BINS), np.zeros(BINS)

    def add(self, more: Float64) -> None:
        after = self._sum + more
        larger = np.abs(self._sum) >= np.abs(more)
        self._lost += np.where(larger, self._sum - after + more, more - after + self._sum)
        self._sum = after

    @property
    def found(self) -> Float64:
        return self._sum + self._lost


def _keys(values: Any) -> UInt64:
    # 0 is added so that -0 is 0.
    bits = (np.asarray(values, np.float64) + 0.0).view(np.uint64)
    keys: UInt64 = np.where(bits & _SIGN, ~bits, bits | _SIGN)
    return keys


def _floats(keys: UInt64) -> list[float]:
    bits = np.where(keys & _SIGN, keys ^ _SIGN, ~keys)
    found: list[float] = bits.view(np.float64).tolist()
    return found
