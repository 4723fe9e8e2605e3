"""A deal on its dates: every date-dependent number of the priority of payments, as arrays over periods.

Sections named below are those of ``docs/reference/priority-of-payments.md``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.deal import Deal
from securitize.definitions.fees import BalanceFee, CollectionsFee, Fee, FixedFee, OneOffFee, ScheduledFee
from securitize.definitions.figures import DayCount, months
from securitize.definitions.notes import BulletPrincipal, Note, ScheduledPrincipal
from securitize.definitions.payees import Payee, parse_payee
from securitize.definitions.steps import PRIORITIES, PriorityName, Step
from securitize.definitions.support import Support
from securitize.definitions.triggers import Trigger
from securitize.market.day_counts import accrual
from securitize.market.schedules import Schedule
from securitize.waterfall.rates import ResolvedRate, resolve_rate

Flags = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ResolvedNote:
    """A note on its dates.

    scheduled   : int64 (periods,), minor units, the scheduled balance after each payment without capitalised interest
    puts        : (share in units of 1e-8, on which dates it is put)
    settled_on  : from which date on a settlement by date holds
    capitalises : whether what is unpaid joins the balance
    unit        : minor units of which every payment is a whole multiple (q)
    """

    note: Note
    rate: ResolvedRate
    scheduled: Int64
    puts: tuple[tuple[int, Flags], ...]
    settled_on: Flags
    capitalises: Flags
    unit: int


@dataclass(frozen=True, slots=True)
class ResolvedFee:
    """A fee on its dates.

    amounts     : int64 (periods,), minor units, net, of one-off, scheduled and fixed fees; 0 for the others
    counts      : int64 (periods,), fee dates of a fixed fee
    days        : int64 (periods,), of balance fees: the share of a year; ``denominator`` (periods,) belongs to it
    charged     : whether collections of the period bear the fee
    payable     : whether what has accrued falls due
    """

    fee: Fee
    amounts: Int64
    counts: Int64
    days: Int64
    denominator: Int64
    charged: Flags
    payable: Flags


@dataclass(frozen=True, slots=True)
class ResolvedSupport:
    """A support on its dates; undrawn x denominator is the fee's share of a year, (periods,)."""

    support: Support
    callable: Flags
    interest: ResolvedRate | None
    undrawn_days: Int64
    undrawn_denominator: Int64


@dataclass(frozen=True, slots=True)
class ResolvedTrigger:
    """A trigger on its dates: in which periods it is tested and may be active, and for a date trigger where the
    date is reached."""

    trigger: Trigger
    tested: Flags
    effective: Flags
    reached: Flags


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step with its payees parsed and its accounts named."""

    step: Step
    payees: tuple[Payee, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedDeal:
    """A deal ready to be compiled.

    scheduled          : int64 (periods,), minor units, collections had everybody paid on schedule
    opening_performing : minor units, performing balance at cut-off
    year_starts        : whether a payment date is the first of its calendar year
    first              : whether it is the first payment date of all
    call_open          : whether the clean-up call is tested
    issuer_call        : int64 (periods,), units of 1e-8, the price at which the issuer calls; 0 where he does not
    given              : told by period beside the streams, int64 (periods,): fixings, what providers pay, ratings
    varying            : names of those that differ by path and are inputs of the plan
    initial            : states of a deal in mid-life, by their names in the books
    past               : payment dates before the first that is calculated
    """

    deal: Deal
    schedule: Schedule
    opening_performing: int
    scheduled: Int64
    main_account: str
    notes: Mapping[str, ResolvedNote]
    fees: Mapping[str, ResolvedFee]
    accounts: Mapping[str, ResolvedRate]
    support: Mapping[str, ResolvedSupport]
    triggers: Mapping[str, ResolvedTrigger]
    priorities: Mapping[PriorityName, tuple[ResolvedStep, ...]]
    year_starts: Flags
    first: Flags
    final: Flags
    call_open: Flags
    issuer_call: Int64
    given: Mapping[str, Int64]
    varying: frozenset[str]
    initial: Mapping[str, int] = field(default_factory=dict)
    past: int = 0

    @property
    def periods(self) -> int:
        """Number of payment periods."""
        return len(self.schedule.payment)


def resolve_deal(
    deal: Deal,
    schedule: Schedule,
    opening_performing: int,
    scheduled: Sequence[int],
    given: Mapping[str, Sequence[int]] | None = None,
    varying: Sequence[str] = (),
) -> ResolvedDeal:
    """``deal`` on the dates of ``schedule``, for a pool with this opening balance and these scheduled
    collections.

    opening_performing : minor units;  scheduled : minor units, (periods,)
    given, varying     : see :class:`ResolvedDeal`
    Raises ValueError where a product of a balance and a rate would leave the range of exact arithmetic.
    """
    main = next(name for name, account in deal.accounts.items() if account.kind == "collection")
    payment = schedule.payment
    years = [d.year for d in payment]
    call = deal.clean_up_call
    first_call = (call.first_date if call else None) or payment[0]
    return ResolvedDeal(
        deal=deal,
        schedule=schedule,
        opening_performing=opening_performing,
        scheduled=np.array(scheduled, np.int64),
        main_account=main,
        notes={name: _resolve_note(name, note, deal, schedule) for name, note in deal.notes.items()},
        fees={name: _resolve_fee(fee, deal, schedule) for name, fee in deal.fees.items()},
        accounts={
            name: resolve_rate(rule, rule.day_count, schedule, deal.dates.closing, deal.dates.legal_final)
            for name, account in deal.accounts.items()
            if (rule := account.interest) is not None
        },
        support={name: _resolve_support(one, deal, schedule) for name, one in deal.support.items()},
        triggers={name: _resolve_trigger(trigger, deal, payment) for name, trigger in deal.triggers.items()},
        priorities={
            name: tuple(_resolve_step(step, main) for step in steps)
            for name in PRIORITIES
            if (steps := getattr(deal.priority, name)) is not None
        },
        year_starts=tuple(t == 0 or years[t] != years[t - 1] for t in range(len(payment))),
        first=tuple(t == 0 for t in range(len(payment))),
        final=tuple(t == len(payment) - 1 for t in range(len(payment))),
        call_open=tuple(call is not None and d >= first_call and d != payment[-1] for d in payment),
        issuer_call=_issuer_call(deal, payment),
        given={name: np.array(values, np.int64) for name, values in (given or {}).items()},
        varying=frozenset(varying),
    )


def after_periods(resolved: ResolvedDeal, past: int, initial: Mapping[str, int]) -> ResolvedDeal:
    """The deal from period ``past`` + 1 on, its states as they stand then (section 13)."""

    def cut(flags: Flags) -> Flags:
        return flags[past:]

    schedule = resolved.schedule
    return replace(
        resolved,
        schedule=replace(
            schedule,
            payment=schedule.payment[past:],
            accrual=schedule.accrual[past:],
            collection=schedule.collection[past:],
        ),
        scheduled=resolved.scheduled[past:],
        notes={
            name: replace(
                each,
                rate=each.rate.after(past),
                scheduled=each.scheduled[past:],
                puts=tuple((share, cut(flags)) for share, flags in each.puts),
                settled_on=cut(each.settled_on),
                capitalises=cut(each.capitalises),
            )
            for name, each in resolved.notes.items()
        },
        fees={
            name: replace(
                each,
                amounts=each.amounts[past:],
                counts=each.counts[past:],
                days=each.days[past:],
                denominator=each.denominator[past:],
                charged=cut(each.charged),
                payable=cut(each.payable),
            )
            for name, each in resolved.fees.items()
        },
        accounts={name: each.after(past) for name, each in resolved.accounts.items()},
        support={
            name: replace(
                each,
                callable=cut(each.callable),
                interest=None if each.interest is None else each.interest.after(past),
                undrawn_days=each.undrawn_days[past:],
                undrawn_denominator=each.undrawn_denominator[past:],
            )
            for name, each in resolved.support.items()
        },
        triggers={
            name: replace(
                each, tested=cut(each.tested), effective=cut(each.effective), reached=cut(each.reached)
            )
            for name, each in resolved.triggers.items()
        },
        year_starts=cut(resolved.year_starts),
        first=cut(resolved.first),
        final=cut(resolved.final),
        call_open=cut(resolved.call_open),
        issuer_call=resolved.issuer_call[past:],
        given={name: values[past:] for name, values in resolved.given.items()},
        initial=initial,
        past=past,
    )


def _resolve_note(name: str, note: Note, deal: Deal, schedule: Schedule) -> ResolvedNote:
    payment, periods = schedule.payment, range(len(schedule.payment))
    try:
        rate = resolve_rate(note.coupon, note.day_count, schedule, deal.dates.closing, deal.dates.legal_final)
        unit = note.payment_unit
    except ValueError as error:
        raise ValueError(f"notes.{name}: {error}") from None
    settled = note.settlement.date if note.settlement else None
    until = note.capitalise_until
    return ResolvedNote(
        note=note,
        rate=rate,
        scheduled=_scheduled_balances(note, schedule),
        puts=tuple((put.share, _first_on_or_after(put.date, payment)) for put in note.puts),
        settled_on=tuple(settled is not None and d >= settled for d in payment),
        capitalises=tuple(
            note.unpaid_interest == "capitalised"
            and t != periods[-1]
            and (until is None or payment[t] <= until)
            for t in periods
        ),
        unit=unit,
    )


def _first_on_or_after(day: datetime.date, payment: Sequence[datetime.date]) -> Flags:
    return tuple(d >= day and (t == 0 or payment[t - 1] < day) for t, d in enumerate(payment))


def _scheduled_balances(note: Note, schedule: Schedule) -> Int64:
    principal = note.principal
    balances = []
    for day in schedule.accrual[1:]:
        balance = note.balance
        if isinstance(principal, ScheduledPrincipal):
            balance -= sum(payment.amount for payment in principal.payments if payment.date <= day)
        elif isinstance(principal, BulletPrincipal) and day >= principal.date:
            balance = 0
        balances.append(balance)
    balances[-1] = 0
    return np.array(balances, np.int64)


def _issuer_call(deal: Deal, payment: Sequence[datetime.date]) -> Int64:
    call = deal.issuer_call
    prices = np.zeros(len(payment), np.int64)
    if call is None or call.date is None:
        return prices
    for t, day in enumerate(payment[:-1]):
        in_force = [each.price for each in call.prices if each.from_ <= day]
        if day >= call.date and (in_force or not call.prices):
            prices[t] = in_force[-1] if in_force else call.price
    return prices


def fee_dates(
    payable: str, closing: datetime.date, since: datetime.date, until: datetime.date
) -> list[datetime.date]:
    """Dates at which a fee with its own calendar falls due: closing plus whole multiples of ``payable``
    (section 6)."""
    dates, k = [], 1
    while (day := add_months(closing, k * months(payable))) <= until:
        if day >= since:
            dates.append(day)
        k += 1
    return dates


def _resolve_fee(fee: Fee, deal: Deal, schedule: Schedule) -> ResolvedFee:
    payment = schedule.payment
    periods = range(len(payment))
    before = (deal.dates.closing, *payment)
    zeros = np.zeros(len(payment), np.int64)
    amounts, counts, days, denominators = zeros.copy(), zeros.copy(), zeros.copy(), zeros + 1
    charged = payable = tuple(True for _ in periods)
    if isinstance(fee, OneOffFee | ScheduledFee):
        due = (
            [(fee.date, fee.amount)]
            if isinstance(fee, OneOffFee)
            else [(p.date, p.amount) for p in fee.payments]
        )
        for day, amount in due:
            amounts += np.where(_first_on_or_after(day, payment), amount, 0)
        return ResolvedFee(fee, amounts, counts, days, denominators, charged, payable)
    since, until = fee.from_ or deal.dates.closing, fee.until or max(deal.dates.legal_final, payment[-1])
    if isinstance(fee, FixedFee | BalanceFee):
        if fee.payable == "payment-date":
            counts = np.array([int(since <= d <= until) for d in payment], np.int64)
        else:
            dates = fee_dates(fee.payable, deal.dates.closing, since, until)
            counts = np.array([sum(before[t] < d <= payment[t] for d in dates) for t in periods], np.int64)
        if isinstance(fee, FixedFee):
            amounts = fee.amount * counts
        else:
            everywhere = fee.payable == "payment-date"
            payable = tuple(everywhere or counts[t] > 0 or t == periods[-1] for t in periods)
            window = schedule.accrual if fee.window == "interest-period" else schedule.collection
            for t in periods:
                days[t], denominators[t] = _days_in(
                    fee.day_count, window[t], window[t + 1], since, until, deal, schedule
                )
    elif isinstance(fee, CollectionsFee):
        charged = tuple(since <= d <= until for d in payment)
    return ResolvedFee(fee, amounts, counts, days, denominators * RATE_UNITS, charged, payable)


def _days_in(
    day_count: DayCount,
    start: datetime.date,
    end: datetime.date,
    since: datetime.date,
    until: datetime.date,
    deal: Deal,
    schedule: Schedule,
) -> tuple[int, int]:
    """The share of a year of the days of a window between two dates: numerator and denominator."""
    first, last = max(start, since), min(end, until)
    whole = schedule.interest_period(start, end)
    if last <= first:
        return 0, 1
    return accrual(day_count, first, last, deal.dates.legal_final, whole)


def _resolve_support(support: Support, deal: Deal, schedule: Schedule) -> ResolvedSupport:
    payment, accruals = schedule.payment, schedule.accrual
    first, last = support.first_call or deal.dates.closing, support.until or datetime.date.max
    days, denominators = np.zeros(len(payment), np.int64), np.ones(len(payment), np.int64)
    if support.undrawn_fee is not None:
        for t in range(len(payment)):
            days[t], denominators[t] = _days_in(
                support.undrawn_fee.day_count,
                accruals[t],
                accruals[t + 1],
                accruals[t],
                last,
                deal,
                schedule,
            )
    rule = support.interest
    return ResolvedSupport(
        support=support,
        callable=tuple(first <= d <= last for d in payment),
        interest=None
        if rule is None
        else resolve_rate(rule, rule.day_count, schedule, deal.dates.closing, deal.dates.legal_final),
        undrawn_days=days,
        undrawn_denominator=denominators * RATE_UNITS,
    )


def _resolve_trigger(trigger: Trigger, deal: Deal, payment: Sequence[datetime.date]) -> ResolvedTrigger:
    first, last = trigger.first_test or payment[0], trigger.last_test or payment[-1]
    effective = trigger.effect_from or deal.dates.closing
    reached = getattr(trigger, "date", None)
    return ResolvedTrigger(
        trigger=trigger,
        tested=tuple(first <= d <= last for d in payment),
        effective=tuple(d >= effective for d in payment),
        reached=tuple(reached is not None and d >= reached for d in payment),
    )


def _resolve_step(step: Step, main_account: str) -> ResolvedStep:
    payees = tuple(parse_payee(text) for text in step.pay)
    sources = step.from_ or (main_account,)
    if payees[0].kind == "release":
        sources = (payees[0].name,)
    return ResolvedStep(step, payees, sources)
