"""A number of a file moved: to its written low and high, else by a tenth.

Source: ``docs/reference/solvers.md``, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeVar

from securitize.base.errors import SecuritizeError
from securitize.definitions.register import Figure

#: By which share a number without a written end is moved, down and up.
TENTH = Decimal("0.1")
MovedTo = Literal["written", "a tenth"]
#: To which units a moved number is brought until it fits: those of rates, of amounts, of counts.
UNITS = (Decimal("1e-8"), Decimal("0.01"), Decimal(1))
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moved:
    """A number moved to one side: where it stands, why there, and what comes of it."""

    value: Decimal
    moved_to: MovedTo
    result: float | None


@dataclass(frozen=True, slots=True)
class NumberSensitivity:
    """One number by one measure; a side is None where the number cannot stand there alone.

    scenario : in which it is read
    """

    figure: Figure
    value: Decimal
    scenario: str
    base: float | None
    low: Moved | None
    high: Moved | None

    @property
    def effect(self) -> float:
        """The larger distance of the two results from the base; 0 where nothing is known."""
        if self.base is None:
            return 0.0
        results = (one.result for one in (self.low, self.high) if one is not None)
        return max((abs(result - self.base) for result in results if result is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is moved to on one side, and what stands there: a deal, a file."""

    value: Decimal
    moved_to: MovedTo


def value_of(figure: Figure) -> Decimal | None:
    """The number that a figure holds; None where it holds none, or only bounds."""
    try:
        return Decimal(figure.value)
    except InvalidOperation:
        return None


def sides(figure: Figure, value: Decimal, at: Callable[[Decimal], T]) -> Iterator[tuple[Place, T] | None]:
    """The low side, then the high one: where the number is moved to and what ``at`` makes of it there.

    None where the number does not move, or cannot stand there.
    """
    for written, sign in ((figure.at_least, -1), (figure.at_most, 1)):
        end = _number(written)
        if end is not None and (end < value if sign < 0 else end > value):
            yield _placed(end, "written", UNITS, value, at)
        else:
            whole = value == value.to_integral_value() and abs(value) >= 10
            tenth = value + sign * abs(value) * TENTH
            yield _placed(tenth, "a tenth", UNITS[-1:] if whole else UNITS, value, at)


def moved(side: tuple[Place, T] | None, result: Callable[[T], float | None]) -> Moved | None:
    """A side with what is read of it; None where the number cannot stand there."""
    return None if side is None else Moved(side[0].value, side[0].moved_to, result(side[1]))


def _placed(
    wanted: Decimal, moved_to: MovedTo, units: Sequence[Decimal], value: Decimal, at: Callable[[Decimal], T]
) -> tuple[Place, T] | None:
    for unit in units:
        there = wanted.quantize(unit)
        if there == value:
            return None
        try:
            return Place(there, moved_to), at(there)
        except (SecuritizeError, ValueError):
            continue
    return None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
