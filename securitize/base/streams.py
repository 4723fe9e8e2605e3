"""Random numbers by name: the same path has the same numbers whatever the block, thread, worker or number of paths.

A stream is a name (``default/c04``) under a seed. Its numbers come from Philox4x64-10, a counter-based generator
(Salmon and others, SC11): the key is the seed and the digest of the name, the counter counts blocks of 1,024 paths.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64

#: Paths that share a counter; part of the scheme: another number is another scheme.
BLOCK = 1024
#: The compiled form, which gives the same numbers: used where it is loaded, for a large run loads it.
COMPILED = "securitize.base.streams_kernel"
#: Written in manifests; changes where any number would.
SCHEME = "philox4x64-10/sha256/1024"


@cache
def stream_key(stream: str) -> int:
    """The second half of a stream's key: the first 64 bits of the digest of its name."""
    return int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8], "little")


def uniforms(seed: int, stream: str, first: int, after: int, numbers: int = 1) -> Float64:
    """Uniform numbers of the paths ``first`` to ``after - 1``, strictly between 0 and 1.

    seed : 0 to 2^64 - 1;  stream : its name
    Returns (numbers, paths) float64, odd multiples of 2^-53: never 0 and never 1, and 1 - u is exact.
    A stream of more numbers begins with those of a shorter one.
    Raises ValueError where the seed is out of range or there are no paths.
    """
    if not 0 <= seed < 2**64:
        raise ValueError("a seed is a whole number from 0 to 2^64 - 1")
    if not 0 <= first < after or numbers < 1:
        raise ValueError("there are at least one path and one number")
    key = np.array([seed, stream_key(stream)], np.uint64)
    result = np.empty((numbers, after - first), np.float64)
    for block in range(first // BLOCK, (after - 1) // BLOCK + 1):
        start = block * BLOCK
        low, high = max(first, start), min(after, start + BLOCK)
        # The low words count within a block, so blocks never meet.
        generator = np.random.Philox(key=key, counter=np.array([0, 0, block, 0], np.uint64))
        raw = generator.random_raw(numbers * BLOCK).reshape(numbers, BLOCK)[:, low - start : high - start]
        result[:, low - first : high - first] = ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    return result


class Sampling(Protocol):
    """How the numbers of paths are chosen. Under each, a path has the same numbers whatever is drawn beside it."""

    @property
    def name(self) -> str:
        """What a run calls it."""

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`uniforms`."""

    def leaves(self, stream: str) -> bool:
        """Whether the numbers of a stream are those of :func:`uniforms`."""

    def weights(self, seed: int, first: int, after: int) -> Float64 | None:
        """What each path counts, (paths,), 1 on average; None where all count the same."""

    def groups(self, paths: int, first: int = 0) -> Int64 | None:
        """The group of each path from ``first`` to ``paths - 1``: groups are independent. None where all paths are."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Every path on its own."""

    name: str = "plain"

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """As :func:`uniforms`."""
        return uniforms(seed, stream, first, after, numbers)

    def leaves(self, stream: str) -> bool:
        """All are."""
        return True

    def weights(self, seed: int, first: int, after: int) -> Float64 | None:
        """All count the same."""
        return None

    def groups(self, paths: int, first: int = 0) -> Int64 | None:
        """All are independent."""
        return None


@dataclass(frozen=True, slots=True)
class Antithetic(Plain):
    """Path 2 k + 1 takes 1 - u where path 2 k takes u, in every stream. Source: Hammersley and Morton 1956."""

    name: str = "antithetic"

    def uniforms(self, seed: int, stream: str, first: int, after: int, numbers: int) -> Float64:
        """Those of the even path of each pair, mirrored for the odd one."""
        start = first - first % 2
        paths = np.arange(first, after)
        found = uniforms(seed, stream, start, after, numbers)[:, paths - paths % 2 - start]
        return np.where(paths % 2 == 1, 1 - found, found)

    def leaves(self, stream: str) -> bool:
        """None are."""
        return False

    def groups(self, paths: int, first: int = 0) -> Int64 | None:
        """Pairs."""
        return np.arange(first, paths) // 2


PLAIN = Plain()


@dataclass(frozen=True, slots=True)
class Numbers:
    """The random numbers of the paths ``first`` to ``after - 1`` under one seed."""

    seed: int
    first: int
    after: int
    sampling: Sampling = PLAIN

    @property
    def paths(self) -> int:
        """How many."""
        return self.after - self.first

    def of(self, stream: str, numbers: int = 1) -> Float64:
        """Those of a stream, (numbers, paths); see :func:`uniforms`."""
        return self.sampling.uniforms(self.seed, stream, self.first, self.after, numbers)

    def of_each(self, streams: Sequence[str]) -> Float64:
        """The first number of each stream, (streams, paths)."""
        kernel = sys.modules.get(COMPILED)
        if kernel is None or not all(self.sampling.leaves(stream) for stream in streams):
            return np.concatenate([self.of(stream) for stream in streams])
        keys = np.array([stream_key(stream) for stream in streams], np.uint64)
        found: Float64 = kernel.fill(self.seed, keys, self.first, self.after)
        return found

    def at(self, stream: str, paths: NDArray[np.int64]) -> Float64:
        """The first number of a stream on some paths, counted from ``first``; (len(paths),)."""
        kernel, found = sys.modules.get(COMPILED), np.empty(len(paths), np.float64)
        if kernel is None or not self.sampling.leaves(stream):
            found[:] = self.of(stream)[0][paths]
        else:
            found[:] = kernel.pick(self.seed, stream_key(stream), self.first + paths)
        return found

    @property
    def weights(self) -> Float64 | None:
        """What each path counts, (paths,); None where all count the same."""
        return self.sampling.weights(self.seed, self.first, self.after)
