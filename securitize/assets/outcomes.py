"""Collections of a pool by the default day of each contract: projected once, then looked up path by path.

Without other random events the cash of a contract is fixed by the day of its default alone. So each contract is
projected for every day of the deal, and a path adds the differences of those contracts that default on it: the same
cents as :func:`securitize.assets.collections.project` gives path by path, at a small part of the time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.assets.collections import Collections, collections_by_default, project
from securitize.assets.resolve import ResolvedPool
from securitize.base.arithmetic import Int64
from securitize.performance.resolved import ResolvedPerformance

#: Collections of the whole deal -> what a plan reads: (paths, periods) by name.
Inputs = Callable[[Collections], Mapping[str, Int64]]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a pool delivers, and how a default of each contract on each day changes it.

    contracts : that may default, in the order of dates;  names : of the inputs, in the order of the rows
    base      : int64 (inputs x periods,), when nothing is drawn
    most      : int64 (inputs,), no path's total over its life is more
    first     : ordinal of the first day on which a contract may default
    kinds     : int32 (contracts, days), which outcome a default on the day has; -1 where nothing changes
    starts    : int64 (contracts, kinds + 1), where the changes of an outcome begin
    places    : int64 (changes,), in ``base``;  amounts : int64 (changes,), what is added
    """

    contracts: tuple[str, ...]
    names: tuple[str, ...]
    base: Int64
    most: Int64
    first: int
    kinds: NDArray[np.int32]
    starts: Int64
    places: Int64
    amounts: Int64

    @property
    def radix(self) -> Int64 | None:
        """What the outcome of each contract counts in the key of a path, (contracts,); None where keys are too long."""
        counts = [int(row.max(initial=-1)) + 2 for row in self.kinds]
        return (
            np.array([math.prod(counts[:k]) for k in range(len(counts))], np.int64)
            if (math.prod(counts) < 2**62)
            else None
        )

    def lost(self, names: Collection[str]) -> Int64:
        """What a default on each day takes from the inputs of these names in all, int64 (contracts, days).

        Below 0 where more comes in than without it, as recoveries may come on top of what is due.
        """
        periods = len(self.base) // len(self.names)
        counts = np.repeat([name in names for name in self.names], periods)
        summed = np.concatenate(([0], np.cumsum(self.amounts * counts[self.places])))
        starts = np.minimum(self.starts, len(self.amounts))
        by_kind = summed[starts[:, :-1]] - summed[starts[:, 1:]]
        none = np.zeros((len(self.contracts), 1), np.int64)
        # Kind -1, nothing changes, is the last column.
        padded = np.concatenate((by_kind, none), axis=1)
        return np.take_along_axis(padded, self.kinds.astype(np.int64), axis=1)

    def keys(self, dates: Int64, radix: Int64) -> Int64:
        """A number of each path, (paths,), not negative: those of equal keys deliver the same.

        dates : as :meth:`deliver` takes them
        """
        contract, path = np.nonzero(dates < self.first + self.kinds.shape[1])
        kind = self.kinds[contract, dates[contract, path] - self.first].astype(np.int64)
        found = np.zeros(dates.shape[1], np.int64)
        np.add.at(found, path, (kind + 1) * radix[contract])
        return found

    def deliver(self, dates: Int64) -> Int64:
        """What the pool delivers where contracts default on these dates.

        dates : int64 (contracts, paths), ordinals, NEVER where a contract does not default
        Returns int64 (inputs x periods, paths).
        """
        out = np.repeat(self.base[:, None], dates.shape[1], axis=1)
        contract, path = np.nonzero(dates < self.first + self.kinds.shape[1])
        kind = self.kinds[contract, dates[contract, path] - self.first]
        changed = kind >= 0
        contract, path, kind = contract[changed], path[changed], kind[changed]
        start, after = self.starts[contract, kind], self.starts[contract, kind + 1]
        counts = after - start
        each = np.repeat(start - np.concatenate(([0], counts.cumsum()[:-1])), counts) + np.arange(
            counts.sum()
        )
        np.add.at(out, (self.places[each], np.repeat(path, counts)), self.amounts[each])
        return out


def default_outcomes(
    pool: ResolvedPool, deterministic: ResolvedPerformance, contracts: tuple[str, ...], inputs: Inputs
) -> Outcomes:
    """The outcomes of the contracts that may default at random, on top of what is given of one path.

    contracts : their names
    inputs    : what a plan reads of collections
    Raises CalculationError as :func:`project` does.
    """
    first, last = (pool.schedule.collection[k].toordinal() for k in (0, -1))
    days = np.arange(first + 1, last + 1)
    whole = inputs(project(pool, deterministic, keep_flows=False))
    base = np.concatenate([values[0] for values in whole.values()])
    most = np.array([int(values[0].sum()) for values in whole.values()], np.int64)
    kinds = np.full((len(contracts), len(days)), -1, np.int32)
    starts: list[Int64] = []
    places: list[Int64] = []
    amounts: list[Int64] = []
    for row, name in enumerate(contracts):
        collections, which = collections_by_default(pool, deterministic, name, days)
        delivered = inputs(collections)
        most += np.array([int(values.sum(axis=1).max() - values[-1].sum()) for values in delivered.values()])
        change = np.concatenate([values - values[-1] for values in delivered.values()], axis=1)
        begins, kinds_of_paths = _alike(change)
        kinds[row] = kinds_of_paths[which]
        found = [np.flatnonzero(change[path]) for path in begins]
        lengths = [sum(len(one) for one in places), *(len(one) for one in found)]
        starts.append(np.cumsum(lengths))
        places += found
        amounts += [change[path][where] for path, where in zip(begins, found, strict=True)]
    return Outcomes(
        contracts,
        tuple(whole),
        base,
        most,
        first + 1,
        kinds,
        _padded(starts),
        np.concatenate([*places, np.zeros(0, np.int64)]),
        np.concatenate([*amounts, np.zeros(0, np.int64)]),
    )


def _alike(change: Int64) -> tuple[list[int], NDArray[np.int32]]:
    """The first path of each outcome that changes something, and the outcome of each, -1 where nothing changes.

    change : int64 (paths, inputs x periods); consecutive ones are often equal
    """
    differs = np.append(True, (change[1:] != change[:-1]).any(axis=1))
    something = change.any(axis=1)
    begins = np.flatnonzero(differs & something)
    kinds = np.where(something, np.cumsum(differs & something) - 1, -1)
    return begins.tolist(), kinds.astype(np.int32)


def _padded(starts: list[Int64]) -> Int64:
    """Rows of unequal length as one array, the last value of each repeated."""
    width = max((len(row) for row in starts), default=1)
    return np.array([np.pad(row, (0, width - len(row)), mode="edge") for row in starts], np.int64).reshape(
        len(starts), width
    )
