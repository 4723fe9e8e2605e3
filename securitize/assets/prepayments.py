"""Which named prepayments of a claim happen in a range of days.

Source: ``docs/reference/assets.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.performance.resolved import NEVER, NamedPrepayment

#: More than any balance.
ALL = 2**62


def prepayments_within(
    given: Sequence[NamedPrepayment], since: dt.date, until: dt.date
) -> list[tuple[Int64, Int64]]:
    """Prepayments in (since, until], as listed.

    Returns dates (NEVER where nothing happens) and the most that is prepaid (0 there, more than any balance for all of
    it); int64 (1,) or (paths,) each.
    """
    found: list[tuple[Int64, Int64]] = []
    for named in given:
        happens = (named.dates > since.toordinal()) & (named.dates <= until.toordinal())
        if happens.any():
            most = ALL if named.amount is None else named.amount
            found.append((np.where(happens, named.dates, NEVER), np.where(happens, most, 0)))
    return found
