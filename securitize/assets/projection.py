"""The performed cash of one contract, all paths at once.

Source: ``docs/reference/assets.md``, sections 3 and 4.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left

import numpy as np

from securitize.assets.events import Events, on
from securitize.assets.recoveries import pay_recoveries
from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.definitions.pool import LevelPayment, LicenceBack
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.conversion import period_rates
from securitize.performance.resolved import NEVER, ResolvedPerformance


def project_contract(
    resolved: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> Events:
    """Cash and balance falls after the cut-off. ``resolved`` is at the index rates of ``performance``."""
    walk = _Walk(resolved, performance, schedule, calendar)
    for k in range(resolved.first, len(resolved.adjusted)):
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
        self.adjustment = resolved.contract.dates.adjustment
        self.events = Events()
        self.balance = np.full(performance.paths, resolved.scheduled.balance[resolved.first], np.int64)
        self.first_weight = sum(weight for _, weight in resolved.rights)
        self.weight = np.full(performance.paths, self.first_weight, np.int64)
        self.late = [
            one
            for one in performance.late
            if one.obligors is None or resolved.contract.obligor in one.obligors
        ]

    def instalment(self, k: int) -> None:
        """Everything of instalment k."""
        cut_off = self.schedule.collection[0]
        start = max(self.resolved.dates[k], cut_off)
        # Events of (since, until] belong to this instalment.
        since = cut_off if k == self.resolved.first else self.resolved.dates[k]
        until = self.resolved.dates[k + 1]
        self._fail_rights(since, until)
        defaulted = np.zeros_like(self.balance)
        for event in self.performance.order:
            if event == "default":
                defaulted = self._default(k, start, since, until)
            elif event == "interest":
                self._pay_interest(k, defaulted)
            else:
                self._prepay(k, start, since, until)

    def _fall(self, amount: Int64) -> None:
        self.balance = self.balance - amount

    def _rates(self, annual: Int64, k: int, start: dt.date) -> Int64:
        """Period rates of instalment k, int64 (1,) or (paths,)."""
        ends = self.schedule.collection[1:]
        period = min(bisect_left(ends, self.resolved.adjusted[k]), len(ends) - 1)
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
                pay_recoveries(self.events, own, named.dates, whole, self.calendar, self.adjustment)
        if by_rate.any():
            self.events.fall("defaulted", due, by_rate)
            recoveries = self.performance.recoveries
            pay_recoveries(self.events, recoveries, due, by_rate, self.calendar, self.adjustment)
        self._fall(defaulted)
        return defaulted

    def _pay_interest(self, k: int, defaulted: Int64) -> None:
        """The instalment; ``defaulted`` is D where the default came before."""
        terms, due = self.resolved.terms, self.resolved.adjusted[k]
        basis = self.balance
        if self.performance.default_cuts == "next-interest":
            basis = basis + defaulted
        interest = multiply_divide(
            basis, terms.rates[k] * terms.numerators[k], terms.denominator * RATE_UNITS
        )
        principal = self._principal(k, interest)
        self._fall(principal)
        self.events.fall("principal", on(due), principal)
        arrival = on(self._arrival(due))
        if isinstance(self.resolved.contract, LicenceBack):
            self.events.pay("fee", due, arrival, interest + principal)
        else:
            self.events.pay("interest", due, arrival, interest)
            self.events.pay("principal", due, arrival, principal)

    def _principal(self, k: int, interest: Int64) -> Int64:
        scheduled = self.resolved.scheduled
        if k == len(self.resolved.adjusted) - 1:
            return self.balance.copy()
        if self.performance.instalment == "recomputed":
            opening = scheduled.balance[k]
            if opening == 0:
                return np.zeros_like(self.balance)
            return multiply_divide(self.balance, scheduled.principal[k], opening)
        principal = self._at_weight(scheduled.principal[k])
        if isinstance(self.resolved.contract.repayment, LevelPayment):
            principal = np.maximum(0, principal + self._at_weight(scheduled.interest[k]) - interest)
        return np.minimum(self.balance, principal)

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
            self._prepaid(amount, due, due)
        for named in self.performance.prepayments.get(self.resolved.name, ()):
            if since < named.date <= until:
                limit = self.balance if named.amount is None else np.full_like(self.balance, named.amount)
                amount = np.minimum(self.balance, limit)
                self._prepaid(amount, None, self.calendar.adjust(named.date, self.adjustment))

    def _prepaid(self, amount: Int64, due: dt.date | None, day: dt.date) -> None:
        self._fall(amount)
        self.events.fall("prepayment", on(day), amount)
        self.events.pay("prepayment", due, on(day), amount)

    def _arrival(self, due: dt.date) -> dt.date:
        """When an instalment due on ``due`` arrives: the longest delay of the windows that hold it."""
        days = max((one.days for one in self.late if one.since <= due <= one.until), default=0)
        return self.calendar.adjust(due + dt.timedelta(days=days), self.adjustment) if days else due

    def _fail_rights(self, since: dt.date, until: dt.date) -> None:
        """Rights that fail cut the balance one after another, by date, those of one date as listed."""
        failing = [
            (self.performance.failures[right], weight)
            for right, weight in self.resolved.rights
            if right in self.performance.failures
        ]
        if not any(_within(dates, since, until).any() for dates, _ in failing):
            return
        paths = np.arange(self.balance.size)
        dates = np.stack([np.broadcast_to(dates, self.balance.shape) for dates, _ in failing])
        weights = np.array([weight for _, weight in failing], np.int64)
        dates = np.where(_within(dates, since, until), dates, NEVER)
        for which in np.argsort(dates, axis=0, kind="stable"):
            day = dates[which, paths]
            gone = np.where(day < NEVER, weights[which], 0)
            kept = multiply_divide(self.balance, self.weight - gone, np.maximum(self.weight, 1))
            lost = np.where(gone > 0, self.balance - kept, 0)
            self._fall(lost)
            self.events.fall("lost", day, lost)
            self.weight = self.weight - gone


def _within(dates: Int64, since: dt.date, until: dt.date) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (dates > since.toordinal()) & (dates <= until.toordinal())
