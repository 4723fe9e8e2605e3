"""What one company owes and pays by its contracts, dated: from the pool, or from a facility of its own.

Source: ``docs/reference/financing-cost.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, assert_never, cast

import numpy as np

from securitize.assets.events import FallKind
from securitize.assets.proceeds import proceeds
from securitize.assets.projection import project_contract
from securitize.assets.resolve import ResolvedContract
from securitize.base.closed import partition
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Stream, months
from securitize.definitions.financing.financing import SimpleFacility
from securitize.definitions.pools.claims import Claim
from securitize.definitions.pools.past import FROM_PARTIES
from securitize.definitions.pools.pool import Contract
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.parties import EXPECTED
from securitize.performance.resolved import LateWindow, ResolvedPerformance

#: What the books say is owed otherwise than scheduled, among what is paid; it is no stream of the pool.
RESTATED_STREAM = "restated"
Amounts = tuple[tuple[dt.date, int], ...]
REPAID_EARLY, _ = partition(Stream, {"prepayment"}, {"interest", "principal", "fee", "recovery", "royalty"})
RESTATED, _ = partition(FallKind, {"restated"}, {"principal", "prepayment", "defaulted", "lost"})


class Charge(NamedTuple):
    """An amount, minor units, that is charged on a day for the time since another."""

    since: dt.date
    date: dt.date
    amount: int


@dataclass(frozen=True, slots=True)
class Debt:
    """Money in minor units, all amounts as positive numbers, in order of dates.

    advances   : what the company receives, its deposit not taken off
    repayments : principal
    interest   : all else that the contract charges
    deposits   : left as security with each advance; given back when the last is settled
    streams    : what is paid by date as the pool's contracts call it: interest, principal, fee, prepayment
    defaults   : whether some of the principal is never repaid by the company itself
    charged    : of each contract's interest, since when, when and how much, see :class:`Charge`
    on_time    : the same where nothing is paid late;  agreed : and nothing is repaid early; None where it is no other
    late       : windows in which the company pays late
    """

    company: str
    advances: Amounts
    repayments: Amounts
    interest: Amounts
    deposits: Amounts
    streams: tuple[tuple[dt.date, str, int], ...]
    defaults: bool = False
    charged: tuple[Charge, ...] = ()
    on_time: Debt | None = None
    agreed: Debt | None = None
    late: tuple[LateWindow, ...] = ()

    @property
    def repaid_early(self) -> Amounts:
        """Principal that is repaid before it is due, by date."""
        return by_date((day, amount) for day, stream, amount in self.streams if stream in REPAID_EARLY)

    @property
    def drawn(self) -> dt.date:
        """When the first money comes."""
        return self.advances[0][0]

    @property
    def settled(self) -> dt.date:
        """When the last principal is repaid."""
        return max(day for day, _ in (*self.repayments, *self.advances))

    @property
    def principal(self) -> int:
        """All that is advanced."""
        return sum(amount for _, amount in self.advances)

    @property
    def balances(self) -> Amounts:
        """What is owed after each date on which that changes."""
        changes = [*self.advances, *((day, -amount) for day, amount in self.repayments)]
        owed, found = 0, []
        for day, change in by_date(changes):
            owed += change
            found.append((day, owed))
        return tuple(found)

    def balance_days(self, since: dt.date, until: dt.date) -> int:
        """Sum of balance times days of (since, until], minor units times days."""
        return balance_days(self.balances, since, until)


def by_date(rows: Iterable[tuple[dt.date, int]]) -> Amounts:
    """Amounts of one date added up, in order of dates."""
    sums: dict[dt.date, int] = {}
    for day, amount in rows:
        sums[day] = sums.get(day, 0) + amount
    return tuple(sorted(sums.items()))


def balance_days(balances: Amounts, since: dt.date, until: dt.date) -> int:
    """Sum of balance times days of (since, until]; each balance holds from its date to the next."""
    total = 0
    ends = [*(day for day, _ in balances[1:]), dt.date.max]
    for (start, owed), end in zip(balances, ends, strict=True):
        days = (min(end, until) - max(start, since)).days
        total += owed * max(0, days)
    return total


def half_even(numerator: int, denominator: int) -> int:
    """The quotient rounded half to even; the numerator may be negative."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))


def debts_of(
    contracts: Sequence[ResolvedContract],
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> tuple[Debt, ...]:
    """Each company's debt, its contracts together, in the order of the pool.

    performance : of one path; index rates are taken from it. Rates of default are left out by the caller where a cost
        is asked for: it is that of a company that pays
    """
    found = _debts(contracts, performance, schedule, calendar)
    early = any(debt.repaid_early for debt in found.values())
    if not early and not performance.late:
        return tuple(found.values())
    punctual = replace(performance, late=())
    on_time = _debts(contracts, punctual, schedule, calendar) if performance.late else found
    willing = replace(punctual, prepayments={}, prepayment_rates=np.zeros_like(performance.prepayment_rates))
    agreed = _debts(contracts, willing, schedule, calendar) if early else on_time
    return tuple(
        replace(
            debt,
            on_time=replace(on_time[name], agreed=agreed[name]),
            agreed=agreed[name],
            late=performance.late,
        )
        for name, debt in found.items()
    )


def _debts(
    contracts: Sequence[ResolvedContract],
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> dict[str, Debt]:
    parts: dict[str, list[Debt]] = {}
    for published in contracts:
        contract = published.under(performance.index)
        company = contract.contract.proceeds_to
        parts.setdefault(company, []).append(_debt(company, contract, performance, schedule, calendar))
    return {company: _together(company, found) for company, found in parts.items()}


def _debt(
    company: str,
    contract: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> Debt:
    terms = cast(Contract, contract.contract)
    assert isinstance(terms, Claim)
    start, deposit = terms.start, terms.deposit
    advance = proceeds(terms, contract.terms.unit) + deposit
    paid = [*_before(contract), *_projected(contract, performance, schedule, calendar)]
    principal = [(row.date, row.principal) for row in paid if row.principal]
    interest = [(row.date, row.interest) for row in paid if row.interest]
    charged = _charged(start, paid)
    short = advance - sum(amount for _, amount in principal)
    if terms.opening > advance and principal:
        # Sold below what is owed: the discount is what the money costs, paid with the last principal.
        discount = min(terms.opening - advance, principal[-1][1])
        principal[-1] = (principal[-1][0], principal[-1][1] - discount)
        interest.append((principal[-1][0], discount))
        charged = (*charged, Charge(start, principal[-1][0], discount))
        short += discount
    streams = tuple(
        (row.date, row.stream, row.principal + row.interest) for row in paid if row.stream != RESTATED_STREAM
    )
    # The books may say that more is owed than was scheduled: as if it had been drawn then.
    drawn = ((start, advance), *((day, -amount) for day, amount in principal if amount < 0))
    return Debt(
        company,
        drawn,
        by_date(row for row in principal if row[1] > 0),
        by_date(interest),
        ((start, deposit),) if deposit else (),
        streams,
        defaults=short > 0,
        charged=charged,
    )


class _Paid(NamedTuple):
    """What the company pays on a day; ``accrued``: interest that comes with a prepayment."""

    date: dt.date
    stream: str
    principal: int
    interest: int
    accrued: bool = False


def _charged(start: dt.date, paid: Sequence[_Paid]) -> tuple[Charge, ...]:
    """Each day's interest of one contract for the time since the day before on which it charged, or its start.

    What comes with a prepayment is charged for the time since the last instalment's, and so is the next one.
    """
    later = [row for row in paid if row.interest and row.date > start]
    days = [(start, 0), *by_date((row.date, row.interest) for row in later if not row.accrued)]
    found = [Charge(since, day, amount) for (since, _), (day, amount) in pairwise(days)]
    for day, amount in by_date((row.date, row.interest) for row in later if row.accrued):
        found.append(Charge(max(since for since, _ in days if since < day), day, amount))
    return tuple(sorted(found, key=lambda one: one.date))


def _before(contract: ResolvedContract) -> list[_Paid]:
    """Instalments up to the cut-off, as scheduled: they are no cash of the deal, and cost of the company."""
    stream = "before the deal"
    return [
        _Paid(contract.adjusted[k], stream, contract.scheduled.principal[k], contract.scheduled.interest[k])
        for k in range(contract.first)
    ]


def _projected(
    contract: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> list[_Paid]:
    """What the company itself pays after the cut-off."""
    events = project_contract(contract, performance, schedule, calendar)
    rows = [
        _Paid(dt.date.fromordinal(int(fall.dates[0])), RESTATED_STREAM, int(fall.amount[0]), 0)
        for fall in events.falls
        if fall.kind in RESTATED and fall.amount[0]
    ]
    for flow in events.cash:
        amount, day = int(flow.amount[0]), dt.date.fromordinal(int(flow.dates[0]))
        if flow.source == EXPECTED and flow.stream not in FROM_PARTIES:
            # Arrears in the books are owed until they are paid.
            assert contract.contract.as_of is not None
            rows.append(_Paid(contract.contract.as_of.date, RESTATED_STREAM, -amount, 0))
            rows.append(_Paid(day, flow.stream, amount, 0))
        if flow.source:
            continue
        match flow.stream:
            case "interest":
                interest = amount
            case "fee":
                interest = 0 if flow.interest is None else int(flow.interest[0])
            case "principal" | "prepayment" | "recovery" | "royalty":
                interest = 0
            case _:
                assert_never(flow.stream)
        # The company pays the trust too; what passes on is less, and later.
        if flow.paid is not None:
            day = dt.date.fromordinal(int(flow.paid[0]))
        kept = 0 if flow.kept is None else int(flow.kept[0])
        rows.append(_Paid(day, flow.stream, amount - interest, interest + kept, flow.accrued))
    return rows


def _together(company: str, parts: list[Debt]) -> Debt:
    return Debt(
        company,
        by_date(row for part in parts for row in part.advances),
        by_date(row for part in parts for row in part.repayments),
        by_date(row for part in parts for row in part.interest),
        by_date(row for part in parts for row in part.deposits),
        tuple(sorted(row for part in parts for row in part.streams)),
        any(part.defaults for part in parts),
        tuple(charge for part in parts for charge in part.charged),
    )


def simple_debt(facility: SimpleFacility) -> tuple[Debt, Mapping[str, Amounts]]:
    """The debt of a facility of its own, and its interest by part: coupon and platform margin, minor units."""
    dates = interest_dates(facility.drawn, facility.settled, months(facility.interest_every))
    basis = int(facility.day_count.rpartition("/")[2].rstrip("F"))
    rate = facility.coupon + facility.platform_margin
    balances = repaid_balances(facility.principal, dates, rate, basis, facility.repayment)
    repayments = tuple(
        (day, before - after)
        for (_, before), (day, after) in pairwise(((facility.drawn, facility.principal), *balances))
        if before > after
    )
    owed = ((facility.drawn, facility.principal), *balances)
    parts = {
        name: running(owed, (facility.drawn, *dates), part, basis)
        for name, part in (("coupon", facility.coupon), ("platform margin", facility.platform_margin))
    }
    interest = by_date(row for part in parts.values() for row in part)
    charged = tuple(Charge(since, day, 1) for since, day in pairwise((facility.drawn, *dates)))
    advances = ((facility.drawn, facility.principal),)
    debt = Debt(facility.company, advances, repayments, interest, (), (), False, charged)
    return debt, parts


def interest_dates(drawn: dt.date, settled: dt.date, every: int) -> tuple[dt.date, ...]:
    """Each ``every`` months after ``drawn``, and the day of settlement."""
    found, k = [], 1
    while (day := add_months(drawn, k * every)) < settled:
        found.append(day)
        k += 1
    return (*found, settled)


def running(balances: Amounts, dates: Sequence[dt.date], rate: int, basis: int) -> Amounts:
    """Interest at ``rate`` (units of 1e-8) on a balance, due on dates[1:], each for the days since the date before."""
    return tuple(
        (until, half_even(balance_days(balances, since, until) * rate, basis * RATE_UNITS))
        for since, until in pairwise(dates)
    )


def repaid_balances(
    principal: int, dates: Sequence[dt.date], rate: int, basis: int, repayment: str
) -> Amounts:
    """Balance after each date: all at the end, or the same total each time at the rate of a mean period."""
    if repayment == "bullet" or len(dates) == 1:
        return tuple((day, 0 if day == dates[-1] else principal) for day in dates)
    n = len(dates)
    period = rate / RATE_UNITS * (365 / basis) * _mean_days(dates) / 365
    level = round(principal * period / (1 - (1 + period) ** -n)) if period else -(-principal // n)
    found, owed = [], principal
    for k, day in enumerate(dates):
        owed = 0 if k == n - 1 else max(0, owed - max(0, level - round(owed * period)))
        found.append((day, owed))
    return tuple(found)


def _mean_days(dates: Sequence[dt.date]) -> float:
    return (dates[-1] - dates[0]).days / (len(dates) - 1)
