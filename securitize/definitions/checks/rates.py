"""Rate rules of coupons, accounts and supports, and their day counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.deals.rates import RateRule
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import NEEDS_FREQUENCY, USES_FREQUENCY, DayCount


def rate_rules(deal: Deal) -> Iterator[tuple[KeyPath, RateRule]]:
    """Every rate rule of a deal and where it is written."""
    for name, note in deal.notes.items():
        yield ("notes", name, "coupon"), note.coupon
    for name, account in deal.accounts.items():
        if account.interest:
            yield ("accounts", name, "interest"), account.interest
    for name, support in deal.support.items():
        if support.interest:
            yield ("support", name, "interest"), support.interest


def _day_counts(deal: Deal) -> Iterator[tuple[KeyPath, DayCount]]:
    for name, note in deal.notes.items():
        yield ("notes", name, "day_count"), note.day_count
    for name, account in deal.accounts.items():
        if account.interest:
            yield ("accounts", name, "interest", "day_count"), account.interest.day_count
    for name, fee in deal.fees.items():
        match fee:
            case BalanceFee():
                yield ("fees", name, "day_count"), fee.day_count
            case OneOffFee() | ScheduledFee() | FixedFee() | CollectionsFee() | PaymentsFee():
                pass
            case _:
                assert_never(fee)
    for name, support in deal.support.items():
        if support.interest:
            yield ("support", name, "interest", "day_count"), support.interest.day_count
        if support.undrawn_fee:
            yield ("support", name, "undrawn_fee", "day_count"), support.undrawn_fee.day_count


def steps_of_rates_ascend_after_closing(view: DealView) -> Iterator[Problem]:
    """The steps of a step-up rate ascend after closing (SEC252)."""
    for at, rule in rate_rules(view.deal):
        before = view.deal.dates.closing
        for k, step in enumerate(rule.listed):
            if step.from_ <= before:
                what, here = (
                    Message("the step is not after {before}", before=before),
                    (*at, "steps", k, "from"),
                )
                yield view.problem(here, what, step.from_, "let dates ascend after closing", "SEC252")
            before = max(before, step.from_)


def caps_of_rates_lie_above_their_floors(view: DealView) -> Iterator[Problem]:
    """The cap of a floating rate is not below its floor (SEC244)."""
    for at, each in rate_rules(view.deal):
        rule = each.floating
        if rule is not None and rule.cap is not None and rule.cap < rule.floor:
            what = "the cap of the rate is below its floor"
            found = f"{rule.cap / 1e8:g}"
            yield view.problem((*at, "cap"), what, found, "raise cap or lower floor", "SEC244")


def day_counts_know_the_frequency(view: DealView) -> Iterator[Problem]:
    """A day count that needs the payment frequency has one; dates by list do not imply it (SEC182)."""
    rule = view.deal.dates.payment
    if rule.frequency or rule.every:
        return
    for at, day_count in _day_counts(view.deal):
        if day_count in NEEDS_FREQUENCY or day_count in USES_FREQUENCY:
            what = "the day count needs to know how often interest is paid"
            repair = 'write frequency = "3M" in [dates.payment]'
            yield view.problem(at, what, day_count, repair, "SEC182")


OF_PARTS: tuple[Check, ...] = (
    steps_of_rates_ascend_after_closing,
    caps_of_rates_lie_above_their_floors,
)
OF_THE_WHOLE: tuple[Check, ...] = (day_counts_know_the_frequency,)
