"""Annual rates to the rate of an instalment period.

Source: ``docs/reference/assets.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Literal

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import months_between
from securitize.base.money import RATE_UNITS

_DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN)


def period_rates(annual: Int64, start: dt.date, end: dt.date, conversion: Literal["days", "months"]) -> Int64:
    """The rates of [start, end]: 1 - (1 - r)^(years), each rounded half-even to 1e-8.

    annual : int64 of any shape, units of 1e-8, 0 to 1e8
    Returns the same shape and unit, 0 where end <= start.
    """
    if end <= start or not annual.any():
        return np.zeros_like(annual)
    if conversion == "days":
        length, basis = (end - start).days, 365
    else:
        whole, left = months_between(start, end)
        length, basis = 30 * whole + left, 360
    distinct, where = np.unique(annual, return_inverse=True)
    rates = np.array([_period_rate(int(rate), length, basis) for rate in distinct], np.int64)
    return rates[where].reshape(annual.shape)


@lru_cache(maxsize=65536)
def _period_rate(annual: int, length: int, basis: int) -> int:
    if annual in (0, RATE_UNITS):
        return annual
    kept = Decimal(RATE_UNITS - annual).scaleb(-8)
    survival = _DIGITS.power(kept, _DIGITS.divide(Decimal(length), Decimal(basis)))
    lost = _DIGITS.multiply(_DIGITS.subtract(Decimal(1), survival), Decimal(RATE_UNITS))
    return int(_DIGITS.to_integral_value(lost))
