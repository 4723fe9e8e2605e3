"""Terms of a deal beyond what a column tells, one phrase each; new ones with the Chinese word of the glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FixedFee,
    OneOffFee,
    RecurringFee,
    ScheduledFee,
)
from securitize.definitions.deals.triggers import moment_of
from securitize.reports.terminal import percent
from securitize.reports.wording import amount, target

if TYPE_CHECKING:
    from securitize.definitions.deals.accounts import Account
    from securitize.definitions.deals.calls import IssuerCall
    from securitize.definitions.deals.deal import Deal
    from securitize.definitions.deals.fees import Fee
    from securitize.definitions.deals.notes import InterestOnUnpaid, Note, ScheduledPayment
    from securitize.definitions.deals.rates import FloatingRate, RateRule
    from securitize.definitions.deals.steps import NamedLimit, PrincipalDeficiency
    from securitize.definitions.deals.support import Support
    from securitize.definitions.deals.triggers import Trigger
    from securitize.definitions.performance import Performance

#: Payments of a schedule that are all printed.
MOST_PAYMENTS = 12


def signed(rate: int) -> str:
    """A margin in percent, with its sign before it and a space between: + 0.50%."""
    return f"{'+' if rate >= 0 else '-'} {percent(abs(rate))}"


def rate_rule(rule: RateRule) -> str:
    """A rate rule in words."""
    match rule.kind:
        case "zero":
            return "none"
        case "fixed":
            return f"{percent(rule.rate)} a year"
        case "step-up":
            steps = ", ".join(f"{percent(step.rate)} from {step.from_}" for step in rule.steps)
            return f"{percent(rule.rate)} a year, {steps}"
        case "floating":
            return ", ".join((f"{rule.index} {signed(rule.margin)}", *floating(rule)))
        case _:
            assert_never(rule)


def floating(rule: FloatingRate) -> Iterator[str]:
    """What a floating rule says beside index and margin."""
    if rule.floor or rule.margin < 0:
        yield f"at least {percent(rule.floor)}"
    if rule.cap is not None:
        yield f"at most {percent(rule.cap)}"
    if rule.first_rate is not None:
        yield f"first {percent(rule.first_rate)}"
    yield f"reset every {rule.reset}" if rule.reset else "reset each period"
    if rule.reset_lag:
        yield f"fixed {rule.reset_lag} business days before"


def of_note(note: Note) -> tuple[str, ...]:
    """Price, coupon, unpaid interest, principal, puts, settlement."""
    return (*_issue(note), *_interest(note), *_principal(note), *_options(note))


def _issue(note: Note) -> Iterator[str]:
    if note.price != RATE_UNITS:
        yield f"issued at {percent(note.price)}"
    if note.certificates is not None:
        unit = f"{note.certificates.unit / RATE_UNITS:.8f}".rstrip("0").rstrip(".")
        yield f"certificates 份 of {amount(note.certificates.face)}, each paid whole multiples of {unit}"


def _interest(note: Note) -> Iterator[str]:
    yield from _coupon(note.coupon)
    for step in note.coupon_steps:
        yield f"coupon + {percent(step.add)} after {step.trigger} is breached"
    if note.deferrable:
        yield "interest may be deferred 递延"
    match note.unpaid_interest:
        case "capitalised":
            until = f" until {note.capitalise_until}" if note.capitalise_until else ""
            yield f"unpaid interest joins principal{until}: payment in kind 利息资本化"
        case "deferred":
            pass
        case _:
            assert_never(note.unpaid_interest)
    if bears := note.unpaid_bears:
        how = "compounding" if bears.compounding else "simple"
        yield f"deferred interest 递延利息 bears {_unpaid_rate(bears)}, {how}"
    match note.interest_order:
        case "current-first":
            yield "the period's interest is paid before deferred interest"
        case "deferred-first":
            pass
        case _:
            assert_never(note.interest_order)


def _coupon(coupon: RateRule) -> Iterator[str]:
    """What the coupon's column has no room for."""
    match coupon.kind:
        case "step-up":
            yield f"coupon {rate_rule(coupon)}"
        case "floating":
            yield f"coupon {', '.join(floating(coupon))}"
        case "zero" | "fixed":
            pass
        case _:
            assert_never(coupon)


def _unpaid_rate(bears: InterestOnUnpaid) -> str:
    match bears.kind:
        case "fixed":
            return f"{percent(bears.rate)} a year"
        case "coupon":
            return "the coupon"
        case "coupon-plus":
            return f"the coupon + {percent(bears.margin)}"
        case _:
            assert_never(bears)


def _principal(note: Note) -> Iterator[str]:
    principal = note.principal
    match principal.kind:
        case "scheduled":
            yield f"principal {schedule(principal.payments)}"
        case "bullet":
            yield f"principal on {principal.date}"
        case "target":
            with_ = f" with {', '.join(principal.with_)}" if principal.with_ else ""
            less = f" less {amount(principal.less)}" if principal.less else ""
            yield f"principal down to {percent(principal.share)} of the pool{less}{with_}"
        case "collected" | "turbo":
            pass
        case _:
            assert_never(principal)


def _options(note: Note) -> Iterator[str]:
    for put in note.puts:
        yield f"investor put 投资者回售 of {percent(put.share)} on {put.date}"
    if settlement := note.settlement:
        when = f"on {settlement.date}" if settlement.date else f"after {settlement.trigger} is breached"
        interest = f", {percent(settlement.interest_share)} of interest" if settlement.interest_share else ""
        kept = f"{percent(settlement.share)} of the balance is kept{interest}"
        yield f"settlement 清偿 {when}: {kept}, the rest written off"


def schedule(payments: Sequence[ScheduledPayment]) -> str:
    """Amounts and dates; of many the first and the last."""
    parts = [f"{amount(payment.amount)} on {payment.date}" for payment in payments]
    if len(parts) <= MOST_PAYMENTS:
        return ", ".join(parts)
    return f"on {len(parts)} dates: {parts[0]} to {parts[-1]}"


def of_account(account: Account) -> tuple[str, ...]:
    """Funding, interest, other targets."""
    said = []
    if account.opening:
        said.append(_funding(account))
    if account.interest is not None:
        said.append(f"earns {rate_rule(account.interest)}, {account.interest.day_count}")
    said += [f"while {each.trigger}: target {target(each.target)}" for each in account.targets_on]
    if account.target is not None and set(account.target.zero_at) != {"notes-nil", "legal-final"}:
        zero = " and ".join(map(_zero_at, account.target.zero_at))
        said.append(f"target 0 {zero} only" if zero else "target never falls to 0")
    return tuple(one for one in said if one)


def _funding(account: Account) -> str:
    match account.funding:
        case "proceeds":
            return "funded from proceeds"
        case "outside":
            return "funded from outside"
        case "none":
            return ""
        case _:
            assert_never(account.funding)


def _zero_at(event: Literal["notes-nil", "legal-final"]) -> str:
    match event:
        case "notes-nil":
            return "once all notes are repaid"
        case "legal-final":
            return "on the legal final date"
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
            return (fee.day_count + _window(fee), *_recurring(fee))
        case FixedFee() | CollectionsFee():
            return tuple(_recurring(fee))
        case _:
            assert_never(fee)


def _window(fee: BalanceFee) -> str:
    match fee.window:
        case "collection-period":
            return ", by collection period"
        case "interest-period":
            return ""
        case _:
            assert_never(fee.window)


def _recurring(fee: RecurringFee) -> Iterator[str]:
    if fee.from_:
        yield f"from {fee.from_}"
    if fee.until:
        yield f"until {fee.until}"
    match fee.while_:
        case "always":
            yield "also once all notes are repaid"
        case "notes-outstanding":
            pass
        case _:
            assert_never(fee.while_)
    if change := fee.change:
        new = amount(change.amount) if change.amount is not None else percent(change.rate)
        yield f"{new} after {change.trigger} is breached"


def of_support(support: Support) -> tuple[str, ...]:
    """Coverage, limits, term, what it costs, what happens to what is reimbursed."""
    said = []
    if support.coverage < RATE_UNITS:
        said.append(f"covers {percent(support.coverage)} of what is lacking")
    if support.limit is not None:
        said.append(f"at most {amount(support.limit)} in all")
    if support.limit_per_payment is not None:
        said.append(f"at most {amount(support.limit_per_payment)} a payment")
    if support.limit is None and support.limit_per_payment is None:
        said.append("unlimited")
    if support.first_call:
        said.append(f"from {support.first_call}")
    if support.until:
        said.append(f"until {support.until}")
    if support.interest is not None:
        said.append(f"interest {rate_rule(support.interest)}, {support.interest.day_count}")
    if support.undrawn_fee is not None:
        fee = support.undrawn_fee
        said.append(f"fee of {percent(fee.rate)} a year on what is undrawn, {fee.day_count}")
    if support.drawn_again:
        said.append("what is reimbursed can be drawn again")
    return tuple(said)


def of_trigger(trigger: Trigger) -> tuple[str, ...]:
    """When it is tested, how it comes and goes, from when it acts, what it brings about."""
    said = []
    tested_after = _tested_after(trigger)
    if tested_after:
        said.append("tested after payment")
    if trigger.first_test or trigger.last_test:
        first = f"from {trigger.first_test} " if trigger.first_test else ""
        said.append(f"tested {first}{f'to {trigger.last_test}' if trigger.last_test else 'on'}")
    if trigger.consecutive > 1:
        said.append(f"breached by {trigger.consecutive} failed tests in a row")
    if trigger.latched:
        said.append("never cured")
    elif trigger.cure > 1:
        said.append(f"cured by {trigger.cure} passed tests in a row")
    else:
        said.append("cured by a passed test")
    match trigger.effect:
        case "next-payment" if not tested_after:
            said.append("takes effect at the next payment")
        case "next-payment" | "this-payment" | None:
            pass
        case _:
            assert_never(trigger.effect)
    if trigger.effect_from:
        said.append(f"takes effect from {trigger.effect_from}")
    if trigger.early_repayment:
        said.append("early repayment: all principal is due")
    return tuple(said)


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
    per = _renewal(limit)
    if limit.amount is not None:
        return f"{amount(limit.amount)} {per}"
    of = limit.of if isinstance(limit.of, str) else ", ".join(limit.of or ())
    return f"{percent(limit.percent)} of {of} {per}"


def _renewal(limit: NamedLimit) -> str:
    match limit.per:
        case "payment":
            return "a payment"
        case "year":
            return "a calendar year"
        case "life":
            return "over the life"
        case _:
            assert_never(limit.per)


def issuer_call(call: IssuerCall) -> str:
    """The issuer's call."""
    prices = [f"{percent(one.price)} from {one.from_}" for one in call.prices] or [percent(call.price)]
    when = f"on the first payment date from {call.date}" if call.date else "not exercised"
    return f"issuer's call 发行人赎回: at {', '.join(prices)} of the balance, {when}"


def deficiency(ledgers: PrincipalDeficiency) -> str:
    """The principal deficiency ledgers."""
    match ledgers.debits:
        case "defaulted":
            what = "defaults"
        case "defaulted-less-recoveries":
            what = "defaults less recoveries"
        case _:
            assert_never(ledgers.debits)
    notes = ", then ".join(ledgers.notes)
    return f"principal deficiency ledgers 本金亏损账: {what} debited to {notes}; made good into {ledgers.account}"


def of_performance(base: Performance) -> Iterator[str]:
    """What the deal takes to happen to the obligors, before any scenario."""
    for name, rates in (("defaults", base.default_rate), ("prepayments", base.prepayment_rate)):
        if any(rates):
            shown = ", ".join(percent(rate) for rate in rates[:MOST_PAYMENTS])
            more = ", …" if len(rates) > MOST_PAYMENTS else ""
            yield f"{name} {shown}{more} a year" + (", by collection period" if len(rates) > 1 else "")
    for recovery in base.recoveries:
        yield f"recovery of {percent(recovery.rate)} from {recovery.source} after {recovery.lag}"
    yield f"in each period {', then '.join(base.order)}; annual rates become those of a period by {base.conversion}"
    match base.default_cuts:
        case "next-interest":
            yield "what defaults still pays the interest of its period"
        case "this-interest":
            pass
        case _:
            assert_never(base.default_cuts)
    match base.instalment:
        case "fixed":
            yield "instalments stay as scheduled"
        case "recomputed":
            pass
        case _:
            assert_never(base.instalment)
    match base.after_last:
        case "lost":
            yield "what comes after the last collection date is lost"
        case "last-payment":
            pass
        case _:
            assert_never(base.after_last)


def streams(deal: Deal) -> Iterator[str]:
    """Where collections go that do not go to the main account, and what makes up principal distributions."""
    if deal.collections:
        named = ", ".join(f"{stream} to {account}" for stream, account in deal.collections.items())
        main = next(name for name, account in deal.accounts.items() if account.collects)
        yield f"collections: {named}; the rest to {main}"
    if any(note.principal.shares_collections for note in deal.notes.values()):
        yield f"principal is distributed from: {', '.join(deal.principal_distribution.streams)}"
