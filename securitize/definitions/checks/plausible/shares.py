"""Shares, multiples and thresholds (SEC343)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.money import from_rate
from securitize.definitions.checks.plausible.outside import outside
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.notes import Note
from securitize.definitions.deals.triggers import (
    CollectionsTrigger,
    CombinationTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    DeficiencyTrigger,
    NotesNilTrigger,
    PoolBalanceTrigger,
    ProviderDefaultTrigger,
    ProviderRatingTrigger,
    ReserveTrigger,
    SalesTrigger,
    Trigger,
    UnpaidInterestTrigger,
    UnpaidPrincipalTrigger,
)
from securitize.definitions.documents.locator import KeyPath

#: Where a number is written, the bounds that hold for it, and the number, units of 1e-8.
Written = tuple[KeyPath, str, int]
#: Bounds of what may be nothing at all.
_MAY_BE_NONE = frozenset({"default-threshold", "put-share", "recovery"})


def shares_are_plausible(view: DealView) -> Iterator[Problem]:
    """Every share, threshold and price (SEC343, a warning); none of a default, a recovery or a settlement is meant."""
    for at, name, units in _written(view.deal):
        if not units and name in _MAY_BE_NONE:
            continue
        for fault in outside(at, name, from_rate(units)):
            yield view.problem(*fault)


def _written(deal: Deal) -> Iterator[Written]:
    for name, note in deal.notes.items():
        yield from _of_note(("notes", name), note)
    for name, trigger in deal.triggers.items():
        yield from _of_trigger(("triggers", name), trigger)
    for name, support in deal.support.items():
        yield ("support", name, "coverage"), "support-coverage", support.coverage
    if deal.clean_up_call:
        yield ("clean_up_call", "threshold"), "clean-up", deal.clean_up_call.threshold
        yield ("clean_up_call", "price"), "call-price", deal.clean_up_call.price
    if deal.issuer_call:
        yield ("issuer_call", "price"), "call-price", deal.issuer_call.price
        for k, step in enumerate(deal.issuer_call.prices):
            yield ("issuer_call", "prices", k, "price"), "call-price", step.price
    if deal.performance:
        base, at = deal.performance, ("performance",)
        yield (*at, "default_rate"), "default-rate", max(base.default_rate)
        yield (*at, "prepayment_rate"), "prepayment-rate", max(base.prepayment_rate)
        for k, recovery in enumerate(base.recoveries):
            yield (*at, "recoveries", k, "rate"), "recovery", recovery.rate


def _of_note(at: KeyPath, note: Note) -> Iterator[Written]:
    yield (*at, "price"), "issue-price", note.price
    for share in note.principal.multiples:
        yield (*at, "principal", "share"), "target-share", share
    for k, put in enumerate(note.puts):
        yield (*at, "puts", k, "share"), "put-share", put.share
        yield (*at, "puts", k, "most"), "put-share", put.most or 0
    if note.settlement and note.settlement.share is not None:
        yield (*at, "settlement", "share"), "put-share", note.settlement.share


def _of_trigger(at: KeyPath, trigger: Trigger) -> Iterator[Written]:
    match trigger:
        case CumulativeDefaultTrigger() | DeficiencyTrigger():
            yield (*at, "threshold"), "default-threshold", trigger.threshold
        case CollectionsTrigger() | CoverageTrigger() | PoolBalanceTrigger():
            yield (*at, "threshold"), "multiple-threshold", trigger.threshold
        case SalesTrigger():
            for key, end in (("lower", trigger.lower), ("upper", trigger.upper)):
                if end is not None:
                    yield (*at, key), "multiple-threshold", end
        case (
            DateTrigger()
            | UnpaidInterestTrigger()
            | UnpaidPrincipalTrigger()
            | NotesNilTrigger()
            | ReserveTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
            | CombinationTrigger()
        ):
            pass
        case _:
            assert_never(trigger)


OF_DEALS: tuple[Check, ...] = (shares_are_plausible,)
