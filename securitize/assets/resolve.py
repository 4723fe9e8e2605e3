"""A pool on its dates: instalments, day counts, index resets, weights of rights.

Source: ``docs/reference/assets.md``, sections 1, 2 and 4.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise

from securitize.assets.claims import ScheduledClaim, Terms, schedule_claim
from securitize.base.dates import add_months, months_between
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import months
from securitize.definitions.market import Holidays, Market
from securitize.definitions.pool import (
    Claim,
    CustomPrincipal,
    FixedRate,
    LicenceBack,
    LprRate,
    PledgedLoan,
    Pool,
)
from securitize.market.calendars import BusinessCalendar
from securitize.market.day_counts import DENOMINATORS, accrual
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import Schedule
from securitize.performance.resolved import IndexChange


@dataclass(frozen=True, slots=True)
class IndexRates:
    """Where a resetting rate comes from, by instalment; rates are units of 1e-8."""

    margin: int
    resets: tuple[dt.date, ...]
    published: tuple[int, ...]

    def rates(self, changes: tuple[IndexChange, ...]) -> tuple[int, ...]:
        """Index plus margin, at least 0, of each instalment, after ``changes`` to the index, in order."""
        return tuple(
            max(0, _changed_index(value, day, changes) + self.margin)
            for day, value in zip(self.resets, self.published, strict=True)
        )


def _changed_index(value: int, day: dt.date, changes: tuple[IndexChange, ...]) -> int:
    for change in changes:
        if day >= change.at:
            value = change.value if change.change == "set" else value + change.value
            value = min(RATE_UNITS, max(0, value))
    return value


@dataclass(frozen=True, slots=True)
class ResolvedContract:
    """A contract on its dates; n instalments.

    dates     : p_0 = start, p_1 … p_n, unadjusted
    adjusted  : of p_1 … p_n, (n,)
    first     : instalments adjusted to the cut-off or before; the first projected one is k = first + 1
    terms     : at the index rates as published; ``scheduled`` is their cash
    index     : of a resetting rate
    rights    : (right, weight) of those whose failure cuts the fees; empty where none does
    """

    name: str
    contract: PledgedLoan | LicenceBack
    dates: tuple[dt.date, ...]
    adjusted: tuple[dt.date, ...]
    first: int
    terms: Terms
    index: IndexRates | None
    rights: tuple[tuple[str, int], ...]
    scheduled: ScheduledClaim

    def under(self, changes: tuple[IndexChange, ...]) -> ResolvedContract:
        """The same contract after changes to the index rates."""
        if self.index is None or not changes:
            return self
        terms = replace(self.terms, rates=self.index.rates(changes))
        return replace(self, terms=terms, scheduled=schedule_claim(terms))


@dataclass(frozen=True, slots=True)
class ResolvedPool:
    """A pool ready to be projected; ``warnings`` say what calendars and rates did not know."""

    pool: Pool
    schedule: Schedule
    calendar: BusinessCalendar
    contracts: tuple[ResolvedContract, ...]
    warnings: tuple[str, ...]


def resolve_pool(
    pool: Pool, schedule: Schedule, market: Market | None, holidays: Holidays | None = None
) -> ResolvedPool:
    """The contracts of ``pool`` on the dates of a deal's ``schedule``.

    market : where index rates come from; None serves pools of fixed rates
    Raises DefinitionError where an index rate is needed on a date before the first published one.
    """
    calendar, history = BusinessCalendar(pool.calendar, holidays), IndexHistory(market)
    contracts = tuple(_resolve(name, pool, schedule, calendar, history) for name in pool.contracts)
    asked = [p for one in contracts if one.contract.dates.adjustment != "unadjusted" for p in one.dates[1:]]
    resets = [day for one in contracts for day in (one.index.resets if one.index else ())]
    end = schedule.collection[-1]
    outlive = [one.name for one in contracts if one.adjusted[-1] > end]
    warnings = [*calendar.warnings(asked), *history.warnings(resets)]
    if outlive:
        warnings.append(
            f"contracts with instalments after the last collection date {end}: {', '.join(outlive)}"
        )
    return ResolvedPool(pool, schedule, calendar, contracts, tuple(warnings))


def _resolve(
    name: str, pool: Pool, schedule: Schedule, calendar: BusinessCalendar, history: IndexHistory
) -> ResolvedContract:
    contract = pool.contracts[name]
    instalments = contract.instalment_dates()
    dates = (contract.start, *instalments)
    adjusted = tuple(calendar.adjust(day, contract.dates.adjustment) for day in instalments)
    rule = _rate_rule(contract)
    if isinstance(rule, LprRate):
        resets = tuple(_reset_date(contract.start, day, months(rule.reset)) for day in dates[:-1])
        index = IndexRates(rule.margin, resets, tuple(history.value(rule.index, day) for day in resets))
        rates = index.rates(())
    else:
        index, rates = None, (rule,) * len(instalments)
    spans = pairwise(dates)
    terms = Terms(
        contract.opening,
        rates,
        tuple(accrual(contract.day_count, since, until, dates[-1])[0] for since, until in spans),
        DENOMINATORS[contract.day_count],
        contract.repayment,
        _custom(contract, instalments),
    )
    first = sum(day <= schedule.collection[0] for day in adjusted)
    rights: tuple[tuple[str, int], ...] = ()
    if isinstance(contract, LicenceBack) and not contract.full_payment:
        rights = tuple((right, pool.collateral[right].count) for right in contract.collateral)
    return ResolvedContract(
        name, contract, dates, adjusted, first, terms, index, rights, schedule_claim(terms)
    )


def _rate_rule(contract: PledgedLoan | LicenceBack) -> int | LprRate:
    if isinstance(contract, LicenceBack):
        return contract.contract_rate
    return contract.rate.rate if isinstance(contract.rate, FixedRate) else contract.rate


def _reset_date(start: dt.date, day: dt.date, every: int) -> dt.date:
    """The latest of start, start + every, … that is not after ``day``."""
    whole, _ = months_between(start, day)
    return add_months(start, whole // every * every)


def _custom(contract: Claim, instalments: tuple[dt.date, ...]) -> tuple[int, ...]:
    if not isinstance(contract.repayment, CustomPrincipal):
        return ()
    amounts = {payment.date: payment.amount for payment in contract.repayment.payments}
    return tuple(amounts.get(day, 0) for day in instalments)
