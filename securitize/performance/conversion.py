"""Annual rates to the rate of an instalment period.

Source: ``docs/reference/assets.md``, section 3. The page asks for decimal arithmetic of 28 digits, rounded to
1e-8. Where many rates are wanted, float64 gives the same whole number except close to a half, where its error
could tip the rounding: those few are computed in decimals.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import months_between
from securitize.base.money import RATE_UNITS
from securitize.definitions.performance import Conversion

_DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN)
#: Below this many rates the decimals are quicker.
_FEW = 8
#: The float64 error is below 1e-6 units of 1e-8; nearer than this to a half, decimals decide.
_CLOSE = 1e-4


def period_rates(annual: Int64, start: dt.date, end: dt.date, conversion: Conversion) -> Int64:
    """The rates of [start, end]: 1 - (1 - r)^(years), each rounded half-even to 1e-8.

    annual : int64 (n,), units of 1e-8, 0 to 1e8
    Returns the same shape and unit, 0 where end <= start.
    """
    if end <= start:
        return np.zeros_like(annual)
    match conversion:
        case "days":
            length, basis = (end - start).days, 365
        case "months":
            whole, left = months_between(start, end)
            length, basis = 30 * whole + left, 360
        case _:
            assert_never(conversion)
    if annual.size < _FEW:
        return np.array([_in_decimals(int(rate), length, basis) for rate in annual], np.int64)
    # 1 - (1 - r)^y as -expm1(y log1p(-r)), r = 1 apart.
    certain = annual == RATE_UNITS
    kept = np.log1p(np.where(certain, 0, annual) / -RATE_UNITS)
    lost = np.expm1(kept * (length / basis)) * -RATE_UNITS
    rates = np.where(certain, RATE_UNITS, np.rint(lost).astype(np.int64))
    for k in np.flatnonzero(np.abs(lost - np.floor(lost) - 0.5) < _CLOSE):
        rates[k] = _in_decimals(int(annual[k]), length, basis)
    return rates


@lru_cache(maxsize=65536)
def _in_decimals(annual: int, length: int, basis: int) -> int:
    if annual in (0, RATE_UNITS):
        return annual
    kept = Decimal(RATE_UNITS - annual).scaleb(-8)
    survival = _DIGITS.power(kept, _DIGITS.divide(Decimal(length), Decimal(basis)))
    lost = _DIGITS.multiply(_DIGITS.subtract(Decimal(1), survival), Decimal(RATE_UNITS))
    return int(_DIGITS.to_integral_value(lost))
