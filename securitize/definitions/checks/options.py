"""Puts, settlements, the issuer's call and deficiency ledgers: what they make due is paid, and only that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView, TableName
from securitize.definitions.deals.payees import Payee
from securitize.definitions.documents.locator import KeyPath


def dates_of_options_ascend(view: DealView) -> Iterator[Problem]:
    """Puts and call prices ascend by date; a put, a settlement or a call comes after closing and within the
    deal (SEC245).
    """
    dates = view.deal.dates
    for name, note in view.deal.notes.items():
        options = [(("notes", name, "puts", k, "date"), put.date) for k, put in enumerate(note.puts)]
        yield from _ascending(view, options, dates.closing, dates.legal_final)
        if note.settlement and note.settlement.date:
            settled: list[tuple[KeyPath, dt.date]] = [
                (("notes", name, "settlement", "date"), note.settlement.date)
            ]
            yield from _ascending(view, settled, dates.closing, dates.legal_final)
    if view.deal.issuer_call:
        prices = enumerate(view.deal.issuer_call.prices)
        starts = [(("issuer_call", "prices", k, "from"), price.from_) for k, price in prices]
        yield from _ascending(view, starts, dt.date.min, dates.legal_final)
        if view.deal.issuer_call.date:
            called = [(("issuer_call", "date"), view.deal.issuer_call.date)]
            yield from _ascending(view, called, dt.date.min, dates.legal_final)


def _ascending(
    view: DealView, options: Sequence[tuple[KeyPath, dt.date]], before: dt.date, latest: dt.date
) -> Iterator[Problem]:
    for at, date in options:
        if date <= before:
            what = Message("the date is not after {before}", before=before)
            yield view.problem(at, what, date, "let dates ascend, after closing", "SEC245")
        elif date > view.last_day:
            what = Message("the date is after the legal final date {legal_final}", legal_final=latest)
            yield view.problem(at, what, date, "write an earlier date", "SEC245")
        before = max(before, date)


def a_settlement_has_one_cause(view: DealView) -> Iterator[Problem]:
    """A note is settled on a date or after a trigger, not both (SEC238)."""
    for name, note in view.deal.notes.items():
        settlement = note.settlement
        if settlement and (settlement.date is None) == (settlement.trigger is None):
            what = (
                "the settlement has neither a date nor a trigger"
                if settlement.date is None
                else "the settlement has both a date and a trigger"
            )
            at, repair = ("notes", name, "settlement"), "write date = … or trigger = …"
            yield view.problem(at, what, None, repair, "SEC238")


def a_call_has_one_price(view: DealView) -> Iterator[Problem]:
    """The issuer's call has one price or a list of prices, not both (SEC247)."""
    call = view.deal.issuer_call
    if call and call.prices and view.loaded.has("issuer_call", "price"):
        what = "the call has a price and a list of prices"
        yield view.problem(("issuer_call", "price"), what, None, "write price or prices", "SEC247")


def what_options_make_due_is_paid(view: DealView) -> Iterator[Problem]:
    """The normal priority pays amounts put, and interest and fees of support, where the deal has any (SEC216).

    Call premiums are paid by the redemption priority.
    """
    paid, deal = view.paid("normal"), view.deal
    due: list[tuple[KeyPath, str, Payee]] = [
        (("notes", name, "puts"), Message("amounts put"), Payee("put", name))
        for name, note in deal.notes.items()
        if any(put.exercised for put in note.puts)
    ]
    for name, support in deal.support.items():
        if support.interest and support.interest.bears:
            due.append(
                (
                    ("support", name, "interest"),
                    Message("interest of support"),
                    Payee("support-interest", name),
                )
            )
        if support.undrawn_fee and support.undrawn_fee.rate:
            due.append(
                (("support", name, "undrawn_fee"), Message("the undrawn fee"), Payee("support-fee", name))
            )
    for at, noun, payee in due:
        if (payee.kind, payee.name) not in paid:
            what = Message("no step of the normal priority pays {noun}", noun=noun)
            yield view.problem(at, what, None, Message('pay "{payee}" in a step', payee=payee), "SEC216")


def steps_pay_what_may_become_due(view: DealView) -> Iterator[Problem]:
    """A step pays amounts put, a premium, or interest or fees of support only where they can become due
    (SEC217).
    """
    for step in view.steps:
        for k, payee in step.payees:
            lacking = _lacking(view, payee)
            if lacking:
                what, at = (
                    Message("nothing is ever due: the deal has no {lacking}", lacking=lacking),
                    (*step.at, "pay", k),
                )
                yield view.problem(
                    at, what, payee, Message("write {lacking}, or drop the payee", lacking=lacking), "SEC217"
                )


def _lacking(view: DealView, payee: Payee) -> str:
    """What the deal lacks without which a payee is never due anything; empty where it lacks nothing."""
    match payee.kind:
        case "put":
            return _absent(view, payee, "notes", "puts")
        case "premium":
            return "" if view.loaded.has("issuer_call") else "[issuer_call]"
        case "support-interest":
            return _absent(view, payee, "support", "interest")
        case "support-fee":
            return _absent(view, payee, "support", "undrawn_fee")
        case (
            "fee" | "fee-excess" | "interest" | "current-interest" | "deferred-interest" | "principal"
            | "redemption" | "deficiency" | "reserve" | "release" | "transfer" | "reimbursement" | "residual"
            | "originator"
        ):  # fmt: skip
            return ""
        case _:
            assert_never(payee.kind)


def _absent(view: DealView, payee: Payee, table: TableName, key: str) -> str:
    if payee.name not in getattr(view.deal, table) or view.loaded.has(table, payee.name, key):
        return ""
    return Message("{key} of [{table}.{name}]", key=key, table=table, name=payee.name)


def ledgers_that_are_looked_at_exist(view: DealView) -> Iterator[Problem]:
    """A ``deficiency:`` payee, and a step that debits the ledgers, need a principal deficiency ledger
    (SEC218).
    """
    ledgers = view.deal.principal_deficiency
    notes = ledgers.notes if ledgers else ()
    repair = "name the note in [principal_deficiency]"
    if ledgers is None and view.loaded.has("principal_deficiency"):
        # It is faulty itself.
        return
    for step in view.steps:
        for k, payee in step.payees:
            if payee.rule.of_a_ledger and payee.name in view.deal.notes and payee.name not in notes:
                what = "the note has no deficiency ledger"
                yield view.problem((*step.at, "pay", k), what, payee, repair, "SEC218")
        if step.step.debits_deficiency and not notes:
            what, at = "the deal has no deficiency ledgers to debit", (*step.at, "debits_deficiency")
            yield view.problem(at, what, "true", "write [principal_deficiency], or drop it", "SEC218")


OF_PARTS: tuple[Check, ...] = (
    dates_of_options_ascend,
    a_call_has_one_price,
    steps_pay_what_may_become_due,
    ledgers_that_are_looked_at_exist,
)
OF_THE_WHOLE: tuple[Check, ...] = (
    a_settlement_has_one_cause,
    what_options_make_due_is_paid,
)
