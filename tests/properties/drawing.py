"""How the generated deals draw a number, a share, a date or a choice.

Everything is drawn from one function, ``draw(n)``: a whole number from 0 to n - 1. Hypothesis can stand behind it, or a
plain random generator, which spreads deals evenly and draws the same ones with every version of every library.
"""

from __future__ import annotations

import calendar
import datetime
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

#: n -> a whole number from 0 to n - 1
Draw = Callable[[int], int]
Table = dict[str, Any]
STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
#: Numbers are drawn below this one and scaled: of wider ranges Hypothesis would prefer the small numbers.
EVEN = 10**6


def evenly(seed: int) -> Draw:
    """Draws that depend on the seed alone."""
    generator = random.Random(seed)
    return lambda n: int(generator.random() * n)


def one_of(draw: Draw, *values: Any) -> Any:
    """One of the values; the more often a value is named, the more often it comes."""
    return values[draw(len(values))]


def chance(draw: Draw, percent: int) -> bool:
    """True in so many of a hundred deals."""
    return draw(100) < percent


def subset(draw: Draw, values: list[str], least: int = 0) -> list[str]:
    """Each value or not, at least so many."""
    kept = [value for value in values if chance(draw, 50)]
    return kept if len(kept) >= least else values[:least]


def shuffled(draw: Draw, values: list[Any]) -> list[Any]:
    """The values in any order."""
    left = list(values)
    return [left.pop(draw(len(left))) for _ in values]


def whole(draw: Draw, top: int) -> int:
    """A whole number from 0 to ``top``, evenly spread."""
    if top <= EVEN:
        return draw(top + 1)
    return min(top, top * draw(EVEN + 1) // EVEN + draw(1000))


def cents(draw: Draw, top: int) -> int:
    """Minor units up to ``top``, sometimes 0, one cent or all of it."""
    return one_of(draw, 0, 1, 101, top) if chance(draw, 20) else whole(draw, top)


def money(draw: Draw, top: int) -> Decimal:
    """Currency units with two decimals, up to ``top`` minor units."""
    return Decimal(cents(draw, max(1, top))).scaleb(-2)


def share(draw: Draw, top: int = 1) -> Decimal:
    """A share from 0 to ``top``, often a round one."""
    if chance(draw, 40):
        return Decimal(one_of(draw, "0", "1", "0.1", "0.5"))
    return Decimal(whole(draw, top * 10**8)).scaleb(-8)


def rate(draw: Draw) -> Decimal:
    """A rate a year from 0 to 15%."""
    if chance(draw, 20):
        return Decimal(one_of(draw, "0", "0.04", "0.05", "0.1"))
    return Decimal(whole(draw, 15_000_000)).scaleb(-8)


def signed_rate(draw: Draw, low: int, high: int) -> Decimal:
    """A rate from ``low`` to ``high``, in whole percent, either of which may be negative."""
    return Decimal(low * 10**6 + whole(draw, (high - low) * 10**6)).scaleb(-8)


def month_end(year: int, month: int) -> datetime.date:
    """The last day of a month."""
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, cut back to the last day of a shorter month."""
    month = day.month - 1 + months
    last = month_end(day.year + month // 12, month % 12 + 1)
    return last.replace(day=min(day.day, last.day))


def day_of(draw: Draw, days: Sequence[datetime.date]) -> datetime.date:
    """One of ascending days, or any day between the first and the last."""
    return one_of(draw, *days) if chance(draw, 60) else later(draw, days[0], (days[-1] - days[0]).days)


def later(draw: Draw, day: datetime.date, days: int) -> datetime.date:
    """A day up to so many days later."""
    return day + datetime.timedelta(days=whole(draw, max(0, days)))
