"""Eligible cost of a rule: costs, principal, or interest at the prime rate. Whole minor units, exact fractions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.financing.costs import INTEREST
from securitize.definitions.policies.policy import PolicyRule
from securitize.financing.facility import Facility

#: Index and day -> annual rate, units of 1e-8.
PrimeRate = Callable[[str, dt.date], int]
DAYS_OF_YEAR = 365


def counted(rule: PolicyRule, one: Facility, prime_rate: PrimeRate) -> Fraction:
    """What the rule takes its share of, of one facility; minor units.

    Raises ValueError where the rule is of the size of an issue, which is not one company's.
    """
    last = _last_day(rule, one)
    match rule.of:
        case "principal":
            return Fraction(one.principal)
        case "prime-rate-interest":
            return interest_at(one, last, prime_rate("LPR-1Y", one.drawn))
        case "issue-size":
            raise ValueError("the size of an issue is not one company's")
        case "cost":
            return _costs_counted(rule, one, last, prime_rate)
        case _:
            assert_never(rule.of)


def _costs_counted(rule: PolicyRule, one: Facility, last: dt.date, prime_rate: PrimeRate) -> Fraction:
    total = Fraction(0)
    for component in dict.fromkeys(cost.component for cost in one.costs):
        if rule.components and component not in rule.components:
            continue
        paid = Fraction(
            sum(
                cost.amount + (cost.vat if rule.counts_vat else 0)
                for cost in one.costs
                if cost.component == component and cost.date <= last
            )
        )
        if component in INTEREST and rule.interest_at_most is not None:
            paid = min(paid, interest_at(one, last, prime_rate(rule.interest_at_most, one.drawn)))
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


def interest_at(one: Facility, last: dt.date, rate: int) -> Fraction:
    """Interest at a rate on what is outstanding up to a day, actual days over 365."""
    steps = [*one.balances, (max(last, one.balances[-1][0]), 0)] if one.balances else []
    total = Fraction(0)
    for (start, balance), (end, _) in pairwise(steps):
        days = (min(end, last) - start).days
        if days > 0:
            total += Fraction(balance * rate * days, RATE_UNITS * DAYS_OF_YEAR)
    return total


def _last_day(rule: PolicyRule, one: Facility) -> dt.date:
    """The last day on which what is paid counts."""
    return (
        one.settled if rule.most_months is None else min(one.settled, add_months(one.drawn, rule.most_months))
    )
