"""The scheduled cash of one claim, in whole minor units.

Source: ``docs/reference/assets.md``, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.instalments import (
    Bullet,
    CustomPrincipal,
    EqualPrincipal,
    LevelPayment,
    Repayment,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the schedule of a claim depends on.

    opening     : minor units
    rates       : of each instalment at the start of its period, units of 1e-8
    numerators, denominators : of each instalment's year fraction
    resets      : of each instalment whose rate is reset inside its period, by its place from 0, numerator and
        denominator of the interest on one unit of balance; the others bear interest at their rate
    custom      : principal of each instalment with a custom repayment, else empty; minor units
    interest    : of each instalment where it is listed, else empty; minor units
    residual    : N, what the last instalment repays beside its share; minor units
    unit        : k, the smallest amount that is paid in the currency, minor units; amounts are multiples of it
    """

    opening: int
    rates: tuple[int, ...]
    numerators: tuple[int, ...]
    denominators: tuple[int, ...]
    repayment: Repayment
    custom: tuple[int, ...] = ()
    interest: tuple[int, ...] = ()
    residual: int = 0
    unit: int = 1
    resets: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def interest_on_one(self, k: int) -> tuple[int, int]:
        """F_k of the whole period of instalment k where it is not listed: numerator, denominator."""
        if k in self.resets:
            return self.resets[k]
        return self.rates[k] * self.numerators[k], self.denominators[k] * RATE_UNITS


@dataclass(frozen=True, slots=True)
class ScheduledClaim:
    """Scheduled cash and balances, minor units.

    interest, principal : i_k and s_k, (n,)
    balance             : B_0 … B_n, (n + 1,)
    """

    interest: tuple[int, ...]
    principal: tuple[int, ...]
    balance: tuple[int, ...]


def schedule_claim(terms: Terms) -> ScheduledClaim:
    """Interest, principal and balance of every instalment."""
    match terms.repayment:
        case LevelPayment():
            principal = _level(terms)
        case EqualPrincipal():
            count, shared = len(terms.rates), (terms.opening - terms.residual) // terms.unit
            upto = [shared * k // count * terms.unit for k in range(count + 1)]
            principal = [after - before for before, after in pairwise(upto)]
            principal[-1] += terms.residual
        case Bullet():
            principal = [0] * (len(terms.rates) - 1) + [terms.opening]
        case CustomPrincipal():
            principal = list(terms.custom)
        case _:
            assert_never(terms.repayment)
    balance = [terms.opening]
    for paid in principal:
        balance.append(balance[-1] - paid)
    interest = tuple(_interest(terms, k, owed) for k, owed in enumerate(balance[:-1]))
    return ScheduledClaim(interest, tuple(principal), tuple(balance))


def _level(terms: Terms) -> list[int]:
    """Principal of each instalment; the instalment is found anew where the rate changes."""
    owed, instalment, count = terms.opening, 0, len(terms.rates)
    principal: list[int] = []
    for k in range(count):
        if k == 0 or terms.rates[k] != terms.rates[k - 1]:
            instalment = _smallest_instalment(terms, k, owed)
        paid = owed if k == count - 1 else min(owed, max(0, instalment - _interest(terms, k, owed)))
        principal.append(paid)
        owed -= paid
    return principal


def _smallest_instalment(terms: Terms, first: int, owed: int) -> int:
    """The smallest instalment from k = ``first`` on that leaves at most the residual, at the rate of ``first``."""
    rate = terms.rates[first]
    shares = [
        (rate * numerator, basis * RATE_UNITS)
        for numerator, basis in zip(terms.numerators[first:], terms.denominators[first:], strict=True)
    ]

    def leaves_at_most_the_residual(instalment: int) -> bool:
        left = owed
        for numerator, basis in shares:
            left -= min(left, max(0, instalment - product(left, numerator, basis)))
        return left * terms.unit <= terms.residual

    owed //= terms.unit
    low, high = 0, owed + max(product(owed, numerator, basis) for numerator, basis in shares)
    while low < high:
        middle = (low + high) // 2
        if leaves_at_most_the_residual(middle):
            high = middle
        else:
            low = middle + 1
    return low * terms.unit


def _interest(terms: Terms, k: int, owed: int) -> int:
    if terms.interest:
        return terms.interest[k]
    return product(owed, *terms.interest_on_one(k), terms.unit)


def product(a: int, b: int, c: int, unit: int = 1) -> int:
    """a x b / c rounded once, half to even, to a whole multiple of ``unit``; a, b not negative, a a multiple of it."""
    quotient, remainder = divmod(a // unit * b, c)
    return (quotient + (2 * remainder + (quotient & 1) > c)) * unit
