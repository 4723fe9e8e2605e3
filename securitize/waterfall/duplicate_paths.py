"""Duplicate paths: where two paths deliver the same cash, the waterfall pays the same, and is run once for both.

Cash is fixed until an event: with few obligors most paths have no default, or one, and share what they deliver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64


@dataclass(frozen=True, slots=True)
class DuplicatePaths:
    """The inputs of a block of which many paths may be alike.

    keys      : int64 (paths,), not negative; paths of equal keys have equal inputs
    inputs_of : int64 (some,), paths counted within the block -> their inputs, name -> int64 (periods, some)
    """

    keys: Int64
    inputs_of: Callable[[Int64], Mapping[str, Int64]]

    @property
    def every(self) -> Mapping[str, Int64]:
        """The inputs of every path, name -> int64 (periods, paths)."""
        return self.inputs_of(np.arange(len(self.keys)))


class TotalsCache:
    """Totals by key, of the first ``most`` paths that differ, or a block more; no result depends on it."""

    def __init__(self, most: int) -> None:
        self._keys = np.empty(0, np.int64)
        self._totals = np.empty((0, 0), np.int64)
        self._most = most

    def find(self, keys: Int64) -> tuple[NDArray[np.bool_], Int64]:
        """Which of the keys are known, (keys,), and the totals of those, (totals, known)."""
        if not len(self._keys):
            return np.zeros(len(keys), np.bool_), self._totals[:0]
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known: NDArray[np.bool_] = self._keys[at] == keys
        return known, self._totals[:, at[known]]

    def keep(self, keys: Int64, totals: Int64) -> None:
        """Keep the totals of keys that are not known, ascending; none once there are enough."""
        if len(self._keys) >= self._most:
            return
        both = np.concatenate((self._keys, keys))
        order = np.argsort(both, kind="stable")
        joined = np.concatenate((self._totals, totals), axis=1) if len(self._keys) else totals
        self._keys, self._totals = both[order], joined[:, order]
