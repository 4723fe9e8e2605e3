"""A deal on its dates: every date-dependent number of the priority of payments, as arrays over periods.

Sections named below are those of ``docs/reference/priority-of-payments.md``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import islice, takewhile
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import dates_from
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
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
from securitize.market.payment_dates import PaymentCalendar
from securitize.market.periods import CollectionPeriod, InterestPeriod
from securitize.market.schedules import Schedule
from securitize.waterfall.rates import coupon_of, resolve_rate
from securitize.waterfall.redemption import redemption_steps
from securitize.waterfall.resolved import (
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
    dates, call = schedule.payment_dates, deal.clean_up_call
    periods, last = range(schedule.periods), schedule.periods - 1
    years = [day.year for day in schedule.payment]
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
        triggers={name: _resolve_trigger(trigger, dates) for name, trigger in deal.triggers.items()},
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
        redemption=redemption_steps(deal, main),
        year_starts=tuple(t == 0 or years[t] != years[t - 1] for t in periods),
        first=tuple(t == 0 for t in periods),
        final=tuple(t == last for t in periods),
        call_open=tuple(
            call is not None and since and t != last
            for t, since in enumerate(dates.within(call.first_date if call else None, None))
        ),
        issuer_call=_issuer_call(deal, dates),
        given={name: np.array(values, np.int64) for name, values in (given or {}).items()},
        since=deal.dates.closing,
        varying=frozenset(varying),
    )


def _resolve_note(name: str, note: Note, deal: Deal, schedule: Schedule) -> ResolvedNote:
    dates, last = schedule.payment_dates, schedule.periods - 1
    coupon = coupon_of(note, schedule)
    try:
        whole = rate = resolve_rate(
            coupon, note.day_count, schedule, deal.dates.closing, deal.dates.legal_final
        )
        if ends := ends_of_settlement(note, schedule):
            rate = resolve_rate(
                coupon, note.day_count, schedule, deal.dates.closing, deal.dates.legal_final, ends
            )
        unit = note.payment_unit(unit_of(deal.currency))
    except ValueError as error:
        raise ValueError(f"notes.{name}: {error}") from None
    settled = note.settlement.date if note.settlement else None
    never = (False,) * schedule.periods
    return ResolvedNote(
        note=note,
        rate=rate,
        whole_rate=whole,
        scheduled=_scheduled_balances(note, dates),
        puts=tuple((put.share, dates.on(put.date)) for put in note.puts),
        settled_on=never if settled is None else dates.within(settled, None),
        capitalises=tuple(
            note.capitalises and t != last and open_
            for t, open_ in enumerate(dates.within(None, note.capitalise_until))
        ),
        unit=unit,
    )


def ends_of_settlement(note: Note, schedule: Schedule) -> dict[int, datetime.date]:
    """The period, counted from 0, that the day of a settlement for an amount cuts short, and where interest ends then.

    schedule : of the whole deal
    Source: section 5, the day of a settlement.
    """
    settlement = note.settlement
    if settlement is None or settlement.date is None or settlement.amount is None:
        return {}
    t = schedule.payment_dates.first_from(settlement.date)
    if t == schedule.periods:
        return {}
    start, end = schedule.accrual[t : t + 2]
    return {t: min(end, max(start, schedule.day_of_accrual(settlement.date)))}


def _scheduled_balances(note: Note, dates: PaymentCalendar) -> Int64:
    """What is to be left of a note on each date; all of it where its principal follows no schedule, 0 on the last."""
    match note.principal:
        case ScheduledPrincipal(payments=payments):
            due = [(payment.date, payment.amount) for payment in payments]
        case BulletPrincipal(date=date):
            due = [(date, note.balance)]
        case CollectedPrincipal() | TurboPrincipal() | TargetPrincipal():
            due = []
        case _:
            assert_never(note.principal)
    balances: Int64 = note.balance - np.cumsum(_on_dates(due, dates))
    balances[-1] = 0
    return balances


def _issuer_call(deal: Deal, dates: PaymentCalendar) -> Int64:
    call = deal.issuer_call
    prices = np.zeros(len(dates), np.int64)
    if call is None or call.date is None:
        return prices
    open_ = dates.first_from(call.date)
    steps = (
        [(open_, call.price)]
        if not call.prices
        else [(max(open_, dates.first_from(each.from_)), each.price) for each in call.prices]
    )
    for since, price in steps:
        prices[since:-1] = price
    return prices


def _fee_dates(
    payable: str, closing: datetime.date, life: tuple[datetime.date, datetime.date], dates: PaymentCalendar
) -> list[datetime.date]:
    """Dates at which a fee with its own calendar falls due: closing plus whole multiples of ``payable``, from the
    first day of its life until the last (section 6).
    """
    since, until = life
    days = islice(dates_from(closing, months(payable)), 1, None)
    there = takewhile(lambda day: dates.not_after(day, until), days)
    return [day for day in there if dates.not_after(since, day)]


def _resolve_fee(fee: Fee, deal: Deal, schedule: Schedule) -> ResolvedFee:
    dates, periods = schedule.payment_dates, range(schedule.periods)
    zeros = np.zeros(schedule.periods, np.int64)
    amounts, counts, days, denominators = zeros.copy(), zeros.copy(), zeros.copy(), zeros + 1
    charged = payable = tuple(True for _ in periods)
    match fee:
        case OneOffFee():
            amounts = _on_dates([(fee.date, fee.amount)], dates)
        case ScheduledFee():
            amounts = _on_dates([(due.date, due.amount) for due in fee.payments], dates)
        case FixedFee():
            counts = _fee_dates_by_period(fee, deal, schedule)
            amounts = fee.amount * counts
        case BalanceFee():
            counts = _fee_dates_by_period(fee, deal, schedule)
            everywhere = fee.payable == "payment-date"
            payable = tuple(everywhere or counts[t] > 0 or t == periods[-1] for t in periods)
            window = _window(fee, schedule)
            since, until = (schedule.day_of_accrual(day) for day in _life(fee, deal, schedule))
            for t in periods:
                days[t], denominators[t] = _days_in(fee.day_count, window[t], since, until, deal, schedule)
        case CollectionsFee() | PaymentsFee():
            charged = dates.within(*_life(fee, deal, schedule))
        case _:
            assert_never(fee)
    return ResolvedFee(fee, amounts, counts, days, denominators * RATE_UNITS, charged, payable)


def _on_dates(due: Sequence[tuple[datetime.date, int]], dates: PaymentCalendar) -> Int64:
    """Amounts on payment date from(x) of each of their days."""
    amounts = np.zeros(len(dates) + 1, np.int64)  # The last: after all dates.
    for day, amount in due:
        amounts[dates.first_from(day)] += amount
    return amounts[:-1]


def _life(
    fee: RecurringFee | PaymentsFee, deal: Deal, schedule: Schedule
) -> tuple[datetime.date, datetime.date]:
    """From when and until when a fee is charged."""
    return fee.from_ or deal.dates.closing, fee.until or max(deal.dates.legal_final, schedule.payment[-1])


def _fee_dates_by_period(fee: FixedFee | BalanceFee, deal: Deal, schedule: Schedule) -> Int64:
    """How many dates of a fee fall due on each payment date."""
    dates, life = schedule.payment_dates, _life(fee, deal, schedule)
    if fee.payable == "payment-date":
        return np.array(dates.within(*life), np.int64)
    days = _fee_dates(fee.payable, deal.dates.closing, life, dates)
    return _on_dates([(day, 1) for day in days], dates)


def _window(fee: BalanceFee, schedule: Schedule) -> Sequence[InterestPeriod | CollectionPeriod]:
    """The periods for whose days the balance is charged."""
    match fee.window:
        case "interest-period":
            return schedule.interest_periods
        case "collection-period":
            return schedule.collection_periods
        case _:
            assert_never(fee.window)


def _days_in(
    day_count: DayCount,
    window: InterestPeriod | CollectionPeriod,
    since: datetime.date,
    until: datetime.date,
    deal: Deal,
    schedule: Schedule,
) -> tuple[int, int]:
    """The share of a year of the days of a window between two dates: numerator and denominator."""
    first, last = max(window.start, since), min(window.end, until)
    whole = schedule.interest_period(window.start, window.end)
    if last <= first:
        return 0, 1
    return accrual(day_count, first, last, deal.dates.legal_final, whole)


def _resolve_support(support: Support, deal: Deal, schedule: Schedule) -> ResolvedSupport:
    windows, periods = schedule.interest_periods, schedule.periods
    last = datetime.date.max if support.until is None else schedule.day_of_accrual(support.until)
    days, denominators = np.zeros(periods, np.int64), np.ones(periods, np.int64)
    if support.undrawn_fee is not None:
        for t in range(periods):
            days[t], denominators[t] = _days_in(
                support.undrawn_fee.day_count,
                windows[t],
                windows[t].start,
                last,
                deal,
                schedule,
            )
    rule = support.interest
    return ResolvedSupport(
        support=support,
        callable=schedule.payment_dates.within(support.first_call or deal.dates.closing, support.until),
        interest=None
        if rule is None
        else resolve_rate(rule, rule.day_count, schedule, deal.dates.closing, deal.dates.legal_final),
        undrawn_days=days,
        undrawn_denominator=denominators * RATE_UNITS,
    )


def _resolve_trigger(trigger: Trigger, dates: PaymentCalendar) -> ResolvedTrigger:
    reached = trigger.reached_on
    return ResolvedTrigger(
        trigger=trigger,
        tested=dates.within(trigger.first_test, trigger.last_test),
        effective=dates.within(trigger.effect_from, None),
        reached=(False,) * len(dates) if reached is None else dates.within(reached, None),
    )


def _resolve_step(step: Step, main_account: str) -> ResolvedStep:
    payees = tuple(parse_payee(text) for text in step.pay)
    sources = step.from_ or (main_account,)
    if payees[0].rule.from_its_own:
        sources = (payees[0].name,)
    return ResolvedStep(step, payees, sources)
