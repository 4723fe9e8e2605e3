"""Collections that a failed servicer still held, or passes on late.

Source: ``docs/reference/assets.md``, section 6, ``servicer-failure``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.performance.resolved import ServicerFailure


def through_servicer(
    failures: Iterable[ServicerFailure], dates: Int64, amount: Int64, unit: int
) -> tuple[Int64, Int64, Int64]:
    """When cash reaches the vehicle and how much of it, where servicers fail.

    dates  : int64 (1,) or (paths,), ordinals of the days on which the obligors' side pays
    amount : int64 (paths,), minor units;  unit : of the currency, minor units
    Returns dates of arrival likewise, what arrives, and what is lost with a servicer, both (paths,).
    """
    left = amount
    for failure in failures:
        held = (dates > failure.held_after.toordinal()) & (dates <= failure.at.toordinal())
        last = failure.at.toordinal() + failure.late_days
        late = (dates > failure.at.toordinal()) & (dates <= last)
        kept = part_of(left, failure.recovery, RATE_UNITS, unit)
        left = np.where(held, kept, left)
        dates = np.where(held | late, last, dates)
    return dates, left, amount - left
