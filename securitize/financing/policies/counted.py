"""Eligible cost of a rule: costs, principal, or interest at the prime rate. Whole minor units, exact fractions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.financing.costs import INTEREST
from securitize.definitions.policies.policy import PolicyRule
from securitize.financing.facility import DatedCost, Facility

#: Index and day -> annual rate, units of 1e-8.
PrimeRate = Callable[[str, dt.date], int]
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class CountedTime:
    """The time whose costs count: after ``since`` (``first``: from that day on) up to ``until``.

    valid : nothing that is paid after this day counts; None where the rule does not end
    """

    since: dt.date
    until: dt.date
    first: bool
    valid: dt.date | None

    def holds(self, cost: DatedCost) -> bool:
        """Whether a cost is of this time: in arrears of what ends, in advance of what begins on its day."""
        if self.valid is not None and cost.date > self.valid:
            return False
        if cost.advance:
            return self.since <= cost.date < self.until
        return self.since < cost.date <= self.until or (self.first and cost.date == self.since)

    @property
    def last(self) -> dt.date:
        """The last day whose balance counts."""
        return self.until if self.valid is None else min(self.until, self.valid)


def counted_times(rule: PolicyRule, one: Facility, valid: dt.date | None) -> list[CountedTime]:
    """The time that counts, whole, or year by year from drawing on."""
    last = _last_day(rule, one)
    if not rule.of_each_year:
        return [CountedTime(one.drawn, last, True, valid)]
    days = [one.drawn]
    while (day := add_months(one.drawn, 12 * len(days))) < last:
        days.append(day)
    return [CountedTime(since, until, since == one.drawn, valid) for since, until in pairwise([*days, last])]


def counted(rule: PolicyRule, one: Facility, prime_rate: PrimeRate, time: CountedTime) -> Fraction:
    """What the rule takes its share of, of one facility and its time; minor units.

    Raises ValueError where the rule is of the size of an issue, which is not one company's.
    """
    match rule.of:
        case "principal":
            return Fraction(one.principal)
        case "prime-rate-interest":
            return interest_at(one, time.since, time.last, prime_rate("LPR-1Y", one.drawn))
        case "issue-size":
            raise ValueError("the size of an issue is not one company's")
        case "cost":
            return _costs_counted(rule, one, time, prime_rate)
        case _:
            assert_never(rule.of)


def _costs_counted(rule: PolicyRule, one: Facility, time: CountedTime, prime_rate: PrimeRate) -> Fraction:
    total = Fraction(0)
    for component in dict.fromkeys(cost.component for cost in one.costs):
        if rule.components and component not in rule.components:
            continue
        paid = Fraction(
            sum(
                cost.amount + (cost.vat if rule.counts_vat else 0)
                for cost in one.costs
                if cost.component == component and time.holds(cost)
            )
        )
        if component in INTEREST and rule.interest_at_most is not None:
            most = interest_at(one, time.since, time.last, prime_rate(rule.interest_at_most, one.drawn))
            paid = min(paid, most)
        total += max(paid, Fraction(0))
    return total


def share_of(rule: PolicyRule, base: Fraction, principal: int) -> Fraction:
    """The rule's share of a base; with bands each part of the principal has its rate of its part of the base.

    Source of the bands: the marginal rule of Nanshan, docs/reference/policies.md, section 2.
    """
    if rule.rate is not None:
        return base * Fraction(rule.rate, RATE_UNITS)
    if principal == 0:
        return Fraction(0)
    total, below = Fraction(0), 0
    for band in rule.bands:
        upper = principal if band.up_to is None else min(band.up_to, principal)
        total += Fraction(max(upper - below, 0) * band.rate, RATE_UNITS)
        below = max(below, upper)
    return base * total / principal


def interest_at(one: Facility, since: dt.date, last: dt.date, rate: int) -> Fraction:
    """Interest at a rate on what is outstanding from a day to another, actual days over 365."""
    steps = [*one.balances, (max(last, one.balances[-1][0]), 0)] if one.balances else []
    total = Fraction(0)
    for (start, balance), (end, _) in pairwise(steps):
        days = (min(end, last) - max(start, since)).days
        if days > 0:
            total += Fraction(balance * rate * days, RATE_UNITS * DAYS_OF_YEAR)
    return total


def _last_day(rule: PolicyRule, one: Facility) -> dt.date:
    """The last day on which what is paid counts."""
    return (
        one.settled if rule.most_months is None else min(one.settled, add_months(one.drawn, rule.most_months))
    )
