"""Money that enters the vehicle can leave it, to whom it is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.checks.view import Check, DealView, StepView
from securitize.definitions.deals.notes import Note
from securitize.definitions.deals.rates import FixedRate, FloatingRate, StepUpRate, ZeroRate
from securitize.definitions.deals.steps import PriorityName
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import STREAMS


def a_collection_account_exists(view: DealView) -> Iterator[Problem]:
    """A deal has at least one collection account; the first is the main account (SEC233)."""
    if not view.main_account:
        what = "the deal has no collection account"
        repair = 'add [accounts.collection] kind = "collection"'
        yield view.problem(("accounts",), what, None, repair, "SEC233")


def reserves_and_only_they_have_targets(view: DealView) -> Iterator[Problem]:
    """A reserve account has a target (SEC230), a collection account has none (SEC231)."""
    for name, account in view.deal.accounts.items():
        at = ("accounts", name)
        if account.is_reserve and account.target is None:
            repair = Message("add [accounts.{name}.target]", name=name)
            yield view.problem(at, "the reserve has no target", None, repair, "SEC230")
        for key in ("target", "targets_on"):
            if account.collects and getattr(account, key):
                what = "a collection account has no target"
                yield view.problem((*at, key), what, None, 'drop it, or write kind = "reserve"', "SEC231")


def caps_of_targets_lie_above_their_floors(view: DealView) -> Iterator[Problem]:
    """The cap of a reserve's target is not below its floor (SEC235)."""
    for name, account in view.deal.accounts.items():
        at: KeyPath = ("accounts", name)
        targets = [((*at, "target"), account.target)]
        targets += [((*at, "targets_on", k, "target"), on.target) for k, on in enumerate(account.targets_on)]
        for here, target in targets:
            if target is not None and target.highest is not None and target.highest < target.lowest:
                what = "the cap is below the floor"
                yield view.problem((*here, "cap"), what, None, "raise cap or lower floor", "SEC235")


def money_at_closing_comes_from_somewhere(view: DealView) -> Iterator[Problem]:
    """An opening balance names its funding: the proceeds, or money from outside (SEC232)."""
    for name, account in view.deal.accounts.items():
        if account.opening and not account.funded:
            what = "money is in the account at closing and nobody funds it"
            repair = 'add funding = "proceeds" or "outside", or open with 0'
            yield view.problem(("accounts", name, "opening"), what, None, repair, "SEC232")


def accounts_are_used_and_within_reach(view: DealView) -> Iterator[Problem]:
    """Money enters or leaves every account (SEC213), and a step draws on each that money enters (SEC214)."""
    main = view.main_account
    entered = {view.deal.collections.get(stream, main) for stream in STREAMS}
    entered |= {name for name, account in view.deal.accounts.items() if account.opening}
    for step in view.steps:
        entered |= {filled for _, p in step.payees if (filled := view.filled_by(p))}
    if view.deal.clean_up_call or view.deal.issuer_call:
        entered.add(main)
    drawn = {source for step in view.steps for source in step.sources}
    for name in view.deal.accounts:
        at = ("accounts", name)
        if name in entered and name not in drawn:
            what = "money enters the account and no step draws on it or releases it"
            repair = Message('name it in from of a step, or pay "release:{name}"', name=name)
            yield view.problem(at, what, None, repair, "SEC214")
        elif name not in entered:
            what = (
                "nothing enters the account, though steps draw on it"
                if name in drawn
                else "nothing enters the account"
            )
            yield view.problem(at, what, None, "fill it, or drop it", "SEC213")


def steps_come_before_everything_is_taken(view: DealView) -> Iterator[Problem]:
    """No step draws only on accounts from which an earlier step always takes everything (SEC215). Where it
    pays principal alone, all of which another priority pays too, this is a warning (SEC309).
    """
    for priority in view.priorities():
        for step, taker in _starved(view, priority):
            what = Message(
                "the step {taker!r} before it always takes everything from {sources}",
                taker=taker.step.name,
                sources=Listing(step.sources),
            )
            claims = {(payee.kind, payee.name) for _, payee in step.payees}
            code = "SEC309" if claims <= _repaid_elsewhere(view, priority) else "SEC215"
            yield view.problem(step.at, what, step.step.name, "put it before that step", code)


def _starved(view: DealView, priority: PriorityName) -> Iterator[tuple[StepView, StepView]]:
    """Steps that never have money, with the earlier step that takes it."""
    drained = dict[str, StepView]()
    for step in view.steps_of(priority):
        empty = bool(step.sources) and all(source in drained for source in step.sources)
        if empty and not step.step.support and step.payees:
            yield step, drained[step.sources[0]]
        if _always_takes_all(step):
            drained |= dict.fromkeys(step.sources, step)
        for _, payee in step.payees:
            drained.pop(view.filled_by(payee), None)


def _repaid_elsewhere(view: DealView, priority: PriorityName) -> set[tuple[str, str]]:
    """The principal, as (kind, name), of notes that a step of another priority repays, one that may have money."""
    found = set[tuple[str, str]]()
    for other in view.priorities():
        if other != priority:
            without = [step.at for step, _ in _starved(view, other)]
            steps = [step for step in view.steps_of(other) if step.at not in without]
            paid = {(payee.kind, payee.name) for step in steps for _, payee in step.payees}
            found |= {
                kind for name in view.deal.notes if (kinds := _principal(name)) & paid for kind in kinds
            }
    return found


def _principal(note: str) -> set[tuple[str, str]]:
    """What repays a note."""
    return {("principal", note), ("redemption", note)}


def _always_takes_all(step: StepView) -> bool:
    s = step.step
    takes_all = any(payee.rule.takes_all for _, payee in step.payees)
    return takes_all and not (s.limit or s.limits or s.member_limits or s.when or s.unless)


def every_note_is_paid(view: DealView) -> Iterator[Problem]:
    """The normal priority pays the interest (SEC211) and principal (SEC212) of every note; in another
    priority, their absence is a warning (SEC306). So is, in the normal one, the absence of principal that
    another priority pays, as that of equity after an acceleration (SEC308).
    """
    for priority in view.priorities():
        paid = view.paid(priority)
        for name, note in view.deal.notes.items():
            for what, code, repair in _unpaid(name, note, paid):
                other = code == "SEC212" and _principal(name) & _repaid_elsewhere(view, priority)
                yield _note_problem(view, priority, name, what, "SEC308" if other else code, repair)


def _unpaid(name: str, note: Note, paid: set[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    if not note.balance:
        return
    if bears_interest(note) and ("interest", name) not in paid:
        current, deferred = ("current-interest", name) in paid, ("deferred-interest", name) in paid
        never_deferred = note.capitalises and note.capitalise_until is None
        if not current:
            yield Message("interest"), "SEC211", Message('pay "interest:{name}" in a step', name=name)
        elif not (deferred or never_deferred):
            yield (
                Message("deferred interest"),
                "SEC211",
                Message('pay "deferred-interest:{name}" in a step', name=name),
            )
    if not _principal(name) & paid:
        yield Message("principal"), "SEC212", Message('pay "principal:{name}" in a step', name=name)


def _note_problem(
    view: DealView, priority: PriorityName, name: str, what: str, code: str, repair: str
) -> Problem:
    match priority:
        case "normal":
            fault = Message("no step of the normal priority pays the note's {what}", what=what)
            return view.problem(("notes", name), fault, None, repair, code)
        case "acceleration" | "default":
            fault = Message(
                "no step of the {priority} priority pays the {what} of note {name}",
                priority=priority,
                what=what,
                name=name,
            )
            return view.problem(("priority", priority), fault, None, repair, "SEC306")
        case _:
            assert_never(priority)


def bears_interest(note: Note) -> bool:
    """Whether a note may ever accrue interest."""
    if any(step.add for step in note.coupon_steps):
        return True
    if any(note.new_coupons):
        return True
    match note.coupon:
        case ZeroRate():
            return False
        case FixedRate(rate=rate):
            return rate > 0
        case StepUpRate(rate=rate, steps=steps):
            return rate > 0 or any(step.rate for step in steps)
        case FloatingRate():
            return True
        case _:
            assert_never(note.coupon)


OF_PARTS: tuple[Check, ...] = (
    reserves_and_only_they_have_targets,
    caps_of_targets_lie_above_their_floors,
    money_at_closing_comes_from_somewhere,
)
OF_THE_WHOLE: tuple[Check, ...] = (
    a_collection_account_exists,
    accounts_are_used_and_within_reach,
    steps_come_before_everything_is_taken,
    every_note_is_paid,
)
