"""Terms of rates and of notes beyond what a column tells, one phrase each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.reports.terminal import percent
from securitize.reports.wording import amount, day, joined, period_of

if TYPE_CHECKING:
    from securitize.definitions.deals.notes import (
        CouponReset,
        InterestOnUnpaid,
        Note,
        ScheduledPayment,
        Settlement,
    )
    from securitize.definitions.deals.rates import FloatingRate, RateRule

#: Payments of a schedule that are all printed.
MOST_PAYMENTS = 12


def signed(rate: int) -> str:
    """A margin in percent, with its sign before it and a space between: + 0.50%."""
    return f"{'+' if rate >= 0 else '-'} {percent(abs(rate))}"


def rate_rule(rule: RateRule) -> str:
    """A rate rule in words."""
    match rule.kind:
        case "zero":
            return Message("none")
        case "fixed":
            return _a_year(rule.rate)
        case "step-up":
            steps = (
                Message("{rate} from {date}", rate=percent(step.rate), date=day(step.from_))
                for step in rule.steps
            )
            return Listing([_a_year(rule.rate), *steps])
        case "floating":
            return Listing([f"{rule.index} {signed(rule.margin)}", *floating(rule)])
        case _:
            assert_never(rule)


def _a_year(rate: int) -> str:
    return Message("{rate} a year", rate=percent(rate))


def floating(rule: FloatingRate) -> Iterator[str]:
    """What a floating rule says beside index and margin."""
    if rule.floor or rule.margin < 0:
        yield Message("at least {least}", least=percent(rule.floor))
    if rule.cap is not None:
        yield Message("at most {most}", most=percent(rule.cap))
    if rule.first_rate is not None:
        yield Message("first rate {rate}", rate=percent(rule.first_rate))
    yield (
        Message("reset every {period}", period=period_of(rule.reset))
        if rule.reset
        else Message("reset each interest period")
    )
    if rule.reset_lag:
        yield Message("fixed {days} business days before", days=rule.reset_lag)


def of_note(note: Note) -> tuple[str, ...]:
    """Price, coupon, unpaid interest, principal, puts, settlement."""
    return (*_issue(note), *_interest(note), *_principal(note), *_options(note))


def _issue(note: Note) -> Iterator[str]:
    if note.price != RATE_UNITS:
        yield Message("issued at {price}", price=percent(note.price))
    if note.certificates is not None:
        yield Message(
            "certificates of {face}, each paid whole multiples of {unit}",
            face=amount(note.certificates.face),
            unit=f"{note.certificates.unit / RATE_UNITS:.8f}".rstrip("0").rstrip("."),
        )


def _interest(note: Note) -> Iterator[str]:
    yield from _coupon(note.coupon)
    for step in note.coupon_steps:
        yield Message(
            "coupon + {add} after {trigger} is breached", add=percent(step.add), trigger=step.trigger
        )
    if note.deferrable:
        yield Message("interest may be deferred")
    match note.unpaid_interest:
        case "capitalised":
            if note.capitalise_until:
                yield Message(
                    "unpaid interest is capitalised until {date} (payment in kind)",
                    date=day(note.capitalise_until),
                )
            else:
                yield Message("unpaid interest is capitalised (payment in kind)")
        case "deferred":
            pass
        case _:
            assert_never(note.unpaid_interest)
    if bears := note.unpaid_bears:
        if bears.compounding:
            yield Message("deferred interest bears {rate}, compounding", rate=_unpaid_rate(bears))
        else:
            yield Message("deferred interest bears {rate}, simple", rate=_unpaid_rate(bears))
    match note.interest_order:
        case "current-first":
            yield Message("current interest is paid before deferred interest")
        case "deferred-first":
            pass
        case _:
            assert_never(note.interest_order)


def _coupon(coupon: RateRule) -> Iterator[str]:
    """What the coupon's column has no room for."""
    match coupon.kind:
        case "step-up":
            yield Message("coupon {terms}", terms=rate_rule(coupon))
        case "floating":
            yield Message("coupon {terms}", terms=Listing(floating(coupon)))
        case "zero" | "fixed":
            pass
        case _:
            assert_never(coupon)


def _unpaid_rate(bears: InterestOnUnpaid) -> str:
    match bears.kind:
        case "fixed":
            return _a_year(bears.rate)
        case "coupon":
            return Message("the coupon")
        case "coupon-plus":
            return Message("the coupon + {margin}", margin=percent(bears.margin))
        case _:
            assert_never(bears)


def _principal(note: Note) -> Iterator[str]:
    principal = note.principal
    match principal.kind:
        case "scheduled":
            yield Message("principal {payments}", payments=schedule(principal.payments))
        case "bullet":
            yield Message("principal on {date}", date=day(principal.date))
        case "target":
            down = Message("principal down to {share} of the pool balance", share=percent(principal.share))
            yield joined(
                down,
                Message("less {amount}", amount=amount(principal.less)) if principal.less else "",
                Message("together with {notes}", notes=Listing(principal.with_)) if principal.with_ else "",
            )
        case "collected" | "turbo":
            pass
        case _:
            assert_never(principal)


def _options(note: Note) -> Iterator[str]:
    for put in note.puts:
        yield joined(
            Message("investor put of {share} on {date}", share=percent(put.share), date=day(put.date)),
            Message("at most {most}", most=percent(put.exercised)) if put.exercised != put.share else "",
        )
        if put.window is not None:
            yield Message(
                "investors say so from {first} until {last}",
                first=day(put.window.from_),
                last=day(put.window.until),
            )
        if put.reset is not None:
            yield _reset(put.reset, put.date)
    if settlement := note.settlement:
        when = (
            Message("on {date}", date=day(settlement.date))
            if settlement.date
            else Message("after {trigger} is breached", trigger=settlement.trigger)
        )
        if settlement.amount is not None:
            yield _for_an_amount(settlement, when, amount(settlement.amount))
        elif settlement.interest_share:
            yield Message(
                "settlement below the claim {when}: {share} of the balance and {interest} of the interest remain, "
                "the rest is written off",
                when=when,
                share=percent(settlement.share or 0),
                interest=percent(settlement.interest_share),
            )
        else:
            yield Message(
                "settlement below the claim {when}: {share} of the balance remains, the rest is written off",
                when=when,
                share=percent(settlement.share or 0),
            )


def _reset(reset: CouponReset, date: dt.date) -> str:
    """What is said of the new coupon, and of the range for it."""
    said: dict[str, str] = {"date": day(date), "announced": day(reset.announced)}
    if reset.rate is None:
        first = Message("the issuer may re-set the coupon from {date} on, announced on {announced}", **said)
    else:
        said["rate"] = percent(reset.rate)
        first = Message("coupon re-set to {rate} from {date} on, announced on {announced}", **said)
    if reset.lowest is None or reset.highest is None:
        return first
    bounds = {"lowest": percent(reset.lowest), "highest": percent(reset.highest)}
    return joined(first, Message("between {lowest} and {highest}", **bounds))


def _for_an_amount(settlement: Settlement, when: str, money: str) -> str:
    match settlement.amount_order:
        case "principal-first":
            return Message(
                "settlement {when} for {amount} of money, principal before interest; the rest is written off",
                when=when,
                amount=money,
            )
        case "interest-first":
            return Message(
                "settlement {when} for {amount} of money, interest before principal; the rest is written off",
                when=when,
                amount=money,
            )
        case _:
            assert_never(settlement.amount_order)


def schedule(payments: Sequence[ScheduledPayment]) -> str:
    """Amounts and dates; of many the first and the last."""
    parts = [
        Message("{amount} on {date}", amount=amount(payment.amount), date=payment.date)
        for payment in payments
    ]
    if len(parts) <= MOST_PAYMENTS:
        return Listing(parts)
    return Message("on {number} dates: {first} to {last}", number=len(parts), first=parts[0], last=parts[-1])
