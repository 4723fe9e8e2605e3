"""The performed cash of one claim, all paths at once.

Source: ``docs/reference/assets.md``, sections 3 and 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from typing import assert_never

import numpy as np

from securitize.assets.dated import DatedEvent, strike_by_date
from securitize.assets.events import Events, UnpaidInterest, on
from securitize.assets.prepayments import prepayments_within
from securitize.assets.recoveries import moved_where, recoveries_of
from securitize.assets.resolve import ResolvedContract
from securitize.assets.rights import Mask, failures_within
from securitize.assets.stock import flows_to_come
from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Stream
from securitize.definitions.performance import Event
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.conversion import period_rates
from securitize.performance.resolved import NEVER, ResolvedPerformance, ResolvedRecovery


def project_contract(
    resolved: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> Events:
    """Cash and balance falls after the cut-off. ``resolved`` is at the index rates of ``performance``."""
    walk = ClaimWalk(resolved, performance, schedule, calendar)
    walk.past()
    for k in range(resolved.projected, len(resolved.adjusted)):
        walk.instalment(k)
    return walk.events


class ClaimWalk:
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
            kept = paths * (scheduled.interest[k] - interest)
            self._pay_instalment(due, on(due), paths * interest, paths * principal, kept)
        owed = scheduled.balance[self.resolved.projected]
        self.balance = paths * self.past_of.balance
        self.events.fall("restated", on(self.past_of.date), paths * (owed - self.past_of.balance))
        self.events.expect(
            self.past_of.expected, paths, self.performance, self._comes, self.resolved.terms.unit
        )
        self.deposit = np.maximum(0, self.deposit - sum(one.deposit for one in self.past_of.defaulted))
        for flow in flows_to_come(self.past_of, self.resolved, self.performance):
            written = None if flow.owed is None else on(flow.owed)
            day, amount, source, party = on(flow.arrival), flow.amount, flow.source, flow.party
            self.events.pay("recovery", None, day, amount, source, party, owed=written, earlier=True)

    def handed_over(self) -> Events:
        """What has happened since this was asked last."""
        events, self.events = self.events, Events()
        return events

    def begins(self, k: int) -> dt.date:
        """The day after which events belong to instalment k, up to the date of the instalment."""
        return self.since if k == self.resolved.projected else max(self.since, self.resolved.dates[k])

    def _comes(self, day: dt.date) -> dt.date:
        """When what a party pays on a day, as written, is in the vehicle."""
        return self.resolved.received_on(self.calendar.adjust(day, self.adjustment))

    def instalment(self, k: int) -> None:
        """Everything of instalment k."""
        # A restated balance changes no rule: rates are those of the whole interval, as at the cut-off.
        start = max(self.resolved.dates[k], self.schedule.collection[0])
        since, until = self.begins(k), self.resolved.dates[k + 1]
        strike_by_date(list(self._inside(k, since, until)))
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

    def _part(self, amount: Int64 | int, b: Int64 | int, c: Int64 | int) -> Int64:
        """Product of section 1: a whole multiple of the currency's unit."""
        return part_of(amount, b, c, self.resolved.terms.unit)

    def _inside(self, k: int, since: dt.date, until: dt.date) -> Iterator[DatedEvent]:
        """What happens before the instalment: failures in (since, until], named events in (since, until)."""
        rights, failures = self.resolved.rights, self.performance.failures
        for dates, gone, bought in failures_within(
            self.resolved.contract, rights, failures, since, until, self.balance.size
        ):
            yield DatedEvent(dates, partial(self._fail, k, gone, bought))
        before = until - dt.timedelta(days=1)
        for event in self.performance.order:
            match event:
                case "default":
                    named = self.performance.defaults.get(self.resolved.name)
                    if named is not None and (happens := _within(named.dates, since, before)).any():
                        dates = np.where(happens, named.dates, NEVER)
                        yield DatedEvent(dates, partial(self._default_by_name, k, True))
                case "prepayment":
                    for dates, most in self._prepayments(since, before):
                        yield DatedEvent(dates, partial(self._prepay_by_name, k, most, True))
                case "interest":
                    pass
                case _:
                    assert_never(event)

    def _before_instalment(self, event: Event) -> bool:
        """Whether an event on the day of an instalment comes before it."""
        return self.performance.order.index(event) < self.performance.order.index("interest")

    def _fall(self, amount: Int64) -> None:
        self.balance = self.balance - amount

    def _rates(self, annual: Int64, k: int, start: dt.date) -> Int64:
        """Period rates of instalment k, int64 (1,) or (paths,)."""
        period = self.schedule.period_of(self.resolved.adjusted[k])
        end = self.resolved.dates[k + 1]
        return period_rates(annual[:, period], start, end, self.performance.conversion)

    def _default(self, k: int, start: dt.date, since: dt.date, until: dt.date) -> Int64:
        """D of the day of the instalment: all of b where it is named, else by rate on the adjusted date."""
        owed, defaulted = self._unpaid_on_the_day(), np.zeros_like(self.balance)
        named = self.performance.defaults.get(self.resolved.name)
        if named is not None and since < until and (happens := named.dates == until.toordinal()).any():
            defaulted = np.where(happens, self.balance, 0)
            self._default_by_name(k, owed, np.where(happens, named.dates, NEVER))
        rate = self._rates(self.performance.default_rates, k, start)
        by_rate = self._part(self.balance, rate, RATE_UNITS) if rate.any() else np.zeros_like(defaulted)
        if by_rate.any():
            due = on(self.resolved.adjusted[k])
            recoveries = self.performance.recoveries_on(self.resolved.adjusted[k])
            self._defaulted(k, recoveries, due, by_rate, on(until) if owed else None)
        return defaulted + by_rate

    def _unpaid_on_the_day(self) -> bool:
        """Whether what defaults on the day of an instalment leaves its interest unpaid."""
        match self.performance.default_cuts:
            case "next-interest":
                return False
            case "this-interest":
                return self._before_instalment("default")
            case _:
                assert_never(self.performance.default_cuts)

    def _default_by_name(self, k: int, unpaid: bool, dates: Int64) -> None:
        """All of b on the dates; ``unpaid``: whether what had accrued on it is not paid."""
        named = self.performance.defaults[self.resolved.name]
        recoveries = self.performance.recoveries if named.recoveries is None else named.recoveries
        defaulted = np.where(dates < NEVER, self.balance, 0)
        self._defaulted(k, recoveries, dates, defaulted, dates if unpaid else None)

    def _defaulted(
        self,
        k: int,
        recoveries: tuple[ResolvedRecovery, ...],
        dates: Int64,
        amount: Int64,
        accrued_to: Int64 | None,
    ) -> None:
        """A default that counts on ``dates``, and whose interest is unpaid up to a day as written, or paid (None)."""
        self.events.fall("defaulted", dates, amount)
        unpaid = np.zeros_like(amount)
        if accrued_to is not None and any(one.of_interest for one in recoveries):
            unpaid, _ = self._accrued(k, amount, accrued_to)
            self.events.unpaid.append(UnpaidInterest(dates, unpaid))
        self._recover(recoveries, dates, amount, unpaid)
        self._fall(amount)

    def _accrued(self, k: int, basis: Int64, dates: Int64) -> tuple[Int64, Int64]:
        """Interest on a basis from the start of period k to dates as written: the vehicle's part, and a trust's.

        dates : int64 (1,) or (paths,), ordinals, NEVER where there is none
        """
        days, which = np.unique(dates, return_inverse=True)
        shares = np.zeros((4, days.size), np.int64)
        shares[1::2] = 1
        for place, day in enumerate(days.tolist()):
            if day < NEVER:
                upto = max(self.resolved.dates[k], dt.date.fromordinal(day))
                shares[:, place] = *self.resolved.interest_to(k, upto), *self.resolved.trust_share(k, upto)
        each = shares[:, which.ravel()]
        interest = self._part(basis, each[0], each[1])
        kept = np.minimum(interest, self._part(basis, each[2], each[3]))
        return interest - kept, kept

    def _recover(
        self, recoveries: Iterable[ResolvedRecovery], dates: Int64, defaulted: Int64, unpaid: Int64
    ) -> None:
        """The deposit's share of what defaulted, then the recoveries of the rest; b is still as before."""
        taken = self._part(np.minimum(defaulted, self.balance), self.deposit, np.maximum(self.balance, 1))
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
            self.resolved.terms.unit,
            unpaid,
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
        kept: Int64 | None = None,
        accrued: bool = False,
    ) -> None:
        """Record cash that the obligor's side pays on ``dates``, when it is in the vehicle."""
        paid = None
        if self.resolved.trust and self.resolved.trust.pass_through:
            paid, dates = dates, moved_where(dates, amount, self.resolved.received_on_each)
        self.events.pay(
            stream, due, dates, amount, source, party, interest, owed, paid=paid, kept=kept, accrued=accrued
        )

    def _pay_instalment(
        self, due: dt.date, arrival: Int64, interest: Int64, principal: Int64, kept: Int64
    ) -> None:
        if self.resolved.contract.fee_bearing:
            self._pay("fee", due, arrival, interest + principal, interest=interest)
        else:
            self._pay("interest", due, arrival, interest, kept=kept if self.resolved.trust else None)
            self._pay("principal", due, arrival, principal)

    def _pay_accrued(self, k: int, principal: Int64, written: Int64, dates: Int64) -> None:
        """What accrued, to a day as written, on principal that is paid on ``dates`` inside its period, or by name."""
        interest, kept = self._accrued(k, principal, written)
        if self.resolved.contract.fee_bearing:
            self._pay("fee", None, dates, interest, interest=interest, accrued=True)
        else:
            own = kept if self.resolved.trust else None
            self._pay("interest", None, dates, interest, kept=own, accrued=True)

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
        interest = self._part(basis, *self.resolved.interest_to(k, self.resolved.dates[k + 1]))
        principal = self._principal(k, interest)
        self._fall(principal)
        self.events.fall("principal", on(due), principal)
        numerator, denominator = self.resolved.trust_share(k)
        kept = self._part(basis, numerator, denominator) if numerator else np.zeros_like(basis)
        kept = np.minimum(interest, kept)
        self._pay_instalment(due, self._arrival(k), interest - kept, principal, kept)

    def _principal(self, k: int, interest: Int64) -> Int64:
        scheduled = self.resolved.scheduled
        if k == len(self.resolved.adjusted) - 1:
            return self.balance.copy()
        match self.performance.instalment:
            case "recomputed":
                opening = scheduled.balance[k]
                if opening == 0:
                    return np.zeros_like(self.balance)
                return self._part(self.balance, scheduled.principal[k], opening)
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
        return self._part(amount, self.weight, self.first_weight)

    def _prepay(self, k: int, start: dt.date, since: dt.date, until: dt.date) -> None:
        due = self.resolved.adjusted[k]
        rate = self._rates(self.performance.prepayment_rates, k, start)
        if rate.any():
            amount = self._part(self.balance, rate, RATE_UNITS)
            self._prepaid(amount, due, on(due))
        accrues = self._before_instalment("prepayment")
        for dates, most in self._prepayments(max(since, until - dt.timedelta(days=1)), until):
            self._prepay_by_name(k, most, accrues, dates)

    def _prepayments(self, since: dt.date, until: dt.date) -> list[tuple[Int64, Int64]]:
        given = self.performance.prepayments.get(self.resolved.name, ())
        return prepayments_within(given, since, until)

    def _prepay_by_name(self, k: int, most: Int64, accrues: bool, dates: Int64) -> None:
        """Principal on the dates, with its interest up to them unless the instalment has paid that."""
        amount = np.minimum(self.balance, np.where(dates < NEVER, most, 0))
        arrival = moved_where(dates, amount, self._adjusted)
        self._prepaid(amount, None, arrival)
        if accrues:
            self._pay_accrued(k, amount, dates, arrival)

    def _prepaid(self, amount: Int64, due: dt.date | None, dates: Int64) -> None:
        self._fall(amount)
        self.events.fall("prepayment", dates, amount)
        self._pay("prepayment", due, dates, amount)

    def _arrival(self, k: int) -> Int64:
        instalment, obligor = (self.resolved.name, k), self.resolved.contract.obligor
        written, due = self.resolved.due[k], self.resolved.adjusted[k]
        return self.performance.arrival(instalment, obligor, written, due, self.calendar, self.adjustment)

    def _fail(self, k: int, gone: Int64, repurchased: Mask, dates: Int64) -> None:
        """A right fails on the dates: its part of b is lost, or bought back with what accrued on it."""
        gone = np.where(dates < NEVER, gone, 0)
        kept = self._part(self.balance, self.weight - gone, np.maximum(self.weight, 1))
        left = np.where(gone > 0, self.balance - kept, 0)
        self._fall(left)
        self.weight = self.weight - gone
        self.events.fall("lost", dates, np.where(repurchased, 0, left))
        bought = np.where(repurchased, left, 0)
        if not bought.any():
            return
        self.events.fall("prepayment", dates, bought)
        arrival = moved_where(dates, bought, self._adjusted)
        self._pay("prepayment", None, arrival, bought)
        self._pay_accrued(k, bought, dates, arrival)

    def _adjusted(self, days: Int64) -> Int64:
        return self.calendar.adjust_each(days, self.adjustment)


def _within(dates: Int64, since: dt.date, until: dt.date) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (dates > since.toordinal()) & (dates <= until.toordinal())
