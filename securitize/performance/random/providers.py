"""Guarantors and other providers that default at random: of supports of the deal, and of recoveries of the pool.

They depend on the same factors as the obligors, so that a guarantor can fail in the very paths in which it is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.market.schedules import Schedule
from securitize.performance.random.companies import (
    ObligorRisk,
    days_within,
    latent_of,
    resolve_risk,
    thresholds_by,
)
from securitize.performance.random.copulas import Copula, default_periods
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.resolved import NamedDefault, ResolvedPerformance, ResolvedRecovery


@dataclass(frozen=True, slots=True)
class Promise:
    """What a company owes.

    company  : the provider that says how it defaults
    recovery : the share that it still pays from its default on, units of 1e-8
    support  : of the deal; None for recoveries
    source   : of recoveries; None for a support
    """

    company: str
    recovery: int
    support: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class RandomProviders:
    """Which providers default at random, and what they then still pay.

    companies : by the provider that says how its company defaults
    period_inputs : what is given of supports without default, ``pays.NAME``, by payment date of the whole deal
    Raises ValueError where a hazard is negative or a promise is of no company.
    """

    copula: Copula
    companies: Mapping[str, ObligorRisk]
    promises: tuple[Promise, ...]
    period_inputs: Mapping[str, Sequence[int]]
    schedule: Schedule

    def __post_init__(self) -> None:
        if any(min(risk.hazards) < 0 for risk in self.companies.values()):
            raise ValueError("hazards are not negative")
        if unknown := {promise.company for promise in self.promises} - set(self.companies):
            raise ValueError(f"promises of no company: {', '.join(sorted(unknown))}")

    @cached_property
    def ends(self) -> Int64:
        """Ordinals of the cut-off and of each payment date, (periods + 1,)."""
        dates = (self.schedule.collection[0], *self.schedule.payment)
        return np.array([day.toordinal() for day in dates], np.int64)

    @cached_property
    def thresholds(self) -> Float64:
        """At or below which a latent variable means default by a payment date, (companies, periods)."""
        return thresholds_by(self.copula, tuple(self.companies.values()), self.ends)

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Supports pay less from the first payment date that is not before the default, recoveries of later defaults
        less; what is given holds where it is less still.
        """
        dates = provider_dates(self, numbers, drawn.factors)
        payment, period_inputs, performance = self.ends[1:], dict(drawn.period_inputs), drawn.performance
        for promise in self.promises:
            when = dates[promise.company]
            if promise.support is not None:
                name = f"pays.{promise.support}"
                pays = np.where(when[:, None] <= payment, promise.recovery, RATE_UNITS)
                before = period_inputs.get(
                    name, np.array(self.period_inputs.get(name, [RATE_UNITS] * len(payment)), np.int64)
                )
                period_inputs[name] = np.minimum(pays, before)
            if promise.source is not None:
                performance = _with_less(performance, promise, when)
        return replace(drawn, performance=performance, period_inputs=period_inputs)


def resolve_providers(
    written: RandomPerformance, copula: Copula, schedule: Schedule, period_inputs: Mapping[str, Sequence[int]]
) -> RandomProviders | None:
    """The providers that are written, each company once; None where there are none."""
    if not written.providers:
        return None
    groups = written.promises()
    companies = {name: resolve_risk(written, written.providers[name]) for name in groups}
    promises = [
        Promise(company, one.recovery, None if one.source is not None else name, one.source)
        for company, names in groups.items()
        for name, one in ((name, written.providers[name]) for name in names)
    ]
    return RandomProviders(copula, companies, tuple(promises), period_inputs, schedule)


def provider_dates(model: RandomProviders, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """When each company defaults on the paths of ``numbers``.

    Returns int64 (paths,): ordinals after the cut-off and at most the last payment date, NEVER beyond.
    """
    streams = [f"provider/{name}" for name in model.companies]
    latent = latent_of(model.copula, model.companies, streams, numbers, factors)
    periods = default_periods(latent, model.thresholds)
    return {
        name: days_within(periods[i], model.ends, numbers.of(f"provider-day/{name}")[0])
        for i, name in enumerate(model.companies)
    }


def _with_less(performance: ResolvedPerformance, promise: Promise, when: Int64) -> ResolvedPerformance:
    """The recoveries of a source cut to the share that is still paid, of each default not before the provider's."""

    def cut(named: NamedDefault) -> NamedDefault:
        own = performance.recoveries if named.recoveries is None else named.recoveries
        if not any(one.source == promise.source and one.rate is not None for one in own):
            return named
        return replace(named, recoveries=tuple(less(one, when <= named.dates) for one in own))

    def less(one: ResolvedRecovery, failed: NDArray[np.bool_]) -> ResolvedRecovery:
        if one.source != promise.source or one.rate is None:
            return one
        rate = np.broadcast_to(one.rate, failed.shape)
        share = np.full(failed.shape, promise.recovery, np.int64)
        return replace(one, rate=np.where(failed, multiply_divide(rate, share, RATE_UNITS), rate))

    return replace(performance, defaults={name: cut(named) for name, named in performance.defaults.items()})
