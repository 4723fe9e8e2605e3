"""Fees, taxes on them, and the costs of closing (SEC342)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.money import from_minor, from_rate
from securitize.definitions.checks.plausible.outside import not_in_wan, outside, over_notes
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.documents.loaded import Fault
from securitize.definitions.documents.locator import KeyPath


def fees_are_plausible(view: DealView) -> Iterator[Problem]:
    """Rates, amounts and taxes of every fee, and the rate of an undrawn support (SEC342, a warning)."""
    for name, fee in view.deal.fees.items():
        for fault in (
            *_of_fee(("fees", name), fee, view.deal.face, view.deal.currency),
            *_taxes(("fees", name), fee),
        ):
            yield view.problem(*fault)
    for name, support in view.deal.support.items():
        if support.undrawn_fee:
            at = ("support", name, "undrawn_fee", "rate")
            for fault in outside(at, "fee-rate", from_rate(support.undrawn_fee.rate)):
                yield view.problem(*fault)


def costs_of_closing_are_plausible(view: DealView) -> Iterator[Problem]:
    """The costs of closing together, against the notes (SEC342, a warning)."""
    costs = sum(cost.amount for cost in view.deal.closing.costs)
    for fault in over_notes(("closing", "costs"), "closing-costs", costs, view.deal.face, view.deal.currency):
        yield view.problem(*fault)


def _of_fee(at: KeyPath, fee: Fee, notes: int, currency: str) -> Iterator[Fault]:
    match fee:
        case OneOffFee():
            yield from _amount((*at, "amount"), fee.amount, notes, currency)
        case ScheduledFee():
            for k, payment in enumerate(fee.payments):
                yield from _amount((*at, "payments", k, "amount"), payment.amount, notes, currency)
        case FixedFee():
            yield from _amount((*at, "amount"), fee.amount, notes, currency)
            if fee.change and fee.change.amount is not None:
                yield from _amount((*at, "change", "amount"), fee.change.amount, notes, currency)
        case BalanceFee():
            yield from _rates(at, fee, "fee-rate")
        case CollectionsFee():
            yield from _rates(at, fee, "fee-on-collections")
        case PaymentsFee():
            yield from _rates(at, fee, "fee-on-payments")
        case _:
            assert_never(fee)


def _rates(at: KeyPath, fee: BalanceFee | CollectionsFee | PaymentsFee, bound: str) -> Iterator[Fault]:
    yield from outside((*at, "rate"), bound, from_rate(fee.rate))
    if fee.change and fee.change.rate is not None:
        yield from outside((*at, "change", "rate"), bound, from_rate(fee.change.rate))


def _amount(at: KeyPath, amount: int, notes: int, currency: str) -> Iterator[Fault]:
    yield from over_notes(at, "fee-amount", amount, notes, currency)
    if amount:
        yield from outside(at, "fee-small", from_minor(amount), not_in_wan(currency))


def _taxes(at: KeyPath, fee: Fee) -> Iterator[Fault]:
    yield from outside((*at, "vat"), "tax-on-fee", from_rate(fee.vat))
    yield from outside((*at, "surcharge"), "tax-on-fee", from_rate(fee.surcharge))


OF_DEALS: tuple[Check, ...] = (fees_are_plausible, costs_of_closing_are_plausible)
