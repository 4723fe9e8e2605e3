"""Dates are complete and in order, as written; calendars move them later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView, moved_by
from securitize.definitions.date_rules import RegularDates
from securitize.definitions.deals.deal import CollectionDates, Dates
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import MOVES_ON, months

_PAYMENT: KeyPath = ("dates", "payment")


def payment_dates(dates: Dates) -> tuple[dt.date, ...]:
    """Unadjusted payment dates, the legal final date last; empty where they are not completely written."""
    listed = dates.payment.listed()
    if not listed or listed[-1] >= dates.legal_final:
        return listed
    return (*listed, dates.legal_final)


def payment_dates_are_given_once(view: DealView) -> Iterator[Problem]:
    """Payment dates are a complete rule or a list (SEC240), and the last date of a rule is one of its dates
    (SEC241).
    """
    rule = view.deal.dates.payment
    given = [key for key in ("every", "first", "last") if getattr(rule, key)]
    others = [*given, "irregular_first"] if rule.irregular_first else given
    if rule.dates is not None and others:
        what = "payment dates are given by rule and by list"
        repair = "write every, first and last, or dates"
        yield view.problem((*_PAYMENT, others[0]), what, None, repair, "SEC240")
    elif rule.dates is None and len(given) < 3:
        missing = next(key for key in ("every", "first", "last") if key not in given)
        what = "payment dates need every, first and last, or a list"
        yield view.problem(
            _PAYMENT, what, None, Message("add {missing} = …, or dates = [ … ]", missing=missing), "SEC240"
        )
    elif rule.every and rule.first and rule.last and rule.first <= rule.last:
        yield from _last_is_of_the_rule(view, _PAYMENT, rule, rule.by_rule(), "SEC241")


def _last_is_of_the_rule(
    view: DealView, at: KeyPath, rule: RegularDates, dates: Sequence[dt.date], code: str
) -> Iterator[Problem]:
    if not dates or dates[-1] != rule.last:
        what = Message("not first plus whole multiples of {months} months", months=months(rule.every or ""))
        repair = Message("write {last}, or a list dates", last=dates[-1] if dates else rule.first)
        yield view.problem((*at, "last"), what, rule.last, repair, code)


def dates_of_the_deal_ascend(view: DealView) -> Iterator[Problem]:
    """Cut-off <= closing < payment dates <= legal final (SEC242)."""
    dates, rule = view.deal.dates, view.deal.dates.payment
    if dates.closing < dates.cut_off:
        what = Message("closing is before the cut-off date {cut_off}", cut_off=dates.cut_off)
        yield view.problem(("dates", "closing"), what, dates.closing, "close on or after cut_off", "SEC242")
    first_at: KeyPath = (*_PAYMENT, "dates", 0) if rule.dates else (*_PAYMENT, "first")
    if rule.irregular_first and not rule.dates:
        first_at = (*_PAYMENT, "irregular_first")
    last_at: KeyPath = (*_PAYMENT, "dates", len(rule.dates) - 1) if rule.dates else (*_PAYMENT, "last")
    first, last = (rule.dates[0], rule.dates[-1]) if rule.dates else (rule.first, rule.last)
    if first and last and last < first and not rule.dates:
        yield view.problem(
            last_at, Message("last is before first {first}", first=first), last, "correct the dates", "SEC242"
        )
    if rule.irregular_first and not rule.dates:
        if first and rule.irregular_first >= first:
            what = Message(
                "the irregular first payment date is not before the rule begins on {first}", first=first
            )
            yield view.problem(first_at, what, rule.irregular_first, "write an earlier date", "SEC242")
        first = rule.irregular_first
    if first and first <= dates.closing:
        what = Message("the first payment date is not after closing {closing}", closing=dates.closing)
        yield view.problem(first_at, what, first, "pay after closing", "SEC242")
    if last and last > dates.legal_final:
        what = Message(
            "the last payment date is after the legal final date {legal_final}", legal_final=dates.legal_final
        )
        yield view.problem(last_at, what, last, "let legal_final be the last date", "SEC242")
    if dates.legal_final <= dates.closing:
        what = Message("the legal final date is not after closing {closing}", closing=dates.closing)
        at: KeyPath = ("dates", "legal_final")
        yield view.problem(at, what, dates.legal_final, "write a later date", "SEC242")
    yield from _ascending(view, (*_PAYMENT, "dates"), rule.dates or (), "SEC242")


def _ascending(view: DealView, at: KeyPath, dates: Sequence[dt.date], code: str) -> Iterator[Problem]:
    for k, (before, after) in enumerate(pairwise(dates)):
        if after <= before:
            what = Message("the date is not after the one before it, {before}", before=before)
            yield view.problem((*at, k + 1), what, after, "sort the dates, each once", code)


def collection_dates_are_given_once(view: DealView) -> Iterator[Problem]:
    """Collection dates are days before payment, a rule, or a list, one of them; a lag belongs to the last two
    (SEC243).
    """
    rule, at = view.deal.dates.collection, ("dates", "collection")
    ways = [key for key in ("days_before", "every", "dates") if getattr(rule, key) is not None]
    if not ways:
        what = "collection dates are not given"
        repair = "add days_before = 0, every and first, or dates = [ … ]"
        yield view.problem(at, what, None, repair, "SEC243")
    if len(ways) > 1:
        what = Message("collection dates are given by {first} and by {second}", first=ways[0], second=ways[1])
        yield view.problem((*at, ways[0]), what, None, "write one of them", "SEC243")
    if rule.every is not None and rule.first is None:
        what = "collection dates by rule need every and first"
        yield view.problem((*at, "every"), what, rule.every, "add first = …", "SEC243")
    for key in ("first", "last", "irregular_first") if rule.every is None else ():
        if (day := getattr(rule, key)) is not None:
            what = Message("{field} belongs to a rule", field=key)
            repair = Message("add every = …, or drop {field}", field=key)
            yield view.problem((*at, key), what, day, repair, "SEC243")
    if rule.every is not None and rule.first is not None:
        yield from _collection_rule_fits(view, rule, rule.first)
    if rule.availability_lag is not None and ways == ["days_before"]:
        what = "collections of days_before have no lag of their own"
        repair = "raise days_before, or write every and first"
        yield view.problem((*at, "availability_lag"), what, rule.availability_lag, repair, "SEC243")


def _collection_rule_fits(view: DealView, rule: CollectionDates, first: dt.date) -> Iterator[Problem]:
    """``last`` is a date of the rule, and the irregular first date lies before it (SEC243)."""
    at, early = ("dates", "collection"), rule.irregular_first
    if early is not None and early >= first:
        what = Message(
            "the irregular first collection date is not before the rule begins on {first}", first=first
        )
        yield view.problem((*at, "irregular_first"), what, early, "write an earlier date", "SEC243")
    if rule.last is not None:
        dates = rule.by_rule(end_of_month=view.deal.dates.collections_end_months)
        yield from _last_is_of_the_rule(view, at, rule, dates, "SEC243")


def collection_dates_fit_payment_dates(view: DealView) -> Iterator[Problem]:
    """A list of collection dates ascends after the cut-off, and each payment date has a collection date
    before it (SEC243).
    """
    dates, at = view.deal.dates, ("dates", "collection")
    rule, payments = dates.collection, payment_dates(dates)
    if rule.days_before is not None and payments:
        end = payments[0] + moved_by(dates) - dt.timedelta(days=rule.days_before)
        if end <= dates.cut_off:
            what = Message(
                "the first collection period ends before it begins, at the cut-off date {cut_off}",
                cut_off=dates.cut_off,
            )
            at_days = (*at, "days_before")
            yield view.problem(at_days, what, rule.days_before, "write fewer days", "SEC243")
    if rule.dates is not None:
        yield from _ascending(view, (*at, "dates"), rule.dates, "SEC243")
        if rule.dates[0] <= dates.cut_off:
            what = Message(
                "the collection date is not after the cut-off date {cut_off}", cut_off=dates.cut_off
            )
            yield view.problem((*at, "dates", 0), what, rule.dates[0], "write a later date", "SEC243")
    one_each = rule.dates is not None and len(rule.dates) == len(payments) and rule.availability_lag is None
    known = not MOVES_ON[dates.payment.adjustment]
    if rule.dates is not None and one_each and known:
        for k, (end, paid) in enumerate(zip(rule.dates, payments, strict=True)):
            if end > paid:
                what = Message("the collection period ends after its payment date {paid}", paid=paid)
                yield view.problem((*at, "dates", k), what, end, "write an earlier date", "SEC243")
    elif not one_each and payments:
        yield from _each_payment_has_collections(view, payments)


def collections_available(dates: Dates, payments: Sequence[dt.date]) -> list[dt.date | None]:
    """Of each payment date the latest collection date by rule or list whose money is there by then."""
    rule, listed = dates.collection, dates.collection_rule(payments[-1])
    lag = dt.timedelta(days=rule.availability_lag or 0)
    return [max((day for day in listed if day + lag <= paid), default=None) for paid in payments]


def _each_payment_has_collections(view: DealView, payments: Sequence[dt.date]) -> Iterator[Problem]:
    dates = view.deal.dates
    if not (dates.collection.dates or (dates.collection.every and dates.collection.first)):
        return
    at: KeyPath = ("dates", "collection", "dates" if dates.collection.dates else "first")
    # A calendar moves payment dates by some days, either way; what is reported here is wrong even so.
    slack = moved_by(dates)
    latest = collections_available(dates, [day + slack for day in payments])
    earliest = collections_available(dates, [day - slack for day in payments])
    before = dates.cut_off
    for paid, end, surely in zip(payments, latest, earliest, strict=True):
        if end is None or end <= before:
            what = Message(
                "no collections since {before} are there on the payment date {paid}", before=before, paid=paid
            )
            yield view.problem(at, what, None, "write an earlier collection date, or a shorter lag", "SEC243")
            return
        before = surely or before


OF_PARTS: tuple[Check, ...] = (
    payment_dates_are_given_once,
    dates_of_the_deal_ascend,
    collection_dates_are_given_once,
    collection_dates_fit_payment_dates,
)
