"""The compiled form of :meth:`securitize.assets.outcomes.Outcomes.deliver`; the same sums in the same whole numbers."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from securitize.assets.outcomes import Outcomes
from securitize.base.arithmetic import Int64

#: Paths that are filled together, so that what they are given stays in the first caches.
_LANES = 64


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _deliver(
    base: Any, first: int, kinds: Any, starts: Any, places: Any, amounts: Any, dates: Any, out: Any
) -> None:
    days = kinds.shape[1]
    for begin in range(0, out.shape[1], _LANES):
        end = min(begin + _LANES, out.shape[1])
        for k in range(base.size):
            for path in range(begin, end):
                out[k, path] = base[k]
        for contract in range(dates.shape[0]):
            for path in range(begin, end):
                day = dates[contract, path] - first
                if day < days:
                    kind = kinds[contract, day]
                    if kind >= 0:
                        for each in range(starts[contract, kind], starts[contract, kind + 1]):
                            out[places[each], path] += amounts[each]


def deliver(outcomes: Outcomes, dates: Int64) -> Int64:
    """See :meth:`securitize.assets.outcomes.Outcomes.deliver`."""
    out = np.empty((len(outcomes.base), dates.shape[1]), np.int64)
    o = outcomes
    _deliver(o.base, o.first, o.kinds, o.starts, o.places, o.amounts, np.ascontiguousarray(dates), out)
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _keys(first: int, kinds: Any, radix: Any, dates: Any, out: Any) -> None:
    days = kinds.shape[1]
    for contract in range(dates.shape[0]):
        for path in range(out.size):
            day = dates[contract, path] - first
            if day < days:
                out[path] += (kinds[contract, day] + 1) * radix[contract]


def keys(outcomes: Outcomes, dates: Int64, radix: Int64) -> Int64:
    """See :meth:`securitize.assets.outcomes.Outcomes.keys`."""
    out = np.zeros(dates.shape[1], np.int64)
    _keys(outcomes.first, outcomes.kinds, radix, np.ascontiguousarray(dates), out)
    return out
