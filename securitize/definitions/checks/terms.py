"""Terms of fees and of support."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    RecurringFee,
    ScheduledFee,
)
from securitize.definitions.documents.locator import KeyPath


def fees_run_forward(view: DealView) -> Iterator[Problem]:
    """A fee must not end before it starts, nor fall due after the legal final date (SEC253)."""
    legal_final = view.deal.dates.legal_final
    for name, fee in view.deal.fees.items():
        at = ("fees", name)
        dates: list[tuple[KeyPath, dt.date]] = []
        match fee:
            case OneOffFee():
                dates = [((*at, "date"), fee.date)]
            case ScheduledFee():
                dates = [((*at, "payments", k, "date"), each.date) for k, each in enumerate(fee.payments)]
            case FixedFee() | BalanceFee() | CollectionsFee() | PaymentsFee():
                yield from _life_runs_forward(view, at, fee)
            case _:
                assert_never(fee)
        for here, date in dates:
            if date > view.last_day:
                what = Message(
                    "the fee is due after the legal final date {legal_final}", legal_final=legal_final
                )
                yield view.problem(here, what, date, "write an earlier date", "SEC253")


def _life_runs_forward(view: DealView, at: KeyPath, fee: RecurringFee | PaymentsFee) -> Iterator[Problem]:
    start, legal_final = fee.from_ or view.deal.dates.closing, view.deal.dates.legal_final
    if fee.until and view.ends_before(fee.until, start):
        what = Message("the fee ends before it starts on {start}", start=start)
        yield view.problem((*at, "until"), what, fee.until, "correct the dates", "SEC253")
    if fee.from_ and fee.from_ > view.last_day:
        what = Message("the fee starts after the legal final date {legal_final}", legal_final=legal_final)
        yield view.problem((*at, "from"), what, fee.from_, "correct the dates", "SEC253")


def changes_of_fees_fit_their_kind(view: DealView) -> Iterator[Problem]:
    """The change of a fixed fee states an amount, that of a fee by percent a rate (SEC248)."""
    for name, fee in view.deal.fees.items():
        match fee:
            case FixedFee():
                yield from _change_fits(view, name, fee, "amount", "rate")
            case BalanceFee() | CollectionsFee() | PaymentsFee():
                yield from _change_fits(view, name, fee, "rate", "amount")
            case OneOffFee() | ScheduledFee():
                pass
            case _:
                assert_never(fee)


def _change_fits(
    view: DealView,
    name: str,
    fee: FixedFee | BalanceFee | CollectionsFee | PaymentsFee,
    right: str,
    wrong: str,
) -> Iterator[Problem]:
    if fee.change is None:
        return
    at, repair = ("fees", name, "change"), Message("write {right} = …", right=right)
    if getattr(fee.change, wrong) is not None:
        what = Message("a fee of the kind {kind} has no {wrong} to change", kind=fee.kind, wrong=wrong)
        yield view.problem((*at, wrong), what, None, repair, "SEC248")
    elif getattr(fee.change, right) is None:
        yield view.problem(
            at, Message("the change does not say the new {right}", right=right), None, repair, "SEC248"
        )


def terms_of_support_fit(view: DealView) -> Iterator[Problem]:
    """Support ends after it begins, and an undrawn fee is charged on a limit (SEC249)."""
    closing, legal_final = view.deal.dates.closing, view.deal.dates.legal_final
    for name, support in view.deal.support.items():
        at = ("support", name)
        start = support.first_call or closing
        if support.until and view.ends_before(support.until, start):
            what: str = Message("the support ends before it can be called on {start}", start=start)
            yield view.problem((*at, "until"), what, support.until, "correct the dates", "SEC249")
        if support.first_call and support.first_call > view.last_day:
            what = Message(
                "the support cannot be called before the legal final date {legal_final}",
                legal_final=legal_final,
            )
            here = (*at, "first_call")
            yield view.problem(here, what, support.first_call, "write an earlier date", "SEC249")
        if support.undrawn_fee and support.limit is None:
            what = "a fee on what is undrawn needs a limit over the life"
            yield view.problem((*at, "undrawn_fee"), what, None, "add limit = …", "SEC249")


OF_PARTS: tuple[Check, ...] = (fees_run_forward,)
OF_THE_WHOLE: tuple[Check, ...] = (changes_of_fees_fit_their_kind, terms_of_support_fit)
