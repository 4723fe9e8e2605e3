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
from securitize.performance.random.late_payments import resolve_delays
from securitize.performance.random.obligors import resolve_obligors
from securitize.performance.random.prepayments import resolve_prepayments
from securitize.performance.random.recoveries import resolve_recoveries
from securitize.performance.random.rights import resolve_rights


def resolve_random_performance(
    written: RandomPerformance, deal: Deal, pool: Pool, schedule: Schedule
) -> RandomModel:
    """Its processes, in the order in which they act."""
    copula = resolve_copula(written)
    processes: tuple[Process | None, ...] = (
        resolve_obligors(written, copula, pool, schedule),
        # After all that makes defaults; before what cuts their recoveries.
        resolve_recoveries(written, copula, deal.performance, pool),
        # After all that makes defaults.
        resolve_delays(written, copula, pool, schedule),
        resolve_prepayments(written, copula, pool, schedule),
        resolve_rights(written, pool, schedule),
    )
    return RandomModel(copula, tuple(one for one in processes if one is not None))


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
