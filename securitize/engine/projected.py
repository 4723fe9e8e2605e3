"""What pools collect, kept for cases whose notes alone differ."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from threading import Lock

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.assets.resolve import ResolvedPool
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.resolved import ResolvedPerformance

#: Of how many pools and performances the collections are kept.
MOST = 8


class Projected:
    """Collections by pool and performance; nothing of them may be changed."""

    def __init__(self) -> None:
        self._kept: deque[tuple[ResolvedPool, ResolvedPerformance, Collections]] = deque(maxlen=MOST)
        self._lock = Lock()

    def of(self, prepared: Prepared) -> Collections:
        """Those of a deal, of the whole deal, one path. Raises CalculationError as the projection does."""
        pool, performance = prepared.resolved_pool, prepared.performance
        with self._lock:
            kept = tuple(self._kept)
        for of_pool, under, collections in kept:
            if of_pool is pool and alike(under, performance):
                return collections
        made = project(pool, performance)
        with self._lock:
            self._kept.appendleft((pool, performance, made))
        return made


def alike(one: object, other: object) -> bool:
    """Whether two values hold the same, arrays within them too; the order of a mapping counts."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)  # type: ignore[attr-defined, arg-type]
    if is_dataclass(one):
        return all(alike(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, Mapping):
        assert isinstance(other, Mapping)
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        assert isinstance(other, tuple | list)
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)
