"""Recoveries drawn at random: beta-distributed rates that are low when the market is bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.figures import months
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.performance.random.copulas import Copula
from securitize.performance.random.draw import Drawn
from securitize.performance.random.market_loading import market_score, with_market
from securitize.performance.resolved import ResolvedRecovery


@dataclass(frozen=True, slots=True)
class RecoveryRisk:
    """The random rate of one entry of the deal's recoveries.

    mean          : units of 1e-8; None for the rate that is given
    concentration : a + b of the beta law, so that its variance is mean (1 - mean) / (a + b + 1); None for no variance
    loading       : on the market factor, -1 to 1
    lag           : months; None for the lag that is given
    cost          : of the sale, as a share of what is realised, units of 1e-8
    cost_amount   : of the sale of each contract's security, minor units
    """

    mean: int | None
    concentration: float | None
    loading: float
    lag: int | None = None
    cost: int = 0
    cost_amount: int = 0


@dataclass(frozen=True)
class RandomRecoveries:
    """Which of the deal's recoveries are random, by source."""

    copula: Copula
    sources: Mapping[str, tuple[RecoveryRisk, ...]]
    pool: Pool

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Each default without recoveries of its own brings those of its obligor on each path.

        Acts after everything that makes defaults, and before what cuts their recoveries.
        """
        given = drawn.performance.recoveries
        score = market_score(self.copula, drawn.factors)
        known: dict[str, tuple[ResolvedRecovery, ...]] = {}
        defaults = dict(drawn.performance.defaults)
        for name, named in defaults.items():
            if named.recoveries is None:
                obligor = self.pool.contracts[name].obligor
                if obligor not in known:
                    known[obligor] = random_recoveries(self, given, obligor, numbers, score)
                defaults[name] = replace(named, recoveries=known[obligor])
        return replace(drawn, performance=replace(drawn.performance, defaults=defaults))


def resolve_recoveries(
    written: RandomPerformance, copula: Copula, base: Performance | None, pool: Pool
) -> RandomRecoveries | None:
    """The recoveries that are written, for every entry of the deal with their source; None where there are none.

    base : of the deal
    A concentration is that of the mean as written, or of the deal's own rate: it stays where a scenario changes that.
    """
    if not written.recovery:
        return None
    rates: dict[str, list[int]] = {}
    for entry in base.recoveries if base else ():
        rates.setdefault(entry.source, []).append(entry.rate)
    sources = {
        one.source: tuple(
            RecoveryRisk(
                one.mean,
                concentration_of(rate if one.mean is None else one.mean, one.deviation),
                one.loading / RATE_UNITS,
                None if one.lag is None else months(one.lag),
                one.cost,
                one.cost_amount,
            )
            for rate in rates.get(one.source, ())
        )
        for one in written.recovery
    }
    return RandomRecoveries(copula, sources, pool)


def concentration_of(mean: int, deviation: int) -> float | None:
    """a + b of the beta law with this mean and standard deviation, units of 1e-8; None for no deviation.

    Raises ValueError where no rate from 0 to 1 has them.
    """
    if deviation == 0:
        return None
    found = mean * (RATE_UNITS - mean) / deviation**2 - 1
    if found <= 0:
        raise ValueError("no rate from 0 to 1 has this mean and deviation")
    return found


def random_recoveries(
    model: RandomRecoveries,
    given: tuple[ResolvedRecovery, ...],
    obligor: str,
    numbers: Numbers,
    score: Float64,
) -> tuple[ResolvedRecovery, ...]:
    """The recoveries of an obligor's contracts, in the order in which they are given.

    score : the market factor as a normal number, (paths,)
    Entries of one source depend on one number, ``recovery/OBLIGOR/SOURCE``.
    """
    found, count = [], dict.fromkeys(model.sources, 0)
    for one in given:
        risks = model.sources.get(one.source, ())
        if one.rate is None or count.get(one.source, 0) >= len(risks):
            found.append(one)
            continue
        risk = risks[count[one.source]]
        count[one.source] += 1
        own = numbers.of(f"recovery/{obligor}/{one.source}")[0]
        mean = int(one.rate[0]) if risk.mean is None else risk.mean
        rate = recovery_rates(risk, mean, with_market(risk.loading, score, own))
        lag = one.lag if risk.lag is None else risk.lag
        found.append(replace(one, rate=rate, lag=lag, cost=risk.cost_amount))
    return tuple(found)


def recovery_rates(risk: RecoveryRisk, mean: int, level: Float64) -> Int64:
    """Rates after the share that the sale costs, int64 (paths,) units of 1e-8; (1,) without deviation.

    level : uniform, (paths,): the probability of a rate at most as high
    """
    if risk.concentration is None or mean in (0, RATE_UNITS):
        rate = np.array([mean], np.int64)
    else:
        from scipy.special import betaincinv

        share = mean / RATE_UNITS
        a, b = share * risk.concentration, (1 - share) * risk.concentration
        rate = np.rint(betaincinv(a, b, level) * RATE_UNITS).astype(np.int64)
    return multiply_divide(rate, np.full_like(rate, RATE_UNITS - risk.cost), RATE_UNITS)
