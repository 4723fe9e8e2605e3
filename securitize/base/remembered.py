"""What was made of equal inputs, kept: bounded, safe for threads, the least lately asked for dropped first.

Keys are digests of bytes or what does not change; nothing is kept by a time stamp, and nothing that is kept may change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """An object as part of a key: equal only to itself, which the key keeps alive."""

    one: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.one is self.one

    def __hash__(self) -> int:
        return id(self.one)


class Remembered(Generic[K, V]):
    """Values by key, of at most a total weight.

    most  : total weight;  weigh : of one value, 1 where nothing is said. A value heavier than ``most`` is not kept
    """

    def __init__(self, most: int, weigh: Callable[[V], int] | None = None) -> None:
        self._most, self._weigh = most, weigh
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def of(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not there; two threads that make it at once are given the first one.

        What ``make`` raises is raised, and nothing is kept.
        """
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[0]
        made = make()
        weight = 1 if self._weigh is None else self._weigh(made)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                return found[0]
            if weight <= self._most:
                self._kept[key] = (made, weight)
                self._weight += weight
            while self._weight > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._weight -= gone
        return made

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self._weight = 0
