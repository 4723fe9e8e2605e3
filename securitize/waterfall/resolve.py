"""A deal on its dates: every date-dependent number of the priority of payments, as arrays over periods.

Sections named below are those of ``docs/reference/priority-of-payments.md``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FixedFee,
    OneOffFee,
    RecurringFee,
    ScheduledFee,
)
from securitize.definitions.deals.notes import (
    BulletPrincipal,
    CollectedPrincipal,
    Note,
    ScheduledPrincipal,
    TargetPrincipal,
    TurboPrincipal,
)
from securitize.definitions.deals.payees import parse_payee
from securitize.definitions.deals.steps import PRIORITIES, Step
from securitize.definitions.deals.support import Support
from securitize.definitions.deals.triggers import Trigger
from securitize.definitions.figures import DayCount, months
from securitize.market.day_counts import accrual
from securitize.market.schedules import Schedule
from securitize.waterfall.rates import resolve_rate
from securitize.waterfall.resolved import (
    Flags,
    ResolvedDeal,
    ResolvedFee,
    ResolvedNote,
    ResolvedParty,
    ResolvedStep,
    ResolvedSupport,
    ResolvedTrigger,
)


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
    main = next(name for name, account in deal.accounts.items() if account.collects)
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
        parties={
            party.id: ResolvedParty(
                party.capacity, tuple(name for name, one in deal.support.items() if one.party == party.id)
            )
            for party in deal.parties
            if party.id is not None and party.capacity is not None
        },
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
        since=deal.dates.closing,
        varying=frozenset(varying),
    )


def _resolve_note(name: str, note: Note, deal: Deal, schedule: Schedule) -> ResolvedNote:
    payment, periods = schedule.payment, range(len(schedule.payment))
    try:
        rate = resolve_rate(note.coupon, note.day_count, schedule, deal.dates.closing, deal.dates.legal_final)
        unit = note.payment_unit(unit_of(deal.currency))
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
            note.capitalises and t != periods[-1] and (until is None or payment[t] <= until) for t in periods
        ),
        unit=unit,
    )


def _first_on_or_after(day: datetime.date, payment: Sequence[datetime.date]) -> Flags:
    return tuple(d >= day and (t == 0 or payment[t - 1] < day) for t, d in enumerate(payment))


def _scheduled_balances(note: Note, schedule: Schedule) -> Int64:
    balances = [_scheduled_balance(note, day) for day in schedule.accrual[1:]]
    balances[-1] = 0
    return np.array(balances, np.int64)


def _scheduled_balance(note: Note, day: datetime.date) -> int:
    """What is to be left of a note on a day; all of it where its principal follows no schedule."""
    match note.principal:
        case ScheduledPrincipal(payments=payments):
            return note.balance - sum(payment.amount for payment in payments if payment.date <= day)
        case BulletPrincipal(date=due):
            return 0 if day >= due else note.balance
        case CollectedPrincipal() | TurboPrincipal() | TargetPrincipal():
            return note.balance
        case _:
            assert_never(note.principal)


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
    zeros = np.zeros(len(payment), np.int64)
    amounts, counts, days, denominators = zeros.copy(), zeros.copy(), zeros.copy(), zeros + 1
    charged = payable = tuple(True for _ in periods)
    match fee:
        case OneOffFee():
            amounts = _on_first_dates([(fee.date, fee.amount)], payment)
        case ScheduledFee():
            amounts = _on_first_dates([(due.date, due.amount) for due in fee.payments], payment)
        case FixedFee():
            counts = _fee_dates_by_period(fee, deal, payment)
            amounts = fee.amount * counts
        case BalanceFee():
            counts = _fee_dates_by_period(fee, deal, payment)
            everywhere = fee.payable == "payment-date"
            payable = tuple(everywhere or counts[t] > 0 or t == periods[-1] for t in periods)
            window, (since, until) = _window(fee, schedule), _life(fee, deal, payment)
            for t in periods:
                days[t], denominators[t] = _days_in(
                    fee.day_count, window[t], window[t + 1], since, until, deal, schedule
                )
        case CollectionsFee():
            since, until = _life(fee, deal, payment)
            charged = tuple(since <= d <= until for d in payment)
        case _:
            assert_never(fee)
    return ResolvedFee(fee, amounts, counts, days, denominators * RATE_UNITS, charged, payable)


def _on_first_dates(due: Sequence[tuple[datetime.date, int]], payment: Sequence[datetime.date]) -> Int64:
    """Amounts on the first payment date on or after each of their days."""
    amounts = np.zeros(len(payment), np.int64)
    for day, amount in due:
        amounts += np.where(_first_on_or_after(day, payment), amount, 0)
    return amounts


def _life(
    fee: RecurringFee, deal: Deal, payment: Sequence[datetime.date]
) -> tuple[datetime.date, datetime.date]:
    """From when and until when a fee is charged."""
    return fee.from_ or deal.dates.closing, fee.until or max(deal.dates.legal_final, payment[-1])


def _fee_dates_by_period(fee: FixedFee | BalanceFee, deal: Deal, payment: Sequence[datetime.date]) -> Int64:
    """How many dates of a fee fall in each period."""
    since, until = _life(fee, deal, payment)
    if fee.payable == "payment-date":
        return np.array([int(since <= d <= until) for d in payment], np.int64)
    dates = fee_dates(fee.payable, deal.dates.closing, since, until)
    before = (deal.dates.closing, *payment)
    return np.array([sum(start < d <= end for d in dates) for start, end in pairwise(before)], np.int64)


def _window(fee: BalanceFee, schedule: Schedule) -> Sequence[datetime.date]:
    """The days between which the balance is charged."""
    match fee.window:
        case "interest-period":
            return schedule.accrual
        case "collection-period":
            return schedule.collection
        case _:
            assert_never(fee.window)


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
    reached = trigger.reached_on
    return ResolvedTrigger(
        trigger=trigger,
        tested=tuple(first <= d <= last for d in payment),
        effective=tuple(d >= effective for d in payment),
        reached=tuple(reached is not None and d >= reached for d in payment),
    )


def _resolve_step(step: Step, main_account: str) -> ResolvedStep:
    payees = tuple(parse_payee(text) for text in step.pay)
    sources = step.from_ or (main_account,)
    if payees[0].rule.from_its_own:
        sources = (payees[0].name,)
    return ResolvedStep(step, payees, sources)
