"""The performed cash of one claim, all paths at once.

Source: ``docs/reference/assets.md``, sections 3 and 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import assert_never

import numpy as np

from securitize.assets.events import Events, on
from securitize.assets.prepayments import prepayments_within
from securitize.assets.recoveries import each_date, recoveries_of
from securitize.assets.resolve import ResolvedContract
from securitize.assets.rights import failures_within
from securitize.assets.stock import flows_to_come
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Stream
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.conversion import period_rates
from securitize.performance.resolved import ResolvedPerformance, ResolvedRecovery


def project_contract(
    resolved: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> Events:
    """Cash and balance falls after the cut-off. ``resolved`` is at the index rates of ``performance``."""
    walk = _Walk(resolved, performance, schedule, calendar)
    walk.past()
    for k in range(resolved.projected, len(resolved.adjusted)):
        walk.instalment(k)
    return walk.events


class _Walk:
    """One contract from instalment to instalment; k counts instalments from 0.

    balance : int64 (paths,), b;  weight : int64 (paths,), of the rights that have not failed
    """

    def __init__(
        self,
        resolved: ResolvedContract,
        performance: ResolvedPerformance,
        schedule: Schedule,
        calendar: BusinessCalendar,
    ) -> None:
        self.resolved, self.performance = resolved, performance
        self.schedule, self.calendar = schedule, calendar
        self.adjustment = resolved.contract.moved
        self.events = Events()
        self.past_of = resolved.contract.as_of
        self.since = self.past_of.date if self.past_of else schedule.collection[0]
        self.balance = np.full(performance.paths, resolved.scheduled.balance[resolved.first], np.int64)
        self.deposit = np.full(performance.paths, resolved.contract.deposit, np.int64)
        self.first_weight = sum(right.weight for right in resolved.rights)
        left = sum(right.weight for right in resolved.rights if not right.failed)
        self.weight = np.full(performance.paths, left, np.int64)

    def past(self) -> None:
        """Of a contract in mid-life: it paid as scheduled, and owes what it is said to owe."""
        if self.past_of is None:
            return
        scheduled, paths = self.resolved.scheduled, np.ones_like(self.balance)
        for k in range(self.resolved.first, self.resolved.projected):
            due = self.resolved.adjusted[k]
            self.events.fall("principal", on(due), paths * scheduled.principal[k])
            interest, principal = self.resolved.interest_received(k), scheduled.principal[k]
            self._pay_instalment(due, on(due), paths * interest, paths * principal)
        owed = scheduled.balance[self.resolved.projected]
        self.balance = paths * self.past_of.balance
        self.events.fall("restated", on(self.past_of.date), paths * (owed - self.past_of.balance))
        self.events.expect(self.past_of.expected, paths, self.performance, self._comes)
        self.deposit = np.maximum(0, self.deposit - sum(one.deposit for one in self.past_of.defaulted))
        for flow in flows_to_come(self.past_of, self.resolved, self.performance):
            written = None if flow.owed is None else on(flow.owed)
            day, amount, source, party = on(flow.arrival), flow.amount, flow.source, flow.party
            self.events.pay("recovery", None, day, amount, source, party, owed=written, earlier=True)

    def _comes(self, day: dt.date) -> dt.date:
        """When what a party pays on a day, as written, is in the vehicle."""
        return self.resolved.received_on(self.calendar.adjust(day, self.adjustment))

    def instalment(self, k: int) -> None:
        """Everything of instalment k."""
        # A restated balance changes no rule: rates are those of the whole interval, as at the cut-off.
        start = max(self.resolved.dates[k], self.schedule.collection[0])
        # Events of (since, until] belong to this instalment.
        since = self.since if k == self.resolved.projected else self.resolved.dates[k]
        until = self.resolved.dates[k + 1]
        self._fail_rights(since, until)
        defaulted = np.zeros_like(self.balance)
        for event in self.performance.order:
            match event:
                case "default":
                    defaulted = self._default(k, start, since, until)
                case "interest":
                    self._pay_interest(k, defaulted)
                case "prepayment":
                    self._prepay(k, start, since, until)
                case _:
                    assert_never(event)

    def _fall(self, amount: Int64) -> None:
        self.balance = self.balance - amount

    def _rates(self, annual: Int64, k: int, start: dt.date) -> Int64:
        """Period rates of instalment k, int64 (1,) or (paths,)."""
        period = self.schedule.period_of(self.resolved.adjusted[k])
        end = self.resolved.dates[k + 1]
        return period_rates(annual[:, period], start, end, self.performance.conversion)

    def _default(self, k: int, start: dt.date, since: dt.date, until: dt.date) -> Int64:
        """D: by rate on the adjusted date, or all of b on the named date."""
        due = on(self.resolved.adjusted[k])
        rate = self._rates(self.performance.default_rates, k, start)
        by_rate = (
            multiply_divide(self.balance, rate, RATE_UNITS) if rate.any() else np.zeros_like(self.balance)
        )
        named = self.performance.defaults.get(self.resolved.name)
        defaulted = by_rate
        if named is not None:
            happens = _within(named.dates, since, until)
            if happens.any():
                whole = np.where(happens, self.balance, 0)
                by_rate = np.where(happens, 0, by_rate)
                defaulted = whole + by_rate
                self.events.fall("defaulted", named.dates, whole)
                own = self.performance.recoveries if named.recoveries is None else named.recoveries
                self._recover(own, named.dates, whole)
        if by_rate.any():
            self.events.fall("defaulted", due, by_rate)
            recoveries = self.performance.recoveries_on(self.resolved.adjusted[k])
            self._recover(recoveries, due, by_rate)
        self._fall(defaulted)
        return defaulted

    def _recover(self, recoveries: Iterable[ResolvedRecovery], dates: Int64, defaulted: Int64) -> None:
        """The deposit's share of what defaulted, then the recoveries of the rest; b is still as before."""
        taken = multiply_divide(
            np.minimum(defaulted, self.balance), self.deposit, np.maximum(self.balance, 1)
        )
        taken = np.minimum(taken, defaulted)
        self.deposit = self.deposit - taken
        self._pay("recovery", None, dates, taken, "deposit")
        for one in recoveries_of(
            recoveries,
            dates,
            defaulted - taken,
            self.calendar,
            self.adjustment,
            self.performance.parties,
            self.performance.late_parties,
        ):
            self._pay("recovery", None, one.dates, one.amount, one.source, one.party, owed=one.owed)

    def _pay(
        self,
        stream: Stream,
        due: dt.date | None,
        dates: Int64,
        amount: Int64,
        source: str = "",
        party: str | None = None,
        interest: Int64 | None = None,
        owed: Int64 | None = None,
    ) -> None:
        """Record cash that the obligor's side pays on ``dates``, when it is in the vehicle."""
        if self.resolved.trust and self.resolved.trust.pass_through:
            dates = each_date(dates, amount, self.resolved.received_on)
        self.events.pay(stream, due, dates, amount, source, party, interest, owed)

    def _pay_instalment(self, due: dt.date, arrival: Int64, interest: Int64, principal: Int64) -> None:
        if self.resolved.contract.fee_bearing:
            self._pay("fee", due, arrival, interest + principal, interest=interest)
        else:
            self._pay("interest", due, arrival, interest)
            self._pay("principal", due, arrival, principal)

    def _pay_interest(self, k: int, defaulted: Int64) -> None:
        """The instalment; ``defaulted`` is D where the default came before."""
        due, basis = self.resolved.adjusted[k], self.balance
        match self.performance.default_cuts:
            case "next-interest":
                basis = basis + defaulted
            case "this-interest":
                pass
            case _:
                assert_never(self.performance.default_cuts)
        interest = self._interest(k, basis)
        principal = self._principal(k, interest)
        self._fall(principal)
        self.events.fall("principal", on(due), principal)
        numerator, denominator = self.resolved.trust_share(k)
        kept = multiply_divide(basis, numerator, denominator) if numerator else np.zeros_like(basis)
        received = interest - np.minimum(interest, kept)
        self._pay_instalment(due, self._arrival(k), received, principal)

    def _interest(self, k: int, basis: Int64) -> Int64:
        terms, opening = self.resolved.terms, self.resolved.scheduled.balance[k]
        if terms.interest:
            return multiply_divide(basis, terms.interest[k], max(1, opening))
        return multiply_divide(
            basis, terms.rates[k] * terms.numerators[k], terms.denominators[k] * RATE_UNITS
        )

    def _principal(self, k: int, interest: Int64) -> Int64:
        scheduled = self.resolved.scheduled
        if k == len(self.resolved.adjusted) - 1:
            return self.balance.copy()
        match self.performance.instalment:
            case "recomputed":
                opening = scheduled.balance[k]
                if opening == 0:
                    return np.zeros_like(self.balance)
                return multiply_divide(self.balance, scheduled.principal[k], opening)
            case "fixed":
                principal = self._at_weight(scheduled.principal[k])
                if self.resolved.contract.shape.level:
                    principal = np.maximum(0, principal + self._at_weight(scheduled.interest[k]) - interest)
                return np.minimum(self.balance, principal)
            case _:
                assert_never(self.performance.instalment)

    def _at_weight(self, amount: int) -> Int64:
        """A scheduled amount in proportion to the rights that are left."""
        if not self.first_weight:
            return np.full_like(self.balance, amount)
        return multiply_divide(amount, self.weight, self.first_weight)

    def _prepay(self, k: int, start: dt.date, since: dt.date, until: dt.date) -> None:
        due = self.resolved.adjusted[k]
        rate = self._rates(self.performance.prepayment_rates, k, start)
        if rate.any():
            amount = multiply_divide(self.balance, rate, RATE_UNITS)
            self._prepaid(amount, due, on(due))
        given = self.performance.prepayments.get(self.resolved.name, ())
        for dates, most in prepayments_within(given, since, until):
            amount = np.minimum(self.balance, most)
            self._prepaid(amount, None, each_date(dates, amount, self._adjusted))

    def _prepaid(self, amount: Int64, due: dt.date | None, dates: Int64) -> None:
        self._fall(amount)
        self.events.fall("prepayment", dates, amount)
        self._pay("prepayment", due, dates, amount)

    def _arrival(self, k: int) -> Int64:
        instalment, obligor = (self.resolved.name, k), self.resolved.contract.obligor
        written, due = self.resolved.due[k], self.resolved.adjusted[k]
        return self.performance.arrival(instalment, obligor, written, due, self.calendar, self.adjustment)

    def _fail_rights(self, since: dt.date, until: dt.date) -> None:
        """Rights that fail change the balance one after another, by date, those of one date as listed."""
        contract, rights = self.resolved.contract, self.resolved.rights
        for day, gone, repurchased in failures_within(
            contract, rights, self.performance.failures, since, until, self.balance.size
        ):
            kept = multiply_divide(self.balance, self.weight - gone, np.maximum(self.weight, 1))
            left = np.where(gone > 0, self.balance - kept, 0)
            self._fall(left)
            self.weight = self.weight - gone
            self.events.fall("lost", day, np.where(repurchased, 0, left))
            bought = np.where(repurchased, left, 0)
            self.events.fall("prepayment", day, bought)
            self._pay("prepayment", None, each_date(day, bought, self._adjusted), bought)

    def _adjusted(self, day: dt.date) -> dt.date:
        return self.calendar.adjust(day, self.adjustment)


def _within(dates: Int64, since: dt.date, until: dt.date) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (dates > since.toordinal()) & (dates <= until.toordinal())
