"""Schedules, certificates and capitalised interest of notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.currencies import amount_in, unit_of
from securitize.definitions.deals.notes import (
    BulletPrincipal,
    CollectedPrincipal,
    Principal,
    ScheduledPayment,
    ScheduledPrincipal,
    TargetPrincipal,
    TurboPrincipal,
)
from securitize.definitions.documents.locator import KeyPath


def schedules_sum_to_the_balance(view: DealView) -> Iterator[Problem]:
    """The scheduled principal of a note sums to its balance (SEC250)."""
    for name, note in view.deal.notes.items():
        at = ("notes", name, "principal", "payments")
        whole = not any(path[: len(at)] == at for path in view.loaded.removed)
        payments = _payments(note.principal)
        if payments and whole:
            total = sum(payment.amount for payment in payments)
            if total != note.balance:
                what = Message(
                    "payments sum to {total}, not to the balance {balance}",
                    total=amount_in(total, view.deal.currency),
                    balance=amount_in(note.balance, view.deal.currency),
                )
                yield view.problem(at, what, None, "let them sum to the balance", "SEC250")


def _payments(principal: Principal) -> tuple[ScheduledPayment, ...]:
    """The payments that are listed."""
    match principal:
        case ScheduledPrincipal(payments=payments):
            return payments
        case BulletPrincipal() | CollectedPrincipal() | TurboPrincipal() | TargetPrincipal():
            return ()
        case _:
            assert_never(principal)


def schedules_lie_between_closing_and_legal_final(view: DealView) -> Iterator[Problem]:
    """The dates of a note's schedule ascend, after closing and not after the legal final date (SEC251)."""
    closing, legal_final = view.deal.dates.closing, view.deal.dates.legal_final
    for name, note in view.deal.notes.items():
        at: KeyPath = ("notes", name, "principal")
        dates: list[tuple[KeyPath, dt.date]] = []
        match note.principal:
            case BulletPrincipal(date=due):
                dates = [((*at, "date"), due)]
            case ScheduledPrincipal(payments=payments):
                dates = [((*at, "payments", k, "date"), payment.date) for k, payment in enumerate(payments)]
            case CollectedPrincipal() | TurboPrincipal() | TargetPrincipal():
                pass
            case _:
                assert_never(note.principal)
        before = closing
        for here, date in dates:
            if date <= before:
                what = (
                    Message("the date is not after closing {closing}", closing=closing)
                    if before == closing
                    else Message("the date is not after {before}", before=before)
                )
                yield view.problem(here, what, date, "let dates ascend after closing", "SEC251")
            elif date > view.last_day:
                what = Message(
                    "the date is after the legal final date {legal_final}", legal_final=legal_final
                )
                yield view.problem(here, what, date, "write an earlier date", "SEC251")
            before = max(before, date)


def notes_are_whole_numbers_of_certificates(view: DealView) -> Iterator[Problem]:
    """A note consists of whole certificates, each paid in whole units that divide its face and come to whole
    minor units (SEC236).
    """
    for name, note in view.deal.notes.items():
        if note.certificates is None or note.balance == 0:
            continue
        at: KeyPath = ("notes", name, "certificates")
        certificates = note.certificates
        count, left = divmod(note.balance, certificates.face)
        if left:
            what = Message(
                "the balance {balance} is no whole number of certificates",
                balance=amount_in(note.balance, view.deal.currency),
            )
            repair = "write a face that divides the balance"
            yield view.problem(
                (*at, "face"), what, amount_in(certificates.face, view.deal.currency), repair, "SEC236"
            )
            continue
        try:
            _ = note.payment_unit(unit_of(view.deal.currency))
        except ValueError:
            what = Message(
                "{count} certificates paid {unit:.8g} each are no whole part of the face",
                count=count,
                unit=certificates.unit / 100000000.0,
            )
            repair = "write a unit that makes whole cents, and divides the face of a certificate"
            here = (*at, "unit") if view.loaded.has(*at, "unit") else at
            yield view.problem(here, what, None, repair, "SEC236")


def capitalisation_ends_only_where_it_happens(view: DealView) -> Iterator[Problem]:
    """``capitalise_until`` stands only where unpaid interest is capitalised (SEC237)."""
    for name, note in view.deal.notes.items():
        if note.capitalise_until is not None and not note.capitalises:
            what = "unpaid interest of this note is not capitalised"
            repair = 'write unpaid_interest = "capitalised", or drop capitalise_until'
            at = ("notes", name, "capitalise_until")
            yield view.problem(at, what, note.capitalise_until, repair, "SEC237")


def a_target_is_shared_with_other_notes(view: DealView) -> Iterator[Problem]:
    """A target balance is shared with other notes, not with the note itself (SEC227)."""
    for name, note in view.deal.notes.items():
        if name in note.principal.beside:
            at = ("notes", name, "principal", "with", note.principal.beside.index(name))
            what = "the note itself always counts"
            yield view.problem(at, what, name, "name other notes only", "SEC227")


OF_PARTS: tuple[Check, ...] = (
    schedules_sum_to_the_balance,
    schedules_lie_between_closing_and_legal_final,
    notes_are_whole_numbers_of_certificates,
    a_target_is_shared_with_other_notes,
)
OF_THE_WHOLE: tuple[Check, ...] = (capitalisation_ends_only_where_it_happens,)
