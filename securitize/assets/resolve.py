"""A pool on its dates: instalments, day counts, index resets, weights of rights.

Source: ``docs/reference/assets.md``, sections 1, 2 and 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import assert_never, get_args

from securitize.assets.claims import ScheduledClaim, Terms, product, schedule_claim
from securitize.assets.index_rates import IndexRates, RateSteps
from securitize.assets.rights import ResolvedRight
from securitize.assets.royalties import ResolvedRoyalty, resolve_royalty
from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months, months_between
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.figures import MOVES, Stream, months
from securitize.definitions.pools.claims import Cause, Claim, Instalments, Trust
from securitize.definitions.pools.contracts import (
    LeaseBack,
    LicenceBack,
    PledgedLoan,
    ProjectedClaim,
    Receivable,
    TrustLoan,
)
from securitize.definitions.pools.instalments import FixedContractRate, LprRate
from securitize.definitions.pools.past import PastClaim
from securitize.definitions.pools.pool import Contract, Pool
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.market.calendars import BusinessCalendar
from securitize.market.day_counts import accrual
from securitize.market.lpr import IndexHistory
from securitize.market.periods import InterestPeriod, dates_of_reference
from securitize.market.schedules import Schedule
from securitize.performance.resolved import NEVER, IndexChange, due_as_written


@dataclass(frozen=True, slots=True)
class ResolvedContract:
    """A claim on its dates; n instalments.

    dates     : p_0 = start, p_1 … p_n, unadjusted
    adjusted  : of p_1 … p_n, (n,);  due : of the same, as windows of late payment see them
    first     : instalments adjusted to the cut-off or before; the next one is k = first + 1
    projected : likewise of the date from which the claim is projected, later than the cut-off in mid-life
    terms     : at the index rates as published; ``scheduled`` is their cash
    steps     : likewise, the rates of each instalment's period, from their days on
    index     : of a resetting rate
    rights    : those whose failure changes the claim
    """

    name: str
    contract: Claim
    dates: tuple[dt.date, ...]
    adjusted: tuple[dt.date, ...]
    due: tuple[dt.date, ...]
    first: int
    projected: int
    terms: Terms
    steps: tuple[RateSteps, ...]
    index: IndexRates | None
    rights: tuple[ResolvedRight, ...]
    scheduled: ScheduledClaim
    calendar: BusinessCalendar

    def under(self, changes: tuple[IndexChange, ...]) -> ResolvedContract:
        """The same contract after changes to the index rates."""
        if self.index is None or not changes:
            return self
        steps = self.index.steps(changes)
        rates, resets = _rates(self.contract, self.dates, steps)
        terms = replace(self.terms, rates=rates, resets=resets)
        return replace(self, terms=terms, steps=steps, scheduled=schedule_claim(terms))

    @property
    def trust(self) -> Trust | None:
        """What stands between the obligor and the vehicle."""
        return self.contract.in_trust

    def trust_share(self, k: int, day: dt.date | None = None) -> tuple[int, int]:
        """What the trust keeps of the interest of period k to ``day``, as a share of its basis: two numbers."""
        rate = self.trust.fee_rate if self.trust else 0
        numerator, denominator = self.terms.numerators[k], self.terms.denominators[k]
        if day is not None and rate:
            numerator, denominator = _share(self.contract, self.dates, k, day)
        return rate * numerator, denominator * RATE_UNITS

    def interest_to(self, k: int, day: dt.date) -> tuple[int, int]:
        """What accrues on one unit of balance from the start of period k to ``day``: numerator, denominator.

        Source: ``docs/reference/assets.md``, section 2, "Interest to a day".
        """
        since, until = self.dates[k], self.dates[k + 1]
        if day <= since:
            return 0, 1
        match self.contract:
            case Receivable():
                return 0, 1
            case ProjectedClaim():
                owed = self.scheduled.balance[k]
                found = Fraction(
                    self.terms.interest[k] * (day - since).days, max(1, owed) * (until - since).days
                )
            case Instalments():
                found = _interest(self.contract, self.dates, k, self.steps[k], day)
            case _:
                raise TypeError(f"nothing says how a {self.contract.kind} bears interest")
        return found.as_integer_ratio()

    def interest_received(self, k: int) -> int:
        """Scheduled interest of instalment k less what a trust keeps, minor units."""
        interest = self.scheduled.interest[k]
        numerator, denominator = self.trust_share(k)
        return interest - min(
            interest, product(self.scheduled.balance[k], numerator, denominator, self.terms.unit)
        )

    def scheduled_cash(self) -> Iterator[tuple[dt.date, Stream, int]]:
        """What is due to the vehicle after the cut-off: date, stream, minor units."""
        for k in range(self.first, len(self.adjusted)):
            day, interest = self.received_on(self.adjusted[k]), self.interest_received(k)
            principal = self.scheduled.principal[k]
            if self.contract.fee_bearing:
                yield day, "fee", interest + principal
            else:
                yield day, "interest", interest
                yield day, "principal", principal

    def scheduled_balance(self, day: dt.date) -> int:
        """What is owed after the instalments up to ``day``, had everybody paid, minor units."""
        return self.scheduled.balance[sum(due <= day for due in self.adjusted)]

    def received_on(self, day: dt.date) -> dt.date:
        """When cash that the obligor pays on ``day`` is in the vehicle."""
        days = self.trust.pass_through if self.trust else 0
        return self.calendar.adjust(day + dt.timedelta(days=days), self.contract.moved) if days else day

    def received_on_each(self, days: Int64) -> Int64:
        """The same for ordinals of days."""
        wait = self.trust.pass_through if self.trust else 0
        return self.calendar.adjust_each(days + wait, self.contract.moved) if wait else days


@dataclass(frozen=True, slots=True)
class ResolvedPool:
    """A pool ready to be projected, in the order of its contracts; ``warnings`` say what calendars and
    rates did not know."""

    pool: Pool
    schedule: Schedule
    calendar: BusinessCalendar
    contracts: tuple[ResolvedContract | ResolvedRoyalty, ...]
    warnings: tuple[str, ...]

    @property
    def claims(self) -> tuple[ResolvedContract, ...]:
        """The contracts with a balance."""
        return tuple(one for one in self.contracts if isinstance(one, ResolvedContract))


def resolve_pool(
    pool: Pool,
    schedule: Schedule,
    market: Market | None,
    holidays: Holidays | None = None,
    known_on: dt.date | None = None,
) -> ResolvedPool:
    """The contracts of ``pool`` on the dates of a deal's ``schedule``.

    market : where index rates come from; None serves pools of fixed rates
    known_on : after which none is known; None for all that the market holds
    Raises DefinitionError where an index rate is needed on a date before the first published one, or a
    contract's ``as_of`` is before the cut-off date or leaves a balance that no instalment repays.
    """
    calendar, history = BusinessCalendar(pool.calendar, holidays), IndexHistory(market, known_on)
    contracts = tuple(
        _resolved(name, contract, pool, schedule, calendar, history)
        for name, contract in pool.contracts.items()
    )
    _check_past(pool, contracts, schedule.collection[0])
    asked = [
        day
        for contract in pool.contracts.values()
        if MOVES[contract.moved]
        for day in contract.instalment_dates()
    ]
    end = schedule.collection[-1]
    outlive = [one.name for one in contracts if one.adjusted[-1] > end]
    warnings = [*calendar.warnings(asked)]
    if outlive:
        warnings.append(
            Message(
                "contracts with instalments after the last collection date {end}: {outlive}",
                end=end,
                outlive=Listing(outlive),
            )
        )
    return ResolvedPool(pool, schedule, calendar, contracts, tuple(warnings))


def _check_past(
    pool: Pool, contracts: Iterable[ResolvedContract | ResolvedRoyalty], cut_off: dt.date
) -> None:
    problems = []
    for one in contracts:
        past = one.contract.as_of
        if past is None:
            continue
        what = repair = ""
        if past.date < cut_off:
            what, repair = (
                Message("as_of is before the cut-off date {cut_off}", cut_off=cut_off),
                "write a date on or after the cut-off",
            )
        elif isinstance(past, PastClaim) and past.balance and one.projected == len(one.adjusted):
            what, repair = "a balance is left after the last instalment", "write balance = 0, or a later date"
        if what:
            at = f"contracts.{one.name}.as_of"
            problems.append(
                Problem(Message("pool {name}", name=pool.name), 0, at, what, str(past.date), repair, "SEC189")
            )
    if problems:
        raise DefinitionError(problems)


def _resolved(
    name: str,
    contract: Contract,
    pool: Pool,
    schedule: Schedule,
    calendar: BusinessCalendar,
    history: IndexHistory,
) -> ResolvedContract | ResolvedRoyalty:
    match contract:
        case PledgedLoan() | LicenceBack() | LeaseBack() | Receivable() | TrustLoan() | ProjectedClaim():
            return _resolve(name, contract, pool, schedule, calendar, history)
        case RunningRoyalty() | ProjectedRoyalty():
            return resolve_royalty(name, contract, pool, schedule, calendar)
        case _:
            assert_never(contract)


def _resolve(
    name: str,
    contract: Claim,
    pool: Pool,
    schedule: Schedule,
    calendar: BusinessCalendar,
    history: IndexHistory,
) -> ResolvedContract:
    instalments = contract.instalment_dates()
    dates = (contract.start, *instalments)
    adjusted = tuple(calendar.adjust(day, contract.moved) for day in instalments)
    index: IndexRates | None = None
    match rule := contract.rate_rule:
        case LprRate():
            resets = tuple(
                _reset_dates(contract.start, since, until, months(rule.reset))
                for since, until in pairwise(dates)
            )
            published = tuple(tuple(history.value(rule.index, day) for day in days) for days in resets)
            index = IndexRates(rule.margin, resets, published)
            steps = index.steps(())
        case FixedContractRate():
            steps = tuple(((since, rule.rate),) for since in dates[:-1])
        case _:
            assert_never(rule)
    rates, inside = _rates(contract, dates, steps)
    shares = [_share(contract, dates, k, until) for k, until in enumerate(instalments)]
    terms = Terms(
        contract.opening,
        rates,
        tuple(numerator for numerator, _ in shares),
        tuple(denominator for _, denominator in shares),
        contract.shape,
        _custom(contract, instalments),
        contract.listed_interest,
        contract.residual,
        unit_of(pool.currency),
        inside,
    )
    cut_off = schedule.collection[0]
    since = contract.as_of.date if contract.as_of else cut_off
    return ResolvedContract(
        name,
        contract,
        dates,
        adjusted,
        due_as_written(instalments, cut_off),
        first=sum(day <= cut_off for day in adjusted),
        projected=sum(day <= since for day in adjusted),
        terms=terms,
        steps=steps,
        index=index,
        rights=_rights(contract, pool),
        scheduled=schedule_claim(terms),
        calendar=calendar,
    )


def _rates(
    contract: Claim, dates: tuple[dt.date, ...], steps: tuple[RateSteps, ...]
) -> tuple[tuple[int, ...], dict[int, tuple[int, int]]]:
    """The rate at the start of each period, and F_k of those that have several."""
    several = [k for k, of_k in enumerate(steps) if len(of_k) > 1]
    inside = {k: _interest(contract, dates, k, steps[k], dates[k + 1]).as_integer_ratio() for k in several}
    return tuple(of_k[0][1] for of_k in steps), inside


def _interest(
    contract: Claim, dates: tuple[dt.date, ...], k: int, steps: RateSteps, day: dt.date
) -> Fraction:
    """F_k(day): each rate for its days, as a difference of shares from the start of the period."""
    total = before = Fraction(0)
    for (_, rate), end in zip(steps, [*(reset for reset, _ in steps[1:]), day], strict=True):
        upto = Fraction(*_share(contract, dates, k, min(end, day)))
        total += rate * (upto - before)
        before = upto
    return total / RATE_UNITS


def _share(contract: Claim, dates: tuple[dt.date, ...], k: int, day: dt.date) -> tuple[int, int]:
    """Y_k(day): the share of a year from the start of period k to ``day``."""
    since, until = dates[k], dates[k + 1]
    if day <= since:
        return 0, 1
    match contract:
        case Receivable() | ProjectedClaim():
            return 0, 1
        case Instalments(dates=rule):
            period = InterestPeriod(since, until, rule.months, _listed(contract), rule.end_of_month)
            return accrual(contract.day_count, since, day, dates[-1], period)
        case _:
            raise TypeError(f"nothing says how a {contract.kind} bears interest")


def _listed(contract: Instalments) -> tuple[dt.date, ...]:
    """The dates between which ACT/ACT-ICMA has its reference periods."""
    dates = contract.dates
    if dates.first is not None:
        return (dates.first,)
    listed = dates.dates or contract.instalment_dates()
    return dates_of_reference(contract.start, listed, dates.months, dates.end_of_month)


def _rights(contract: Claim, pool: Pool) -> tuple[ResolvedRight, ...]:
    if not any(contract.needs_rights(cause) for cause in get_args(Cause)):
        return ()
    failed = contract.as_of.failed if contract.as_of else ()
    found = []
    for name in contract.collateral:
        right = pool.collateral[name]
        expires = contract.failure.expiry is not None and right.expiry is not None
        expiry = right.expiry.toordinal() if expires and right.expiry else NEVER
        found.append(ResolvedRight(name, right.count, expiry, name in failed))
    return tuple(found)


def _reset_dates(start: dt.date, since: dt.date, until: dt.date, every: int) -> tuple[dt.date, ...]:
    """Of start, start + every, … the latest that is not after ``since``, and those between it and ``until``."""
    whole, _ = months_between(start, since)
    place = whole // every
    found = [add_months(start, place * every)]
    while (later := add_months(start, (place := place + 1) * every)) < until:
        found.append(later)
    return tuple(found)


def _custom(contract: Claim, instalments: tuple[dt.date, ...]) -> tuple[int, ...]:
    listed = contract.listed_principal
    return tuple(listed.get(day, 0) for day in instalments) if listed else ()
