"""Each step by itself follows section 10 of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from securitize.base.errors import Problem
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.explaining import suggest
from securitize.definitions.locator import KeyPath
from securitize.definitions.payees import ALONE, UNSUPPORTED
from securitize.definitions.steps import Limit

_TOGETHER = {"fee": "fee-excess", "principal": "redemption"}


def payees_that_stand_alone_do(view: DealView) -> Iterator[Problem]:
    """SEC220."""
    for step in view.steps:
        for k, payee in step.payees:
            if payee.kind in ALONE and len(step.step.pay) > 1:
                repair = "give it a step of its own"
                at = (*step.at, "pay", k)
                yield view.problem(at, f"{payee.kind} stands alone in a step", payee, repair, "SEC220")


def no_step_names_a_payee_twice(view: DealView) -> Iterator[Problem]:
    """SEC221."""
    for step in view.steps:
        seen = set[tuple[str, str]]()
        for k, payee in step.payees:
            kind = next((one for one, other in _TOGETHER.items() if other == payee.kind), payee.kind)
            if (kind, payee.name) in seen:
                at = (*step.at, "pay", k)
                what = "the step pays this already"
                yield view.problem(at, what, payee, "pay it once, or in a step of its own", "SEC221")
            seen.add((kind, payee.name))


def support_is_where_it_may_be(view: DealView) -> Iterator[Problem]:
    """SEC222."""
    for step in view.steps:
        wrong = sorted(step.kinds & UNSUPPORTED)
        if step.step.support and wrong:
            at = (*step.at, "support")
            what = f"a step with {wrong[0]} takes no support"
            yield view.problem(at, what, ", ".join(step.step.support), "drop support here", "SEC222")


def no_account_fills_itself(view: DealView) -> Iterator[Problem]:
    """SEC223: ``reserve:X`` and ``transfer:X`` do not draw on X."""
    for step in view.steps:
        for k, payee in step.payees:
            if payee.kind in ("reserve", "transfer") and payee.name in step.sources:
                at = (*step.at, "from") if step.step.from_ else (*step.at, "pay", k)
                what = f"{payee} is paid from the account {payee.name} itself"
                yield view.problem(at, what, None, "draw on another account", "SEC223")


def a_release_draws_on_its_reserve_alone(view: DealView) -> Iterator[Problem]:
    """SEC224."""
    for step in view.steps:
        if "release" in step.kinds and step.step.from_:
            what = "a release draws on the reserve that it releases"
            yield view.problem((*step.at, "from"), what, None, "drop from", "SEC224")


def reserves_are_reserve_accounts(view: DealView) -> Iterator[Problem]:
    """SEC228."""
    reserves = [name for name, account in view.deal.accounts.items() if account.kind == "reserve"]
    for step in view.steps:
        for k, payee in step.payees:
            account = view.deal.accounts.get(payee.name)
            if payee.kind in ("reserve", "release") and account and account.kind != "reserve":
                at = (*step.at, "pay", k)
                repair = suggest(payee.name, reserves)
                yield view.problem(at, f"{payee.name} is no reserve account", payee, repair, "SEC228")


def limits_are_complete(view: DealView) -> Iterator[Problem]:
    """SEC225."""
    for step in view.steps:
        if step.step.limit:
            yield from _limit(view, (*step.at, "limit"), step.step.limit)
        for payee, limit in step.step.member_limits.items():
            yield from _limit(view, (*step.at, "member_limits", payee), limit)


def _limit(view: DealView, at: KeyPath, limit: Limit) -> Iterator[Problem]:
    repair = 'write { amount = … } or { percent = …, of = "due", "available" or "smaller" }'
    if limit.amount is not None and limit.percent is not None:
        yield view.problem(at, "a limit has both amount and percent", None, repair, "SEC225")
    elif limit.amount is None and limit.percent is None:
        yield view.problem(at, "a limit has neither amount nor percent", None, repair, "SEC225")
    elif limit.percent is not None and limit.of is None:
        yield view.problem(at, "a limit by percent does not say of what", None, repair, "SEC225")
    elif limit.amount is not None and limit.of is not None:
        yield view.problem(at, "a limit by amount has no of", limit.of, repair, "SEC225")


def member_limits_name_payees_of_the_step(view: DealView) -> Iterator[Problem]:
    """SEC226."""
    for step in view.steps:
        for payee in step.step.member_limits:
            if payee not in step.step.pay:
                at = (*step.at, "member_limits", payee)
                repair = suggest(payee, step.step.pay)
                yield view.problem(at, "the step does not pay this", payee, repair, "SEC226")


def lists_name_nothing_twice(view: DealView) -> Iterator[Problem]:
    """SEC227; SEC234 where a list must name something."""
    for step in view.steps:
        for key, names in (
            ("from", step.step.from_ or ()),
            ("support", step.step.support),
            ("limits", step.step.limits),
            ("when", step.step.when),
            ("unless", step.step.unless),
        ):
            yield from _twice(view, (*step.at, key), names)
    for name, fee in view.deal.fees.items():
        for key in ("base", "streams"):
            yield from _twice(view, ("fees", name, key), getattr(fee, key, ()), may_be_empty=False)
    for name, trigger in view.deal.triggers.items():
        yield from _twice(view, ("triggers", name, "notes"), getattr(trigger, "notes", ()))
    for name, account in view.deal.accounts.items():
        for key in ("of", "notes", "zero_at"):
            names = getattr(account.target, key, ())
            at = ("accounts", name, "target", key)
            yield from _twice(view, at, names, may_be_empty=key != "of")
    streams = view.deal.principal_distribution.streams
    yield from _twice(view, ("principal_distribution", "streams"), streams)


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
    """SEC229."""
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
