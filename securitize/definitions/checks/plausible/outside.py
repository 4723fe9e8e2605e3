"""The problem of a number that lies outside its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from securitize.base.messages import Message
from securitize.base.money import from_minor
from securitize.definitions.documents.loaded import Fault
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.hints import percent_is
from securitize.definitions.plausibility import bounds

#: Units of a wan.
_WAN = 10_000


def plain(number: Decimal) -> str:
    """A number without an exponent, at most six digits behind the point."""
    return f"{round(number, 6).normalize():f}"


def more_or_less(name: str, value: Decimal) -> Message | None:
    """What is wrong with a value; None where it is plausible."""
    bound = bounds()[name].broken(value)
    if bound is None:
        return None
    if value > bound:
        return Message("more than is plausible, {bound}", bound=plain(bound))
    return Message("less than is plausible, {bound}", bound=plain(bound))


def outside(at: KeyPath, name: str, value: Decimal, repair: str = "") -> Iterator[Fault]:
    """A number beyond the bounds of that name.

    repair : what is proposed; without it what the number is as a percentage, or a hundredth of it
    """
    what = more_or_less(name, value)
    if what is not None:
        yield Fault(at, what, plain(value), repair or _as_share(name, value), bounds()[name].code)


def over_notes(at: KeyPath, name: str, minor: int, notes: int, currency: str) -> Iterator[Fault]:
    """An amount whose ratio to the notes lies beyond its bounds; zero, and a deal without notes, are not asked.

    minor, notes : minor units
    """
    if not minor or not notes:
        return
    ratio = Decimal(minor) / notes
    bound = bounds()[name].broken(ratio)
    if bound is None:
        return
    values = {"ratio": plain(100 * ratio), "bound": plain(100 * bound)}
    what = (
        Message("{ratio}% of the notes, more than is plausible, {bound}%", **values)
        if ratio > bound
        else Message("{ratio}% of the notes, less than is plausible, {bound}%", **values)
    )
    yield Fault(at, what, plain(from_minor(minor)), unit_of(name, ratio, currency), bounds()[name].code)


def unit_of(name: str, ratio: Decimal, currency: str) -> str:
    """The repair of an amount out of proportion: one of the two is in wan, where they would then be in proportion."""
    if any(bounds()[name].broken(ratio * factor) is None for factor in (_WAN, 1 / Decimal(_WAN))):
        return not_in_wan(currency)
    return "check the amount and the notes"


def not_in_wan(currency: str) -> str:
    """The repair of an amount that is written in ten thousands; those of yuan have a name."""
    if currency == "CNY":
        return "write currency units, not wan: one wan is 10,000"
    return "write single currency units, not ten thousands of them"


def _as_share(name: str, value: Decimal) -> str:
    """A percentage that the number may be meant as: itself, or a power of ten away."""
    highest = bounds()[name].at_most
    percent = 10_000 * value
    if highest is not None and value > highest:
        percent = value if value > 1 else 10 * value
    return percent_is(percent) if 0 < percent <= 100 and not 1 < value < 10 else "check the number"
