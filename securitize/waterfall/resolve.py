"""A deal on its dates: every date-dependent number of the priority of payments, as arrays over periods.

Sections named below are those of ``docs/reference/priority-of-payments.md``.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months
from securitize.base.money import OPERAND_LIMIT, RATE_UNITS
from securitize.definitions.deal import (
    PRIORITIES,
    BalanceFee,
    BulletPrincipal,
    CollectionsFee,
    Deal,
    Fee,
    FixedFee,
    Note,
    OneOffFee,
    PriorityName,
    ScheduledPrincipal,
    Step,
    StepUpCoupon,
    Trigger,
    ZeroCoupon,
)
from securitize.definitions.figures import DayCount, months
from securitize.definitions.payees import Payee, parse_payee
from securitize.market.day_counts import accrual
from securitize.market.schedules import Schedule

Flags = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ResolvedNote:
    """A note on its dates.

    numerator    : int64 (periods,), accrued = balance x numerator / denominator
    coupon_ahead : int64 (periods,), units of 1e-8, the coupon in force on each accrual date
    scheduled    : int64 (periods,), minor units, the scheduled balance after each payment (section 5)
    """

    note: Note
    numerator: Int64
    denominator: int
    coupon_ahead: Int64
    scheduled: Int64


@dataclass(frozen=True, slots=True)
class ResolvedFee:
    """A fee on its dates.

    amounts     : int64 (periods,), minor units, net, of one-off and fixed fees; 0 for the others
    numerator   : int64 (periods,), of balance fees; ``denominator`` belongs to it
    charged     : whether collections of the period bear the fee
    payable     : whether what has accrued falls due
    """

    fee: Fee
    amounts: Int64
    numerator: Int64
    denominator: int
    charged: Flags
    payable: Flags


@dataclass(frozen=True, slots=True)
class ResolvedTrigger:
    """A trigger on its dates: in which periods it is tested, and for a date trigger where the date is
    reached."""

    trigger: Trigger
    tested: Flags
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
    call_open          : whether the clean-up call is tested
    """

    deal: Deal
    schedule: Schedule
    opening_performing: int
    scheduled: Int64
    main_account: str
    notes: Mapping[str, ResolvedNote]
    fees: Mapping[str, ResolvedFee]
    triggers: Mapping[str, ResolvedTrigger]
    priorities: Mapping[PriorityName, tuple[ResolvedStep, ...]]
    year_starts: Flags
    call_open: Flags

    @property
    def periods(self) -> int:
        """Number of payment periods."""
        return len(self.schedule.payment)

    @property
    def final(self) -> Flags:
        """True on the legal final date alone."""
        return tuple(t == self.periods - 1 for t in range(self.periods))


def resolve_deal(
    deal: Deal, schedule: Schedule, opening_performing: int, scheduled: Sequence[int]
) -> ResolvedDeal:
    """``deal`` on the dates of ``schedule``, for a pool with this opening balance and these scheduled
    collections.

    opening_performing : minor units;  scheduled : minor units, (periods,)
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
        triggers={name: _resolve_trigger(trigger, payment) for name, trigger in deal.triggers.items()},
        priorities={
            name: tuple(_resolve_step(step, main) for step in steps)
            for name in PRIORITIES
            if (steps := getattr(deal.priority, name)) is not None
        },
        year_starts=tuple(t == 0 or years[t] != years[t - 1] for t in range(len(payment))),
        call_open=tuple(call is not None and d >= first_call and d != payment[-1] for d in payment),
    )


def _resolve_note(name: str, note: Note, deal: Deal, schedule: Schedule) -> ResolvedNote:
    accrual_dates, periods = schedule.accrual, len(schedule.payment)
    numerators, denominator = [], 1
    for start, end in itertools.pairwise(accrual_dates):
        total = 0
        for rate, since, until in _coupon_periods(note, start, end):
            days, basis = accrual(note.day_count, since, until, deal.dates.legal_final)
            total += rate * days
            denominator = basis * RATE_UNITS
        numerators.append(total)
    if max(numerators) >= OPERAND_LIMIT:
        raise ValueError(f"notes.{name}: coupon times days is too large to be computed exactly")
    return ResolvedNote(
        note=note,
        numerator=np.array(numerators, np.int64),
        denominator=denominator,
        coupon_ahead=np.array([_coupon_on(note, accrual_dates[t + 1]) for t in range(periods)], np.int64),
        scheduled=_scheduled_balances(note, schedule),
    )


def _coupon_on(note: Note, day: datetime.date) -> int:
    if isinstance(note.coupon, ZeroCoupon):
        return 0
    rate = note.coupon.rate
    if isinstance(note.coupon, StepUpCoupon):
        for step in note.coupon.steps:
            if step.from_ <= day:
                rate = step.rate
    return rate


def _coupon_periods(
    note: Note, start: datetime.date, end: datetime.date
) -> list[tuple[int, datetime.date, datetime.date]]:
    """(rate, start, end) of each part of an interest period with one coupon."""
    cuts = [start, end]
    if isinstance(note.coupon, StepUpCoupon):
        cuts[1:1] = [step.from_ for step in note.coupon.steps if start < step.from_ < end]
    return [(_coupon_on(note, since), since, until) for since, until in itertools.pairwise(cuts)]


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
    amounts, numerators, denominator = [0 for _ in periods], [0 for _ in periods], 1
    charged = payable = tuple(True for _ in periods)
    if isinstance(fee, OneOffFee):
        due = next((t for t in periods if payment[t] >= fee.date), None)
        if due is not None:
            amounts[due] = fee.amount
        return ResolvedFee(fee, np.array(amounts), np.array(numerators), denominator, charged, payable)
    since, until = fee.from_ or deal.dates.closing, fee.until or max(deal.dates.legal_final, payment[-1])
    if isinstance(fee, FixedFee | BalanceFee):
        if fee.payable == "payment-date":
            counts = [int(since <= d <= until) for d in payment]
        else:
            dates = fee_dates(fee.payable, deal.dates.closing, since, until)
            counts = [sum(before[t] < d <= payment[t] for d in dates) for t in periods]
        if isinstance(fee, FixedFee):
            amounts = [fee.amount * count for count in counts]
        else:
            everywhere = fee.payable == "payment-date"
            payable = tuple(
                everywhere or count > 0 or t == len(payment) - 1 for t, count in enumerate(counts)
            )
            window = schedule.accrual if fee.window == "interest-period" else schedule.collection
            for t in periods:
                days, basis = _days_charged(fee.day_count, window[t], window[t + 1], since, until, deal)
                numerators[t], denominator = fee.rate * days, basis * RATE_UNITS
    elif isinstance(fee, CollectionsFee):
        charged = tuple(since <= d <= until for d in payment)
    return ResolvedFee(fee, np.array(amounts), np.array(numerators), denominator, charged, payable)


def _days_charged(
    day_count: DayCount,
    start: datetime.date,
    end: datetime.date,
    since: datetime.date,
    until: datetime.date,
    deal: Deal,
) -> tuple[int, int]:
    """Numerator and denominator of the days of a window in which a fee runs."""
    first, last = max(start, since), min(end, until)
    if last <= first:
        return 0, accrual(day_count, start, end, deal.dates.legal_final)[1]
    return accrual(day_count, first, last, deal.dates.legal_final)


def _resolve_trigger(trigger: Trigger, payment: Sequence[datetime.date]) -> ResolvedTrigger:
    first = trigger.first_test or payment[0]
    reached = getattr(trigger, "date", None)
    return ResolvedTrigger(
        trigger=trigger,
        tested=tuple(d >= first for d in payment),
        reached=tuple(reached is not None and d >= reached for d in payment),
    )


def _resolve_step(step: Step, main_account: str) -> ResolvedStep:
    payees = tuple(parse_payee(text) for text in step.pay)
    sources = step.from_ or (main_account,)
    if payees[0].kind == "release":
        sources = (payees[0].name,)
    return ResolvedStep(step, payees, sources)
