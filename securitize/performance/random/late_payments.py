"""Late payment drawn at random: which instalments arrive late, and by how many days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.pools.pool import Contract, Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.market.schedules import Schedule
from securitize.performance.random.copulas import Copula
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.random.market_loading import market_score, normal_with_market


@dataclass(frozen=True, slots=True)
class Lateness:
    """How an obligor is late.

    probability : of each instalment, 0 to 1;  loading : on the market factor, -1 to 1
    persistence : correlation of what is the obligor's own from one due date to its next, 0 to 1
    """

    probability: float
    loading: float
    persistence: float


@dataclass(frozen=True)
class RandomDelays:
    """Which obligors pay late at random.

    delays : (days, share of late instalments)
    Raises ValueError where shares do not sum to 1 or an obligor is not in the pool.
    """

    copula: Copula
    delays: tuple[tuple[int, float], ...]
    obligors: Mapping[str, Lateness]
    pool: Pool
    schedule: Schedule

    def __post_init__(self) -> None:
        if abs(sum(share for _, share in self.delays) - 1) > 1e-12:
            raise ValueError("the shares of delays sum to 1")
        if unknown := set(self.obligors) - set(self.pool.obligors):
            raise ValueError(f"obligors that the pool does not hold: {', '.join(sorted(unknown))}")

    @cached_property
    def instalments(self) -> Mapping[str, tuple[dt.date, ...]]:
        """Unadjusted dates on which each contract is due, ascending."""
        return {name: contract.instalment_dates() for name, contract in self.pool.contracts.items()}

    @cached_property
    def due_dates(self) -> Mapping[str, tuple[dt.date, ...]]:
        """Those after the cut-off of all contracts of each obligor, ascending, each once."""
        days: dict[str, set[dt.date]] = {name: set() for name in self.obligors}
        for name, contract in self.pool.contracts.items():
            after = (day for day in self.instalments[name] if day > self.schedule.collection[0])
            days.setdefault(contract.obligor, set()).update(after)
        return {name: tuple(sorted(found)) for name, found in days.items()}

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Instalments of one obligor with one due date are late together; none is after the contract's default."""
        days = late_days(self, numbers, drawn.factors)
        if not days:
            return drawn
        found = dict(drawn.performance.delays)
        for name, contract in self.pool.contracts.items():
            if contract.obligor in days:
                due = self.due_dates[contract.obligor]
                late = _of_contract(self.instalments[name], due, days[contract.obligor])
                found[name] = np.where(self._after_default(drawn, name, contract), 0, late)
        return replace(drawn, performance=replace(drawn.performance, delays=found))

    def _after_default(self, drawn: Drawn, name: str, contract: Contract) -> NDArray[np.bool_]:
        """Whether an instalment is due after its contract has defaulted, (1, instalments) or (paths, instalments)."""
        named = drawn.performance.defaults.get(name)
        due = np.array([day.toordinal() for day in self.instalments[name]], np.int64)
        if named is None:
            return np.zeros((1, due.size), np.bool_)
        since = contract.as_of.date if contract.as_of else self.schedule.collection[0]
        dates = named.dates[:, None]
        # A default on or before ``as_of`` does not happen.
        return (dates > since.toordinal()) & (dates <= due)


def resolve_delays(
    written: RandomPerformance, copula: Copula, pool: Pool, schedule: Schedule
) -> RandomDelays | None:
    """Every obligor of the pool with its own numbers, or those of all; None where nothing is written."""
    late = written.late
    if late is None:
        return None
    obligors = {}
    for name in pool.obligors:
        own = late.obligors.get(name)
        probability, loading, persistence = (
            (late if own is None or getattr(own, field) is None else own, field)
            for field in ("probability", "loading", "persistence")
        )
        numbers = [getattr(where, field) / RATE_UNITS for where, field in (probability, loading, persistence)]
        if numbers[0]:
            obligors[name] = Lateness(*numbers)
    delays = tuple((delay.days, delay.share / RATE_UNITS) for delay in late.delays)
    return RandomDelays(copula, delays, obligors, pool, schedule)


def late_days(model: RandomDelays, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """Days of delay of each obligor's due dates, int64 (paths, due dates), 0 where on time.

    What is an obligor's own runs from due date to due date as E_1 = e_1, E_k = c E_(k-1) + sqrt(1 - c^2) e_k with c its
    persistence and e_k of the stream ``late/OBLIGOR``; each is standard normal. Low is bad: the lowest are the latest.
    """
    from scipy.special import ndtri

    score = market_score(model.copula, factors)
    found = {}
    for name, risk in model.obligors.items():
        count = len(model.due_dates[name])
        if not count:
            continue
        own = ndtri(numbers.of(f"late/{name}", count))
        fresh = np.sqrt(1 - risk.persistence**2)
        for k in range(1, count):
            own[k] = risk.persistence * own[k - 1] + fresh * own[k]
        found[name] = delays_at(
            model.delays, risk.probability, normal_with_market(risk.loading, score, own)
        ).T
    return found


def delays_at(delays: Sequence[tuple[int, float]], probability: float, level: Float64) -> Int64:
    """Days of delay at uniform levels, of any shape: the longest at the lowest, 0 above ``probability``."""
    longest_first = sorted(delays, reverse=True)
    bounds = probability * np.cumsum([share for _, share in longest_first])
    bounds[-1] = probability
    lengths = np.array([*(days for days, _ in longest_first), 0], np.int64)
    which: Int64 = np.searchsorted(bounds, level, side="left")
    return lengths[which]


def _of_contract(instalments: Sequence[dt.date], due: Sequence[dt.date], days: Int64) -> Int64:
    """From the obligor's due dates to the contract's instalments, (paths, instalments); 0 up to the cut-off."""
    place = {day: k for k, day in enumerate(due)}
    columns = [place.get(day) for day in instalments]
    nothing = np.zeros(len(days), np.int64)
    return np.stack([nothing if k is None else days[:, k] for k in columns], axis=1)
