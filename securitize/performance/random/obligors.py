"""Defaults of obligors drawn at random.

An obligor defaults with hazards of its own; a copula makes defaults dependent. The period in which it defaults has
exactly its probability; within the period every day is as likely as the next. Contagion may bring the day forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.chains.chain import Chain
from securitize.definitions.figures import months
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.market.schedules import Schedule
from securitize.performance.random.companies import (
    ObligorRisk,
    days_within,
    latent_of,
    resolve_risk,
    thresholds_by,
)
from securitize.performance.random.contagion import SupplierContagion, spread, suppliers_of
from securitize.performance.random.copulas import Copula, default_periods
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.random.hazards import DAYS_OF_YEAR, probability_by
from securitize.performance.resolved import NEVER, defaulting_by


@dataclass(frozen=True)
class RandomDefaults:
    """Which obligors default at random, and how their defaults depend on one another.

    parties : obligors that are parties in other roles too
    Raises ValueError where an obligor is not in the pool or a hazard is negative.
    """

    copula: Copula
    obligors: Mapping[str, ObligorRisk]
    pool: Pool
    schedule: Schedule
    contagion: SupplierContagion | None = None
    parties: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if unknown := set(self.obligors) - set(self.pool.obligors):
            raise ValueError(f"obligors that the pool does not hold: {', '.join(sorted(unknown))}")
        if any(min(risk.hazards) < 0 for risk in self.obligors.values()):
            raise ValueError("hazards are not negative")

    @cached_property
    def loading(self) -> Float64:
        """Of each obligor on the market factor, (obligors,)."""
        return np.array([risk.loading for risk in self.obligors.values()])

    @cached_property
    def ends(self) -> Int64:
        """Ordinals of the cut-off and of each collection date, (periods + 1,)."""
        return np.array([day.toordinal() for day in self.schedule.collection], np.int64)

    @cached_property
    def probability(self) -> Float64:
        """Of default by a collection date, without contagion, (obligors, periods)."""
        days = self.ends[1:] - self.ends[0]
        return np.array([probability_by(risk.hazards, days) for risk in self.obligors.values()])

    @cached_property
    def thresholds(self) -> Float64:
        """At or below which a latent variable means default by a collection date, (obligors, periods)."""
        return thresholds_by(self.copula, tuple(self.obligors.values()), self.ends)

    @property
    def streams(self) -> tuple[str, ...]:
        """Of every obligor's own factor, the largest opening balance first; of equal ones the first of the pool."""
        opening = dict.fromkeys(self.obligors, 0)
        for contract in self.pool.contracts.values():
            if contract.obligor in opening:
                opening[contract.obligor] += contract.opening
        return tuple(f"default/{name}" for name in sorted(opening, key=lambda name: -opening[name]))

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """An obligor's default strikes each of its contracts.

        A default that is given as well happens on the earlier day, with the recoveries that were given for it.
        """
        dates = default_dates(self, numbers, drawn.factors)
        defaults = dict(drawn.performance.defaults)
        for name, contract in self.pool.contracts.items():
            if contract.obligor in dates:
                defaults[name] = defaulting_by(defaults.get(name), dates[contract.obligor])
        performance = replace(drawn.performance, defaults=defaults)
        felled = {name: dates[name] for name in dates if name in self.parties}
        return replace(drawn, performance=performance, obligors=felled)


def resolve_obligors(
    written: RandomPerformance,
    copula: Copula,
    pool: Pool,
    schedule: Schedule,
    chain: Chain | None = None,
    parties: frozenset[str] = frozenset(),
) -> RandomDefaults:
    """Every obligor of the pool with its own numbers, or those of all.

    parties : obligors that are parties in other roles too
    Raises ValueError where nothing says how likely an obligor defaults, or contagion has no chain.
    """
    obligors = {name: resolve_risk(written, written.obligors.get(name)) for name in pool.obligors}
    return RandomDefaults(copula, obligors, pool, schedule, _contagion(written, pool, chain), parties)


def _contagion(written: RandomPerformance, pool: Pool, chain: Chain | None) -> SupplierContagion | None:
    rule = written.contagion
    if rule is None:
        return None
    if chain is None:
        raise ValueError("contagion needs a chain")
    nodes = {name: one.node for name, one in written.obligors.items() if one.node and name in pool.obligors}
    half_life = None if rule.half_life is None else months(rule.half_life) * DAYS_OF_YEAR / 12
    return SupplierContagion(rule.multiplier / RATE_UNITS, half_life, suppliers_of(nodes, chain))


def default_dates(model: RandomDefaults, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """When each obligor defaults on the paths of ``numbers``.

    Returns int64 (paths,) by obligor: ordinals after the cut-off and at most the last collection date, NEVER beyond.
    Raises ValueError where a loading is out of range.
    """
    names = tuple(model.obligors)
    if not names:
        return {}
    latent = latent_of(model.copula, model.obligors, [f"default/{name}" for name in names], numbers, factors)
    found: dict[str, Int64] = {}
    for name, values, row in zip(names, latent, model.thresholds, strict=True):
        # Few default, and only they have a period and a day of it.
        found[name] = dates = np.full(numbers.paths, NEVER, np.int64)
        paths = np.flatnonzero(values <= row[-1])
        (periods,) = default_periods(values[None, paths], row[None])
        dates[paths] = days_within(periods, model.ends, numbers.at(f"default-day/{name}", paths))
    if model.contagion is None:
        return found

    def level_beyond(name: str) -> Float64:
        return model.copula.level(latent[names.index(name)], model.obligors[name].loading)

    start, last = int(model.ends[0]), int(model.ends[-1])
    hazards = {name: risk.hazards for name, risk in model.obligors.items()}
    days = {name: dates - start for name, dates in found.items()}
    sooner = spread(model.contagion, hazards, days, level_beyond, last - start)
    return {name: dates + start for name, dates in sooner.items()}
