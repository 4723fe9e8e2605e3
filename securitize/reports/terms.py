"""Terms of a deal beyond what a column tells, one phrase each; new ones with the Chinese word of the glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.fees import BalanceFee, RecurringFee, ScheduledFee
from securitize.definitions.deals.triggers import moment_of
from securitize.reports.terminal import percent
from securitize.reports.wording import amount, target

if TYPE_CHECKING:
    from securitize.definitions.deals.accounts import Account
    from securitize.definitions.deals.calls import IssuerCall
    from securitize.definitions.deals.deal import Deal
    from securitize.definitions.deals.fees import Fee
    from securitize.definitions.deals.notes import Note, ScheduledPayment
    from securitize.definitions.deals.rates import RateRule
    from securitize.definitions.deals.steps import NamedLimit, PrincipalDeficiency
    from securitize.definitions.deals.support import Support
    from securitize.definitions.deals.triggers import Trigger
    from securitize.definitions.performance import Performance

#: Payments of a schedule that are all told.
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


def floating(rule: RateRule) -> Iterator[str]:
    """What a floating rule says beside index and margin."""
    if rule.kind != "floating":
        return
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
    if note.coupon.kind == "step-up":
        yield f"coupon {rate_rule(note.coupon)}"
    if note.coupon.kind == "floating":
        yield f"coupon {', '.join(floating(note.coupon))}"
    for step in note.coupon_steps:
        yield f"coupon + {percent(step.add)} after {step.trigger} is breached"
    if note.deferrable:
        yield "interest may be deferred 递延"
    if note.unpaid_interest == "capitalised":
        until = f" until {note.capitalise_until}" if note.capitalise_until else ""
        yield f"unpaid interest joins principal{until}: payment in kind 利息资本化"
    bears = note.unpaid_bears
    if bears is not None:
        rates = {
            "coupon": "the coupon",
            "coupon-plus": f"the coupon + {percent(getattr(bears, 'margin', 0))}",
        }
        rate = rates.get(bears.kind) or f"{percent(getattr(bears, 'rate', 0))} a year"
        yield f"deferred interest 递延利息 bears {rate}, {'compounding' if bears.compounding else 'simple'}"
    if note.interest_order == "current-first":
        yield "the period's interest is paid before deferred interest"


def _principal(note: Note) -> Iterator[str]:
    principal = note.principal
    if principal.kind == "scheduled":
        yield f"principal {schedule(principal.payments)}"
    if principal.kind == "bullet":
        yield f"principal on {principal.date}"
    if principal.kind == "target":
        with_ = f" with {', '.join(principal.with_)}" if principal.with_ else ""
        less = f" less {amount(principal.less)}" if principal.less else ""
        yield f"principal down to {percent(principal.share)} of the pool{less}{with_}"


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
    told = [f"{amount(payment.amount)} on {payment.date}" for payment in payments]
    if len(told) <= MOST_PAYMENTS:
        return ", ".join(told)
    return f"on {len(told)} dates: {told[0]} to {told[-1]}"


def of_account(account: Account) -> tuple[str, ...]:
    """Funding, interest, other targets."""
    said = []
    if account.opening:
        said.append(
            {"proceeds": "funded from proceeds", "outside": "funded from outside"}.get(account.funding, "")
        )
    if account.interest is not None:
        said.append(f"earns {rate_rule(account.interest)}, {account.interest.day_count}")
    said += [f"while {each.trigger}: target {target(each.target)}" for each in account.targets_on]
    if account.target is not None and set(account.target.zero_at) != {"notes-nil", "legal-final"}:
        words = {"notes-nil": "once all notes are repaid", "legal-final": "on the legal final date"}
        zero = " and ".join(words[one] for one in account.target.zero_at)
        said.append(f"target 0 {zero} only" if zero else "target never falls to 0")
    return tuple(one for one in said if one)


def of_fee(fee: Fee) -> tuple[str, ...]:
    """Term, day count, change after a trigger."""
    said = []
    if isinstance(fee, BalanceFee):
        said.append(fee.day_count + (", by collection period" if fee.window == "collection-period" else ""))
    if isinstance(fee, ScheduledFee):
        said.append(schedule(fee.payments))
    if isinstance(fee, RecurringFee):
        if fee.from_:
            said.append(f"from {fee.from_}")
        if fee.until:
            said.append(f"until {fee.until}")
        if fee.while_ == "always":
            said.append("also once all notes are repaid")
        if change := fee.change:
            new = amount(change.amount) if change.amount is not None else percent(change.rate)
            said.append(f"{new} after {change.trigger} is breached")
    return tuple(said)


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
    if moment_of(trigger) == "after-payment":
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
    if trigger.effect == "next-payment" and moment_of(trigger) == "before-payment":
        said.append("takes effect at the next payment")
    if trigger.effect_from:
        said.append(f"takes effect from {trigger.effect_from}")
    if trigger.early_repayment:
        said.append("early repayment: all principal is due")
    return tuple(said)


def of_limit(limit: NamedLimit) -> str:
    """A limit that steps share."""
    per = {"payment": "a payment", "year": "a calendar year", "life": "over the life"}[limit.per]
    if limit.amount is not None:
        return f"{amount(limit.amount)} {per}"
    of = limit.of if isinstance(limit.of, str) else ", ".join(limit.of or ())
    return f"{percent(limit.percent)} of {of} {per}"


def issuer_call(call: IssuerCall) -> str:
    """The issuer's call."""
    prices = [f"{percent(one.price)} from {one.from_}" for one in call.prices] or [percent(call.price)]
    when = f"on the first payment date from {call.date}" if call.date else "not exercised"
    return f"issuer's call 发行人赎回: at {', '.join(prices)} of the balance, {when}"


def deficiency(ledgers: PrincipalDeficiency) -> str:
    """The principal deficiency ledgers."""
    what = "defaults" if ledgers.debits == "defaulted" else "defaults less recoveries"
    notes = ", then ".join(ledgers.notes)
    return f"principal deficiency ledgers 本金亏损账: {what} debited to {notes}; made good into {ledgers.account}"


def of_performance(base: Performance) -> Iterator[str]:
    """What the deal takes to happen to the obligors, before any scenario."""
    for name, rates in (("defaults", base.default_rate), ("prepayments", base.prepayment_rate)):
        if any(rates):
            told = ", ".join(percent(rate) for rate in rates[:MOST_PAYMENTS])
            more = ", …" if len(rates) > MOST_PAYMENTS else ""
            yield f"{name} {told}{more} a year" + (", by collection period" if len(rates) > 1 else "")
    for recovery in base.recoveries:
        yield f"recovery of {percent(recovery.rate)} from {recovery.source} after {recovery.lag}"
    yield f"in each period {', then '.join(base.order)}; annual rates become those of a period by {base.conversion}"
    if base.default_cuts == "next-interest":
        yield "what defaults still pays the interest of its period"
    if base.instalment == "fixed":
        yield "instalments stay as scheduled"
    if base.after_last == "lost":
        yield "what comes after the last collection date is lost"


def streams(deal: Deal) -> Iterator[str]:
    """Where collections go that do not go to the main account, and what makes up principal distributions."""
    if deal.collections:
        named = ", ".join(f"{stream} to {account}" for stream, account in deal.collections.items())
        main = next(name for name, account in deal.accounts.items() if account.kind == "collection")
        yield f"collections: {named}; the rest to {main}"
    if any(note.principal.kind == "collected" for note in deal.notes.values()):
        yield f"principal is distributed from: {', '.join(deal.principal_distribution.streams)}"
