"""Triggers that can breach, are tested when their measure exists, and do not contradict one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple, assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.money import bears_interest
from securitize.definitions.checks.references import triggers_looked_at
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.steps import SEVERITY
from securitize.definitions.deals.triggers import (
    AFTER,
    AT_ONCE,
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
    moment_of,
)
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.locator import KeyPath


def milder_consequences_come_first(view: DealView) -> Iterator[Problem]:
    """Of two triggers on one measure, the one of the milder consequence can be breached first (SEC260)."""
    looked_at = triggers_looked_at(view)
    for (name, milder), (other, severe) in permutations(view.deal.triggers.items(), 2):
        if _severity(milder) >= _severity(severe) or not _on_one_measure(milder, severe):
            continue
        if not milder.priority and name not in looked_at:
            continue
        level, severe_level = _level(milder), _level(severe)
        if level and severe_level and level.ease > severe_level.ease and _always_first(severe, milder):
            what = Message("it is only reached after the more severe trigger {other}", other=other)
            repair = "let the milder consequence come first"
            yield view.problem(("triggers", name, level.key), what, level.written, repair, "SEC260")


def _severity(trigger: Trigger) -> int:
    return SEVERITY[trigger.priority or "normal"]


def _always_first(severe: Trigger, milder: Trigger) -> bool:
    """Whether a lower threshold of ``severe`` is always seen before, and stays so."""
    dates = (
        (severe.first_test or dt.date.min) <= (milder.first_test or dt.date.min)
        and (severe.last_test or dt.date.max) >= (milder.last_test or dt.date.max)
        and (severe.effect_from or dt.date.min) <= (milder.effect_from or dt.date.min)
    )
    tests = severe.consecutive <= milder.consecutive and (moment_of(severe), severe.effect) == (
        moment_of(milder),
        milder.effect,
    )
    return severe.latched and dates and tests


def _on_one_measure(one: Trigger, other: Trigger) -> bool:
    """Whether two triggers compare the same with a level, so that one level is reached before the other."""
    level, other_level = _level(one), _level(other)
    return level is not None and other_level is not None and level.of == other_level.of


class _Level(NamedTuple):
    """The level of a trigger: what it is compared with, where it is written, greater where it is harder to breach."""

    of: tuple[object, ...]
    key: str
    written: object
    ease: float


def _level(trigger: Trigger) -> _Level | None:
    """None of a kind of which two are not put in an order."""
    match trigger:
        case DateTrigger():
            return _Level((DateTrigger,), "date", trigger.date, trigger.date.toordinal())
        case CumulativeDefaultTrigger(threshold=threshold):
            return _Level((CumulativeDefaultTrigger,), "threshold", f"{threshold / 1e8:g}", threshold)
        case CollectionsTrigger(threshold=threshold):
            window = 0 if trigger.cumulative else trigger.periods
            return _Level((CollectionsTrigger, window), "threshold", f"{threshold / 1e8:g}", -threshold)
        case CoverageTrigger(threshold=threshold):
            measure = (CoverageTrigger, trigger.measure, trigger.rank, trigger.with_support)
            return _Level(measure, "threshold", f"{threshold / 1e8:g}", -threshold)
        case (
            UnpaidInterestTrigger()
            | UnpaidPrincipalTrigger()
            | SalesTrigger()
            | PoolBalanceTrigger()
            | NotesNilTrigger()
            | ReserveTrigger()
            | DeficiencyTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
            | CombinationTrigger()
        ):
            return None
        case _:
            assert_never(trigger)


def each_kind_speaks_of_what_is_there(view: DealView) -> Iterator[Problem]:
    """A trigger names notes, accounts, support and other triggers of the sort that its kind needs (SEC218,
    SEC228, SEC261, SEC262, SEC273, SEC275, SEC276).
    """
    for name, trigger in view.deal.triggers.items():
        match trigger:
            case UnpaidInterestTrigger():
                yield from _notes_bear_interest(view, name, trigger)
            case UnpaidPrincipalTrigger():
                yield from _notes_have_a_face(view, name, trigger)
            case CombinationTrigger():
                yield from _combined_are_declared_before(view, name, trigger)
            case ProviderRatingTrigger():
                yield from _provider_has_a_rating(view, name, trigger)
            case ReserveTrigger():
                yield from _account_is_a_reserve(view, name, trigger)
            case DeficiencyTrigger():
                yield from _notes_have_ledgers(view, name, trigger)
            case (
                DateTrigger()
                | CumulativeDefaultTrigger()
                | CollectionsTrigger()
                | CoverageTrigger()
                | SalesTrigger()
                | PoolBalanceTrigger()
                | NotesNilTrigger()
                | ProviderDefaultTrigger()
            ):
                pass
            case _:
                assert_never(trigger)


def _notes_bear_interest(view: DealView, name: str, trigger: UnpaidInterestTrigger) -> Iterator[Problem]:
    for k, note_name in enumerate(trigger.notes):
        note, at = view.deal.notes.get(note_name), ("triggers", name, "notes", k)
        if note and note.deferrable:
            what = "the interest of this note may be left unpaid"
            repair = "name another note, or write deferrable = false"
            yield view.problem(at, what, note_name, repair, "SEC261")
        if note and not bears_interest(note):
            what = "this note bears no interest"
            yield view.problem(at, what, note_name, "name another note", "SEC262")


def _notes_have_a_face(view: DealView, name: str, trigger: UnpaidPrincipalTrigger) -> Iterator[Problem]:
    for k, note_name in enumerate(trigger.notes):
        note = view.deal.notes.get(note_name)
        if note and not note.balance:
            what, at = (
                "this note has no face, so no principal of it is ever due",
                ("triggers", name, "notes", k),
            )
            yield view.problem(at, what, note_name, "name another note", "SEC276")


def _combined_are_declared_before(
    view: DealView, name: str, trigger: CombinationTrigger
) -> Iterator[Problem]:
    declared = list(view.loaded.names("triggers"))
    before = declared[: declared.index(name)]
    for k, other in enumerate(trigger.of):
        if other not in before and other in declared:
            what = (
                "the trigger is declared by this name itself"
                if other == name
                else "the trigger is declared later"
            )
            repair = "declare the combination after the triggers that it combines"
            yield view.problem(("triggers", name, "of", k), what, other, repair, "SEC273")


def _provider_has_a_rating(view: DealView, name: str, trigger: ProviderRatingTrigger) -> Iterator[Problem]:
    support = view.deal.support.get(trigger.support)
    if support and not view.loaded.has("support", trigger.support, "rating"):
        what = "the provider of this support has no rating"
        repair = Message("write rating = … in [support.{support}]", support=trigger.support)
        yield view.problem(("triggers", name, "support"), what, trigger.support, repair, "SEC275")


def _account_is_a_reserve(view: DealView, name: str, trigger: ReserveTrigger) -> Iterator[Problem]:
    account = view.deal.accounts.get(trigger.account)
    if account and not account.is_reserve:
        reserves = [each for each, account in view.deal.accounts.items() if account.is_reserve]
        what, at = "this is no reserve account", ("triggers", name, "account")
        yield view.problem(at, what, trigger.account, suggest(trigger.account, reserves), "SEC228")


def _notes_have_ledgers(view: DealView, name: str, trigger: DeficiencyTrigger) -> Iterator[Problem]:
    ledgers = view.deal.principal_deficiency
    if ledgers is None and view.loaded.has("principal_deficiency"):
        # It is faulty itself.
        return
    for k, note in enumerate(trigger.notes):
        if note in view.deal.notes and note not in (ledgers.notes if ledgers else ()):
            at, repair = ("triggers", name, "notes", k), "name the note in [principal_deficiency]"
            yield view.problem(at, "the note has no deficiency ledger", note, repair, "SEC218")


def measures_are_tested_when_they_exist(view: DealView) -> Iterator[Problem]:
    """OC and unpaid interest are tested after payment (SEC263), and a test after payment takes effect at the
    next one (SEC264).
    """
    for name, trigger in view.deal.triggers.items():
        at = ("triggers", name)
        here = (*at, "test") if view.loaded.has(*at, "test") else at
        if trigger.only_after and trigger.test is not None and not AFTER[trigger.test]:
            what: str = Message("{measure} is known after payment only", measure=_measure(trigger))
            yield view.problem(here, what, trigger.test, 'write test = "after-payment"', "SEC263")
        if AFTER[moment_of(trigger)] and trigger.effect is not None and AT_ONCE[trigger.effect]:
            what = "a test after payment cannot have an effect on the same payment"
            repair = 'write effect = "next-payment"'
            yield view.problem((*at, "effect"), what, trigger.effect, repair, "SEC264")


def _measure(trigger: Trigger) -> str:
    """What a trigger measures, in the word of the file."""
    match trigger:
        case CoverageTrigger():
            return trigger.measure
        case (
            DateTrigger()
            | CumulativeDefaultTrigger()
            | CollectionsTrigger()
            | UnpaidInterestTrigger()
            | UnpaidPrincipalTrigger()
            | SalesTrigger()
            | PoolBalanceTrigger()
            | NotesNilTrigger()
            | ReserveTrigger()
            | DeficiencyTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
            | CombinationTrigger()
        ):
            return trigger.kind
        case _:
            assert_never(trigger)


def tests_happen_within_the_deal(view: DealView) -> Iterator[Problem]:
    """The first test of a trigger, and the date of a date trigger, are not after the legal final date
    (SEC265).
    """
    legal_final = view.deal.dates.legal_final
    dates: list[tuple[KeyPath, dt.date]] = [
        (("triggers", name, key), date)
        for name, trigger in view.deal.triggers.items()
        for key, date in (
            ("first_test", trigger.first_test),
            ("effect_from", trigger.effect_from),
            ("date", trigger.reached_on),
        )
        if date is not None
    ]
    if view.deal.clean_up_call and view.deal.clean_up_call.first_date:
        dates.append((("clean_up_call", "first_date"), view.deal.clean_up_call.first_date))
    for at, date in dates:
        if date > view.last_day:
            what = Message("the date is after the legal final date {legal_final}", legal_final=legal_final)
            yield view.problem(at, what, date, "write an earlier date", "SEC265")


def tests_end_after_they_begin(view: DealView) -> Iterator[Problem]:
    """The last test of a trigger is not before its first (SEC274)."""
    for name, trigger in view.deal.triggers.items():
        first = trigger.first_test or view.deal.dates.closing
        if trigger.last_test and view.ends_before(trigger.last_test, first):
            what = Message("the last test is before {first}: there is none", first=first)
            at = ("triggers", name, "last_test")
            yield view.problem(at, what, trigger.last_test, "write a later date", "SEC274")


def cures_are_of_what_can_be_cured(view: DealView) -> Iterator[Problem]:
    """A latched trigger has no ``cure`` (SEC269)."""
    for name, trigger in view.deal.triggers.items():
        at = ("triggers", name, "cure")
        if trigger.latched and view.loaded.has(*at):
            what, repair = "a latched trigger is never cured", "write latched = false, or drop cure"
            yield view.problem(at, what, trigger.cure, repair, "SEC269")


def each_kind_compares_what_it_can(view: DealView) -> Iterator[Problem]:
    """The rank, support, corridor and periods of a trigger fit its kind (SEC266, SEC267, SEC271, SEC272)."""
    for name, trigger in view.deal.triggers.items():
        match trigger:
            case SalesTrigger():
                yield from _sales_have_a_corridor(view, name, trigger)
            case CollectionsTrigger():
                yield from _periods_matter(view, name, trigger)
            case CoverageTrigger():
                yield from _coverage_is_of_a_note(view, name, trigger)
            case (
                DateTrigger()
                | CumulativeDefaultTrigger()
                | UnpaidInterestTrigger()
                | UnpaidPrincipalTrigger()
                | PoolBalanceTrigger()
                | NotesNilTrigger()
                | ReserveTrigger()
                | DeficiencyTrigger()
                | ProviderDefaultTrigger()
                | ProviderRatingTrigger()
                | CombinationTrigger()
            ):
                pass
            case _:
                assert_never(trigger)


def _sales_have_a_corridor(view: DealView, name: str, trigger: SalesTrigger) -> Iterator[Problem]:
    at = ("triggers", name)
    if trigger.lower is None and trigger.upper is None:
        what = "the trigger has neither lower nor upper"
        yield view.problem(at, what, None, "write lower = …, upper = …, or both", "SEC271")
    elif trigger.lower is not None and trigger.upper is not None and trigger.upper < trigger.lower:
        what = "upper is below lower: the test always fails"
        found = f"{trigger.upper / 1e8:g}"
        yield view.problem((*at, "upper"), what, found, "raise upper or lower lower", "SEC271")


def _periods_matter(view: DealView, name: str, trigger: CollectionsTrigger) -> Iterator[Problem]:
    at = ("triggers", name, "periods")
    if trigger.cumulative and view.loaded.has(*at):
        what = "collections since the cut-off are compared, whatever periods says"
        repair = "write cumulative = false, or drop periods"
        yield view.problem(at, what, trigger.periods, repair, "SEC272")


def _coverage_is_of_a_note(view: DealView, name: str, trigger: CoverageTrigger) -> Iterator[Problem]:
    at, senior = ("triggers", name), min((note.rank for note in view.deal.notes.values()), default=1)
    if trigger.rank < senior:
        what = "no note has this rank or a more senior one"
        yield view.problem(
            (*at, "rank"), what, trigger.rank, Message("write {senior} or more", senior=senior), "SEC266"
        )
    if trigger.only_after and trigger.with_support:
        what = "support and reserves do not count in OC"
        yield view.problem((*at, "with_support"), what, "true", "drop it", "SEC267")


OF_PARTS: tuple[Check, ...] = (
    milder_consequences_come_first,
    each_kind_speaks_of_what_is_there,
    measures_are_tested_when_they_exist,
    tests_happen_within_the_deal,
    tests_end_after_they_begin,
)
OF_THE_WHOLE: tuple[Check, ...] = (
    cures_are_of_what_can_be_cured,
    each_kind_compares_what_it_can,
)
