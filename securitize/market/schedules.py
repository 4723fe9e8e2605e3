"""The dates of a deal and of a contract: unadjusted by rule or list, then moved to business days.

A rule is ``first`` plus whole multiples of ``every`` up to ``last``. Each date has the day of month of
``first``, cut back to the last day of a shorter month: 2020-01-31 every 3M gives 2020-04-30, 2020-07-31.
Source: ``docs/reference/priority-of-payments.md``, section 2, and ``docs/reference/assets.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NoReturn, assert_never

from securitize.base.dates import add_months
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.definitions.deals.deal import Dates
from securitize.definitions.figures import MOVES, months
from securitize.definitions.scenarios.market import Holidays
from securitize.market.calendars import BusinessCalendar
from securitize.market.payment_dates import PaymentCalendar
from securitize.market.periods import CollectionPeriod, InterestPeriod, dates_of_reference

__all__ = ["Schedule", "add_months", "deal_schedule"]


@dataclass(frozen=True)
class Schedule:
    """The dates of a deal.

    payment    : d_1 … d_T, adjusted
    written    : w_1 … w_T, the same as written; without, they are the adjusted ones
    accrual    : a_0 = closing, a_1 … a_T
    collection : c_0 = cut-off, c_1 … c_T
    warnings   : what the calendar did not know
    record     : record dates by payment date, and of a note that ends on it (``record_last``); empty without
    months     : between payment dates, None where it is not said
    listed     : of payment dates by list these, with closing where it is one of them, of a rule its first date: between
        them lie the reference periods of ACT/ACT-ICMA;  end_of_month : of the rule
    """

    payment: tuple[dt.date, ...]
    accrual: tuple[dt.date, ...]
    collection: tuple[dt.date, ...]
    warnings: tuple[str, ...] = ()
    months: int | None = None
    listed: tuple[dt.date, ...] = ()
    end_of_month: bool = False
    written: tuple[dt.date, ...] = ()
    record: tuple[dt.date, ...] = ()
    record_last: tuple[dt.date, ...] = ()

    @cached_property
    def payment_dates(self) -> PaymentCalendar:
        """The payment dates as written and adjusted: what a written date of the terms is resolved on."""
        return PaymentCalendar(self.written or self.payment, self.payment)

    def day_of_accrual(self, day: dt.date) -> dt.date:
        """Where a written date divides interest periods: a_t of the payment date that it means, else itself."""
        meant = self.payment_dates.meant(day)
        return day if meant is None else self.accrual[meant + 1]

    @property
    def periods(self) -> int:
        """T."""
        return len(self.payment)

    def period_of(self, day: dt.date) -> int:
        """The collection period that holds ``day``, counted from 0; the last one after c_T."""
        return min(bisect_left(self.collection, day, lo=1) - 1, self.periods - 1)

    def not_before(self, day: dt.date) -> Schedule:
        """The same periods as they lie ahead of ``day``: those that are over by then are of no length, and on it."""

        def ahead(dates: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
            return tuple(max(date, day) for date in dates)

        return replace(
            self,
            payment=ahead(self.payment),
            written=ahead(self.written),
            accrual=ahead(self.accrual),
            collection=ahead(self.collection),
        )

    def interest_period(self, start: dt.date, end: dt.date) -> InterestPeriod:
        """The stretch from start to end as a whole period of this rule."""
        return InterestPeriod(start, end, self.months, self.listed, self.end_of_month)

    @property
    def interest_periods(self) -> tuple[InterestPeriod, ...]:
        """[a_{t-1}, a_t) for t = 1 … T."""
        return tuple(self.interest_period(start, end) for start, end in pairwise(self.accrual))

    def collection_period(self, t: int) -> CollectionPeriod:
        """(c_t, c_{t+1}]: periods are counted from 0."""
        return CollectionPeriod(*self.collection[t : t + 2])

    @property
    def collection_periods(self) -> tuple[CollectionPeriod, ...]:
        """(c_{t-1}, c_t] for t = 1 … T."""
        return tuple(map(self.collection_period, range(self.periods)))


def deal_schedule(dates: Dates, holidays: Holidays | None = None) -> Schedule:
    """The lists of dates of a deal.

    Raises DefinitionError where dates do not ascend, a rule misses its last date, or lists differ in length.
    """
    calendar = BusinessCalendar(dates.calendar, holidays)
    unadjusted = _payment_dates(dates)
    payment = tuple(calendar.adjust(day, dates.payment.adjustment) for day in unadjusted)
    _ascending("dates.payment", payment, "adjusted payment dates")
    accrual = (dates.closing, *_period_ends(dates, payment, unadjusted))
    _ascending("dates.closing", accrual, "closing and the payment dates")
    collection = (dates.cut_off, *_collection_dates(dates, payment))
    _ascending("dates.collection", collection, "cut-off and the collection dates")
    for end, paid in zip(collection[1:], payment, strict=True):
        if end > paid:
            _refuse(
                "dates.collection",
                Message("the collection period ends after its payment date {paid}", paid=paid),
                end,
            )
    warnings = calendar.warnings(unadjusted) if MOVES[dates.payment.adjustment] else ()
    rule, frequency = dates.payment, dates.payment.frequency or dates.payment.every
    between = months(frequency) if frequency else None
    record, record_last = _record_dates(dates, payment, calendar)
    return Schedule(
        payment,
        accrual,
        collection,
        warnings,
        months=between,
        listed=(rule.first,)
        if rule.dates is None and rule.first
        else dates_of_reference(dates.closing, rule.dates or unadjusted, between, rule.end_of_month),
        end_of_month=dates.payment.end_of_month,
        written=unadjusted,
        record=record,
        record_last=record_last,
    )


def _record_dates(
    dates: Dates, payment: tuple[dt.date, ...], calendar: BusinessCalendar
) -> tuple[tuple[dt.date, ...], tuple[dt.date, ...]]:
    """Record dates as usual, and of a note that ends; each after the payment date before, and not before closing."""
    if dates.record is None:
        return (), ()
    found = []
    for key, days in (
        ("days_before", dates.record.days_before),
        ("days_before_last", dates.record.before_last),
    ):
        there = tuple(calendar.business_days_before(day, days) for day in payment)
        earliest = (dates.closing - dt.timedelta(days=1), *payment)
        for before, day, paid in zip(earliest, there, payment, strict=False):
            if day <= before:
                what = Message(
                    "the record date of the payment on {paid} does not come after {before}",
                    paid=paid,
                    before=before,
                )
                _refuse(f"dates.record.{key}", what, day, "SEC256")
        found.append(there)
    return found[0], found[1]


def _period_ends(
    dates: Dates, payment: tuple[dt.date, ...], unadjusted: tuple[dt.date, ...]
) -> tuple[dt.date, ...]:
    match dates.payment.accrual:
        case "adjusted":
            return payment
        case "unadjusted":
            return unadjusted
        case _:
            assert_never(dates.payment.accrual)


def _payment_dates(dates: Dates) -> tuple[dt.date, ...]:
    """Unadjusted, the legal final date last."""
    rule = dates.payment
    if rule.dates is not None:
        if rule.every or rule.first or rule.last:
            _refuse("dates.payment", "dates are given by rule and by list", rule.first)
        listed = rule.dates
    elif rule.every and rule.first and rule.last:
        listed = rule.listed()
        if not listed or listed[-1] != rule.last:
            _refuse("dates.payment.last", "last is not a date of the rule", rule.last)
    else:
        _refuse("dates.payment", "a rule needs every, first and last", None)
    _ascending("dates.payment", listed, "payment dates")
    if listed[-1] > dates.legal_final:
        _refuse(
            "dates.payment",
            Message("a payment date is after legal_final {legal_final}", legal_final=dates.legal_final),
            listed[-1],
        )
    return listed if listed[-1] == dates.legal_final else (*listed, dates.legal_final)


def _collection_dates(dates: Dates, payment: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
    """c_1 … c_T: of the collection dates the latest whose money is there on the payment date."""
    rule = dates.collection
    given = [key for key in ("days_before", "every", "dates") if getattr(rule, key) is not None]
    if len(given) > 1:
        _refuse(
            "dates.collection",
            Message("both {first} and {second} are given", first=given[0], second=given[1]),
            None,
        )
    if rule.every is not None:
        if rule.first is None:
            _refuse("dates.collection", "a rule needs every and first", None)
        listed = dates.collection_rule(payment[-1])
    elif rule.dates is not None:
        listed = rule.dates
        if rule.availability_lag is None and len(listed) == len(payment):
            return listed
    else:
        return tuple(day - dt.timedelta(days=rule.days_before or 0) for day in payment)
    _ascending("dates.collection", listed, "collection dates")
    lag = dt.timedelta(days=rule.availability_lag or 0)
    there = [[day for day in listed if day + lag <= paid] for paid in payment]
    for days, paid in zip(there, payment, strict=True):
        if not days:
            _refuse(
                "dates.collection",
                Message("no collections are there on the payment date {paid}", paid=paid),
                None,
            )
    return tuple(days[-1] for days in there)


def _ascending(path: str, days: tuple[dt.date, ...], what: str) -> None:
    for before, after in pairwise(days):
        if after <= before:
            _refuse(
                path,
                Message("{what} do not ascend", what=what),
                Message("{before} then {after}", before=before, after=after),
            )


def _refuse(path: str, what: str, found: object, code: str = "SEC162") -> NoReturn:
    shown = found if isinstance(found, Message) else "" if found is None else str(found)
    raise DefinitionError((Problem("deal", 0, path, what, shown, "correct the dates", code),))
