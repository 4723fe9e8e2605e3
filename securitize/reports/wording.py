"""Terms of a deal in words, short enough for a cell of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from securitize.base.arithmetic import Leftover
from securitize.base.closed import partition
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
            said = f"{terms.months} months of interest of {', '.join(terms.notes)}"
        case _:
            assert_never(terms)
    said += f", at least {amount(terms.floor)}" if terms.floor else ""
    return said + ("" if terms.cap is None else f", at most {amount(terms.cap)}")


def fee(terms: Fee) -> str:
    """The fee's amount or rate, its base, its taxes and its cap."""
    match terms:
        case OneOffFee() | FixedFee():
            said = amount(terms.amount)
        case ScheduledFee():
            said = f"{amount(sum(payment.amount for payment in terms.payments))} in all"
        case BalanceFee():
            base = terms.base if isinstance(terms.base, str) else ", ".join(terms.base)
            said = f"{percent(terms.rate)} a year of {base}"
        case CollectionsFee():
            said = f"{percent(terms.rate)} of {_streams(terms)}{' (inclusive)' if terms.inclusive else ''}"
        case _:
            assert_never(terms)
    said += f" + {percent(terms.vat)} VAT" if terms.vat else ""
    said += f" + {percent(terms.surcharge)} of it" if terms.surcharge else ""
    return said + (f", at most {amount(terms.cap.amount)} a {terms.cap.per}" if terms.cap else "")


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
            return f"from {terms.date} on"
        case "unpaid-interest":
            return f"interest of {', '.join(terms.notes)} is unpaid"
        case "coverage":
            with_support = " with support" if terms.with_support else ""
            least = f"{terms.threshold / RATE_UNITS:.4g}"
            return f"{terms.measure} of rank {terms.rank}{with_support} below {least}"
        case "cumulative-default":
            return f"defaults above {percent(terms.threshold)} of the pool at cut-off"
        case "collections":
            last = f"the last {terms.periods} periods'" if terms.periods > 1 else "the period's"
            over = "all" if terms.cumulative else last
            return f"{over} collections below {percent(terms.threshold)} of schedule"
        case "sales":
            bounds = [f"below {percent(terms.lower)}"] if terms.lower is not None else []
            bounds += [f"above {percent(terms.upper)}"] if terms.upper is not None else []
            return f"sales of {counted(terms.periods, 'period')} {' or '.join(bounds)} of forecast"
        case "pool-balance":
            return f"the pool below {percent(terms.threshold)} of what it was at cut-off"
        case "notes-nil":
            return f"{', '.join(terms.notes)} repaid"
        case "reserve":
            return f"{terms.account} below its target"
        case "deficiency":
            return f"principal deficiency of {', '.join(terms.notes)} above {percent(terms.threshold)}"
        case "provider-default":
            return f"the provider of {terms.support} has defaulted"
        case "provider-rating":
            return f"the provider of {terms.support} rated below {terms.below}"
        case "combination":
            return f"{terms.rule} of {', '.join(terms.of)} breached"
        case _:
            assert_never(terms)


def terms(step: Step) -> tuple[str, ...]:
    """How a step pays, where it is not plainly from the main account until the money is gone; one term each."""
    said = []
    if step.from_:
        said.append(f"from {', '.join(step.from_)}")
    if step.support:
        said.append(f"covered by {', '.join(step.support)}")
    pari_passu = _shares(step)
    if pari_passu:
        said.append("pari passu")
    if step.limit:
        said.append(f"at most {_limit(step.limit)}")
    said += [f"{payee}: at most {_limit(limit)}" for payee, limit in step.member_limits.items()]
    if step.limits:
        said.append(f"within limit {', '.join(step.limits)}")
    if step.debits_deficiency:
        said.append("debits the deficiency ledgers")
    if pari_passu and step.leftover in NOT_FIRST:
        said.append(f"what does not divide to the {step.leftover}")
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
