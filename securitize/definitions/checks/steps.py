"""Each step by itself follows section 10 of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.accounts import (
    FixedTarget,
    MonthsOfInterestTarget,
    PercentTarget,
    Target,
)
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.deals.payees import APART, Payee
from securitize.definitions.deals.steps import Limit, NamedLimit
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
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.locator import KeyPath


def payees_that_stand_alone_do(view: DealView) -> Iterator[Problem]:
    """``release``, ``transfer``, ``residual`` and ``originator`` stand alone in a step (SEC220)."""
    for step in view.steps:
        for k, payee in step.payees:
            if payee.rule.alone and len(step.step.pay) > 1:
                repair = "give it a step of its own"
                at = (*step.at, "pay", k)
                yield view.problem(
                    at, Message("{kind} stands alone in a step", kind=payee.kind), payee, repair, "SEC220"
                )


def no_step_names_a_payee_twice(view: DealView) -> Iterator[Problem]:
    """A step names a payee once, and no two payees that are paid the same amount due (SEC221)."""
    for step in view.steps:
        seen: list[Payee] = []
        for k, payee in step.payees:
            for other in seen:
                pair = frozenset({payee.kind, other.kind})
                if payee.name == other.name and (len(pair) == 1 or pair in APART):
                    at = (*step.at, "pay", k)
                    what = (
                        "the step pays this already"
                        if len(pair) == 1
                        else Message("the step pays this already, under {other}", other=other)
                    )
                    yield view.problem(at, what, payee, "pay it once, or in a step of its own", "SEC221")
                    break
            seen.append(payee)


def support_is_where_it_may_be(view: DealView) -> Iterator[Problem]:
    """A step that takes what is left, or fills an account, takes no support (SEC222)."""
    for step in view.steps:
        wrong = sorted({payee.kind for _, payee in step.payees if not payee.rule.supported})
        if step.step.support and wrong:
            at = (*step.at, "support")
            what = Message("a step with {first} takes no support", first=wrong[0])
            yield view.problem(at, what, ", ".join(step.step.support), "drop support here", "SEC222")


def no_account_fills_itself(view: DealView) -> Iterator[Problem]:
    """``reserve:X`` and ``transfer:X`` do not draw on X, nor ``deficiency:`` on the ledger's account
    (SEC223).
    """
    for step in view.steps:
        for k, payee in step.payees:
            filled = "" if payee.rule.from_its_own else view.filled_by(payee)
            if filled and filled in step.sources:
                at = (*step.at, "from") if step.step.from_ else (*step.at, "pay", k)
                what = Message("{payee} is paid from the account {filled} itself", payee=payee, filled=filled)
                yield view.problem(at, what, None, "draw on another account", "SEC223")


def a_release_draws_on_its_reserve_alone(view: DealView) -> Iterator[Problem]:
    """A ``release:`` step has no ``from``: it draws on the reserve that it releases (SEC224)."""
    for step in view.steps:
        if any(payee.rule.from_its_own for _, payee in step.payees) and step.step.from_:
            what = "a release draws on the reserve that it releases"
            yield view.problem((*step.at, "from"), what, None, "drop from", "SEC224")


def reserves_are_reserve_accounts(view: DealView) -> Iterator[Problem]:
    """``reserve:`` and ``release:`` name reserve accounts (SEC228)."""
    reserves = [name for name, account in view.deal.accounts.items() if account.is_reserve]
    for step in view.steps:
        for k, payee in step.payees:
            account = view.deal.accounts.get(payee.name)
            if payee.rule.of_a_reserve and account and not account.is_reserve:
                at = (*step.at, "pay", k)
                repair = suggest(payee.name, reserves)
                yield view.problem(
                    at, Message("{name} is no reserve account", name=payee.name), payee, repair, "SEC228"
                )


def limits_are_complete(view: DealView) -> Iterator[Problem]:
    """A limit is an amount, or a percentage of what it names (SEC225)."""
    of_step, of_deal = (
        'write amount = …, or percent = … and of = "due", "available", "smaller" or "collections"',
        'write amount = …, or percent = … and of = "pool", "collections" or notes',
    )
    for step in view.steps:
        if step.step.limit:
            yield from _limit(view, (*step.at, "limit"), step.step.limit, of_step)
        for payee, limit in step.step.member_limits.items():
            yield from _limit(view, (*step.at, "member_limits", payee), limit, of_step)
    for name, shared in view.deal.limits.items():
        yield from _limit(view, ("limits", name), shared, of_deal)


def _limit(view: DealView, at: KeyPath, limit: Limit | NamedLimit, repair: str) -> Iterator[Problem]:
    if any(path[: len(at)] == at for path in view.loaded.removed):
        return
    if limit.amount is not None and limit.percent is not None:
        yield view.problem(at, "a limit has both amount and percent", None, repair, "SEC225")
    elif limit.amount is None and limit.percent is None:
        yield view.problem(at, "a limit has neither amount nor percent", None, repair, "SEC225")
    elif limit.percent is not None and limit.of is None:
        yield view.problem(at, "a limit by percent does not say of what", None, repair, "SEC225")
    elif limit.amount is not None and limit.of is not None:
        yield view.problem(at, "a limit by amount has no of", limit.of, repair, "SEC225")


def member_limits_name_payees_of_the_step(view: DealView) -> Iterator[Problem]:
    """A member limit names a payee of its own step (SEC226)."""
    for step in view.steps:
        for payee in step.step.member_limits:
            if payee not in step.step.pay:
                at = (*step.at, "member_limits", payee)
                repair = suggest(payee, step.step.pay)
                yield view.problem(at, "the step does not pay this", payee, repair, "SEC226")


def lists_name_nothing_twice(view: DealView) -> Iterator[Problem]:
    """A list names nothing twice (SEC227), and is not empty where it must name something (SEC234)."""
    for step in view.steps:
        for key in ("from", "support", "limits", "when", "unless"):
            names = getattr(step.step, "from_" if key == "from" else key)
            yield from _twice(view, (*step.at, key), names)
    for at, listed, may_be_empty in _lists_of_the_deal(view.deal):
        yield from _twice(view, at, listed, may_be_empty)


def _lists_of_the_deal(deal: Deal) -> Iterator[tuple[KeyPath, object, bool]]:
    """Every list of names outside the steps, and whether it may be empty."""
    for name, fee in deal.fees.items():
        match fee:
            case BalanceFee():
                yield ("fees", name, "base"), fee.base, False
            case CollectionsFee():
                yield ("fees", name, "streams"), fee.streams, False
            case PaymentsFee():
                yield ("fees", name, "notes"), fee.notes, False
            case OneOffFee() | ScheduledFee() | FixedFee():
                pass
            case _:
                assert_never(fee)
    for name, trigger in deal.triggers.items():
        yield from _lists_of_trigger(("triggers", name), trigger)
    for name, account in deal.accounts.items():
        at = ("accounts", name)
        yield from _lists_of_target((*at, "target"), account.target)
        for k, each in enumerate(account.targets_on):
            yield from _lists_of_target((*at, "targets_on", k, "target"), each.target)
    for name, note in deal.notes.items():
        yield ("notes", name, "principal", "with"), note.principal.beside, True
    for name, limit in deal.limits.items():
        yield ("limits", name, "of"), limit.of, False
    yield ("principal_distribution", "streams"), deal.principal_distribution.streams, True
    if deal.principal_deficiency:
        yield ("principal_deficiency", "notes"), deal.principal_deficiency.notes, False


def _lists_of_target(at: KeyPath, target: Target | None) -> Iterator[tuple[KeyPath, object, bool]]:
    match target:
        case None:
            return
        case PercentTarget():
            yield (*at, "of"), target.of, False
        case MonthsOfInterestTarget():
            yield (*at, "notes"), target.notes, True
        case FixedTarget():
            pass
        case _:
            assert_never(target)
    yield (*at, "zero_at"), target.zero_at, True


def _lists_of_trigger(at: KeyPath, trigger: Trigger) -> Iterator[tuple[KeyPath, object, bool]]:
    match trigger:
        case UnpaidInterestTrigger() | UnpaidPrincipalTrigger() | NotesNilTrigger() | DeficiencyTrigger():
            yield (*at, "notes"), trigger.notes, True
        case CombinationTrigger():
            yield (*at, "of"), trigger.of, True
        case (
            DateTrigger()
            | CumulativeDefaultTrigger()
            | CollectionsTrigger()
            | CoverageTrigger()
            | SalesTrigger()
            | PoolBalanceTrigger()
            | ReserveTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
        ):
            pass
        case _:
            assert_never(trigger)


def _twice(view: DealView, at: KeyPath, names: object, may_be_empty: bool = True) -> Iterator[Problem]:
    if not isinstance(names, Sequence) or isinstance(names, str):
        return
    if not names and not may_be_empty and view.loaded.has(*at):
        yield view.problem(at, "the list names nothing", None, "name one or more", "SEC234")
    seen = set[object]()
    for k, name in enumerate(names):
        if name in seen:
            yield view.problem((*at, k), "the list names this already", name, "name it once", "SEC227")
        seen.add(name)


def no_step_waits_for_what_it_forbids(view: DealView) -> Iterator[Problem]:
    """No trigger stands in both ``when`` and ``unless`` of a step (SEC229)."""
    for step in view.steps:
        for name in step.step.when:
            if name in step.step.unless:
                what = "the step runs only while this trigger is active, and not while it is"
                at = (*step.at, "unless")
                yield view.problem(at, what, name, "name it in when or in unless", "SEC229")


OF_PARTS: tuple[Check, ...] = (
    payees_that_stand_alone_do,
    no_step_names_a_payee_twice,
    support_is_where_it_may_be,
    no_account_fills_itself,
    a_release_draws_on_its_reserve_alone,
    reserves_are_reserve_accounts,
    limits_are_complete,
    member_limits_name_payees_of_the_step,
    lists_name_nothing_twice,
    no_step_waits_for_what_it_forbids,
)
