"""What the pool delivers, and what differs by path of what the deal is told: drawn, block by block of paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from securitize.assets.collections import project
from securitize.base.arithmetic import Int64
from securitize.base.streams import PLAIN, Float64, Numbers, Sampling
from securitize.performance.random.draw import Drawn, RandomModel, draw
from securitize.performance.resolved import ResolvedPerformance
from securitize.runs.calculation import from_period
from securitize.runs.prepare import Prepared
from securitize.waterfall.execute import check_range, plan_inputs
from securitize.waterfall.resolved import ResolvedDeal


@dataclass(frozen=True, slots=True)
class BlockInputs:
    """A block of paths before its waterfall.

    inputs             : of the plan, int64 (periods, paths) by name
    obligors_defaulted : by the last collection date, int64 (paths,)
    weights            : what each path counts, float64 (paths,); None where all count the same
    """

    inputs: Mapping[str, Int64]
    obligors_defaulted: Int64
    weights: Float64 | None = None


@dataclass(frozen=True)
class RandomInputs:
    """Draws and projects the paths of one prepared deal."""

    prepared: Prepared
    resolved: ResolvedDeal
    model: RandomModel
    seed: int
    sampling: Sampling = PLAIN

    def numbers(self, first: int, after: int) -> Numbers:
        """The random numbers of these paths."""
        return Numbers(self.seed, first, after, self.sampling)

    def drawn(self, first: int, after: int) -> Drawn:
        """What happens on these paths."""
        return draw(self.model, self.prepared.performance, self.numbers(first, after))

    def block(self, first: int, after: int) -> BlockInputs:
        """These paths, drawn and projected. Raises CalculationError where an input is out of range."""
        drawn, past = self.drawn(first, after), self.resolved.past
        collections = project(self.prepared.resolved_pool, drawn.performance, keep_flows=False)
        found = from_period(collections, past)
        inputs = plan_inputs(found.streams, found.performing, found.defaulted) | {"sales": found.sales}
        check_range(self.resolved, inputs)
        inputs |= {name: values[:, past:] for name, values in drawn.told.items()}
        return BlockInputs(
            {name: np.ascontiguousarray(values.T) for name, values in inputs.items()},
            _obligors_defaulted(self.prepared, drawn.performance),
            self.numbers(first, after).weights,
        )


def _obligors_defaulted(prepared: Prepared, performance: ResolvedPerformance) -> Int64:
    """How many obligors default by the last collection date, (paths,)."""
    last, nobody = prepared.schedule.collection[-1].toordinal(), np.zeros(performance.paths, np.int64)
    by_obligor: dict[str, Int64] = {}
    for name, named in performance.defaults.items():
        obligor = prepared.pool.contracts[name].obligor
        by_obligor[obligor] = by_obligor.get(obligor, nobody) | (named.dates <= last)
    return sum(by_obligor.values(), nobody)
