"""Break-evens of a saving: the rate, the fee and the subsidy more at which both sides cost the same.

Source: ``docs/reference/financing-cost.md``, section 6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavingBreakEven:
    """The last whole unit at which the saving is not below 0, and the savings there and one unit on, by running again.

    Savings are differences of all-in rates as decimals.
    """

    value: int
    there: float
    beyond: float


def last_unit(value: Callable[[int], float], low: int, high: int) -> int | None:
    """The largest u in [low, high) with value(u) >= 0 > value(u + 1), of a function that falls.

    Secant steps, each with its neighbour, inside a bracket: two or three steps where the function is straight.
    None where it does not change its sign in [low, high].
    """
    at_low, at_high = value(low), value(high)
    if at_low < 0 or at_high >= 0:
        return None
    while high - low > 1:
        step = low + round((high - low) * (at_low / (at_low - at_high)))
        # Where the secant does not narrow the bracket much from one side, the middle does from both.
        for m in (step, step + 1, (low + high) // 2):
            if not low < m < high:
                continue
            found = value(m)
            if found >= 0:
                low, at_low = m, found
            else:
                high, at_high = m, found
    return low
