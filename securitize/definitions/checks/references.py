"""Every name by which one part of a deal speaks of another, outside its steps, is one that the deal declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import assert_never

from securitize.base.errors import Problem
from securitize.definitions.checks.view import TRIGGERS, Check, DealView, TableName
from securitize.definitions.deals.accounts import FixedTarget, MonthsOfInterestTarget, PercentTarget, Target
from securitize.definitions.deals.deal import Deal
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
    UnpaidInterestTrigger,
    UnpaidPrincipalTrigger,
)
from securitize.definitions.documents.locator import KeyPath


@dataclass(frozen=True, slots=True)
class Reference:
    """A name, where it is written, and the table that must hold it."""

    at: KeyPath
    table: TableName
    name: str


def references(deal: Deal) -> Iterator[Reference]:
    """Every reference of a deal but those of its steps and of ``residual_to``."""
    return chain(_of_accounts(deal), _of_notes(deal), _of_fees(deal), _of_triggers(deal), _of_ledgers(deal))


def triggers_looked_at(view: DealView) -> set[str]:
    """The triggers that anything in the deal looks at: a step, a note, a target, a fee, another trigger."""
    of_steps = {name for step in view.steps for name in (*step.step.when, *step.step.unless)}
    return of_steps | {one.name for one in references(view.deal) if one.table in TRIGGERS}


def names_outside_the_steps_are_known(view: DealView) -> Iterator[Problem]:
    """Notes, accounts, triggers and support that are named outside the steps are those of the deal (SEC201,
    SEC202, SEC204, SEC205).
    """
    for one in references(view.deal):
        yield from view.unknown(one.at, one.table, one.name)


def _listed(at: KeyPath, table: TableName, names: Iterable[str] | str) -> Iterator[Reference]:
    """The names of a list; a word in its place, such as ``pool``, names nothing."""
    if not isinstance(names, str):
        yield from (Reference((*at, k), table, name) for k, name in enumerate(names))


def _of_accounts(deal: Deal) -> Iterator[Reference]:
    for stream, account in deal.collections.items():
        yield Reference(("collections", stream), "accounts", account)
    for name, terms in deal.accounts.items():
        if terms.target is not None:
            yield from _of_target(("accounts", name, "target"), terms.target)
        for k, each in enumerate(terms.targets_on):
            at = ("accounts", name, "targets_on", k)
            yield Reference((*at, "trigger"), "triggers", each.trigger)
            yield from _of_target((*at, "target"), each.target)


def _of_target(at: KeyPath, target: Target) -> Iterator[Reference]:
    match target:
        case PercentTarget():
            yield from _listed((*at, "of"), "notes", target.of)
        case MonthsOfInterestTarget():
            yield from _listed((*at, "notes"), "notes", target.notes)
        case FixedTarget():
            pass
        case _:
            assert_never(target)


def _of_notes(deal: Deal) -> Iterator[Reference]:
    for name, note in deal.notes.items():
        at = ("notes", name)
        yield from _listed((*at, "principal", "with"), "notes", note.principal.beside)
        for k, step in enumerate(note.coupon_steps):
            yield Reference((*at, "coupon_steps", k, "trigger"), "triggers", step.trigger)
        if note.settlement and note.settlement.trigger is not None:
            yield Reference((*at, "settlement", "trigger"), "triggers", note.settlement.trigger)


def _of_fees(deal: Deal) -> Iterator[Reference]:
    for name, fee in deal.fees.items():
        yield from _listed(("fees", name, fee.charged_on_field), "notes", fee.charged_on)
        if fee.change:
            yield Reference(("fees", name, "change", "trigger"), "triggers", fee.change.trigger)


def _of_triggers(deal: Deal) -> Iterator[Reference]:
    for name, trigger in deal.triggers.items():
        at = ("triggers", name)
        match trigger:
            case UnpaidInterestTrigger() | UnpaidPrincipalTrigger() | NotesNilTrigger() | DeficiencyTrigger():
                yield from _listed((*at, "notes"), "notes", trigger.notes)
            case ReserveTrigger():
                yield Reference((*at, "account"), "accounts", trigger.account)
            case ProviderDefaultTrigger() | ProviderRatingTrigger():
                yield Reference((*at, "support"), "support", trigger.support)
            case CombinationTrigger():
                yield from _listed((*at, "of"), "triggers", trigger.of)
            case (
                DateTrigger()
                | CumulativeDefaultTrigger()
                | CollectionsTrigger()
                | CoverageTrigger()
                | SalesTrigger()
                | PoolBalanceTrigger()
            ):
                pass
            case _:
                assert_never(trigger)


def _of_ledgers(deal: Deal) -> Iterator[Reference]:
    for name, limit in deal.limits.items():
        yield from _listed(("limits", name, "of"), "notes", limit.of or ())
    if deal.principal_deficiency:
        yield from _listed(("principal_deficiency", "notes"), "notes", deal.principal_deficiency.notes)
        at = ("principal_deficiency", "account")
        yield Reference(at, "accounts", deal.principal_deficiency.account)


OF_PARTS: tuple[Check, ...] = (names_outside_the_steps_are_known,)
