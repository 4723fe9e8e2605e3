"""Defaults of obligors drawn at random.

An obligor defaults with hazards of its own; a copula hangs defaults together. The period in which it defaults has
exactly its probability; within the period every day is as likely as the next. Contagion may bring the day forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.chains.chain import Chain
from securitize.definitions.figures import months
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.default_probability import RandomCompany
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.market.schedules import Schedule
from securitize.performance.random.contagion import SupplierContagion, spread, suppliers_of
from securitize.performance.random.copulas import Copula, default_periods
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.random.hazards import DAYS_OF_YEAR, hazards_of, probability_by
from securitize.performance.resolved import NEVER, NamedDefault

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ObligorRisk:
    """How likely a company is to default, and what it hangs on.

    hazard       : annual, continuous, of 365 days, not negative; of all years, or of the first
    loading      : on the market factor, -1 to 1
    node         : of whose factor it hangs, with ``node_loading``; None for none
    later        : hazards of the second, third, … year, the last holding
    """

    hazard: float
    loading: float
    node: str | None = None
    node_loading: float = 0.0
    later: tuple[float, ...] = ()

    @property
    def hazards(self) -> tuple[float, ...]:
        """Of the first, second, … year, the last holding."""
        return (self.hazard, *self.later)


@dataclass(frozen=True)
class RandomDefaults:
    """Which obligors default at random, and how that hangs together.

    Raises ValueError where an obligor is not in the pool or a hazard is negative.
    """

    copula: Copula
    obligors: Mapping[str, ObligorRisk]
    pool: Pool
    schedule: Schedule
    contagion: SupplierContagion | None = None

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
    def thresholds(self) -> Float64:
        """At or below which a latent variable means default by a collection date, (obligors, periods)."""
        return thresholds_by(self.copula, tuple(self.obligors.values()), self.ends)

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
    written: RandomPerformance, copula: Copula, pool: Pool, schedule: Schedule, chain: Chain | None = None
) -> RandomDefaults:
    """Every obligor of the pool with its own numbers, or those of all.

    Raises ValueError where nothing says how likely an obligor defaults, or contagion has no chain.
    """
    obligors = {name: resolve_risk(written, written.obligors.get(name)) for name in pool.obligors}
    return RandomDefaults(copula, obligors, pool, schedule, _contagion(written, pool, chain))


def resolve_risk(written: RandomPerformance, company: RandomCompany | None) -> ObligorRisk:
    """A company's own numbers, or those of all; None for one of which nothing is written.

    Raises ValueError where nothing says how likely it defaults.
    """
    hazards: tuple[float, ...]
    if company is not None and company.rating is not None:
        hazards = hazards_of(written.ratings[company.rating].cumulative)
    elif company is not None and company.cumulative is not None:
        hazards = hazards_of(company.cumulative)
    else:
        hazard = written.hazard if company is None or company.hazard is None else company.hazard
        if hazard is None:
            raise ValueError("nothing says how likely a company defaults")
        hazards = (hazard / RATE_UNITS,)
    return ObligorRisk(
        hazards[0],
        written.loading_of(company) / RATE_UNITS,
        None if company is None else company.node,
        written.node_loading_of(company) / RATE_UNITS,
        hazards[1:],
    )


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
    for name, periods in zip(names, default_periods(latent, model.thresholds), strict=True):
        found[name] = days_within(periods, model.ends, numbers.of(f"default-day/{name}")[0])
    if model.contagion is None:
        return found

    def level_beyond(name: str) -> Float64:
        return model.copula.level(latent[names.index(name)], model.obligors[name].loading)

    start, last = int(model.ends[0]), int(model.ends[-1])
    hazards = {name: risk.hazards for name, risk in model.obligors.items()}
    days = {name: dates - start for name, dates in found.items()}
    sooner = spread(model.contagion, hazards, days, level_beyond, last - start)
    return {name: dates + start for name, dates in sooner.items()}


def thresholds_by(copula: Copula, companies: Sequence[ObligorRisk], ends: Int64) -> Float64:
    """At or below which a latent variable means default by a date.

    ends : ordinals, of the cut-off first, (dates + 1,)
    Returns (companies, dates).
    """
    by_date = np.array([probability_by(risk.hazards, ends[1:] - ends[0]) for risk in companies])
    loading = np.array([risk.loading for risk in companies])
    return copula.thresholds(by_date.reshape(len(companies), len(ends) - 1), loading[:, None])


def latent_of(
    copula: Copula,
    companies: Mapping[str, ObligorRisk],
    streams: Sequence[str],
    numbers: Numbers,
    factors: Factors,
) -> Float64:
    """Latent variables of companies, (companies, paths). Raises KeyError where the factor of a node is missing."""
    risks = tuple(companies.values())
    nobody = np.zeros(numbers.paths, np.float64)
    return copula.latent(
        np.array([risk.loading for risk in risks]),
        streams,
        numbers,
        factors.market,
        factors.scale,
        np.array([risk.node_loading for risk in risks]),
        [factors.nodes[risk.node] if risk.node and risk.node_loading else nobody for risk in risks],
    )


def days_within(periods: Int64, ends: Int64, share: Float64) -> Int64:
    """Ordinals of defaults, every day of a period alike; NEVER where none is.

    periods : int64 (paths,), the number of periods where there is no default;  ends : (periods + 1,), ordinals
    share   : float64 (paths,), uniform
    """
    last = len(ends) - 1
    # What never happens has no day; the last period stands in for it.
    held = np.minimum(periods, last - 1)
    starts, lengths = ends[:-1], np.diff(ends)
    days = starts[held] + 1 + (share * lengths[held]).astype(np.int64)
    return np.where(periods < last, days, NEVER)
