"""Terms of a deal in words, short enough for a cell of a table; money, dates and numbers of things in sentences."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from securitize.base.arithmetic import Leftover
from securitize.base.closed import partition
from securitize.base.language import language
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS, from_minor, in_figures
from securitize.definitions.deals.currencies import in_currency
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.figures import STREAMS, months
from securitize.reports.terminal import percent, shown
from securitize.reports.words import of, word

if TYPE_CHECKING:
    from securitize.definitions.deals.accounts import Target
    from securitize.definitions.deals.fees import Fee
    from securitize.definitions.deals.notes import Note
    from securitize.definitions.deals.steps import Limit, Step
    from securitize.definitions.deals.triggers import Trigger

#: Who gets what does not divide, where that needs saying.
NOT_FIRST, _ = partition(Leftover, {"last", "largest"}, {"first"})
#: Chinese counts money in these from so much on.
TEN_THOUSAND, HUNDRED_MILLION = Decimal(10_000), Decimal(100_000_000)


def amount(minor: int) -> str:
    """Minor units as currency units, thousands apart; without decimals where they are 0."""
    return shown(from_minor(minor)).removesuffix(".00")


def money(value: Decimal, currency: str) -> str:
    """An amount in a sentence: to its smallest unit in English, in 10,000s or 100,000,000s of it in Chinese."""
    value = in_currency(value, currency)
    match language():
        case "en":
            return f"{currency} {in_figures(value)}".removesuffix(".00")
        case "zh":
            return _chinese_money(value, currency)
        case other:
            assert_never(other)


def _chinese_money(value: Decimal, currency: str) -> str:
    size = abs(value)
    if size >= HUNDRED_MILLION:
        many = Message(
            "{amount} hundred million {unit}", amount=_short(value / HUNDRED_MILLION), unit=unit(currency)
        )
    elif size >= TEN_THOUSAND:
        many = Message(
            "{amount} ten thousand {unit}", amount=_short(value / TEN_THOUSAND), unit=unit(currency)
        )
    else:
        many = Message("{amount} single {unit}", amount=_short(value), unit=unit(currency))
    return many


def _short(value: Decimal) -> str:
    """At most two decimals."""
    text = f"{value:,.2f}"
    return text.removesuffix(".00")


def unit(currency: str) -> str:
    """A currency as the unit of an amount: CNY, in Chinese 元."""
    match currency:
        case "CNY":
            return Message("CNY")
        case "USD":
            return Message("USD")
        case "JPY":
            return Message("JPY")
        case "KRW":
            return Message("KRW")
        case "IDR":
            return Message("IDR")
        case "VND":
            return Message("VND")
        case _:
            return currency


def in_unit(title: str, currency: str) -> str:
    """The title of a table with the unit of its amounts, which is said nowhere else."""
    match currency:
        case "CNY":
            return Message("{title}, CNY", title=title)
        case "USD":
            return Message("{title}, USD", title=title)
        case _:
            return Message("{title}, {currency}", title=title, currency=currency)


def day(date: dt.date) -> str:
    """A date in a sentence: 2020-03-11, in Chinese 2020年3月11日."""
    return Message("{year}-{month:02}-{day:02}", year=date.year, month=date.month, day=date.day)


def counted(number: int, noun: str, several: str = "") -> Message:
    """A number of things in words: 1 contract, 2 contracts."""
    named = noun if number == 1 else several or f"{noun}s"
    return Message(f"{{number}} {named}", number=number)


def period_of(frequency: str) -> str:
    """A length such as ``6M`` or ``1Y`` in words."""
    return counted(months(frequency), "month")


def joined(*parts: str) -> str:
    """Those parts that say anything, one after another."""
    first, *others = [part for part in parts if part]
    for other in others:
        first = Message("{first}, {second}", first=first, second=other)
    return first


def coupon(note: Note) -> str:
    """The coupon in percent; a plus where it steps up."""
    match note.coupon.kind:
        case "zero":
            return Message("none")
        case "fixed":
            return percent(note.coupon.rate)
        case "step-up":
            return f"{percent(note.coupon.rate)}+"
        case "floating":
            margin = note.coupon.margin
            return f"{note.coupon.index} {'+' if margin >= 0 else '-'} {percent(abs(margin))}"
        case _:
            assert_never(note.coupon)


def target(terms: Target | None) -> str | None:
    """What a reserve account is filled up to."""
    if terms is None:
        return None
    match terms.kind:
        case "fixed":
            return amount(terms.amount)
        case "percent":
            said = share_of(terms.rate, of("base", terms.of))
        case "months-of-interest":
            said = Message(
                "{months} months of interest of {notes}", months=terms.months, notes=Listing(terms.notes)
            )
        case _:
            assert_never(terms)
    return joined(
        said,
        Message("at least {least}", least=amount(terms.floor)) if terms.floor else "",
        "" if terms.cap is None else Message("at most {most}", most=amount(terms.cap)),
    )


def share_of(rate: int, of_: str) -> str:
    """A rate of something."""
    return Message("{rate} of {of}", rate=percent(rate), of=of_)


def fee(terms: Fee) -> str:
    """The fee's amount or rate, its base, its taxes and its cap."""
    match terms:
        case OneOffFee() | FixedFee():
            said: str = amount(terms.amount)
        case ScheduledFee():
            said = Message("{sum} in all", sum=amount(sum(payment.amount for payment in terms.payments)))
        case BalanceFee():
            said = Message("{rate} a year of {base}", rate=percent(terms.rate), base=of("base", terms.base))
        case CollectionsFee():
            said = share_of(terms.rate, _streams(terms))
            if terms.inclusive:
                said = joined(said, Message("included in the amount"))
        case PaymentsFee():
            said = Message("{rate} of what holders are paid", rate=percent(terms.rate))
            if terms.notes != "all":
                said = Message(
                    "{rate} of what holders of {notes} are paid",
                    rate=percent(terms.rate),
                    notes=Listing(terms.notes),
                )
        case _:
            assert_never(terms)
    return joined(
        said,
        Message("plus {vat} VAT", vat=percent(terms.vat)) if terms.vat else "",
        Message("plus a surcharge of {surcharge} of the VAT", surcharge=percent(terms.surcharge))
        if terms.surcharge
        else "",
        Message("at most {amount} per {per}", amount=amount(terms.cap.amount), per=word("cap", terms.cap.per))
        if terms.cap
        else "",
    )


def fee_dates(terms: Fee) -> str:
    """When the fee falls due."""
    match terms:
        case OneOffFee():
            return Message("once, on {date}", date=day(terms.date))
        case ScheduledFee():
            return Message("on {dates}", dates=counted(len(terms.payments), "date"))
        case FixedFee() | BalanceFee():
            if terms.payable == "payment-date":
                return Message("each payment date")
            return Message("every {period}", period=period_of(terms.payable))
        case CollectionsFee() | PaymentsFee():
            return Message("each payment date")
        case _:
            assert_never(terms)


def trigger(terms: Trigger) -> str:
    """What a trigger looks at."""
    match terms.kind:
        case "date":
            return Message("from {date} on", date=day(terms.date))
        case "unpaid-interest":
            return Message("interest of {notes} is unpaid", notes=Listing(terms.notes))
        case "unpaid-principal":
            return Message("principal of {notes} is overdue", notes=Listing(terms.notes))
        case "coverage":
            values = {
                "measure": word("measure", terms.measure),
                "rank": terms.rank,
                "least": f"{terms.threshold / RATE_UNITS:.4g}",
            }
            if terms.with_support:
                return Message("{measure} of rank {rank} with support below {least}", **values)
            return Message("{measure} of rank {rank} below {least}", **values)
        case "cumulative-default":
            return Message(
                "cumulative defaults above {threshold} of the pool balance at the cut-off date",
                threshold=percent(terms.threshold),
            )
        case "collections":
            threshold = percent(terms.threshold)
            if terms.cumulative:
                return Message("cumulative collections below {threshold} of schedule", threshold=threshold)
            return Message(
                "collections of {periods} below {threshold} of schedule",
                periods=counted(terms.periods, "period"),
                threshold=threshold,
            )
        case "sales":
            lower = "" if terms.lower is None else Message("below {lower}", lower=percent(terms.lower))
            upper = "" if terms.upper is None else Message("above {upper}", upper=percent(terms.upper))
            return Message(
                "sales of {periods} {bounds} of forecast",
                periods=counted(terms.periods, "period"),
                bounds=Listing([bound for bound in (lower, upper) if bound], " or "),
            )
        case "pool-balance":
            return Message(
                "pool balance below {threshold} of its balance at the cut-off date",
                threshold=percent(terms.threshold),
            )
        case "notes-nil":
            return Message("{notes} repaid", notes=Listing(terms.notes))
        case "reserve":
            return Message("{account} below its target", account=terms.account)
        case "deficiency":
            return Message(
                "principal deficiency of {notes} above {threshold}",
                notes=Listing(terms.notes),
                threshold=percent(terms.threshold),
            )
        case "provider-default":
            return Message("the provider of {support} has defaulted", support=terms.support)
        case "provider-rating":
            return Message(
                "the provider of {support} rated below {below}", support=terms.support, below=terms.below
            )
        case "combination":
            return Message("{rule} of {of} breached", rule=word("rule", terms.rule), of=Listing(terms.of))
        case _:
            assert_never(terms)


def terms(step: Step) -> tuple[str, ...]:
    """How a step pays, where it is not plainly from the main account until the money is gone; one term each."""
    said: list[str] = []
    if step.from_:
        said.append(Message("from {accounts}", accounts=Listing(step.from_)))
    if step.support:
        said.append(Message("covered by {support}", support=Listing(step.support)))
    pari_passu = _shares(step)
    if pari_passu:
        said.append(Message("pari passu"))
    if step.limit:
        said.append(Message("at most {most}", most=_limit(step.limit)))
    said += [
        Message("{payee}: at most {limit}", payee=payee, limit=_limit(limit))
        for payee, limit in step.member_limits.items()
    ]
    if step.limits:
        said.append(Message("within limit {limits}", limits=Listing(step.limits)))
    if step.debits_deficiency:
        said.append(Message("debits the principal deficiency ledgers"))
    if pari_passu and step.leftover in NOT_FIRST:
        said.append(Message("indivisible cents to {leftover}", leftover=word("leftover", step.leftover)))
    if step.when:
        said.append(Message("while {triggers} active", triggers=Listing(step.when)))
    if step.unless:
        said.append(Message("unless {triggers} active", triggers=Listing(step.unless)))
    return tuple(said)


def _shares(step: Step) -> bool:
    match step.split:
        case "pari-passu":
            return True
        case "sequential":
            return False
        case _:
            assert_never(step.split)


def _limit(limit: Limit) -> str:
    if limit.amount is not None:
        return amount(limit.amount)
    return share_of(limit.percent or 0, word("base", limit.of or ""))


def _streams(terms: CollectionsFee) -> str:
    if len(terms.streams) == len(STREAMS):
        return Message("collections")
    return Listing(word("stream", stream) for stream in terms.streams)
