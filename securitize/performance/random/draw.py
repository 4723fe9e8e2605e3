"""What is drawn for a block of paths, on top of what is given; and any one of these paths as if it were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.streams import Numbers
from securitize.performance.random.copulas import Copula
from securitize.performance.random.node_factors import NodeFactors
from securitize.performance.resolved import ResolvedPerformance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Factors:
    """What all processes share, float64 (paths,) each.

    market : M, the market factor, low is bad;  scale : S of a Student-t copula, 1 for the others
    nodes  : N of each node of an industry chain that somebody stands on, low is bad
    """

    market: Float64
    scale: Float64
    nodes: Mapping[str, Float64] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What happens on each path of a block.

    performance : of the pool, with ``paths`` paths
    period_inputs : what differs by path of the inputs by period, by the names of the engine's books
        (``pays.NAME``, ``fixing.KEY``), int64 (paths, periods)
    obligors : days on which obligors default that are parties in other roles too, int64 (paths,), ordinals
    """

    performance: ResolvedPerformance
    period_inputs: Mapping[str, Int64]
    factors: Factors
    obligors: Mapping[str, Int64] = field(default_factory=dict)


class Process(Protocol):
    """Something that happens at random."""

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """``drawn`` with this process on top."""


@runtime_checkable
class Ranked(Protocol):
    """A process that says which of its streams move most; the numbers of one that does not are all alike."""

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of its streams, the most important first; factors that several share are named ``factor/...``."""


@dataclass(frozen=True)
class RandomModel:
    """Everything that happens at random; processes act in their order.

    nodes : factors of an industry chain; None where nobody stands on a node
    """

    copula: Copula
    processes: tuple[Process, ...]
    nodes: NodeFactors | None = None

    def factors(self, numbers: Numbers) -> Factors:
        """What the processes share on these paths."""
        return Factors(*self.copula.shared(numbers), self.nodes.of(numbers) if self.nodes else {})

    @property
    def streams(self) -> tuple[str, ...]:
        """In order of importance: what all share, other factors, then what is each one's own, process by process."""
        own = [
            stream for process in self.processes if isinstance(process, Ranked) for stream in process.streams
        ]
        own.sort(key=lambda stream: not stream.startswith("factor/"))
        return tuple(dict.fromkeys((*self.copula.streams, *own)))


def draw(model: RandomModel, deterministic: ResolvedPerformance, numbers: Numbers) -> Drawn:
    """What happens on the paths of ``numbers``, on top of what is given.

    Raises ValueError where ``given`` has more than one path.
    """
    if deterministic.paths != 1:
        raise ValueError("what is random is drawn beside one path that is given")
    drawn = Drawn(replace(deterministic, paths=numbers.paths), {}, model.factors(numbers))
    for process in model.processes:
        drawn = process.strike(drawn, numbers)
    return drawn


def path_of(drawn: T, path: int) -> T:
    """One path, as if it were given: what the deterministic engine replays. ``path`` counts within the block.

    Every array of a row a path gives its row, whatever holds it: dataclasses, mappings and tuples are looked into.
    """
    return _row_of(drawn, path)


def _row_of(value: T, path: int) -> T:
    if isinstance(value, np.ndarray):
        return value if len(value) == 1 else value[path : path + 1]  # type: ignore[return-value]
    if isinstance(value, ResolvedPerformance):
        rows = {each.name: _row_of(getattr(value, each.name), path) for each in fields(value)}
        return replace(value, **{**rows, "paths": 1})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: _row_of(getattr(value, each.name), path) for each in fields(value)}
        )
    if isinstance(value, Mapping):
        return {name: _row_of(one, path) for name, one in value.items()}  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_row_of(one, path) for one in value)  # type: ignore[return-value]
    return value
