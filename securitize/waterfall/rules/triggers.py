"""Triggers and the priority in force (section 8)."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import IN_FORCE, SEVERITY, InForce, PriorityName
from securitize.definitions.deals.triggers import (
    CollectionsTrigger,
    CombinationRule,
    CombinationTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    DeficiencyTrigger,
    Moment,
    NotesNilTrigger,
    PoolBalanceTrigger,
    ProviderDefaultTrigger,
    ProviderRatingTrigger,
    ReserveTrigger,
    SalesTrigger,
    UnpaidInterestTrigger,
    UnpaidPrincipalTrigger,
    moment_of,
    seen_at_once,
)
from securitize.definitions.figures import RATINGS
from securitize.waterfall.expressions import StateVariable, Value
from securitize.waterfall.formulas import positive, product, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.coverage import coverage_breach, overcollateralisation_breach
from securitize.waterfall.rules.overdue import any_principal_overdue
from securitize.waterfall.rules.reserves import reserve_target


def prepare(books: Books) -> None:
    """Find the outcome of every test that payments do not move, before any payment is made."""
    for name in books.triggers:
        found = _outcome_before(books, name)
        if found is not None:
            books.outcome[name] = found


def test(books: Books, moment: Moment) -> None:
    """Hold the tests of this moment, in the order declared."""
    for name, resolved in books.resolved.triggers.items():
        if moment_of(resolved.trigger) == moment:
            _hold(books, name)


def see_active(books: Books) -> None:
    """Which triggers are active for the payments of this date, and whether all principal is due."""
    r = books.recorder
    for name, resolved in books.resolved.triggers.items():
        kept, trigger = books.triggers[name], resolved.trigger
        breached = kept.breached.now if seen_at_once(trigger) else kept.breached.opening
        kept.active = breached & r.flag(resolved.effective)
        if trigger.early_repayment:
            books.early_repayment.now = books.early_repayment.now | kept.active


def priorities_in_force(books: Books) -> Mapping[InForce, Value]:
    """Mask of each priority: that of a redemption by call, else the most severe that an active trigger calls for."""
    r = books.recorder
    called_for: dict[PriorityName, Value] = {}
    for name, resolved in books.resolved.triggers.items():
        wanted = resolved.trigger.priority
        if wanted is not None:
            called_for[wanted] = called_for.get(wanted, r.constant(0)) | books.triggers[name].active
    masks: dict[InForce, Value] = {"redemption": books.redeemed_now}
    free = ~books.redeemed_now
    by_severity = sorted(called_for, key=SEVERITY.__getitem__)
    for priority in reversed(by_severity):
        masks[priority] = called_for[priority] & free
        free = free & ~called_for[priority]
    masks["normal"] = free
    r.store(("priority",), total(r, [mask & IN_FORCE.index(priority) for priority, mask in masks.items()]))
    ordered = {p: masks[p] for p in (*books.resolved.priorities, "redemption") if p in masks}
    return {priority: mask for priority, mask in ordered.items() if not mask.never()}


def _hold(books: Books, name: str) -> None:
    """One test: count it, and see whether the trigger stands breached."""
    resolved, kept = books.resolved.triggers[name], books.triggers[name]
    tested = books.recorder.flag(resolved.tested)
    fails = books.outcome[name] if name in books.outcome else _outcome_now(books, name)
    trips = _in_a_row(kept.failed, fails, tested, resolved.trigger.consecutive)
    before = kept.breached.now
    if resolved.trigger.latched:
        kept.breached.now = before | (trips & tested)
        return
    cured = _in_a_row(kept.passed, ~fails, tested, resolved.trigger.cure)
    after = (before & ~cured) | (~before & trips)
    kept.breached.now = (tested & after) | (~tested & before)


def _in_a_row(count: StateVariable | None, outcome: Value, tested: Value, needed: int) -> Value:
    """Mask: ``outcome`` has come so many tests in a row; the count stands still without a test."""
    if count is None:
        return outcome
    now = (count.now + 1) & outcome
    count.now = (tested & now) | (~tested & count.now)
    return count.now > needed - 1


def _outcome_before(books: Books, name: str) -> Value | None:
    """The outcome of a test that payments do not move; None of the others."""
    resolved = books.resolved.triggers[name]
    match resolved.trigger:
        case DateTrigger():
            return books.recorder.flag(resolved.reached)
        case CumulativeDefaultTrigger(threshold=threshold):
            return _cumulative_default_breach(books, threshold)
        case CollectionsTrigger() as trigger:
            return _collections_breach(books, trigger)
        case CoverageTrigger() as trigger:
            return None if trigger.only_after else coverage_breach(books, trigger)
        case SalesTrigger() as trigger:
            return _sales_breach(books, trigger)
        case PoolBalanceTrigger(threshold=threshold):
            opening = books.recorder.constant(books.resolved.opening_performing)
            return books.performing < product(opening, threshold, RATE_UNITS, "up")
        case ProviderDefaultTrigger(support=support):
            return books.pays(support) < RATE_UNITS
        case ProviderRatingTrigger(support=support, below=below):
            return books.rating(support) > RATINGS.index(below)
        case (
            UnpaidInterestTrigger()
            | UnpaidPrincipalTrigger()
            | NotesNilTrigger()
            | ReserveTrigger()
            | DeficiencyTrigger()
            | CombinationTrigger()
        ):
            return None
        case _:
            assert_never(resolved.trigger)


def _outcome_now(books: Books, name: str) -> Value:
    r = books.recorder
    match trigger := books.resolved.triggers[name].trigger:
        case UnpaidInterestTrigger(notes=notes):
            unpaid = [n.deferred.now + n.on_deferred.now for n in (books.notes[note] for note in notes)]
            return positive(total(r, unpaid))
        case UnpaidPrincipalTrigger(notes=notes):
            return any_principal_overdue(books, notes)
        case CoverageTrigger():
            return overcollateralisation_breach(books, trigger)
        case NotesNilTrigger(notes=notes):
            return ~positive(total(r, [books.notes[note].balance.now for note in notes]))
        case ReserveTrigger(account=account):
            return books.accounts[account].balance.now < reserve_target(books, account)
        case DeficiencyTrigger(notes=notes, threshold=threshold):
            ledgers = total(r, [books.notes[note].deficiency.now for note in notes])
            balances = total(r, [books.notes[note].balance.now for note in notes])
            return ledgers > product(balances, threshold, RATE_UNITS, "down")
        case CombinationTrigger(of=names, rule=rule):
            return _combined([books.triggers[each].breached.now for each in names], rule)
        case (
            DateTrigger()
            | CumulativeDefaultTrigger()
            | CollectionsTrigger()
            | SalesTrigger()
            | PoolBalanceTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
        ):
            raise ValueError(f"the outcome of trigger {name} is known before the payments")
        case _:
            assert_never(trigger)


def _combined(breached: list[Value], rule: CombinationRule) -> Value:
    match rule:
        case "all":
            return functools.reduce(operator.and_, breached)
        case "any":
            return functools.reduce(operator.or_, breached)
        case _:
            assert_never(rule)


def _cumulative_default_breach(books: Books, threshold: int) -> Value:
    at_most = product(
        books.recorder.constant(books.resolved.opening_performing), threshold, RATE_UNITS, "down"
    )
    return books.accumulate("defaulted", books.live(books.recorder.input("defaulted"))) > at_most


def _collections_breach(books: Books, trigger: CollectionsTrigger) -> Value:
    collected = books.collections
    scheduled = books.live(books.recorder.constant(books.resolved.scheduled))
    if trigger.cumulative:
        collected = books.accumulate("collected", collected)
        scheduled = books.accumulate("scheduled", scheduled)
    else:
        collected = books.trailing("collected", collected, trigger.periods)
        scheduled = books.trailing("scheduled", scheduled, trigger.periods)
    # collected is whole, so it is below the exact product where it is below the product rounded up.
    return collected < product(scheduled, trigger.threshold, RATE_UNITS, "up")


def _sales_breach(books: Books, trigger: SalesTrigger) -> Value:
    sales = books.trailing("sales", books.live(books.recorder.input("sales")), trigger.periods)
    current = books.live(books.period_input("forecast_sales"))
    forecast = books.trailing("forecast_sales", current, trigger.periods)
    fails = books.recorder.constant(0)
    if trigger.lower is not None:
        fails = fails | (sales < product(forecast, trigger.lower, RATE_UNITS, "up"))
    if trigger.upper is not None:
        fails = fails | (sales > product(forecast, trigger.upper, RATE_UNITS, "down"))
    return fails & positive(forecast)
