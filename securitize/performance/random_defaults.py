"""Defaults drawn at random, path by path, on top of what is told.

An obligor defaults with a hazard of its own; a copula hangs defaults together. The period in which it defaults has
exactly its probability; within the period every day is as likely as the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import uniforms
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import (
    DoubleTCopula,
    RandomPerformance,
    StudentTCopula,
)
from securitize.market.schedules import Schedule
from securitize.performance.copulas import Copula, default_periods, double_t, gaussian, student_t
from securitize.performance.resolved import NEVER, NamedDefault, ResolvedPerformance

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class ObligorRisk:
    """hazard : annual, continuous, of 365 days, not negative;  loading : on the market factor, -1 to 1."""

    hazard: float
    loading: float


@dataclass(frozen=True, slots=True)
class RandomDefaults:
    """Which obligors default at random, and how that hangs together."""

    copula: Copula
    obligors: Mapping[str, ObligorRisk]


def resolve_random_performance(written: RandomPerformance, pool: Pool) -> RandomDefaults:
    """Every obligor of the pool with its own numbers, or those of all."""
    obligors = {}
    for name in pool.obligors:
        own = written.obligors.get(name)
        hazard = written.hazard if own is None or own.hazard is None else own.hazard
        loading = written.loading if own is None or own.loading is None else own.loading
        obligors[name] = ObligorRisk(hazard / RATE_UNITS, loading / RATE_UNITS)
    return RandomDefaults(_copula(written), obligors)


def _copula(written: RandomPerformance) -> Copula:
    rule = written.copula
    if isinstance(rule, StudentTCopula):
        return student_t(rule.degrees / RATE_UNITS)
    if isinstance(rule, DoubleTCopula):
        market, own = (
            None if degrees is None else degrees / RATE_UNITS
            for degrees in (rule.market_degrees, rule.own_degrees)
        )
        return double_t(market, own)
    return gaussian()


def default_dates(
    model: RandomDefaults, schedule: Schedule, seed: int, first: int, after: int
) -> dict[str, Int64]:
    """When each obligor defaults on the paths ``first`` to ``after - 1``.

    Returns int64 (paths,) by obligor: ordinals after the cut-off and at most the last collection date, NEVER beyond.
    Raises ValueError where a hazard is negative or a loading out of range.
    """
    if any(risk.hazard < 0 for risk in model.obligors.values()):
        raise ValueError("hazards are not negative")
    names = tuple(model.obligors)
    if not names:
        return {}
    ends = np.array([day.toordinal() for day in schedule.collection], np.int64)
    hazard = np.array([model.obligors[name].hazard for name in names])
    loading = np.array([model.obligors[name].loading for name in names])
    by_date = -np.expm1(-hazard[:, None] * (ends[1:] - ends[0]) / DAYS_OF_YEAR)
    thresholds = model.copula.thresholds(by_date, loading[:, None])
    periods = default_periods(model.copula.latent(loading, names, seed, first, after), thresholds)
    # What never happens has no day; the last period stands in for it.
    held = np.minimum(periods, schedule.periods - 1)
    starts, lengths = ends[:-1], np.diff(ends)
    found: dict[str, Int64] = {}
    for i, name in enumerate(names):
        share = uniforms(seed, f"default-day/{name}", first, after)[0]
        day = starts[held[i]] + 1 + (share * lengths[held[i]]).astype(np.int64)
        found[name] = np.where(periods[i] < schedule.periods, day, NEVER)
    return found


def with_random_defaults(
    told: ResolvedPerformance,
    model: RandomDefaults,
    pool: Pool,
    schedule: Schedule,
    seed: int,
    first: int,
    after: int,
) -> ResolvedPerformance:
    """What is told, of one path, and beside it random defaults on the paths ``first`` to ``after - 1``.

    An obligor's default strikes each of its contracts; a default that is told as well happens on the earlier day, with
    the recoveries that were told for it.
    Raises ValueError where ``told`` has more than one path or an obligor is not in the pool.
    """
    if told.paths != 1:
        raise ValueError("random defaults are drawn beside one path that is told")
    if unknown := set(model.obligors) - set(pool.obligors):
        raise ValueError(f"obligors that the pool does not hold: {', '.join(sorted(unknown))}")
    dates = default_dates(model, schedule, seed, first, after)
    defaults = dict(told.defaults)
    for name, contract in pool.contracts.items():
        if contract.obligor in dates:
            drawn, named = dates[contract.obligor], told.defaults.get(name)
            defaults[name] = (
                NamedDefault(drawn) if named is None else replace(named, dates=np.minimum(named.dates, drawn))
            )
    return replace(told, paths=after - first, defaults=defaults)


def path_of(performance: ResolvedPerformance, path: int) -> ResolvedPerformance:
    """One path of it, told: what the deterministic engine replays. ``path`` counts within the block."""

    def one(values: Int64) -> Int64:
        return values if len(values) == 1 else values[path : path + 1]

    return replace(
        performance,
        paths=1,
        default_rates=one(performance.default_rates),
        prepayment_rates=one(performance.prepayment_rates),
        defaults={
            name: replace(named, dates=one(named.dates)) for name, named in performance.defaults.items()
        },
        failures={
            right: tuple(replace(failure, dates=one(failure.dates)) for failure in failures)
            for right, failures in performance.failures.items()
        },
    )
