"""Terms of a deal beyond its notes, and beyond what a column tells, one phrase each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, assert_never

from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    RecurringFee,
    ScheduledFee,
)
from securitize.definitions.deals.triggers import moment_of
from securitize.reports.note_terms import MOST_PAYMENTS, rate_rule, schedule
from securitize.reports.terminal import percent
from securitize.reports.wording import amount, day, period_of, share_of, target
from securitize.reports.words import in_users, of, word

if TYPE_CHECKING:
    from securitize.definitions.deals.accounts import Account
    from securitize.definitions.deals.calls import IssuerCall
    from securitize.definitions.deals.deal import Deal
    from securitize.definitions.deals.fees import Fee
    from securitize.definitions.deals.steps import NamedLimit, PrincipalDeficiency
    from securitize.definitions.deals.support import Support
    from securitize.definitions.deals.triggers import Trigger
    from securitize.definitions.performance import Performance


def of_account(account: Account) -> tuple[str, ...]:
    """Funding, interest, other targets."""
    said: list[str] = []
    if account.opening:
        said.append(_funding(account))
    if account.interest is not None:
        earned = rate_rule(account.interest)
        said.append(Message("earns {rate}, {day_count}", rate=earned, day_count=account.interest.day_count))
    said += [
        Message("while {trigger} active: target {target}", trigger=each.trigger, target=target(each.target))
        for each in account.targets_on
    ]
    if account.target is not None and set(account.target.zero_at) != {"notes-nil", "legal-final"}:
        zero = [_zero_at(event) for event in account.target.zero_at]
        said.append(
            Message("target falls to 0 only {when}", when=Listing(zero, " and "))
            if zero
            else Message("target never falls to 0")
        )
    return tuple(one for one in said if one)


def _funding(account: Account) -> str:
    match account.funding:
        case "proceeds":
            return Message("funded from proceeds")
        case "outside":
            return Message("funded from outside")
        case "none":
            return ""
        case _:
            assert_never(account.funding)


def _zero_at(event: Literal["notes-nil", "legal-final"]) -> str:
    match event:
        case "notes-nil":
            return Message("once all notes are repaid")
        case "legal-final":
            return Message("on the legal final date")
        case _:
            assert_never(event)


def of_fee(fee: Fee) -> tuple[str, ...]:
    """Term, day count, change after a trigger."""
    match fee:
        case OneOffFee():
            return ()
        case ScheduledFee(payments=payments):
            return (schedule(payments),)
        case BalanceFee():
            return (_window(fee), *_recurring(fee))
        case FixedFee() | CollectionsFee():
            return tuple(_recurring(fee))
        case PaymentsFee():
            return (*_life(fee), *_change(fee))
        case _:
            assert_never(fee)


def _window(fee: BalanceFee) -> str:
    match fee.window:
        case "collection-period":
            return Message("{day_count}, by collection period", day_count=fee.day_count)
        case "interest-period":
            return fee.day_count
        case _:
            assert_never(fee.window)


def _recurring(fee: RecurringFee) -> Iterator[str]:
    yield from _life(fee)
    match fee.while_:
        case "always":
            yield Message("also once all notes are repaid")
        case "notes-outstanding":
            pass
        case _:
            assert_never(fee.while_)
    yield from _change(fee)


def _life(fee: RecurringFee | PaymentsFee) -> Iterator[str]:
    if fee.from_:
        yield Message("from {date}", date=day(fee.from_))
    if fee.until:
        yield Message("until {date}", date=day(fee.until))


def _change(fee: RecurringFee | PaymentsFee) -> Iterator[str]:
    if change := fee.change:
        yield Message(
            "{new} after {trigger} is breached",
            new=amount(change.amount) if change.amount is not None else percent(change.rate),
            trigger=change.trigger,
        )


def of_support(support: Support) -> tuple[str, ...]:
    """Coverage, limits, term, what it costs, what happens to what is reimbursed."""
    said: list[str] = []
    if support.coverage < RATE_UNITS:
        said.append(Message("covers {share} of a shortfall", share=percent(support.coverage)))
    if support.limit is not None:
        said.append(Message("at most {amount} in all", amount=amount(support.limit)))
    if support.limit_per_payment is not None:
        said.append(Message("at most {amount} per payment date", amount=amount(support.limit_per_payment)))
    if support.limit is None and support.limit_per_payment is None:
        said.append(Message("no limit"))
    if support.first_call:
        said.append(Message("from {date}", date=day(support.first_call)))
    if support.until:
        said.append(Message("until {date}", date=day(support.until)))
    if interest := support.interest:
        said.append(
            Message("interest {rate}, {day_count}", rate=rate_rule(interest), day_count=interest.day_count)
        )
    if fee := support.undrawn_fee:
        said.append(
            Message(
                "commitment fee of {rate} a year on the undrawn amount, {day_count}",
                rate=percent(fee.rate),
                day_count=fee.day_count,
            )
        )
    if support.drawn_again:
        said.append(Message("reimbursed amounts can be drawn again"))
    return tuple(said)


def of_trigger(trigger: Trigger) -> tuple[str, ...]:
    """When it is tested, how it comes and goes, from when it acts, what it brings about."""
    tested_after = _tested_after(trigger)
    said: list[str] = [Message("tested after payment")] if tested_after else []
    said += _tests(trigger)
    if trigger.consecutive > 1:
        said.append(Message("breached by {tests} failed tests in a row", tests=trigger.consecutive))
    if trigger.latched:
        said.append(Message("cannot be cured"))
    elif trigger.cure > 1:
        said.append(Message("cured by {tests} passed tests in a row", tests=trigger.cure))
    else:
        said.append(Message("cured by a passed test"))
    match trigger.effect:
        case "next-payment" if not tested_after:
            said.append(Message("takes effect at the next payment date"))
        case "next-payment" | "this-payment" | None:
            pass
        case _:
            assert_never(trigger.effect)
    if trigger.effect_from:
        said.append(Message("takes effect from {date}", date=day(trigger.effect_from)))
    if trigger.early_repayment:
        said.append(Message("early repayment: all principal is due"))
    return tuple(said)


def _tests(trigger: Trigger) -> Iterator[str]:
    first, last = trigger.first_test, trigger.last_test
    if first and last:
        yield Message("tested from {first} to {last}", first=day(first), last=day(last))
    elif first:
        yield Message("tested from {first} on", first=day(first))
    elif last:
        yield Message("tested until {last}", last=day(last))


def _tested_after(trigger: Trigger) -> bool:
    moment = moment_of(trigger)
    match moment:
        case "after-payment":
            return True
        case "before-payment":
            return False
        case _:
            assert_never(moment)


def of_limit(limit: NamedLimit) -> str:
    """A limit that steps share."""
    most = (
        amount(limit.amount)
        if limit.amount is not None
        else share_of(limit.percent or 0, of("base", limit.of or ()))
    )
    return Message("{most} per {per}", most=most, per=word("cap", limit.per))


def issuer_call(call: IssuerCall) -> str:
    """The issuer's call."""
    prices: list[str] = [
        Message("{rate} from {date}", rate=percent(one.price), date=day(one.from_)) for one in call.prices
    ] or [percent(call.price)]
    if call.date:
        return Message(
            "issuer's call: at {prices} of the balance, on the first payment date from {date}",
            prices=Listing(prices),
            date=day(call.date),
        )
    return Message("issuer's call: at {prices} of the balance, not exercised", prices=Listing(prices))


def deficiency(ledgers: PrincipalDeficiency) -> str:
    """The principal deficiency ledgers."""
    return Message(
        "principal deficiency ledgers: {debits} debited to {notes} in this order; made good into {account}",
        debits=word("debits", ledgers.debits),
        notes=Listing(ledgers.notes),
        account=ledgers.account,
    )


def of_performance(base: Performance) -> Iterator[str]:
    """What the deal takes to happen to the obligors, before any scenario."""
    if any(base.default_rate):
        yield Message("default rate {rates}", rates=_rates(base.default_rate))
    if any(base.prepayment_rate):
        yield Message("prepayment rate {rates}", rates=_rates(base.prepayment_rate))
    for recovery in base.recoveries:
        yield Message(
            "recovery rate {rate} from {source}, {lag} after default",
            rate=percent(recovery.rate),
            source=in_users(recovery.source, recovery.source_zh),
            lag=period_of(recovery.lag),
        )
    yield Message(
        "order of events in a period: {events}", events=Listing(word("event", each) for each in base.order)
    )
    yield Message("annual rates converted to periods by {basis}", basis=word("conversion", base.conversion))
    match base.default_cuts:
        case "next-interest":
            yield Message("defaulted amounts still pay the interest of their period")
        case "this-interest":
            pass
        case _:
            assert_never(base.default_cuts)
    match base.instalment:
        case "fixed":
            yield Message("instalments stay as scheduled")
        case "recomputed":
            pass
        case _:
            assert_never(base.instalment)
    match base.after_last:
        case "last-payment":
            yield Message("cash after the last collection date counts in the last period")
        case "lost":
            pass
        case _:
            assert_never(base.after_last)


def _rates(rates: Sequence[int]) -> str:
    shown = [percent(rate) for rate in rates[:MOST_PAYMENTS]]
    if len(rates) == 1:
        return Message("{rate} a year", rate=shown[0])
    if len(rates) > MOST_PAYMENTS:
        shown.append("…")
    return Message("{rates} a year, by collection period", rates=Listing(shown))


def streams(deal: Deal) -> Iterator[str]:
    """Where collections go that do not go to the main account, and what makes up principal distributions."""
    if deal.collections:
        named = [
            Message("{stream} to {account}", stream=word("stream", stream), account=account)
            for stream, account in deal.collections.items()
        ]
        main = next(name for name, account in deal.accounts.items() if account.collects)
        yield Message("collections: {streams}; the rest to {main}", streams=Listing(named), main=main)
    if any(note.principal.shares_collections for note in deal.notes.values()):
        streams_ = (word("stream", stream) for stream in deal.principal_distribution.streams)
        yield Message("principal is distributed from: {streams}", streams=Listing(streams_))
