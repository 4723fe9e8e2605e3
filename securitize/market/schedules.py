"""The dates of a deal and of a contract: unadjusted by rule or list, then moved to business days.

A rule is ``first`` plus whole multiples of ``every`` up to ``last``. Each date has the day of month of
``first``, cut back to the last day of a shorter month: 2020-01-31 every 3M gives 2020-04-30, 2020-07-31.
Source: ``docs/reference/priority-of-payments.md``, section 2, and ``docs/reference/assets.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from securitize.base.dates import add_months, dates_every
from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.deal import Dates
from securitize.definitions.figures import months
from securitize.definitions.market import Holidays
from securitize.market.calendars import BusinessCalendar

__all__ = ["Schedule", "add_months", "deal_schedule"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The dates of a deal.

    payment    : d_1 … d_T, adjusted
    accrual    : a_0 = closing, a_1 … a_T
    collection : c_0 = cut-off, c_1 … c_T; collection period t is (c_{t-1}, c_t]
    warnings   : what the calendar did not know
    """

    payment: tuple[dt.date, ...]
    accrual: tuple[dt.date, ...]
    collection: tuple[dt.date, ...]
    warnings: tuple[str, ...] = ()

    @property
    def periods(self) -> int:
        """T."""
        return len(self.payment)


def deal_schedule(dates: Dates, holidays: Holidays | None = None) -> Schedule:
    """The three lists of a deal.

    Raises DefinitionError where dates do not ascend, a rule misses its last date, or lists differ in length.
    """
    calendar = BusinessCalendar(dates.calendar, holidays)
    unadjusted = _payment_dates(dates)
    payment = tuple(calendar.adjust(day, dates.payment.adjustment) for day in unadjusted)
    _ascending("dates.payment", payment, "adjusted payment dates")
    ends = payment if dates.payment.accrual == "adjusted" else unadjusted
    accrual = (dates.closing, *ends)
    _ascending("dates.closing", accrual, "closing and the payment dates")
    collection = (dates.cut_off, *_collection_dates(dates, payment))
    _ascending("dates.collection", collection, "cut-off and the collection dates")
    for end, paid in zip(collection[1:], payment, strict=True):
        if end > paid:
            _refuse("dates.collection", f"the collection period ends after its payment date {paid}", end)
    warnings = () if dates.payment.adjustment == "unadjusted" else calendar.warnings(unadjusted)
    return Schedule(payment, accrual, collection, warnings)


def _payment_dates(dates: Dates) -> tuple[dt.date, ...]:
    """Unadjusted, the legal final date last."""
    rule = dates.payment
    if rule.dates is not None:
        if rule.every or rule.first or rule.last:
            _refuse("dates.payment", "dates are given by rule and by list", rule.first)
        listed = rule.dates
    elif rule.every and rule.first and rule.last:
        listed = dates_every(rule.first, rule.last, months(rule.every))
        if not listed or listed[-1] != rule.last:
            _refuse("dates.payment.last", "last is not a date of the rule", rule.last)
    else:
        _refuse("dates.payment", "a rule needs every, first and last", None)
    _ascending("dates.payment", listed, "payment dates")
    if listed[-1] > dates.legal_final:
        _refuse("dates.payment", f"a payment date is after legal_final {dates.legal_final}", listed[-1])
    return listed if listed[-1] == dates.legal_final else (*listed, dates.legal_final)


def _collection_dates(dates: Dates, payment: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
    rule = dates.collection
    if rule.dates is None:
        return tuple(day - dt.timedelta(days=rule.days_before or 0) for day in payment)
    if rule.days_before:
        _refuse("dates.collection", "both days_before and dates are given", None)
    if len(rule.dates) != len(payment):
        what = f"{len(rule.dates)} collection dates for {len(payment)} payment dates (legal_final is one)"
        _refuse("dates.collection.dates", what, None)
    return rule.dates


def _ascending(path: str, days: tuple[dt.date, ...], what: str) -> None:
    for before, after in pairwise(days):
        if after <= before:
            _refuse(path, f"{what} do not ascend", f"{before} then {after}")


def _refuse(path: str, what: str, found: object) -> NoReturn:
    shown = "" if found is None else str(found)
    raise DefinitionError((Problem("deal", 0, path, what, shown, "correct the dates", "SEC162"),))
