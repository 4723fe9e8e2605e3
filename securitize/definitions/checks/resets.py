"""Puts with a window and a re-set of the coupon, and fees on what holders are paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.notes import Note, Put
from securitize.definitions.deals.payees import Payee
from securitize.definitions.deals.rates import FixedRate, FloatingRate, StepUpRate, ZeroRate
from securitize.definitions.documents.locator import KeyPath


def days_of_a_put_ascend(view: DealView) -> Iterator[Problem]:
    """A new coupon is announced, then the window opens and closes, then the put is paid (SEC254)."""
    for name, note in view.deal.notes.items():
        for k, put in enumerate(note.puts):
            yield from _ascend(view, ("notes", name, "puts", k), put)


def _ascend(view: DealView, at: KeyPath, put: Put) -> Iterator[Problem]:
    before: dt.date = view.deal.dates.closing
    repair = "let the days ascend: closing, announced, from, until, date"
    days: list[tuple[KeyPath, dt.date]] = []
    if put.reset is not None:
        days.append(((*at, "reset", "announced"), put.reset.announced))
    if put.window is not None:
        days.append(((*at, "window", "from"), put.window.from_))
        if put.window.until < put.window.from_:
            what: str = Message("the window ends before it opens on {start}", start=put.window.from_)
            yield view.problem((*at, "window", "until"), what, put.window.until, repair, "SEC254")
            return
    for here, day in days:
        if day <= before:
            what = Message("the day is not after {before}", before=before)
            yield view.problem(here, what, day, repair, "SEC254")
        before = max(before, day)
    if put.window is not None:
        days[-1] = ((*at, "window", "until"), put.window.until)
    if days and days[-1][1] >= put.date:
        what = Message("the day is not before the put of {date}", date=put.date)
        yield view.problem(days[-1][0], what, days[-1][1], repair, "SEC254")


def coupons_can_be_reset(view: DealView) -> Iterator[Problem]:
    """Only a fixed or step-up coupon is re-set, and no step is dated after its first re-set (SEC255)."""
    for name, note in view.deal.notes.items():
        resets = [(k, put.date) for k, put in enumerate(note.puts) if put.reset is not None]
        if resets:
            yield from _can_be_reset(view, name, note, resets)


def _can_be_reset(
    view: DealView, name: str, note: Note, resets: list[tuple[int, dt.date]]
) -> Iterator[Problem]:
    match note.coupon:
        case FixedRate():
            pass
        case StepUpRate(steps=steps):
            since = min(day for _, day in resets)
            for k, step in enumerate(steps):
                if step.from_ > since:
                    what: str = Message("the step comes after the coupon was re-set on {date}", date=since)
                    here = ("notes", name, "coupon", "steps", k, "from")
                    repair = "write the later coupon as a later re-set"
                    yield view.problem(here, what, step.from_, repair, "SEC255")
        case ZeroRate() | FloatingRate():
            what = "only a fixed or step-up coupon is re-set"
            at: KeyPath = ("notes", name, "puts", resets[0][0], "reset")
            yield view.problem(at, what, note.coupon.kind, "drop reset, or write a fixed coupon", "SEC255")
        case _:
            assert_never(note.coupon)


def fees_on_payments_stand_after_them(view: DealView) -> Iterator[Problem]:
    """No note that bears a fee on payments is paid in the last step that pays the fee, or below it (SEC257)."""
    for name, fee in view.deal.fees.items():
        if not fee.on_payments:
            continue
        for priority in view.priorities():
            steps = view.steps_of(priority)
            paid = [k for k, step in enumerate(steps) if any(_pays(one, name) for _, one in step.payees)]
            for step in steps[paid[-1] :] if paid else ():
                for k, payee in step.payees:
                    if payee.pays_holders and fee.bears(payee.name):
                        what = Message("payments beside or below the step of the fee {fee} bear it", fee=name)
                        repair = Message("pay fee:{fee} in a step after this one", fee=name)
                        yield view.problem((*step.at, "pay", k), what, payee, repair, "SEC257")


def _pays(payee: Payee, fee: str) -> bool:
    return payee.rule.pays_fee and payee.name == fee


OF_PARTS: tuple[Check, ...] = (days_of_a_put_ascend, coupons_can_be_reset)
OF_THE_WHOLE: tuple[Check, ...] = (fees_on_payments_stand_after_them,)
