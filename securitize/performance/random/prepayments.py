"""Prepayments drawn at random: claims that are paid back as a whole on a random day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.market.schedules import Schedule
from securitize.performance.random.copulas import Copula
from securitize.performance.random.day_of_event import constant, days_of_deal, first_day
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.random.market_loading import market_score, with_market
from securitize.performance.resolved import NamedPrepayment


@dataclass(frozen=True, slots=True)
class PrepaymentRisk:
    """How likely a claim is to be prepaid.

    hazard : annual, continuous, of 365 days;  loading : on the market factor, -1 to 1; positive: a good one prepays
    """

    hazard: float
    loading: float


@dataclass(frozen=True)
class RandomPrepayments:
    """Which claims are prepaid at random.

    Raises ValueError where a contract is no claim of the pool or a hazard is negative.
    """

    copula: Copula
    contracts: Mapping[str, PrepaymentRisk]
    pool: Pool
    schedule: Schedule

    def __post_init__(self) -> None:
        if unknown := set(self.contracts) - set(self.pool.claims):
            raise ValueError(f"no claims of the pool: {', '.join(sorted(unknown))}")
        if any(risk.hazard < 0 for risk in self.contracts.values()):
            raise ValueError("hazards are not negative")

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Each joins what is given of its contract; of one day, what is given comes first."""
        if not self.contracts:
            return drawn
        prepayments = dict(drawn.performance.prepayments)
        for name, dates in prepayment_dates(self, numbers, drawn.factors).items():
            prepayments[name] = (*prepayments.get(name, ()), NamedPrepayment(dates, None))
        return replace(drawn, performance=replace(drawn.performance, prepayments=prepayments))


def resolve_prepayments(
    written: RandomPerformance, copula: Copula, pool: Pool, schedule: Schedule
) -> RandomPrepayments | None:
    """Every claim with its own numbers, those of its obligor, or those of all; None where nothing is written."""
    rule = written.prepayment
    if rule is None:
        return None
    contracts = {}
    for name, contract in pool.claims.items():
        hazard, loading = rule.hazard, rule.loading
        for own in (rule.obligors.get(contract.obligor), rule.contracts.get(name)):
            if own is not None:
                hazard = hazard if own.hazard is None else own.hazard
                loading = loading if own.loading is None else own.loading
        if hazard:
            contracts[name] = PrepaymentRisk(hazard / RATE_UNITS, loading / RATE_UNITS)
    return RandomPrepayments(copula, contracts, pool, schedule)


def prepayment_dates(model: RandomPrepayments, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """When each contract is prepaid, int64 (paths,): ordinals of the deal's collection periods, NEVER beyond."""
    days, cut_off = days_of_deal(model.schedule), model.schedule.collection[0].toordinal()
    score = market_score(model.copula, factors)
    found = {}
    for name, risk in model.contracts.items():
        level = with_market(-risk.loading, score, numbers.of(f"prepayment/{name}")[0])
        found[name] = first_day(constant(risk.hazard, days, cut_off), days, level)
    return found
