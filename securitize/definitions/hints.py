"""What a number out of bounds was probably meant as: percent, basis points, wan in the place of decimals and units."""

from __future__ import annotations

from decimal import Decimal

from securitize.base.messages import Message

#: A percent and a basis point, in decimals.
PERCENT, BASIS_POINT = Decimal("0.01"), Decimal("0.0001")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def percent_is(percent: Decimal) -> Message:
    """A percentage as a decimal."""
    return Message(
        "{percent} percent are {decimal}", percent=_plain(percent), decimal=_plain(percent * PERCENT)
    )


def basis_points_are(points: Decimal) -> Message:
    """Basis points as a decimal."""
    return Message(
        "{points} basis points are {decimal}", points=_plain(points), decimal=_plain(points * BASIS_POINT)
    )


def rate_meant(number: Decimal) -> Message:
    """A rate or share above 1: percent, above 100 basis points."""
    if number > 100:
        return basis_points_are(number)
    return percent_is(number)


def margin_meant(number: Decimal) -> Message:
    """A margin beyond 1: percent up to ten, basis points above."""
    if abs(number) >= 10:
        return basis_points_are(number)
    return percent_is(number)
