"""The expected loss of the most senior notes over random paths that are the same for every variant of a deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.streams import Numbers
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.random_inputs import BlockInputs, RandomInputs
from securitize.performance.random.draw import draw
from securitize.waterfall.duplicate_paths import DuplicatePaths
from securitize.waterfall.execute import run_blocks
from securitize.waterfall.losses import lent as lent_of
from securitize.waterfall.shared_plans import SHARED

#: Paths that are drawn: they rank numbers, they do not price a note.
MOST_PATHS = 2048


@dataclass(frozen=True, slots=True)
class CommonPaths:
    """How many paths, of which seed, and which supports are left out since their providers never fail at random.

    base   : the deal whose variants are looked at
    blocks : what its pool delivers on the paths, once it is known: a variant of the notes alone reads the same
    """

    base: Prepared
    paths: int
    seed: int
    absent: tuple[str, ...]
    blocks: list[BlockInputs] = field(default_factory=list)

    def without_support(self, prepared: Prepared) -> Prepared:
        """The same deal where the supports that are left out pay nothing."""
        nothing = [0] * prepared.schedule.periods
        gone = {f"pays.{name}": nothing for name in self.absent}
        return replace(prepared, period_inputs={**prepared.period_inputs, **gone})

    def expected_loss(self, prepared: Prepared) -> float | None:
        """Mean principal loss of the most senior notes over what was lent; None where nothing was.

        Raises CalculationError as :func:`securitize.engine.calculation.calculate`, ValueError where nothing is drawn.
        """
        return self.loss_of(calculate(self.without_support(prepared)))

    def loss_of(self, calculation: Calculation) -> float | None:
        """The same of a deal that is calculated without those supports already."""
        prepared = calculation.prepared
        if prepared.random is None:
            raise ValueError("nothing is to be drawn")
        deal = prepared.deal
        first = min(note.rank for note in deal.notes.values())
        senior = [name for name, note in deal.notes.items() if note.rank == first]
        lent = np.array([lent_of(calculation.resolved, name) for name in senior], np.int64)
        if not lent.any():
            return None
        varying = draw(prepared.random, prepared.performance, Numbers(self.seed, 0, 1)).period_inputs
        resolved = replace(calculation.resolved, varying=frozenset(varying))
        plan = SHARED.rules_of(resolved, with_totals=True).plan(lines=())
        rows = [plan.totals.index(("sum", "note", name, "principal_paid")) for name in senior]
        drawn = RandomInputs(prepared, resolved, prepared.random, self.seed)

        alike = not varying and _delivers_alike(prepared, self.base)

        def source(start: int, after: int) -> Mapping[str, Int64] | DuplicatePaths:
            if not alike:
                return drawn.block(start, after).inputs
            if not self.blocks:
                self.blocks.append(drawn.block(start, after))
            return self.blocks[0].inputs

        def reduce(start: int, after: int, lines: Int64, totals: Int64) -> int:
            return int(np.maximum(lent[:, np.newaxis] - totals[rows], 0).sum())

        lost = sum(run_blocks(plan, self.paths, source, reduce, block=self.paths))
        return lost / self.paths / int(lent.sum())


def _delivers_alike(one: Prepared, other: Prepared) -> bool:
    """Whether the pools of two variants deliver the same on every path."""
    mine, theirs = one.definitions, other.definitions
    return (
        mine.pool is theirs.pool
        and mine.performance is theirs.performance
        and mine.market is theirs.market
        and one.schedule == other.schedule
        and one.deal.performance == other.deal.performance
    )


def common_paths(prepared: Prepared) -> CommonPaths | None:
    """The paths of a prepared deal; None where nothing is drawn."""
    if prepared.random is None or prepared.draw is None:
        return None
    given = draw(prepared.random, prepared.performance, Numbers(prepared.draw.seed, 0, 1)).period_inputs
    absent = tuple(name for name in prepared.deal.support if f"pays.{name}" not in given)
    return CommonPaths(prepared, min(prepared.draw.paths, MOST_PATHS), prepared.draw.seed, absent)
