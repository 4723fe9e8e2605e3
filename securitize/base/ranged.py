"""Values of many paths, range by range of path numbers, in the place of an array of all of them at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

#: What a range holds, by its number: an array (paths of the range,) or (paths of the range, columns).
Piece = Callable[[int], Any]


class Ranged(NDArrayOperatorsMixin):
    """What stands for an array (paths,) or (paths, columns): each range of paths is computed when it is asked for.

    Elementwise operations give another of its kind. Reductions go over the ranges in order; a sum of floats is the
    exactly rounded sum of the sums of the ranges, so that it depends on nothing but where ranges begin.

    of      : the array of a range, by its number
    lengths : paths of each range; None of some paths of each that nobody has counted yet
    ranges  : how many
    """

    def __init__(self, of: Piece, ranges: int, lengths: Sequence[int] | None = None) -> None:
        self.of, self.ranges, self._lengths = of, ranges, lengths
        self._sum: Any = None

    @property
    def pieces(self) -> Iterator[Any]:
        """The arrays of the ranges, in order."""
        return (self.of(k) for k in range(self.ranges))

    @property
    def lengths(self) -> Sequence[int]:
        """Paths of each range."""
        if self._lengths is None:
            self._lengths = tuple(len(piece) for piece in self.pieces)
        return self._lengths

    @property
    def shape(self) -> tuple[int, ...]:
        """As of the array."""
        return (len(self), *self.of(0).shape[1:])

    def __len__(self) -> int:
        return sum(self.lengths)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """One range after another; a product of two vectors is a number."""
        if method != "__call__" or options:
            return NotImplemented
        if ufunc is np.matmul and all(isinstance(one, Ranged) for one in inputs):
            return product(*inputs)
        return _each(ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        """``numpy.where``, ``numpy.count_nonzero`` and ``numpy.bincount`` as they are of arrays."""
        if function is np.where and not options:
            return _each(np.where, *inputs)
        if function is np.count_nonzero and not options:
            return total(int(np.count_nonzero(piece)) for piece in inputs[0].pieces)
        if function is np.bincount and not options:
            return _by_group(*inputs)
        return NotImplemented

    def __getitem__(self, key: Any) -> Ranged:
        """The paths where a condition holds, or the first ones. Raises TypeError for another key."""
        if isinstance(key, Ranged):
            return Ranged(lambda k: self.of(k)[key.of(k)], self.ranges)
        if isinstance(key, slice) and key.start is None and key.step is None:
            return self._first(len(self) if key.stop is None else key.stop)
        raise TypeError("of paths in ranges those of a condition, or the first ones")

    def _first(self, count: int) -> Ranged:
        lengths: list[int] = []
        for length in self.lengths:
            if count <= 0:
                break
            lengths.append(min(length, count))
            count -= length
        return Ranged(lambda k: self.of(k)[: lengths[k]], len(lengths), lengths)

    def astype(self, kind: Any) -> Ranged:
        """As of the array."""
        return Ranged(lambda k: self.of(k).astype(kind), self.ranges, self._lengths)

    def sum(self, axis: int | None = None) -> Any:
        """A number, or with ``axis=0`` one a column; asked for again it is known."""
        if self._sum is None:
            self._sum = total(piece.sum(axis=axis) for piece in self.pieces)
        return self._sum

    def mean(self, axis: int | None = None) -> Any:
        """A number, or with ``axis=0`` one a column."""
        return self.sum(axis) / len(self)

    def std(self, ddof: int = 0) -> float:
        """The standard deviation, over the number of paths less ``ddof``."""
        average = self.mean()
        squares = total(np.square(piece - average).sum() for piece in self.pieces)
        return math.sqrt(squares / (len(self) - ddof))

    def min(self) -> Any:
        """The least."""
        return min(piece.min() for piece in self.pieces if len(piece))

    def max(self) -> Any:
        """The largest."""
        return max(piece.max() for piece in self.pieces if len(piece))

    def any(self) -> bool:
        """Whether any is true."""
        return any(bool(piece.any()) for piece in self.pieces)

    def all(self) -> bool:
        """Whether all are true."""
        return all(bool(piece.all()) for piece in self.pieces)


def cut(values: Any, bounds: Sequence[int]) -> Any:
    """An array of all paths as one in ranges.

    bounds : where ranges begin, and behind them the number of paths
    """
    lengths = [after - first for first, after in pairwise(bounds)]
    return Ranged(lambda k: values[bounds[k] : bounds[k + 1]], len(lengths), lengths)


def remembered(values: Any) -> Any:
    """The same values; the array of the range that was asked for last is kept, for those who ask more than once."""
    if not isinstance(values, Ranged):
        return values
    return Ranged(lru_cache(maxsize=1)(values.of), values.ranges, values._lengths)


def as_array(values: Any) -> Any:
    """All paths at once."""
    return np.concatenate(list(values.pieces)) if isinstance(values, Ranged) else values


def ones(values: Any, weights: Any = None) -> Any:
    """The weights of some paths; where there are none, 1 of each."""
    if weights is not None:
        return weights
    if not isinstance(values, Ranged):
        return np.ones(len(values))
    known = values._lengths
    of = (lambda k: np.ones(len(values.of(k)))) if known is None else (lambda k: np.ones(known[k]))
    return Ranged(of, values.ranges, known)


def product(first: Any, second: Any) -> Any:
    """``first.T @ second`` of what has a row a path."""
    if not isinstance(first, Ranged):
        return first.T @ second
    if first is second:
        return total(a.T @ a for a in first.pieces)
    return total(a.T @ b for a, b in zip(first.pieces, second.pieces, strict=True))


def total(parts: Any) -> Any:
    """The sum of numbers, or of small arrays: of whole numbers exact, of floats exact and then rounded once."""
    every = [one.tolist() if isinstance(one, np.generic | np.ndarray) else one for one in parts]
    return _total(every)


def _total(every: Sequence[Any]) -> Any:
    if not every:
        return 0
    if isinstance(every[0], list):
        return np.array([_total(column) for column in zip(*every, strict=True)])
    return sum(every) if isinstance(every[0], int) else math.fsum(every)


def _each(function: Any, *inputs: Any) -> Ranged:
    """A function of the same range of each input; what is not in ranges is the same for all."""
    some = next(one for one in inputs if isinstance(one, Ranged))

    def of(k: int) -> Any:
        return function(*(one.of(k) if isinstance(one, Ranged) else one for one in inputs))

    return Ranged(of, some.ranges, some._lengths)


#: Groups whose paths lie in all ranges are at most so many; of more, none lies in two.
_FEW = 100


def _by_group(groups: Ranged, values: Ranged) -> Any:
    """The sum of each group, as an array where they are few; else in ranges."""
    count = int(groups.max()) + 1
    if count <= _FEW:
        return total(
            np.bincount(group, piece, minlength=count)
            for group, piece in zip(groups.pieces, values.pieces, strict=True)
        )

    def of(k: int) -> Any:
        mine = groups.of(k)
        return np.bincount(mine - mine[0], values.of(k))

    return Ranged(of, groups.ranges)
