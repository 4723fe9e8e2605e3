"""A drawn path of a pool told as a scenario: stresses with dates, delays and rates in place of what was drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from securitize.assets.resolve import ResolvedPool
from securitize.definitions.performance import NamedRecovery
from securitize.definitions.scenarios.scenario import (
    DefaultStress,
    LatePaymentStress,
    PatentFailureStress,
    PrepaymentStress,
    Scenario,
    Stress,
)
from securitize.performance.resolved import NEVER, NamedDefault, ResolvedPerformance


class NoStressError(Exception):
    """Two contracts of one obligor are due on one day and not equally late: a stress names obligors only."""


def as_stresses(path: ResolvedPerformance, pool: ResolvedPool, before: Scenario | None = None) -> Scenario:
    """What happens on one path, drawn beside what ``before`` tells, as a scenario.

    Raises CannotBeToldError where the vocabulary of scenarios is too coarse for it.
    """
    kept = [one for one in (before.stress if before else ()) if not isinstance(one, DefaultStress)]
    stresses = [
        *kept,
        *_defaults(path),
        *_prepayments(path),
        *_failures(path),
        *_delays(path, pool),
    ]
    return Scenario.model_construct(name="told", stress=tuple(stresses))


def _defaults(path: ResolvedPerformance) -> Iterator[Stress]:
    for name, named in path.defaults.items():
        if named.dates[0] < NEVER:
            # Drawn rates may sum above 1: each takes what is left.
            yield DefaultStress.model_construct(
                driver="default",
                obligor=None,
                contract=name,
                at=_day(named.dates[0]),
                recoveries=_recoveries(named),
            )


def _recoveries(named: NamedDefault) -> tuple[NamedRecovery, ...] | None:
    if named.recoveries is None:
        return None
    return tuple(
        NamedRecovery.model_construct(
            source=one.source,
            rate=None if one.rate is None else int(one.rate[0]),
            amount=one.amount,
            lag=f"{one.lag}M",
            party=one.party,
            subrogation=one.subrogation,
            claim=one.claim,
        )
        for one in named.recoveries
    )


def _prepayments(path: ResolvedPerformance) -> Iterator[Stress]:
    for name, prepayments in path.prepayments.items():
        for named in prepayments:
            # What a scenario tells is in it already.
            if named.amount is None and named.dates[0] < NEVER:
                yield PrepaymentStress(driver="prepayment", contract=name, at=_day(named.dates[0]))


def _failures(path: ResolvedPerformance) -> Iterator[Stress]:
    for right, failures in path.failures.items():
        for failure in failures:
            if failure.dates[0] < NEVER:
                yield PatentFailureStress(
                    driver="patent-failure", right=right, at=_day(failure.dates[0]), cause=failure.cause
                )


def _delays(path: ResolvedPerformance, pool: ResolvedPool) -> Iterator[Stress]:
    found: dict[tuple[str, dt.date], int] = {}
    for contract in pool.contracts:
        obligor, delays = contract.contract.obligor, path.delays.get(contract.name)
        if delays is None:
            continue
        for k in range(contract.first, len(contract.due)):
            days = int(delays[0, k])
            if found.setdefault((obligor, contract.due[k]), days) != days:
                raise NoStressError
    for (obligor, due), days in found.items():
        if days:
            yield LatePaymentStress.model_validate(
                {"driver": "late-payment", "obligors": (obligor,), "from": due, "to": due, "days": days}
            )


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(int(ordinal))
