"""Dates are complete and in order, as written; calendars move them later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from securitize.base.dates import dates_every
from securitize.base.errors import Problem
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deal import Dates
from securitize.definitions.fees import OneOffFee, RecurringFee
from securitize.definitions.figures import months
from securitize.definitions.locator import KeyPath

_PAYMENT: KeyPath = ("dates", "payment")


def payment_dates(dates: Dates) -> tuple[dt.date, ...]:
    """Unadjusted payment dates, the legal final date last; empty where they are not completely written."""
    rule = dates.payment
    listed = rule.dates or ()
    if not listed and rule.every and rule.first and rule.last:
        listed = dates_every(rule.first, rule.last, months(rule.every))
    if not listed or listed[-1] >= dates.legal_final:
        return listed
    return (*listed, dates.legal_final)


def payment_dates_are_given_once(view: DealView) -> Iterator[Problem]:
    """SEC240, SEC241."""
    rule = view.deal.dates.payment
    given = [key for key in ("every", "first", "last") if getattr(rule, key)]
    if rule.dates is not None and given:
        what = "payment dates are given by rule and by list"
        repair = "write every, first and last, or dates"
        yield view.problem((*_PAYMENT, given[0]), what, None, repair, "SEC240")
    elif rule.dates is None and len(given) < 3:
        missing = next(key for key in ("every", "first", "last") if key not in given)
        what = "payment dates need every, first and last, or a list"
        yield view.problem(_PAYMENT, what, None, f"add {missing} = …, or dates = [ … ]", "SEC240")
    elif rule.every and rule.first and rule.last and rule.first <= rule.last:
        dates = dates_every(rule.first, rule.last, months(rule.every))
        if dates[-1] != rule.last:
            what = f"not first plus whole multiples of {rule.every}"
            repair = f"write {dates[-1]}, or a list dates"
            yield view.problem((*_PAYMENT, "last"), what, rule.last, repair, "SEC241")


def dates_of_the_deal_ascend(view: DealView) -> Iterator[Problem]:
    """SEC242: cut-off <= closing < payment dates <= legal final."""
    dates, rule = view.deal.dates, view.deal.dates.payment
    if dates.closing < dates.cut_off:
        what = f"closing is before the cut-off date {dates.cut_off}"
        yield view.problem(("dates", "closing"), what, dates.closing, "close on or after cut_off", "SEC242")
    first_at: KeyPath = (*_PAYMENT, "dates", 0) if rule.dates else (*_PAYMENT, "first")
    last_at: KeyPath = (*_PAYMENT, "dates", len(rule.dates) - 1) if rule.dates else (*_PAYMENT, "last")
    first, last = (rule.dates[0], rule.dates[-1]) if rule.dates else (rule.first, rule.last)
    if first and last and last < first and not rule.dates:
        yield view.problem(last_at, f"last is before first {first}", last, "correct the dates", "SEC242")
    if first and first <= dates.closing:
        what = f"the first payment date is not after closing {dates.closing}"
        yield view.problem(first_at, what, first, "pay after closing", "SEC242")
    if last and last > dates.legal_final:
        what = f"the last payment date is after the legal final date {dates.legal_final}"
        yield view.problem(last_at, what, last, "let legal_final be the last date", "SEC242")
    if dates.legal_final <= dates.closing:
        what = f"the legal final date is not after closing {dates.closing}"
        at: KeyPath = ("dates", "legal_final")
        yield view.problem(at, what, dates.legal_final, "write a later date", "SEC242")
    yield from _ascending(view, (*_PAYMENT, "dates"), rule.dates or (), "SEC242")


def _ascending(view: DealView, at: KeyPath, dates: Sequence[dt.date], code: str) -> Iterator[Problem]:
    for k, (before, after) in enumerate(pairwise(dates)):
        if after <= before:
            what = f"the date is not after the one before it, {before}"
            yield view.problem((*at, k + 1), what, after, "sort the dates, each once", code)


def collection_dates_fit_payment_dates(view: DealView) -> Iterator[Problem]:
    """SEC243."""
    rule, at = view.deal.dates.collection, ("dates", "collection")
    if rule.dates is not None and rule.days_before is not None:
        what = "collection dates are given by days_before and by list"
        yield view.problem((*at, "days_before"), what, None, "write one of them", "SEC243")
    if rule.dates is None and rule.days_before is None:
        what = "collection dates are not given"
        yield view.problem(at, what, None, "add days_before = 0, or dates = [ … ]", "SEC243")
    if rule.dates is None:
        return
    yield from _ascending(view, (*at, "dates"), rule.dates, "SEC243")
    if rule.dates[0] <= view.deal.dates.cut_off:
        what = f"the collection date is not after the cut-off date {view.deal.dates.cut_off}"
        yield view.problem((*at, "dates", 0), what, rule.dates[0], "write a later date", "SEC243")
    payments = payment_dates(view.deal.dates)
    if payments and len(payments) != len(rule.dates):
        what = f"{len(rule.dates)} collection dates for {len(payments)} payment dates (legal_final is one)"
        yield view.problem((*at, "dates"), what, None, "write one for each payment date", "SEC243")
    elif view.deal.dates.payment.adjustment in ("unadjusted", "preceding"):
        for k, (end, paid) in enumerate(zip(rule.dates, payments, strict=False)):
            if end > paid:
                what = f"the collection period ends after its payment date {paid}"
                yield view.problem((*at, "dates", k), what, end, "write an earlier date", "SEC243")


def fees_run_forward(view: DealView) -> Iterator[Problem]:
    """SEC253."""
    legal_final = view.deal.dates.legal_final
    for name, fee in view.deal.fees.items():
        if isinstance(fee, OneOffFee):
            if fee.date > legal_final:
                what = f"the fee is due after the legal final date {legal_final}"
                yield view.problem(("fees", name, "date"), what, fee.date, "write an earlier date", "SEC253")
        elif isinstance(fee, RecurringFee):
            start = fee.from_ or view.deal.dates.closing
            if fee.until and fee.until < start:
                what = f"the fee ends before it starts on {start}"
                yield view.problem(("fees", name, "until"), what, fee.until, "correct the dates", "SEC253")
            if fee.from_ and fee.from_ > legal_final:
                what = f"the fee starts after the legal final date {legal_final}"
                yield view.problem(("fees", name, "from"), what, fee.from_, "correct the dates", "SEC253")


OF_PARTS: tuple[Check, ...] = (
    payment_dates_are_given_once,
    dates_of_the_deal_ascend,
    collection_dates_fit_payment_dates,
    fees_run_forward,
)
