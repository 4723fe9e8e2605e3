"""From a random performance as written to the processes that are drawn."""

from __future__ import annotations

import datetime as dt
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.chains.chain import Chain
from securitize.definitions.deals.deal import Deal
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import (
    DoubleTCopula,
    GaussianCopula,
    RandomPerformance,
    StudentTCopula,
)
from securitize.market.schedules import Schedule
from securitize.performance.parties import parties_of
from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random.draw import Process, RandomModel
from securitize.performance.random.late_payments import resolve_delays
from securitize.performance.random.node_factors import resolve_node_factors
from securitize.performance.random.obligors import resolve_obligors
from securitize.performance.random.prepayments import resolve_prepayments
from securitize.performance.random.providers import resolve_providers
from securitize.performance.random.recoveries import resolve_recoveries
from securitize.performance.random.resolve_rates import GivenRates, resolve_rates
from securitize.performance.random.resolve_sales import resolve_sales
from securitize.performance.random.rights import resolve_rights


def resolve_random_performance(
    written: RandomPerformance,
    deal: Deal,
    pool: Pool,
    schedule: Schedule,
    chain: Chain | None = None,
    rates: GivenRates | None = None,
    since: dt.date | None = None,
) -> RandomModel:
    """Its processes, in the order in which they act.

    chain : the industry chain that the performance names, if any
    rates : index rates as they are given; None where none is drawn
    since : the day of a deal in mid-life: nothing happens at random on it or before, and clocks start there
    """
    copula, cut_off = resolve_copula(written), schedule.collection[0]
    if since is not None:
        schedule = schedule.not_before(since)
    also = frozenset(key for key, one in parties_of(deal, pool).items() if one.obligor and one.pays_others)
    processes: tuple[Process | None, ...] = (
        resolve_obligors(written, copula, pool, schedule, chain, also),
        # After all that makes defaults; before what cuts their recoveries.
        resolve_recoveries(written, copula, deal.performance, pool),
        # A company fails in all its roles, as an obligor too, so this comes after what decides on those.
        resolve_providers(written, copula, schedule, deal, pool),
        # After all that makes defaults.
        resolve_delays(written, copula, pool, schedule),
        resolve_prepayments(written, copula, pool, schedule),
        resolve_rights(written, pool, schedule, cut_off),
    )
    kept = [one for one in processes if one is not None]
    if written.sales:
        kept.append(resolve_sales(written.sales, copula.market, pool, schedule, cut_off))
    if rates is not None:
        kept += resolve_rates(written.rates, copula.market, rates)
    return RandomModel(copula, tuple(kept), resolve_node_factors(written, chain))


def resolve_copula(written: RandomPerformance) -> Copula:
    """The dependence of latent variables."""
    match rule := written.copula:
        case StudentTCopula():
            return student_t(rule.degrees / RATE_UNITS)
        case DoubleTCopula():
            market, own = (
                None if degrees is None else degrees / RATE_UNITS
                for degrees in (rule.market_degrees, rule.own_degrees)
            )
            return double_t(market, own)
        case GaussianCopula():
            return gaussian()
        case _:
            assert_never(rule)
