"""Triggers that can breach, are tested when their measure exists, and do not contradict one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import permutations

from securitize.base.errors import Problem
from securitize.definitions.checks.money import bears_interest
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.locator import KeyPath
from securitize.definitions.triggers import (
    CollectionsTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    Trigger,
    UnpaidInterestTrigger,
)

_SEVERITY = {None: 0, "acceleration": 1, "default": 2}


def milder_consequences_come_first(view: DealView) -> Iterator[Problem]:
    """SEC260: on one measure, the more severe consequence must not come before the milder one."""
    for (name, milder), (other, severe) in permutations(view.deal.triggers.items(), 2):
        if _SEVERITY[milder.priority] >= _SEVERITY[severe.priority] or not _on_one_measure(milder, severe):
            continue
        if not milder.priority and not _looked_at(view, name):
            continue
        level, severe_level = _ease(milder), _ease(severe)
        if level > severe_level and severe.latched and _first(severe) <= _first(milder):
            key = "date" if isinstance(milder, DateTrigger) else "threshold"
            what = f"it is only reached after the more severe trigger {other}"
            found = getattr(milder, "date", None) or f"{getattr(milder, 'threshold', 0) / 1e8:g}"
            repair = "let the milder consequence come first"
            yield view.problem(("triggers", name, key), what, found, repair, "SEC260")


def _looked_at(view: DealView, name: str) -> bool:
    return any(name in (*step.step.when, *step.step.unless) for step in view.steps)


def _first(trigger: Trigger) -> dt.date:
    return trigger.first_test or dt.date.min


def _on_one_measure(one: Trigger, other: Trigger) -> bool:
    match one, other:
        case DateTrigger(), DateTrigger():
            return True
        case CumulativeDefaultTrigger(), CumulativeDefaultTrigger():
            return True
        case CollectionsTrigger(), CollectionsTrigger():
            return one.cumulative == other.cumulative
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
        for key in ("first_test", "date")
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


OF_PARTS: tuple[Check, ...] = (
    milder_consequences_come_first,
    unpaid_interest_is_of_notes_that_must_pay_it,
    measures_are_tested_when_they_exist,
    tests_happen_within_the_deal,
)
OF_THE_WHOLE: tuple[Check, ...] = (coverage_is_of_a_note,)
