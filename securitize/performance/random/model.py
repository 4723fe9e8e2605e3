"""From a random performance as written to the processes that are drawn."""

from __future__ import annotations

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.deal import Deal
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import (
    DoubleTCopula,
    RandomPerformance,
    StudentTCopula,
)
from securitize.market.schedules import Schedule
from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random.draw import Process, RandomModel
from securitize.performance.random.obligors import resolve_obligors
from securitize.performance.random.resolve_rates import ToldRates, resolve_rates
from securitize.performance.random.resolve_sales import resolve_sales


def resolve_random_performance(
    written: RandomPerformance, deal: Deal, pool: Pool, schedule: Schedule, told: ToldRates
) -> RandomModel:
    """Its processes, in the order in which they act.

    told : index rates
    """
    copula = resolve_copula(written)
    processes: list[Process] = [resolve_obligors(written, copula, pool, schedule)]
    if written.sales:
        processes.append(resolve_sales(written.sales, copula.market, pool, schedule))
    processes += resolve_rates(written.rates, copula.market, told)
    return RandomModel(copula, tuple(processes))


def resolve_copula(written: RandomPerformance) -> Copula:
    """How latent variables hang together."""
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
