"""Parties that default at random: guarantors, other providers of support, and obligors that are more than that.

They depend on the same factors as the obligors, so that a guarantor can fail in the very paths in which it is called;
and one company fails in all its roles on one day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.streams import Numbers
from securitize.definitions.checks.parties import parties_struck
from securitize.definitions.deals.deal import Deal
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.definitions.scenarios.random_providers import RandomProvider
from securitize.market.schedules import Schedule
from securitize.performance.parties import (
    PartyRoles,
    bank_pays,
    earlier,
    parties_of,
    source_key,
    support_key,
    support_pays,
)
from securitize.performance.random.companies import (
    ObligorRisk,
    days_within,
    latent_of,
    resolve_risk,
    thresholds_by,
)
from securitize.performance.random.copulas import Copula, default_periods
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.resolved import PartyDefault, ResolvedPerformance, resolved_recoveries


@dataclass(frozen=True, slots=True)
class Strike:
    """What the default of a company does to a party: from then on it pays ``recovery``, units of 1e-8."""

    company: str
    party: str
    recovery: int


@dataclass(frozen=True)
class RandomProviders:
    """Which parties default at random, and what they then still pay.

    companies : by the provider that says how its company defaults; ``party/ID`` by the law of all
    strikes   : the parties behind them, by key; of several of one party the first holds
    obligors  : share that obligors still pay in their other roles, units of 1e-8
    Raises ValueError where a hazard is negative or a party is struck by no company.
    """

    copula: Copula
    companies: Mapping[str, ObligorRisk]
    strikes: tuple[Strike, ...]
    obligors: Mapping[str, int]
    deal: Deal
    pool: Pool
    schedule: Schedule

    def __post_init__(self) -> None:
        if any(min(risk.hazards) < 0 for risk in self.companies.values()):
            raise ValueError("hazards are not negative")
        if unknown := {strike.company for strike in self.strikes} - set(self.companies):
            raise ValueError(f"parties of no company: {', '.join(sorted(unknown))}")

    @cached_property
    def ends(self) -> Int64:
        """Ordinals of the cut-off and of each payment date, (periods + 1,)."""
        dates = (self.schedule.collection[0], *self.schedule.payment)
        return np.array([day.toordinal() for day in dates], np.int64)

    @cached_property
    def thresholds(self) -> Float64:
        """At or below which a latent variable means default by a payment date, (companies, periods)."""
        return thresholds_by(self.copula, tuple(self.companies.values()), self.ends)

    @cached_property
    def parties(self) -> frozenset[str]:
        """Keys of the parties that may default."""
        return frozenset((*(strike.party for strike in self.strikes), *self.obligors))

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Every role of a party falls on its day, drawn or given, whichever is earlier; of equal days the given."""
        given, struck = drawn.performance.parties, dict[str, PartyDefault]()
        for party, default in self._defaults(drawn, numbers):
            struck[party] = earlier(struck.get(party, given.get(party)), default)
        paid = support_pays(self.deal, struck, self.schedule.payment_dates)
        period_inputs = {**drawn.period_inputs, **{f"pays.{name}": pays for name, pays in paid.items()}}
        period_inputs |= bank_pays(self.deal, struck, self.schedule.payment_dates)
        performance = drawn.performance
        # A party of which the pool's cash does not depend leaves the given ones as they are: faster routes see that.
        if concerned := struck.keys() & _of_the_pool(performance, self.pool):
            performance = replace(performance, parties={**given, **{key: struck[key] for key in concerned}})
        return replace(drawn, performance=performance, period_inputs=period_inputs)

    def _defaults(self, drawn: Drawn, numbers: Numbers) -> Iterator[tuple[str, PartyDefault]]:
        for name, share in self.obligors.items():
            yield name, PartyDefault(drawn.obligors[name], np.array([share], np.int64))
        dates = provider_dates(self, numbers, drawn.factors)
        for strike in self.strikes:
            yield strike.party, PartyDefault(dates[strike.company], np.array([strike.recovery], np.int64))


def _of_the_pool(performance: ResolvedPerformance, pool: Pool) -> set[str]:
    """Keys of whoever owes recoveries, or holds accounts into which the pool's cash goes."""
    entries = [*performance.recoveries]
    for named in performance.defaults.values():
        entries += named.recoveries or ()
    entries += performance.as_written
    past = [contract.as_of for contract in pool.contracts.values() if contract.as_of]
    entries += resolved_recoveries(entry for one in past for entry in one.own_recoveries)
    expected = [cash.party for one in past for cash in one.expected if cash.party is not None]
    return {*(one.party or source_key(one.source) for one in entries), *performance.banks, *expected}


def resolve_providers(
    written: RandomPerformance, copula: Copula, schedule: Schedule, deal: Deal, pool: Pool
) -> RandomProviders | None:
    """The parties that have a law of default, each company once; None where there are none."""
    roles = parties_of(deal, pool)
    obligors = {key: one.share for key, one in roles.items() if one.obligor and one.pays_others}
    companies: dict[str, ObligorRisk] = {}
    strikes: list[Strike] = []
    for company, names in written.promises().items():
        companies[company] = resolve_risk(written, written.providers[company])
        for name in names:
            strikes += _strikes(company, name, written.providers[name], deal, roles)
    known = {one.party for one in strikes} | obligors.keys()
    if written.all_providers is not None:
        for key, one in roles.items():
            if key not in known and (one.supports or one.sources):
                # Of a support that is a company of its own the name is that of the support.
                company = key.removeprefix("support:") if ":" in key else f"party/{key}"
                companies[company] = resolve_risk(written, written.all_providers.company)
                recovery = written.all_providers.recovery
                strikes.append(Strike(company, key, one.share if recovery is None else recovery))
    if not companies and not obligors:
        return None
    return RandomProviders(copula, companies, tuple(strikes), obligors, deal, pool, schedule)


def _strikes(
    company: str, name: str, provider: RandomProvider, deal: Deal, roles: Mapping[str, PartyRoles]
) -> Iterator[Strike]:
    """The parties that one provider is; of recoveries that name none, whoever owes their source."""
    keys = parties_struck(deal, name, provider)
    if provider.source is not None:
        keys = [*keys, source_key(provider.source)]
    elif name in deal.support:
        keys = [support_key(deal, name)]
    for key in keys:
        own = roles[key].share if key in roles else 0
        yield Strike(company, key, own if provider.recovery is None else provider.recovery)


def provider_dates(model: RandomProviders, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """When each company defaults on the paths of ``numbers``.

    Returns int64 (paths,): ordinals after the cut-off and at most the last payment date, NEVER beyond.
    """
    if not model.companies:
        return {}
    streams = [_stream(name) for name in model.companies]
    latent = latent_of(model.copula, model.companies, streams, numbers, factors)
    periods = default_periods(latent, model.thresholds)
    return {
        name: days_within(periods[i], model.ends, numbers.of(_stream(name, "-day"))[0])
        for i, name in enumerate(model.companies)
    }


def _stream(company: str, of: str = "") -> str:
    """The name of a company's random numbers: by its party, or by the provider that says how it defaults."""
    party = company.removeprefix("party/")
    return f"{'provider' if party == company else 'party'}{of}/{party}"
