"""Rates that are reset from an index: by instalment, under changes to the index.

Source: ``docs/reference/assets.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.performance.resolved import IndexChange

#: Rates of one instalment period, each from its day on, the first from the start: day, units of 1e-8.
RateSteps = tuple[tuple[dt.date, int], ...]


@dataclass(frozen=True, slots=True)
class IndexRates:
    """Where a resetting rate comes from; rates are units of 1e-8.

    resets    : of each instalment, the reset date in force at the start of its period, then those inside it
    published : the index on each of them
    """

    margin: int
    resets: tuple[tuple[dt.date, ...], ...]
    published: tuple[tuple[int, ...], ...]

    def steps(self, changes: tuple[IndexChange, ...]) -> tuple[RateSteps, ...]:
        """Index plus margin, at least 0, of each instalment, after ``changes`` to the index, in order."""
        return tuple(
            tuple(
                (day, max(0, changed_index(value, day, changes) + self.margin))
                for day, value in zip(days, values, strict=True)
            )
            for days, values in zip(self.resets, self.published, strict=True)
        )


def changed_index(value: int, day: dt.date, changes: tuple[IndexChange, ...]) -> int:
    """An index rate of a day after changes to it, in order; units of 1e-8."""
    for change in changes:
        if day >= change.at:
            value = _changed(value, change)
            value = min(RATE_UNITS, max(0, value))
    return value


def _changed(value: int, change: IndexChange) -> int:
    match change.change:
        case "set":
            return change.value
        case "shift":
            return value + change.value
        case _:
            assert_never(change.change)
