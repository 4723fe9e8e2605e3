"""Supports and reserves against the notes (SEC352, SEC353)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from securitize.base.errors import Problem
from securitize.definitions.checks.plausible.outside import outside, over_notes
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.accounts import (
    Account,
    FixedTarget,
    MonthsOfInterestTarget,
    PercentTarget,
    Target,
)
from securitize.definitions.documents.loaded import Fault
from securitize.definitions.documents.locator import KeyPath


def supports_are_of_the_size_of_the_notes(view: DealView) -> Iterator[Problem]:
    """Limits of supports, and what parties can pay, against the notes (SEC352, a warning)."""
    notes, currency = view.deal.face, view.deal.currency
    found: list[Fault] = []
    for name, support in view.deal.support.items():
        found += over_notes(("support", name, "limit"), "support-limit", support.limit or 0, notes, currency)
    for k, party in enumerate(view.deal.parties):
        found += over_notes(("parties", k, "capacity"), "support-limit", party.capacity or 0, notes, currency)
    for fault in found:
        yield view.problem(*fault)


def reserves_are_of_the_size_of_the_notes(view: DealView) -> Iterator[Problem]:
    """Opening balances and targets of reserves against the notes (SEC353, a warning)."""
    notes, currency = view.deal.face, view.deal.currency
    for name, account in view.deal.accounts.items():
        for fault in _of_account(("accounts", name), account, notes, currency):
            yield view.problem(*fault)


def _of_account(at: KeyPath, account: Account, notes: int, currency: str) -> Iterator[Fault]:
    yield from over_notes((*at, "opening"), "reserve", account.opening, notes, currency)
    if account.target is not None:
        yield from _of_target((*at, "target"), account.target, notes, currency)
    for k, each in enumerate(account.targets_on):
        yield from _of_target((*at, "targets_on", k, "target"), each.target, notes, currency)


def _of_target(at: KeyPath, target: Target, notes: int, currency: str) -> Iterator[Fault]:
    match target:
        case FixedTarget():
            yield from over_notes((*at, "amount"), "reserve", target.amount, notes, currency)
        case PercentTarget():
            yield from over_notes((*at, "floor"), "reserve", target.floor, notes, currency)
            yield from over_notes((*at, "cap"), "reserve", target.cap or 0, notes, currency)
        case MonthsOfInterestTarget():
            yield from outside(
                (*at, "months"), "reserve-months", Decimal(target.months), "write fewer months"
            )
            yield from over_notes((*at, "floor"), "reserve", target.floor, notes, currency)
            yield from over_notes((*at, "cap"), "reserve", target.cap or 0, notes, currency)
        case _:
            assert_never(target)


OF_DEALS: tuple[Check, ...] = (supports_are_of_the_size_of_the_notes, reserves_are_of_the_size_of_the_notes)
