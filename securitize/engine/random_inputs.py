"""What the pool delivers, and what differs by path of what the deal is given: drawn, block by block of paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.assets.outcomes import Outcomes, default_outcomes
from securitize.assets.royalty_terms import (
    RoyaltyTerms,
    only_royalties,
    royalty_terms,
    without_royalties,
)
from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.errors import CalculationError
from securitize.base.streams import PLAIN, Numbers, Sampling
from securitize.definitions.figures import STREAMS
from securitize.engine.calculation import from_period, inputs_drawn, waterfall_inputs
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.random.draw import Drawn, RandomModel, draw
from securitize.performance.resolved import ResolvedPerformance, differs_only_in
from securitize.waterfall.duplicate_paths import DuplicatePaths
from securitize.waterfall.execute import check_range
from securitize.waterfall.resolved import ResolvedDeal


@dataclass(frozen=True, slots=True)
class BlockInputs:
    """A block of paths before its waterfall.

    inputs             : of the plan, int64 (periods, paths) by name, or paths some of which are alike
    obligors_defaulted : by the last collection date, int64 (paths,)
    weights            : what each path counts, float64 (paths,); None where all count the same
    caused             : of some paths, counted within the block, what each obligor's default takes from the pool,
        int64 (obligors, some), minor units; None where no obligor defaults at random
    """

    inputs: Mapping[str, Int64] | DuplicatePaths
    obligors_defaulted: Int64
    weights: Float64 | None = None
    caused: Callable[[Int64], Int64] | None = None


@dataclass(frozen=True, slots=True)
class _Royalties:
    """terms : of each royalty;  outcomes : of the claims;  cash, sales : int64 (periods,), the same on all paths."""

    terms: tuple[RoyaltyTerms, ...]
    outcomes: Outcomes
    cash: Int64
    sales: Int64


@dataclass(frozen=True)
class RandomInputs:
    """Draws and projects the paths of one prepared deal.

    compiled : whether what a large number of paths pays for is loaded: kernels that give the same numbers sooner
    """

    prepared: Prepared
    resolved: ResolvedDeal
    model: RandomModel
    seed: int
    sampling: Sampling = PLAIN
    compiled: bool = False

    def __post_init__(self) -> None:
        if self.compiled:
            import securitize.base.streams_kernel  # noqa: F401

    def numbers(self, first: int, after: int) -> Numbers:
        """The random numbers of these paths."""
        return Numbers(self.seed, first, after, self.sampling)

    def drawn(self, first: int, after: int) -> Drawn:
        """What happens on these paths."""
        return draw(self.model, self.prepared.performance, self.numbers(first, after))

    @cached_property
    def outcomes(self) -> Outcomes | None:
        """What the pool delivers by days of default; None where more than defaults is random, or amounts are huge."""
        deterministic, drawn = self.prepared.performance, self.drawn(0, 1).performance
        if not differs_only_in(deterministic, drawn, {"defaults"}):
            return None
        pool = self.prepared.resolved_pool
        found = default_outcomes(pool, deterministic, tuple(drawn.defaults), self._inputs)
        try:
            check_range(
                self.resolved,
                {name: most.reshape(1, 1) for name, most in zip(found.names, found.most, strict=True)},
            )
        except CalculationError:
            # Together they might be too large; each path by itself is looked at then.
            return None
        return found

    @cached_property
    def _royalties(self) -> _Royalties | None:
        """Royalties as the kernel takes them, and claims by days of default; None where more is random."""
        pool, deterministic, drawn = (
            self.prepared.resolved_pool,
            self.prepared.performance,
            self.drawn(0, 1).performance,
        )
        terms = royalty_terms(pool, deterministic)
        if not terms or not differs_only_in(deterministic, drawn, {"defaults", "sales"}):
            return None
        if self.resolved.failing_banks:
            # The kernel adds royalties up by period: it does not know which a bank held.
            return None
        from securitize.assets.royalties_kernel import add_royalties

        claims, royalties = without_royalties(pool), only_royalties(pool)
        names = tuple(one.name for one in claims.contracts if one.name in drawn.defaults)
        outcomes = default_outcomes(claims, deterministic, names, self._inputs)
        whole = self._inputs(project(royalties, deterministic, keep_flows=False))
        # What is the same on all paths is what the deterministic path has beside what the kernel finds of it.
        periods = len(self.prepared.schedule.payment)
        cash, sales = np.zeros((periods, 1), np.int64), np.zeros((periods, 1), np.int64)
        add_royalties(terms, deterministic, cash, sales)
        past = self.resolved.past
        return _Royalties(
            terms, outcomes, whole["royalty"][0] - cash[past:, 0], whole["sales"][0] - sales[past:, 0]
        )

    def _of_royalties(self, royalties: _Royalties, drawn: Drawn) -> dict[str, Int64]:
        from securitize.assets.outcomes_kernel import deliver
        from securitize.assets.royalties_kernel import add_royalties

        performance, outcomes = drawn.performance, royalties.outcomes
        paths, periods, past = performance.paths, len(self.prepared.schedule.payment), self.resolved.past
        dates = np.empty((len(outcomes.contracts), paths), np.int64)
        for row, name in enumerate(outcomes.contracts):
            dates[row] = performance.defaults[name].dates
        shaped = deliver(outcomes, dates).reshape(len(outcomes.names), -1, paths)
        found = dict(zip(outcomes.names, shaped, strict=True))
        cash, sales = np.zeros((periods, paths), np.int64), np.zeros((periods, paths), np.int64)
        add_royalties(royalties.terms, performance, cash, sales)
        found["royalty"] += cash[past:] + royalties.cash[:, None]
        found["sales"] += sales[past:] + royalties.sales[:, None]
        return found

    @cached_property
    def radix(self) -> Int64 | None:
        """Of the keys of duplicate paths; None where there are none."""
        return None if self.outcomes is None else self.outcomes.radix

    def block(self, first: int, after: int) -> BlockInputs:
        """These paths, drawn and projected. Raises CalculationError where an input is out of range."""
        drawn = self.drawn(first, after)
        delivered: Mapping[str, Int64] | DuplicatePaths
        if self.outcomes is not None:
            delivered = self._looked_up(self.outcomes, drawn)
        elif self.compiled and self._royalties is not None:
            delivered = self._of_royalties(self._royalties, drawn)
            check_range(self.resolved, {name: values.T for name, values in delivered.items()})
        else:
            inputs = self._inputs(project(self.prepared.resolved_pool, drawn.performance, keep_flows=False))
            check_range(self.resolved, inputs)
            delivered = {name: np.ascontiguousarray(values.T) for name, values in inputs.items()}
        if varying := inputs_drawn(self.prepared, drawn):
            past = self.resolved.past
            period_inputs = {
                name: np.ascontiguousarray(values[:, past:].T) for name, values in varying.items()
            }
            whole = delivered.every if isinstance(delivered, DuplicatePaths) else delivered
            delivered = {**whole, **period_inputs}
        return BlockInputs(
            delivered,
            _obligors_defaulted(self.prepared, drawn.performance),
            self.numbers(first, after).weights,
            self._caused(drawn.performance),
        )

    @cached_property
    def _costs(self) -> tuple[tuple[str, ...], int, dict[str, Int64]] | None:
        """Obligors that default at random, the first day on which they may, and what a default of each takes by day.

        With the recoveries that are given; what else is random does not count. None where no obligor defaults.
        """
        deterministic, drawn = self.prepared.performance, self.drawn(0, 1).performance
        names = tuple(
            name for name, named in drawn.defaults.items() if named is not deterministic.defaults.get(name)
        )
        if not names:
            return None
        royalties = self._royalties if self.compiled and self.outcomes is None else None
        outcomes = self.outcomes if royalties is None else royalties.outcomes
        if outcomes is None:
            outcomes = default_outcomes(self.prepared.resolved_pool, deterministic, names, self._inputs)
        costs = dict(zip(outcomes.contracts, outcomes.lost(STREAMS), strict=True))
        if royalties is not None:
            from securitize.assets.royalties_kernel import lost_by_day

            days = np.arange(outcomes.first, outcomes.first + outcomes.kinds.shape[1])
            periods = len(self.prepared.schedule.payment)
            costs |= {
                one.name: lost_by_day(one, deterministic, days, periods)
                for one in royalties.terms
                if one.name in names
            }
        owners = self.prepared.pool.contracts
        return tuple(dict.fromkeys(owners[name].obligor for name in names)), outcomes.first, costs

    @property
    def obligors(self) -> tuple[str, ...]:
        """Those that default at random, in the order of what they cause."""
        return self._costs[0] if self._costs else ()

    def _caused(self, performance: ResolvedPerformance) -> Callable[[Int64], Int64] | None:
        if self._costs is None:
            return None
        obligors, first, costs = self._costs

        def caused(paths: Int64) -> Int64:
            found = np.zeros((len(obligors), len(paths)), np.int64)
            for name, by_day in costs.items():
                dates = np.broadcast_to(performance.defaults[name].dates, performance.paths)[paths] - first
                struck = np.flatnonzero((dates >= 0) & (dates < len(by_day)))
                row = obligors.index(self.prepared.pool.contracts[name].obligor)
                found[row, struck] += by_day[dates[struck]]
            return found

        return caused

    def _looked_up(self, outcomes: Outcomes, drawn: Drawn) -> Mapping[str, Int64] | DuplicatePaths:
        paths, defaults = drawn.performance.paths, drawn.performance.defaults
        dates = np.stack([np.broadcast_to(defaults[name].dates, paths) for name in outcomes.contracts])

        def deliver(wanted: Int64) -> dict[str, Int64]:
            if self.compiled:
                from securitize.assets.outcomes_kernel import deliver

                rows = deliver(outcomes, dates[:, wanted])
            else:
                rows = outcomes.deliver(dates[:, wanted])
            return dict(zip(outcomes.names, rows.reshape(len(outcomes.names), -1, len(wanted)), strict=True))

        if self.radix is None:
            return deliver(np.arange(paths))
        if self.compiled:
            from securitize.assets.outcomes_kernel import keys

            return DuplicatePaths(keys(outcomes, dates, self.radix), deliver)
        return DuplicatePaths(outcomes.keys(dates, self.radix), deliver)

    def _inputs(self, collections: Collections) -> dict[str, Int64]:
        """What the plan reads of collections, (paths, periods)."""
        return waterfall_inputs(self.resolved, from_period(collections, self.resolved.past))


def _obligors_defaulted(prepared: Prepared, performance: ResolvedPerformance) -> Int64:
    """How many obligors default by the last collection date, (paths,)."""
    last, nobody = prepared.schedule.collection[-1].toordinal(), np.zeros(performance.paths, np.int64)
    by_obligor: dict[str, Int64] = {}
    for name, named in performance.defaults.items():
        obligor = prepared.pool.contracts[name].obligor
        by_obligor[obligor] = by_obligor.get(obligor, nobody) | (named.dates <= last)
    return sum(by_obligor.values(), nobody)
