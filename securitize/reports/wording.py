"""Terms of a deal in words, short enough for a cell of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from securitize.base.arithmetic import Leftover
from securitize.base.closed import partition
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS, from_minor
from securitize.definitions.deals.fees import BalanceFee, CollectionsFee, FixedFee, OneOffFee, ScheduledFee
from securitize.definitions.figures import STREAMS
from securitize.reports.terminal import percent, shown

if TYPE_CHECKING:
    from securitize.definitions.deals.accounts import Target
    from securitize.definitions.deals.fees import Fee
    from securitize.definitions.deals.notes import Note
    from securitize.definitions.deals.steps import Limit, Step
    from securitize.definitions.deals.triggers import Trigger

#: Who gets what does not divide, where that needs saying.
NOT_FIRST, _ = partition(Leftover, {"last", "largest"}, {"first"})


def amount(minor: int) -> str:
    """Minor units as currency units, thousands apart; without decimals where they are 0."""
    return shown(from_minor(minor)).removesuffix(".00")


def coupon(note: Note) -> str:
    """The coupon in percent; a plus where it steps up."""
    match note.coupon.kind:
        case "zero":
            return "none"
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
            of = terms.of if isinstance(terms.of, str) else ", ".join(terms.of)
            said = f"{percent(terms.rate)} of {of}"
        case "months-of-interest":
            said = Message(
                "{months} months of interest of {notes}", months=terms.months, notes=Listing(terms.notes)
            )
        case _:
            assert_never(terms)
    said += Message(", at least {floor}", floor=amount(terms.floor)) if terms.floor else ""
    return said + ("" if terms.cap is None else Message(", at most {cap}", cap=amount(terms.cap)))


def fee(terms: Fee) -> str:
    """The fee's amount or rate, its base, its taxes and its cap."""
    match terms:
        case OneOffFee() | FixedFee():
            said = amount(terms.amount)
        case ScheduledFee():
            said = Message("{sum} in all", sum=amount(sum(payment.amount for payment in terms.payments)))
        case BalanceFee():
            base = terms.base if isinstance(terms.base, str) else ", ".join(terms.base)
            said = Message("{rate} a year of {base}", rate=percent(terms.rate), base=base)
        case CollectionsFee():
            said = f"{percent(terms.rate)} of {_streams(terms)}{' (inclusive)' if terms.inclusive else ''}"
        case _:
            assert_never(terms)
    said += Message(" + {vat} VAT", vat=percent(terms.vat)) if terms.vat else ""
    said += Message(" + {surcharge} of it", surcharge=percent(terms.surcharge)) if terms.surcharge else ""
    return said + (
        Message(", at most {amount} a {per}", amount=amount(terms.cap.amount), per=terms.cap.per)
        if terms.cap
        else ""
    )


def fee_dates(terms: Fee) -> str:
    """When the fee falls due."""
    match terms:
        case OneOffFee():
            return f"once, {terms.date}"
        case ScheduledFee():
            return f"on {counted(len(terms.payments), 'date')}"
        case FixedFee() | BalanceFee():
            return "each payment" if terms.payable == "payment-date" else f"every {terms.payable}"
        case CollectionsFee():
            return "each payment"
        case _:
            assert_never(terms)


def trigger(terms: Trigger) -> str:
    """What a trigger looks at."""
    match terms.kind:
        case "date":
            return Message("from {date} on", date=terms.date)
        case "unpaid-interest":
            return Message("interest of {notes} is unpaid", notes=Listing(terms.notes))
        case "coverage":
            with_support = " with support" if terms.with_support else ""
            least = f"{terms.threshold / RATE_UNITS:.4g}"
            return Message(
                "{measure} of rank {rank}{with_support} below {least}",
                measure=terms.measure,
                rank=terms.rank,
                with_support=with_support,
                least=least,
            )
        case "cumulative-default":
            return Message(
                "defaults above {threshold} of the pool at cut-off", threshold=percent(terms.threshold)
            )
        case "collections":
            last = (
                Message("the last {periods} periods'", periods=terms.periods)
                if terms.periods > 1
                else "the period's"
            )
            over = "all" if terms.cumulative else last
            return Message(
                "{over} collections below {threshold} of schedule",
                over=over,
                threshold=percent(terms.threshold),
            )
        case "sales":
            bounds = [f"below {percent(terms.lower)}"] if terms.lower is not None else []
            bounds += [f"above {percent(terms.upper)}"] if terms.upper is not None else []
            return f"sales of {counted(terms.periods, 'period')} {' or '.join(bounds)} of forecast"
        case "pool-balance":
            return Message(
                "the pool below {threshold} of what it was at cut-off", threshold=percent(terms.threshold)
            )
        case "notes-nil":
            return f"{', '.join(terms.notes)} repaid"
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
            return Message("{rule} of {of} breached", rule=terms.rule, of=Listing(terms.of))
        case _:
            assert_never(terms)


def terms(step: Step) -> tuple[str, ...]:
    """How a step pays, where it is not plainly from the main account until the money is gone; one term each."""
    said = []
    if step.from_:
        said.append(f"from {', '.join(step.from_)}")
    if step.support:
        said.append(Message("covered by {support}", support=Listing(step.support)))
    pari_passu = _shares(step)
    if pari_passu:
        said.append("pari passu")
    if step.limit:
        said.append(Message("at most {limit}", limit=_limit(step.limit)))
    said += [
        Message("{payee}: at most {limit}", payee=payee, limit=_limit(limit))
        for payee, limit in step.member_limits.items()
    ]
    if step.limits:
        said.append(Message("within limit {limits}", limits=Listing(step.limits)))
    if step.debits_deficiency:
        said.append("debits the deficiency ledgers")
    if pari_passu and step.leftover in NOT_FIRST:
        said.append(Message("what does not divide to the {leftover}", leftover=step.leftover))
    if step.when:
        said.append(f"while {', '.join(step.when)}")
    if step.unless:
        said.append(f"unless {', '.join(step.unless)}")
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
    return f"{percent(limit.percent)} of {limit.of}"


def _streams(terms: CollectionsFee) -> str:
    return "collections" if len(terms.streams) == len(STREAMS) else ", ".join(terms.streams)


def counted(number: int, noun: str, several: str = "") -> str:
    """A number of things in words: 1 contract, 2 contracts."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"
