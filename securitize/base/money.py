"""Exact money: integer minor units and integer rates of 1e-8.

Amounts are int64 minor units (fen, cents) and rates are int64 units of 1e-8
(4.00% = 4_000_000). Definitions carry decimals; this is where they become
integers, exactly or not at all.
"""

from __future__ import annotations

from decimal import Decimal

from securitize.base.messages import Message

MINOR_PER_MAJOR = 100
RATE_UNITS = 100_000_000
#: Largest operand of ``multiply_divide``: beyond it a float64 is no longer exact.
OPERAND_LIMIT = 2**53
#: Largest quotient of ``multiply_divide``: below it the float estimate is within one of the truth.
QUOTIENT_LIMIT = 2**50


#: A number of more digits before the point is beyond every limit.
_MOST_DIGITS = 19


def to_minor(amount: Decimal | int) -> int:
    """Currency units to minor units. Raises ValueError where a fraction of a minor unit would be lost."""
    return _exact(amount, MINOR_PER_MAJOR, Message("minor unit"))


def to_rate(rate: Decimal | int) -> int:
    """Decimal rate to units of 1e-8. Raises ValueError where more than 8 decimals are given."""
    return _exact(rate, RATE_UNITS, "1e-8")


def from_minor(amount: int) -> Decimal:
    """Minor units to currency units with two decimals."""
    return Decimal(int(amount)).scaleb(-2)


def in_figures(amount: Decimal) -> str:
    """An amount for a reader, thousands apart: with two decimals, or none where it was made without any.

    What a currency without decimals has is made so by ``securitize.definitions.deals.currencies``.
    """
    exponent = amount.as_tuple().exponent
    return f"{amount:,.0f}" if isinstance(exponent, int) and exponent >= 0 else f"{amount:,.2f}"


def from_rate(rate: int) -> Decimal:
    """Units of 1e-8 to a decimal rate."""
    return Decimal(int(rate)).scaleb(-8)


def _exact(value: Decimal | int, units: int, name: str) -> int:
    number = Decimal(value)
    # Beyond any bound the number is not multiplied: the result would be infinite, or have a million digits.
    if not number.is_finite() or (number and number.adjusted() >= _MOST_DIGITS):
        raise ValueError(Message("{value} is too large to be computed exactly", value=value))
    scaled = number * units
    whole = int(scaled)
    if scaled != whole:
        raise ValueError(Message("{value} is finer than one {unit}", value=value, unit=name))
    if abs(whole) >= OPERAND_LIMIT:
        raise ValueError(Message("{value} is too large to be computed exactly", value=value))
    return whole
