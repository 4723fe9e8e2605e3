"""Events inside an instalment period: by date on each path.

Source: ``docs/reference/assets.md``, section 3, "Inside the period".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.performance.resolved import NEVER


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """What happens on a day, another on each path.

    dates  : int64 (1,) or (paths,), ordinals, NEVER where it does not happen
    strike : makes it happen on the days that it is given, of the same form
    """

    dates: Int64
    strike: Callable[[Int64], None]


def strike_by_date(events: Sequence[DatedEvent]) -> None:
    """Let each happen in its turn: by date on each path, those of one date as listed."""
    if all(one.dates.size == 1 for one in events):
        for one in sorted(events, key=lambda each: int(each.dates[0])):
            one.strike(one.dates)
        return
    if len(events) == 1:
        events[0].strike(events[0].dates)
        return
    days = np.stack(np.broadcast_arrays(*(one.dates for one in events)))
    for turn in np.argsort(days, axis=0, kind="stable"):
        for place, one in enumerate(events):
            mine = np.where(turn == place, days[place], NEVER)
            if (mine < NEVER).any():
                one.strike(mine)
