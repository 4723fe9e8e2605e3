"""Schedules and coupons of notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.money import from_minor
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.locator import KeyPath
from securitize.definitions.notes import BulletPrincipal, ScheduledPrincipal
from securitize.definitions.rates import StepUpRate


def schedules_sum_to_the_balance(view: DealView) -> Iterator[Problem]:
    """SEC250."""
    for name, note in view.deal.notes.items():
        at = ("notes", name, "principal", "payments")
        whole = not any(path[: len(at)] == at for path in view.loaded.removed)
        if isinstance(note.principal, ScheduledPrincipal) and whole:
            total = sum(payment.amount for payment in note.principal.payments)
            if total != note.balance:
                what = f"payments sum to {from_minor(total)}, not to the balance {from_minor(note.balance)}"
                yield view.problem(at, what, None, "let them sum to the balance", "SEC250")


def schedules_lie_between_closing_and_legal_final(view: DealView) -> Iterator[Problem]:
    """SEC251."""
    closing, legal_final = view.deal.dates.closing, view.deal.dates.legal_final
    for name, note in view.deal.notes.items():
        at: KeyPath = ("notes", name, "principal")
        dates: list[tuple[KeyPath, dt.date]] = []
        if isinstance(note.principal, BulletPrincipal):
            dates = [((*at, "date"), note.principal.date)]
        elif isinstance(note.principal, ScheduledPrincipal):
            payments = note.principal.payments
            dates = [((*at, "payments", k, "date"), payment.date) for k, payment in enumerate(payments)]
        before = closing
        for here, date in dates:
            if date <= before:
                what = f"the date is not after {'closing ' if before == closing else ''}{before}"
                yield view.problem(here, what, date, "let dates ascend after closing", "SEC251")
            elif date > legal_final:
                what = f"the date is after the legal final date {legal_final}"
                yield view.problem(here, what, date, "write an earlier date", "SEC251")
            before = max(before, date)


def step_ups_ascend_after_closing(view: DealView) -> Iterator[Problem]:
    """SEC252."""
    for name, note in view.deal.notes.items():
        if isinstance(note.coupon, StepUpRate):
            before = view.deal.dates.closing
            for k, step in enumerate(note.coupon.steps):
                if step.from_ <= before:
                    what = f"the step-up is not after {before}"
                    at = ("notes", name, "coupon", "steps", k, "from")
                    yield view.problem(at, what, step.from_, "let dates ascend after closing", "SEC252")
                before = max(before, step.from_)


OF_PARTS: tuple[Check, ...] = (
    schedules_sum_to_the_balance,
    schedules_lie_between_closing_and_legal_final,
    step_ups_ascend_after_closing,
)
