"""Rate rules on the dates of a deal (section 1 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import lcm
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months, months_between
from securitize.base.money import OPERAND_LIMIT, RATE_UNITS
from securitize.definitions.deals.notes import Note
from securitize.definitions.deals.rates import FixedRate, FloatingRate, RateStep, StepUpRate, ZeroRate
from securitize.definitions.figures import DayCount, months
from securitize.market.day_counts import accrual
from securitize.market.periods import InterestPeriod
from securitize.market.schedules import Schedule

Rule = ZeroRate | FixedRate | StepUpRate | FloatingRate


@dataclass(frozen=True, slots=True)
class ResolvedRate:
    """A rate rule on its dates; interest of period t on B is product(B, numerator, denominator).

    numerator   : int64 (periods,), the sum of rate x share of a year; 0 where the rule floats
    years       : int64 (periods,), the share of a year itself: years x rate is what a rate adds to the numerator
    denominator : int64 (periods,), of both, with the 1e8 of rates
    start       : int64 (periods,), units of 1e-8, the rate in force where an interest period begins; 0 where it floats
    ahead       : likewise where it ends
    floating    : the rule where it floats
    first       : whether the first rate holds in the period
    """

    numerator: Int64
    years: Int64
    denominator: Int64
    start: Int64
    ahead: Int64
    floating: FloatingRate | None = None
    first: tuple[bool, ...] = ()

    def after(self, periods: int) -> ResolvedRate:
        """The rule without its first ``periods``."""
        return replace(
            self,
            numerator=self.numerator[periods:],
            years=self.years[periods:],
            denominator=self.denominator[periods:],
            start=self.start[periods:],
            ahead=self.ahead[periods:],
            first=self.first[periods:],
        )


def coupon_of(note: Note, schedule: Schedule) -> Rule:
    """The coupon of a note with what is re-set at its puts as steps, each step on its day of accrual.

    schedule : of the whole deal
    Source: section 5, re-set of the coupon at a put.
    """
    rule, dates = _on_accrual_dates(note.coupon, schedule), schedule.payment_dates
    steps = [
        RateStep.model_construct(from_=schedule.accrual[t + 1], rate=put.reset.rate)
        for put in note.puts
        if put.reset is not None
        and put.reset.rate is not None
        # On the last payment date a re-set changes nothing.
        and (t := dates.first_from(put.date)) < schedule.periods - 1
    ]
    # A put that a scenario tells may stand anywhere; of two re-sets on one day the later one in the list holds.
    steps.sort(key=lambda step: step.from_)
    match rule:
        case _ if not steps:
            return rule
        case FixedRate():
            return StepUpRate.model_construct(kind="step-up", rate=rule.rate, steps=tuple(steps))
        case StepUpRate():
            return rule.model_copy(update={"steps": (*rule.steps, *steps)})
        case ZeroRate() | FloatingRate():
            raise ValueError("only a fixed or step-up coupon is re-set")
        case _:
            assert_never(rule)


def resolve_rate(
    rule: Rule,
    day_count: DayCount,
    schedule: Schedule,
    closing: datetime.date,
    final: datetime.date,
    ends: Mapping[int, datetime.date] | None = None,
) -> ResolvedRate:
    """``rule`` over the interest periods of ``schedule``.

    final : the legal final date as written
    ends  : where an interest period, counted from 0, stops to bear interest before it ends
    Raises ValueError where a rate times days would leave the range of exact arithmetic.
    """
    rule = _on_accrual_dates(rule, schedule)
    numerators, years, denominators = [], [], []
    for t, whole in enumerate(schedule.interest_periods):
        parts = [
            (rate, accrual(day_count, since, until, final, whole) if since < until else (0, 1))
            for rate, since, until in _pieces(rule, whole, (ends or {}).get(t, whole.end))
        ]
        basis = lcm(*(denominator for _, (_, denominator) in parts))
        shares = [(rate, days * (basis // denominator)) for rate, (days, denominator) in parts]
        numerators.append(sum(rate * days for rate, days in shares))
        years.append(sum(days for _, days in shares))
        denominators.append(basis * RATE_UNITS)
    if max([*numerators, *denominators, *(2 * RATE_UNITS * each for each in years)]) >= OPERAND_LIMIT:
        raise ValueError("a rate times days is too large to be computed exactly")
    floating = rule.floating
    return ResolvedRate(
        np.array(numerators, np.int64),
        np.array(years, np.int64),
        np.array(denominators, np.int64),
        np.array([rate_on(rule, day) for day in schedule.accrual[:-1]], np.int64),
        np.array([rate_on(rule, day) for day in schedule.accrual[1:]], np.int64),
        floating,
        tuple(
            floating is not None and floating.first_rate is not None and day == closing
            for day in reset_dates(floating, schedule, closing)
        ),
    )


def reset_dates(rule: FloatingRate | None, schedule: Schedule, closing: datetime.date) -> list[datetime.date]:
    """R of each period: the latest reset date that is not after the start of its interest period."""
    starts = schedule.accrual[:-1]
    if rule is None or rule.reset is None:
        return list(starts)
    every = months(rule.reset)
    return [add_months(closing, months_between(closing, day)[0] // every * every) for day in starts]


def rate_on(rule: Rule, day: datetime.date) -> int:
    """The rate in force on a day, units of 1e-8; 0 where it floats."""
    match rule:
        case ZeroRate() | FloatingRate():
            return 0
        case FixedRate():
            return rule.rate
        case StepUpRate():
            reached = [step.rate for step in rule.steps if step.from_ <= day]
            return reached[-1] if reached else rule.rate
        case _:
            assert_never(rule)


def _on_accrual_dates(rule: Rule, schedule: Schedule) -> Rule:
    """The rule, each of its steps on its day of accrual."""
    match rule:
        case StepUpRate():
            steps = (
                step.model_copy(update={"from_": schedule.day_of_accrual(step.from_)}) for step in rule.steps
            )
            return rule.model_copy(update={"steps": tuple(steps)})
        case ZeroRate() | FixedRate() | FloatingRate():
            return rule
        case _:
            assert_never(rule)


def _pieces(
    rule: Rule, period: InterestPeriod, end: datetime.date
) -> list[tuple[int, datetime.date, datetime.date]]:
    """(rate, start, end) of each part with one rate of an interest period that stops to bear interest at ``end``."""
    start = period.start
    cuts = [start, *(step.from_ for step in rule.listed if start < step.from_ < end), end]
    return [(rate_on(rule, since), since, until) for since, until in itertools.pairwise(cuts)]
