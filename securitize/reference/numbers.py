"""Section 1 of the reference: money, rates, the product and the allocation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from securitize.reference.words import one_of

ONE = 100_000_000  # a rate of 1, in units of 1e-8
ROUNDINGS = ("half-even", "half-up", "down")
WHOLE = "BIF CLP DJF GNF IDR ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"  # currencies without decimals
LEFTOVERS = ("first", "last", "largest")


def number(written: Any) -> Fraction:
    """Section 1: a number, written bare or as a table with its source."""
    bare = written["value"] if isinstance(written, dict) else written
    if isinstance(bare, float):
        raise TypeError(f"{bare} is a floating point number; read the deal file with parse_float=Decimal")
    return Fraction(bare)


def whole(value: Fraction) -> int:
    """Section 1: the whole number that `value` must be."""
    if value.denominator != 1:
        raise ValueError(f"{value} has more decimals than its unit allows")
    return value.numerator


def count(written: Any) -> int:
    """Section 1: a whole number of something."""
    return whole(number(written))


def money(written: Any) -> int:
    """Section 1: an amount in currency units, as minor units."""
    return whole(number(written) * 100)


def smallest(currency: str) -> int:
    """Section 1: k, the smallest amount that is paid in a currency, in minor units."""
    return 100 if currency in WHOLE.split() else 1


def rate(written: Any) -> int:
    """Section 1: a rate or share, in units of 1e-8."""
    return whole(number(written) * ONE)


def product(a: int, b: int, c: int, rounding: str, k: int = 1) -> int:
    """Section 1: a x b / c, rounded once, to a whole multiple of k."""
    if k > 1:
        return k * product(whole(Fraction(a, k)), b, c, rounding)
    if a < 0 or b < 0 or c <= 0:
        raise ValueError(f"product({a}, {b}, {c}): an operand is out of range")
    one_of("rounding", rounding, ROUNDINGS)
    quotient, remainder = divmod(a * b, c)
    if rounding == "down" or 2 * remainder < c:
        return quotient
    if 2 * remainder > c or rounding == "half-up":
        return quotient + 1
    return quotient + quotient % 2  # half-even, exactly in the middle


def allocate(amount: int, weights: Sequence[int], leftover: str = "first", k: int = 1) -> list[int]:
    """Section 1: divide `amount` by weight, by cumulative rounding up, in whole multiples of k."""
    if k > 1:
        return [k * share for share in allocate(whole(Fraction(amount, k)), weights, leftover)]
    one_of("leftover", leftover, LEFTOVERS)
    order = list(range(len(weights)))
    if leftover == "last":
        order.reverse()
    if leftover == "largest":
        order.sort(key=lambda member: -weights[member])  # stable: equal weights stay as declared
    shares = [0] * len(weights)
    total = sum(weights)
    if total == 0:
        return shares
    given = cumulative = 0
    for member in order:
        cumulative += weights[member]
        given_after = -((-amount * cumulative) // total)  # ceil(amount x cumulative / total)
        shares[member] = given_after - given
        given = given_after
    return shares


def in_turn(amount: int, wants: Sequence[int]) -> list[int]:
    """Section 10, 6: divide `amount` one after another, each as far as its want goes."""
    shares = []
    for want in wants:
        shares.append(min(want, amount))
        amount -= shares[-1]
    return shares


def down_to(multiple: int, amount: int) -> int:
    """Section 5, certificates: `amount` rounded down to a whole multiple."""
    return amount - amount % multiple
