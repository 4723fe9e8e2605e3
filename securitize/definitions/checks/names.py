"""Every name that a deal uses is one that it declares, and every one that it declares is used."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.references import triggers_looked_at
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.payees import Payee, PayeeError, parse_payee
from securitize.definitions.deals.steps import SEVERITY
from securitize.definitions.documents.explaining import suggest


def payees_of_steps_are_known(view: DealView) -> Iterator[Problem]:
    """A payee is a word of the vocabulary (SEC207) and names a note, account, fee or support of the deal
    (SEC201, SEC202, SEC203, SEC205).
    """
    for step in view.steps:
        for k, text in enumerate(step.step.pay):
            at = (*step.at, "pay", k)
            try:
                payee = parse_payee(text)
            except PayeeError as error:
                yield view.problem(at, error.what, text, error.repair, "SEC207")
                continue
            if payee.rule.table is not None:
                yield from view.unknown(at, payee.rule.table, payee.name)


def accounts_of_steps_are_known(view: DealView) -> Iterator[Problem]:
    """The accounts from which a step draws are accounts of the deal (SEC202)."""
    for step in view.steps:
        for k, name in enumerate(step.step.from_ or ()):
            yield from view.unknown((*step.at, "from", k), "accounts", name)


def triggers_of_steps_are_known(view: DealView) -> Iterator[Problem]:
    """The triggers in a step's ``when`` and ``unless`` are triggers of the deal (SEC204)."""
    for step in view.steps:
        for key, names in (("when", step.step.when), ("unless", step.step.unless)):
            for k, name in enumerate(names):
                yield from view.unknown((*step.at, key, k), "triggers", name)


def support_and_limits_of_steps_are_known(view: DealView) -> Iterator[Problem]:
    """The support (SEC205) and the shared limits (SEC206) that a step names are those of the deal."""
    for step in view.steps:
        for k, name in enumerate(step.step.support):
            yield from view.unknown((*step.at, "support", k), "support", name)
        for k, name in enumerate(step.step.limits):
            yield from view.unknown((*step.at, "limits", k), "limits", name)


def residual_holder_is_known(view: DealView) -> Iterator[Problem]:
    """``residual_to`` is the originator or a note of the deal (SEC201); no note has the originator's name
    (SEC208).
    """
    holder = view.deal.residual_to
    if "originator" in view.loaded.names("notes"):
        what = "originator is the originator and cannot name a note"
        yield view.problem(("notes", "originator"), what, None, "rename the note", "SEC208")
    if holder != "originator" and holder not in view.loaded.names("notes"):
        known = ["originator", *view.loaded.names("notes")]
        what = "there is no such note"
        yield view.problem(("residual_to",), what, holder, suggest(holder, known), "SEC201")


def priorities_that_triggers_call_for_exist(view: DealView) -> Iterator[Problem]:
    """A trigger calls only for a priority that the deal writes (SEC268)."""
    for name, trigger in view.deal.triggers.items():
        if trigger.priority and not view.loaded.has("priority", trigger.priority):
            repair = Message(
                "write [[priority.{priority}]], or drop the consequence", priority=trigger.priority
            )
            at = ("triggers", name, "priority")
            yield view.problem(at, "the deal has no such priority", trigger.priority, repair, "SEC268")


def every_fee_is_paid(view: DealView) -> Iterator[Problem]:
    """The normal priority pays every fee (SEC210), and a step pays what a cap leaves unpaid (SEC304, a
    warning).
    """
    paid = view.paid("normal")
    for name, fee in view.deal.fees.items():
        if ("fee", name) not in paid and ("fee-excess", name) not in paid:
            repair = Message('pay "fee:{name}" in a step, or drop the fee', name=name)
            what = "no step of the normal priority pays the fee"
            yield view.problem(("fees", name), what, None, repair, "SEC210")
        elif fee.cap and ("fee-excess", name) not in paid:
            what = "what the cap leaves is paid nowhere and waits for later caps"
            repair = Message('pay "fee-excess:{name}" further down, if it is meant to be paid', name=name)
            yield view.problem(("fees", name, "cap"), what, None, repair, "SEC304")


def every_trigger_has_a_consequence(view: DealView) -> Iterator[Problem]:
    """A trigger calls for a priority, or another part of the deal refers to it (SEC301, a warning)."""
    seen = triggers_looked_at(view)
    for name, trigger in view.deal.triggers.items():
        if not trigger.priority and not trigger.early_repayment and name not in seen:
            what = "the trigger calls for no priority and nothing looks at it"
            repair = "name it in when or unless of a step, or give it a priority"
            yield view.problem(("triggers", name), what, None, repair, "SEC301")


def every_support_is_used(view: DealView) -> Iterator[Problem]:
    """A step names every support (SEC302), and a support that reinstates is reimbursed by a step (SEC318);
    both are warnings.
    """
    used = {name for step in view.steps for name in step.step.support}
    payees = {payee for step in view.steps for _, payee in step.payees}
    for name, support in view.deal.support.items():
        at = ("support", name)
        if name not in used:
            repair = "name it in support of a step"
            yield view.problem(at, "no step names the support", None, repair, "SEC302")
        elif support.reinstates and Payee("reimbursement", name) not in payees:
            what = "the support reinstates what is reimbursed, and no step reimburses it"
            yield view.problem(
                (*at, "reinstates"), what, None, Message('pay "reimbursement:{name}"', name=name), "SEC318"
            )


def every_limit_is_used(view: DealView) -> Iterator[Problem]:
    """A step names every shared limit (SEC303, a warning)."""
    used = {name for step in view.steps for name in step.step.limits}
    for name in view.deal.limits:
        if name not in used:
            repair = "name it in limits of a step, or drop it"
            yield view.problem(("limits", name), "no step names the limit", None, repair, "SEC303")


def every_priority_is_called_for(view: DealView) -> Iterator[Problem]:
    """A trigger calls for every priority but the normal one (SEC305, a warning)."""
    called = {trigger.priority for trigger in view.deal.triggers.values()}
    for priority in view.priorities():
        if SEVERITY[priority] and priority not in called:
            repair = Message('give a trigger priority = "{priority}"', priority=priority)
            what = "no trigger calls for this priority"
            yield view.problem(("priority", priority), what, None, repair, "SEC305")


OF_PARTS: tuple[Check, ...] = (
    payees_of_steps_are_known,
    accounts_of_steps_are_known,
    triggers_of_steps_are_known,
    support_and_limits_of_steps_are_known,
    residual_holder_is_known,
    priorities_that_triggers_call_for_exist,
)
OF_THE_WHOLE: tuple[Check, ...] = (
    every_fee_is_paid,
    every_trigger_has_a_consequence,
    every_support_is_used,
    every_limit_is_used,
    every_priority_is_called_for,
)
