"""Triggers that can breach, are tested when their measure exists, and do not contradict one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import permutations

from securitize.base.errors import Problem
from securitize.definitions.checks.money import bears_interest
from securitize.definitions.checks.references import triggers_looked_at
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.triggers import (
    CollectionsTrigger,
    CombinationTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    ProviderRatingTrigger,
    ReserveTrigger,
    SalesTrigger,
    Trigger,
    UnpaidInterestTrigger,
)
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.locator import KeyPath

_SEVERITY = {None: 0, "acceleration": 1, "default": 2}


def milder_consequences_come_first(view: DealView) -> Iterator[Problem]:
    """SEC260: on one measure, the more severe consequence must not come before the milder one."""
    looked_at = triggers_looked_at(view)
    for (name, milder), (other, severe) in permutations(view.deal.triggers.items(), 2):
        if _SEVERITY[milder.priority] >= _SEVERITY[severe.priority] or not _on_one_measure(milder, severe):
            continue
        if not milder.priority and name not in looked_at:
            continue
        level, severe_level = _ease(milder), _ease(severe)
        if level > severe_level and _always_first(severe, milder):
            key = "date" if isinstance(milder, DateTrigger) else "threshold"
            what = f"it is only reached after the more severe trigger {other}"
            found = getattr(milder, "date", None) or f"{getattr(milder, 'threshold', 0) / 1e8:g}"
            repair = "let the milder consequence come first"
            yield view.problem(("triggers", name, key), what, found, repair, "SEC260")


def _always_first(severe: Trigger, milder: Trigger) -> bool:
    """Whether a lower threshold of ``severe`` is always seen before, and stays so."""
    dates = (
        (severe.first_test or dt.date.min) <= (milder.first_test or dt.date.min)
        and (severe.last_test or dt.date.max) >= (milder.last_test or dt.date.max)
        and (severe.effect_from or dt.date.min) <= (milder.effect_from or dt.date.min)
    )
    tests = severe.consecutive <= milder.consecutive and (severe.moment, severe.effect) == (
        milder.moment,
        milder.effect,
    )
    return severe.latched and dates and tests


def _on_one_measure(one: Trigger, other: Trigger) -> bool:
    match one, other:
        case DateTrigger(), DateTrigger():
            return True
        case CumulativeDefaultTrigger(), CumulativeDefaultTrigger():
            return True
        case CollectionsTrigger(), CollectionsTrigger():
            windows = [0 if each.cumulative else each.periods for each in (one, other)]
            return windows[0] == windows[1]
        case CoverageTrigger(), CoverageTrigger():
            same = one.measure == other.measure and one.rank == other.rank
            return same and one.with_support == other.with_support
    return False


def _ease(trigger: Trigger) -> float:
    """Greater where it is harder to breach."""
    match trigger:
        case DateTrigger():
            return trigger.date.toordinal()
        case CumulativeDefaultTrigger():
            return trigger.threshold
        case CollectionsTrigger() | CoverageTrigger():
            return -trigger.threshold
    return 0


def unpaid_interest_is_of_notes_that_must_pay_it(view: DealView) -> Iterator[Problem]:
    """SEC261 for a deferrable note, SEC262 for one that bears no interest."""
    for name, trigger in view.deal.triggers.items():
        if not isinstance(trigger, UnpaidInterestTrigger):
            continue
        for k, note_name in enumerate(trigger.notes):
            note, at = view.deal.notes.get(note_name), ("triggers", name, "notes", k)
            if note and note.deferrable:
                what = "the interest of this note may be left unpaid"
                repair = "name another note, or write deferrable = false"
                yield view.problem(at, what, note_name, repair, "SEC261")
            if note and not bears_interest(note):
                what = "this note bears no interest"
                yield view.problem(at, what, note_name, "name another note", "SEC262")


def measures_are_tested_when_they_exist(view: DealView) -> Iterator[Problem]:
    """SEC263, SEC264."""
    for name, trigger in view.deal.triggers.items():
        at = ("triggers", name)
        here = (*at, "test") if view.loaded.has(*at, "test") else at
        if trigger.only_after and trigger.test == "before-payment":
            measure = getattr(trigger, "measure", trigger.kind)
            what = f"{measure} is known after payment only"
            yield view.problem(here, what, trigger.test, 'write test = "after-payment"', "SEC263")
        if trigger.moment == "after-payment" and trigger.effect == "this-payment":
            what = "a test after payment cannot have an effect on the same payment"
            repair = 'write effect = "next-payment"'
            yield view.problem((*at, "effect"), what, trigger.effect, repair, "SEC264")


def tests_happen_within_the_deal(view: DealView) -> Iterator[Problem]:
    """SEC265."""
    legal_final = view.deal.dates.legal_final
    dates: list[tuple[KeyPath, dt.date]] = [
        (("triggers", name, key), date)
        for name, trigger in view.deal.triggers.items()
        for key in ("first_test", "effect_from", "date")
        if (date := getattr(trigger, key, None))
    ]
    if view.deal.clean_up_call and view.deal.clean_up_call.first_date:
        dates.append((("clean_up_call", "first_date"), view.deal.clean_up_call.first_date))
    for at, date in dates:
        if date > legal_final:
            what = f"the date is after the legal final date {legal_final}"
            yield view.problem(at, what, date, "write an earlier date", "SEC265")


def coverage_is_of_a_note(view: DealView) -> Iterator[Problem]:
    """SEC266, SEC267."""
    senior = min((note.rank for note in view.deal.notes.values()), default=1)
    for name, trigger in view.deal.triggers.items():
        if isinstance(trigger, CoverageTrigger):
            at = ("triggers", name)
            if trigger.rank < senior:
                what = "no note has this rank or a more senior one"
                yield view.problem((*at, "rank"), what, trigger.rank, f"write {senior} or more", "SEC266")
            if trigger.measure == "OC" and trigger.with_support:
                what = "support and reserves do not count in OC"
                yield view.problem((*at, "with_support"), what, "true", "drop it", "SEC267")


def tests_end_after_they_begin(view: DealView) -> Iterator[Problem]:
    """SEC274."""
    for name, trigger in view.deal.triggers.items():
        first = trigger.first_test or view.deal.dates.closing
        if trigger.last_test and trigger.last_test < first:
            what = f"the last test is before {first}: there is none"
            at = ("triggers", name, "last_test")
            yield view.problem(at, what, trigger.last_test, "write a later date", "SEC274")


def cures_are_of_what_can_be_cured(view: DealView) -> Iterator[Problem]:
    """SEC269."""
    for name, trigger in view.deal.triggers.items():
        at = ("triggers", name, "cure")
        if trigger.latched and view.loaded.has(*at):
            what, repair = "a latched trigger is never cured", "write latched = false, or drop cure"
            yield view.problem(at, what, trigger.cure, repair, "SEC269")


def sales_have_a_corridor(view: DealView) -> Iterator[Problem]:
    """SEC271."""
    for name, trigger in view.deal.triggers.items():
        at = ("triggers", name)
        if not isinstance(trigger, SalesTrigger):
            continue
        if trigger.lower is None and trigger.upper is None:
            what = "the trigger has neither lower nor upper"
            yield view.problem(at, what, None, "write lower = …, upper = …, or both", "SEC271")
        elif trigger.lower is not None and trigger.upper is not None and trigger.upper < trigger.lower:
            what = "upper is below lower: the test always fails"
            found = f"{trigger.upper / 1e8:g}"
            yield view.problem((*at, "upper"), what, found, "raise upper or lower lower", "SEC271")


def periods_are_counted_where_they_matter(view: DealView) -> Iterator[Problem]:
    """SEC272."""
    for name, trigger in view.deal.triggers.items():
        at = ("triggers", name, "periods")
        if isinstance(trigger, CollectionsTrigger) and trigger.cumulative and view.loaded.has(*at):
            what = "collections since the cut-off are compared, whatever periods says"
            repair = "write cumulative = false, or drop periods"
            yield view.problem(at, what, trigger.periods, repair, "SEC272")


def combinations_are_of_earlier_triggers(view: DealView) -> Iterator[Problem]:
    """SEC273."""
    before = set[str]()
    for name in view.loaded.names("triggers"):
        trigger = view.deal.triggers.get(name)
        if isinstance(trigger, CombinationTrigger):
            for k, other in enumerate(trigger.of):
                if other not in before and other in view.loaded.names("triggers"):
                    what = "the trigger is declared " + ("by this name itself" if other == name else "later")
                    repair = "declare the combination after the triggers that it combines"
                    yield view.problem(("triggers", name, "of", k), what, other, repair, "SEC273")
        before.add(name)


def providers_that_are_watched_have_a_rating(view: DealView) -> Iterator[Problem]:
    """SEC275."""
    for name, trigger in view.deal.triggers.items():
        if isinstance(trigger, ProviderRatingTrigger):
            support = view.deal.support.get(trigger.support)
            if support and not view.loaded.has("support", trigger.support, "rating"):
                what = "the provider of this support has no rating"
                repair = f"write rating = … in [support.{trigger.support}]"
                yield view.problem(("triggers", name, "support"), what, trigger.support, repair, "SEC275")


def reserves_that_are_watched_are_reserves(view: DealView) -> Iterator[Problem]:
    """SEC228."""
    reserves = [name for name, account in view.deal.accounts.items() if account.kind == "reserve"]
    for name, trigger in view.deal.triggers.items():
        account = view.deal.accounts.get(trigger.account) if isinstance(trigger, ReserveTrigger) else None
        if isinstance(trigger, ReserveTrigger) and account and account.kind != "reserve":
            what, at = "this is no reserve account", ("triggers", name, "account")
            repair = suggest(trigger.account, reserves)
            yield view.problem(at, what, trigger.account, repair, "SEC228")


OF_PARTS: tuple[Check, ...] = (
    milder_consequences_come_first,
    unpaid_interest_is_of_notes_that_must_pay_it,
    measures_are_tested_when_they_exist,
    tests_happen_within_the_deal,
    tests_end_after_they_begin,
    combinations_are_of_earlier_triggers,
    providers_that_are_watched_have_a_rating,
    reserves_that_are_watched_are_reserves,
)
OF_THE_WHOLE: tuple[Check, ...] = (
    cures_are_of_what_can_be_cured,
    sales_have_a_corridor,
    periods_are_counted_where_they_matter,
    coverage_is_of_a_note,
)
