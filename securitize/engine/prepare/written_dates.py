"""Dates of the terms that mean no payment date: which one they fall to, and between which two they lie.

Source: ``docs/reference/priority-of-payments.md``, section 2, "A written date". Dates that only divide an interest
period (steps of a coupon, the life of a fee by percent of a balance) may lie anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.accepted import AcceptedWarning, sift
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.deals.notes import (
    BulletPrincipal,
    CollectedPrincipal,
    Note,
    ScheduledPrincipal,
    TargetPrincipal,
    TurboPrincipal,
)
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.loading import Definitions
from securitize.definitions.plausibility import DATE_CODES
from securitize.definitions.scenarios.deal_stresses import (
    IssuerCallStress,
    OptionStress,
    PutStress,
    SettlementStress,
)
from securitize.definitions.scenarios.effects import effects_of
from securitize.market.payment_dates import PaymentCalendar
from securitize.market.schedules import Schedule

#: A path, the date written at it, and whether it is the end of what holds until then.
Dated = tuple[KeyPath, dt.date | None, bool]


def on_no_payment_date(found: Definitions, schedule: Schedule) -> tuple[list[Problem], list[AcceptedWarning]]:
    """Warnings that stand and those that the deal accepts."""
    files = (found.deal, found.pool)
    return sift(_between_payment_dates(found, schedule), files, DATE_CODES.__contains__)


def _between_payment_dates(found: Definitions, schedule: Schedule) -> Iterator[Problem]:
    """A warning for each date of the deal and its scenario between closing and the last payment date that means no
    payment date (SEC345).
    """
    dates, closing = schedule.payment_dates, schedule.accrual[0]
    for at, day, ends in _dates_of(found.deal.model):
        if day is not None and (said := _said(day, ends, dates, closing)) is not None:
            yield found.deal.problem(at, said[0], day, said[1], "SEC345")
    if found.scenario is None:
        return
    written = found.scenario.model.stress
    for option in effects_of(found.scenario.model).options:
        if (said := _said(option.at, False, dates, closing)) is not None and not _on_any_day(option):
            at = ("stress", next(k for k, stress in enumerate(written) if stress is option), "at")
            yield found.scenario.problem(at, said[0], option.at, said[1], "SEC345")


def _on_any_day(option: OptionStress) -> bool:
    """Whether what a scenario tells may be dated on any day: a settlement for an amount of money."""
    match option:
        case SettlementStress():
            return option.amount is not None
        case PutStress() | IssuerCallStress():
            return False
        case _:
            assert_never(option)


def _said(
    day: dt.date, ends: bool, dates: PaymentCalendar, closing: dt.date
) -> tuple[Message, Message] | None:
    """What is wrong with a date, and the repair; None where it means a payment date or lies outside of them."""
    after = dates.first_from(day)
    if day <= closing or after == len(dates) or dates.meant(day) is not None:
        return None
    before = dates.dates[after - 1].written if after else closing
    next_ = dates.dates[after].written
    taken = before if ends else next_
    what = Message(
        "no payment date: it lies between {before} and {next}, and is taken as {taken}",
        before=before,
        next=next_,
        taken=taken,
    )
    return what, Message("write {before} or {next}", before=before, next=next_)


def _dates_of(deal: Deal) -> Iterator[Dated]:
    """Every date of the terms that is resolved to a payment date."""
    yield from chain.from_iterable(_of_note(("notes", name), note) for name, note in deal.notes.items())
    yield from chain.from_iterable(_of_fee(("fees", name), fee) for name, fee in deal.fees.items())
    for name, support in deal.support.items():
        yield ("support", name, "first_call"), support.first_call, False
        yield ("support", name, "until"), support.until, True
    for name, trigger in deal.triggers.items():
        at = ("triggers", name)
        yield (*at, "first_test"), trigger.first_test, False
        yield (*at, "last_test"), trigger.last_test, True
        yield (*at, "effect_from"), trigger.effect_from, False
        yield (*at, "date"), trigger.reached_on, False
    if deal.clean_up_call is not None:
        yield ("clean_up_call", "first_date"), deal.clean_up_call.first_date, False
    if deal.issuer_call is not None:
        yield ("issuer_call", "date"), deal.issuer_call.date, False
        for k, price in enumerate(deal.issuer_call.prices):
            yield ("issuer_call", "prices", k, "from"), price.from_, False


def _of_note(at: KeyPath, note: Note) -> Iterator[Dated]:
    match note.principal:
        case ScheduledPrincipal(payments=payments):
            for k, payment in enumerate(payments):
                yield (*at, "principal", "payments", k, "date"), payment.date, False
        case BulletPrincipal(date=day):
            yield (*at, "principal", "date"), day, False
        case CollectedPrincipal() | TurboPrincipal() | TargetPrincipal():
            pass
        case _:
            assert_never(note.principal)
    for k, put in enumerate(note.puts):
        yield (*at, "puts", k, "date"), put.date, False
    if note.settlement is not None and note.settlement.amount is None:
        yield (*at, "settlement", "date"), note.settlement.date, False
    yield (*at, "capitalise_until"), note.capitalise_until, True


def _of_fee(at: KeyPath, fee: Fee) -> Iterator[Dated]:
    match fee:
        case OneOffFee():
            yield (*at, "date"), fee.date, False
        case ScheduledFee():
            for k, due in enumerate(fee.payments):
                yield (*at, "payments", k, "date"), due.date, False
        case FixedFee() | CollectionsFee() | PaymentsFee():
            yield (*at, "from"), fee.from_, False
            yield (*at, "until"), fee.until, True
        case BalanceFee():
            pass
        case _:
            assert_never(fee)
