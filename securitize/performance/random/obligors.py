"""Defaults of obligors drawn at random.

An obligor defaults with a hazard of its own; a copula hangs defaults together. The period in which it defaults has
exactly its probability; within the period every day is as likely as the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.market.schedules import Schedule
from securitize.performance.random.copulas import Copula, default_periods
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.resolved import NEVER, NamedDefault

Float64 = NDArray[np.float64]
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class ObligorRisk:
    """hazard : annual, continuous, of 365 days, not negative;  loading : on the market factor, -1 to 1."""

    hazard: float
    loading: float


@dataclass(frozen=True)
class RandomDefaults:
    """Which obligors default at random, and how that hangs together.

    Raises ValueError where an obligor is not in the pool or a hazard is negative.
    """

    copula: Copula
    obligors: Mapping[str, ObligorRisk]
    pool: Pool
    schedule: Schedule

    def __post_init__(self) -> None:
        if unknown := set(self.obligors) - set(self.pool.obligors):
            raise ValueError(f"obligors that the pool does not hold: {', '.join(sorted(unknown))}")
        if any(risk.hazard < 0 for risk in self.obligors.values()):
            raise ValueError("hazards are not negative")

    @cached_property
    def loading(self) -> Float64:
        """Of each obligor on the market factor, (obligors,)."""
        return np.array([risk.loading for risk in self.obligors.values()])

    @cached_property
    def probability(self) -> Float64:
        """Of default by a collection date, (obligors, periods)."""
        ends = np.array([day.toordinal() for day in self.schedule.collection], np.int64)
        hazard = np.array([risk.hazard for risk in self.obligors.values()])
        found: Float64 = -np.expm1(-hazard[:, None] * (ends[1:] - ends[0]) / DAYS_OF_YEAR)
        return found

    @cached_property
    def thresholds(self) -> Float64:
        """At or below which a latent variable means default by a collection date, (obligors, periods)."""
        return self.copula.thresholds(self.probability, self.loading[:, None])

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

        A default that is told as well happens on the earlier day, with the recoveries that were told for it.
        """
        dates = default_dates(self, numbers, drawn.factors)
        defaults = dict(drawn.performance.defaults)
        for name, contract in self.pool.contracts.items():
            if contract.obligor in dates:
                struck, named = dates[contract.obligor], defaults.get(name)
                defaults[name] = (
                    NamedDefault(struck)
                    if named is None
                    else replace(named, dates=np.minimum(named.dates, struck))
                )
        return replace(drawn, performance=replace(drawn.performance, defaults=defaults))


def resolve_obligors(
    written: RandomPerformance, copula: Copula, pool: Pool, schedule: Schedule
) -> RandomDefaults:
    """Every obligor of the pool with its own numbers, or those of all."""
    obligors = {}
    for name in pool.obligors:
        own = written.obligors.get(name)
        hazard = written.hazard if own is None or own.hazard is None else own.hazard
        loading = written.loading if own is None or own.loading is None else own.loading
        obligors[name] = ObligorRisk(hazard / RATE_UNITS, loading / RATE_UNITS)
    return RandomDefaults(copula, obligors, pool, schedule)


def default_dates(model: RandomDefaults, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """When each obligor defaults on the paths of ``numbers``.

    Returns int64 (paths,) by obligor: ordinals after the cut-off and at most the last collection date, NEVER beyond.
    Raises ValueError where a loading is out of range.
    """
    names, last = tuple(model.obligors), model.schedule.periods
    if not names:
        return {}
    ends = np.array([day.toordinal() for day in model.schedule.collection], np.int64)
    streams = [f"default/{name}" for name in names]
    latent = model.copula.latent(model.loading, streams, numbers, factors.market, factors.scale)
    periods = default_periods(latent, model.thresholds)
    # What never happens has no day; the last period stands in for it.
    held = np.minimum(periods, last - 1)
    starts, lengths = ends[:-1], np.diff(ends)
    found: dict[str, Int64] = {}
    for i, name in enumerate(names):
        share = numbers.of(f"default-day/{name}")[0]
        day = starts[held[i]] + 1 + (share * lengths[held[i]]).astype(np.int64)
        found[name] = np.where(periods[i] < last, day, NEVER)
    return found
