"""Triggers, coverage measures and the priority in force (section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from securitize.base.money import RATE_UNITS
from securitize.definitions.deal import (
    CollectionsTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    PriorityName,
    Trigger,
    UnpaidInterestTrigger,
)
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import excess, positive, product, total
from securitize.waterfall.resolve import ResolvedDeal
from securitize.waterfall.rules.books import Books

Moment = Literal["before-payment", "after-payment"]


def prepare(books: Books) -> None:
    """Find the outcome of every test that payments do not move, before any payment is made."""
    for name, resolved in books.resolved.triggers.items():
        trigger = resolved.trigger
        if isinstance(trigger, DateTrigger):
            books.outcome[name] = books.recorder.flag(resolved.reached)
        elif isinstance(trigger, CumulativeDefaultTrigger):
            books.outcome[name] = _cumulative_default_breach(books, trigger.threshold)
        elif isinstance(trigger, CollectionsTrigger):
            books.outcome[name] = _collections_breach(books, trigger)
        elif isinstance(trigger, CoverageTrigger) and trigger.measure != "OC":
            books.outcome[name] = _coverage_breach(books, trigger)


def test(books: Books, moment: Moment) -> None:
    """Test the triggers of this moment; the first moment also finds which are active for the payments of
    this date."""
    for name, resolved in books.resolved.triggers.items():
        trigger, state = resolved.trigger, books.breached[name]
        if tested_at(trigger) == moment:
            tested = books.recorder.flag(resolved.tested)
            kept = state.opening if trigger.latched else state.opening & ~tested
            state.now = kept | (_outcome(books, name) & tested)
        if moment == "before-payment":
            books.active[name] = state.opening if trigger.effect == "next-payment" else state.now


def tested_at(trigger: Trigger) -> Moment:
    """When a trigger is tested; overcollateralisation is only known after the payments."""
    if isinstance(trigger, CoverageTrigger) and trigger.measure == "OC":
        return "after-payment"
    return trigger.test


def priorities_in_force(books: Books) -> Mapping[PriorityName, Value]:
    """Mask of each priority: the most severe that an active trigger calls for."""
    r = books.recorder
    called_for: dict[PriorityName, Value] = {}
    for name, resolved in books.resolved.triggers.items():
        priority = resolved.trigger.priority
        if priority is not None:
            called_for[priority] = called_for.get(priority, r.constant(0)) | books.active[name]
    masks: dict[PriorityName, Value] = {}
    free = r.constant(-1)
    for priority in ("default", "acceleration"):
        if priority in called_for:
            masks[priority] = called_for[priority] & free
            free = free & ~called_for[priority]
    masks["normal"] = free
    severity = total(r, [masks[p] & code for p, code in (("acceleration", 1), ("default", 2)) if p in masks])
    r.store(("priority",), severity)
    ordered = {p: masks[p] for p in books.resolved.priorities if p in masks}
    return {priority: mask for priority, mask in ordered.items() if not mask.never()}


def _outcome(books: Books, name: str) -> Value:
    trigger = books.resolved.triggers[name].trigger
    if isinstance(trigger, UnpaidInterestTrigger):
        return positive(total(books.recorder, [books.unpaid_interest[note].now for note in trigger.notes]))
    if isinstance(trigger, CoverageTrigger) and trigger.measure == "OC":
        return _overcollateralisation_breach(books, trigger)
    return books.outcome[name]


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
    # collected is whole, so it is below the exact product where it is below the product rounded up.
    return collected < product(scheduled, trigger.threshold, RATE_UNITS, "up")


def senior_fees(resolved: ResolvedDeal) -> list[str]:
    """Fees named by ``fee:`` in the normal priority before the first step that pays interest, each once."""
    names: dict[str, None] = {}
    for step in resolved.priorities["normal"]:
        if any(payee.kind == "interest" for payee in step.payees):
            break
        names.update({payee.name: None for payee in step.payees if payee.kind == "fee"})
    return list(names)


def principal_in_coverage(books: Books, note: str) -> Value:
    """Scheduled principal of a note that DSCR counts: what brings it to its schedule, all of it on the
    legal final."""
    resolved, balance = books.resolved.notes[note], books.balances[note].opening
    if resolved.note.principal.kind in ("scheduled", "bullet"):
        return excess(balance, books.recorder.constant(resolved.scheduled))
    return balance & books.final


def _coverage_breach(books: Books, trigger: CoverageTrigger) -> Value:
    r = books.recorder
    numerator = excess(
        books.collections, total(r, [books.fee_due(name) for name in senior_fees(books.resolved)])
    )
    ranked = [name for name, resolved in books.resolved.notes.items() if resolved.note.rank <= trigger.rank]
    denominator = total(r, [books.interest_due[name] for name in ranked])
    if trigger.measure == "DSCR":
        denominator = denominator + total(r, [principal_in_coverage(books, name) for name in ranked])
    if trigger.with_support:
        deal = books.resolved.deal
        reserves = [
            books.accounts[name].now for name, account in deal.accounts.items() if account.kind == "reserve"
        ]
        left = [books.support_left(name) for name in deal.support]
        if any(amount is None for amount in left):
            return r.constant(0)
        numerator = (
            numerator + total(r, reserves) + total(r, [amount for amount in left if amount is not None])
        )
    return numerator < product(denominator, trigger.threshold, RATE_UNITS, "up")


def _overcollateralisation_breach(books: Books, trigger: CoverageTrigger) -> Value:
    r, deal = books.recorder, books.resolved.deal
    cash = [
        books.accounts[name].now for name, account in deal.accounts.items() if account.kind == "collection"
    ]
    ranked = [name for name, note in deal.notes.items() if note.rank <= trigger.rank]
    notes = total(r, [books.balances[name].now for name in ranked])
    return books.performing + total(r, cash) < product(notes, trigger.threshold, RATE_UNITS, "up")
