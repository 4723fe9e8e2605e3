"""Dates and times of a deal (SEC344, SEC362)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from securitize.base.dates import ends_month
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.dates import payment_dates
from securitize.definitions.checks.plausible.outside import outside, plain
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.documents.loaded import Fault
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import months
from securitize.definitions.plausibility import bounds

#: Days of a year of these rules.
YEAR = Decimal("365.25")


def apart(at: KeyPath, name: str, first: dt.date, last: dt.date, found: dt.date) -> Iterator[Fault]:
    """Two dates that lie too far apart, by bounds in days or in years.

    found : the one of the two that is written at ``at``
    """
    days = Decimal((last - first).days)
    bound = bounds()[name]
    values = {"first": first, "last": last, "bound": plain(bound.at_most or Decimal(0))}
    match bound.unit:
        case "days":
            value = days
            what = Message(
                "{days} days from {first} to {last}, more than is plausible, {bound}", days=days, **values
            )
        case "years":
            value = days / YEAR
            what = Message(
                "{years} years from {first} to {last}, more than is plausible, {bound}",
                years=f"{value:.1f}",
                **values,
            )
        case "rate" | "times" | "money" | "months":
            raise ValueError(f"{name} has no bound in days")
        case _:
            assert_never(bound.unit)
    if bound.broken(value) is not None:
        yield Fault(at, what, found, "check the year", bound.code)


def dates_of_a_deal_are_plausible(view: DealView) -> Iterator[Problem]:
    """Cut-off, closing, first payment and legal final lie near enough to one another (SEC344, a warning)."""
    dates = view.deal.dates
    payments = payment_dates(dates)
    found = [
        *apart(("dates", "legal_final"), "deal-term", dates.closing, dates.legal_final, dates.legal_final),
        *apart(("dates", "cut_off"), "cut-off-before-closing", dates.cut_off, dates.closing, dates.cut_off),
    ]
    if payments:
        found += apart(("dates", "payment"), "first-payment", dates.closing, payments[0], payments[0])
    for fault in found:
        yield view.problem(*fault)


def times_of_a_deal_are_plausible(view: DealView) -> Iterator[Problem]:
    """Intervals of payments and fees, days of collection, months until recoveries (SEC344, a warning)."""
    deal = view.deal
    collection, at = deal.dates.collection, ("dates", "collection")
    found: list[Fault] = []
    for place, every in (
        (("dates", "payment", "every"), deal.dates.payment.every),
        ((*at, "every"), collection.every),
        *((("fees", name, "payable"), _payable(fee)) for name, fee in deal.fees.items()),
    ):
        if every is not None:
            found += interval(place, every)
    for key in ("days_before", "availability_lag"):
        found += outside((*at, key), "collection-lag", Decimal(getattr(collection, key) or 0), _FEWER)
    for k, recovery in enumerate(deal.performance.recoveries if deal.performance else ()):
        lag = Decimal(months(recovery.lag))
        found += outside(("performance", "recoveries", k, "lag"), "recovery-lag", lag, _SHORTER)
    for fault in found:
        yield view.problem(*fault)


_FEWER, _SHORTER = "write fewer days", "write fewer months, M, or years, Y"


def interval(at: KeyPath, every: str) -> Iterator[Fault]:
    """A rule that pays too seldom."""
    yield from outside(at, "payment-interval", Decimal(months(every)), _SHORTER)


def _payable(fee: Fee) -> str | None:
    """The step of a recurring fee's rule; None where it has none."""
    match fee:
        case FixedFee() | BalanceFee():
            return None if fee.payable == "payment-date" else fee.payable
        case OneOffFee() | ScheduledFee() | CollectionsFee() | PaymentsFee():
            return None
        case _:
            assert_never(fee)


def collection_dates_end_their_months(view: DealView) -> Iterator[Problem]:
    """Collection dates that begin at a month's end stay there, or are said not to (SEC362, a warning)."""
    dates = view.deal.dates
    rule, payments = dates.collection, payment_dates(dates)
    said = "end_of_month" in rule.model_fields_set | dates.payment.model_fields_set
    if said or rule.first is None or not ends_month(rule.first) or not payments:
        return
    if early := next((day for day in rule.by_rule(payments[-1]) if not ends_month(day)), None):
        what = Message(
            "the dates of the rule leave the end of the month: {day} follows from {first}",
            day=early,
            first=rule.first,
        )
        repair = "write end_of_month = true, or false where that is meant"
        yield view.problem(("dates", "collection", "first"), what, rule.first, repair, "SEC362")


OF_DEALS: tuple[Check, ...] = (
    dates_of_a_deal_are_plausible,
    times_of_a_deal_are_plausible,
    collection_dates_end_their_months,
)
