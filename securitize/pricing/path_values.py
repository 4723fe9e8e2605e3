"""Present values, yields and spreads of what notes are paid on many paths at once. Pure functions on arrays.

cash   : (paths, dates), what is paid, not negative, in any one unit
days   : int64 (dates,), days from settlement to each payment, above 0, ascending
price  : what the cash costs at settlement, above 0, in the unit of the cash; one for all, or (paths,)
Times are years of 365 days, ACT/365F.
"""

from __future__ import annotations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64

Cash = Float64 | Int64
DAYS_OF_YEAR = 365
#: Paths that are solved together, so that their cash stays in the caches.
_BLOCK = 4096
#: Newton's step on the rate of a day below which the next one would change nothing: errors are squared at every step.
_SMALL = 1e-9 / DAYS_OF_YEAR
_MOST_STEPS = 60


def present_values(cash: Cash, factors: Float64) -> Float64:
    """The cash of each path times discount factors, summed, (paths,).

    factors : (dates,)
    """
    found = np.empty(len(cash))
    for first in range(0, len(cash), _BLOCK):
        # Date by date: a product of matrices adds up in an order that depends on how many paths there are.
        worth = np.zeros(len(cash[first : first + _BLOCK]))
        for paid, factor in zip(np.ascontiguousarray(cash[first : first + _BLOCK].T), factors, strict=True):
            worth += paid * factor
        found[first : first + _BLOCK] = worth
    return found


def yields(cash: Cash, days: Int64, price: float | Float64) -> Float64:
    """The effective annual rate at which the cash of each path is worth its price, (paths,).

    NaN where nothing is paid; else above -1. Raises ValueError where cash is negative, days do not ascend from above
    0, or a price is not above 0.
    """
    return np.expm1(_rates(cash, days, price))


def z_spreads(cash: Cash, days: Int64, factors: Float64, price: float | Float64) -> Float64:
    """What must be added to the continuous zero rates of a curve for the cash of each path to be worth its price.

    factors : discount factors of the curve, (dates,), above 0
    Returns (paths,), of either sign, a year, continuously compounded; NaN where nothing is paid. Raises as
    :func:`yields`, and where a factor is not above 0.
    """
    if not (factors > 0).all():
        raise ValueError("discount factors are above 0")
    return _rates(cash * factors, days, price)


def _rates(cash: Cash, days: Int64, price: float | Float64) -> Float64:
    """The continuous rate a year at which each path is worth its price, (paths,).

    ln(sum of cash x exp(-r t)) falls in r and is convex (Hölder), so that Newton's steps from r = 0 reach the root from
    its left without overshooting again, and there is one root.
    """
    if cash.ndim != 2 or days.shape != cash.shape[1:] or not len(days):
        raise ValueError("cash is of paths by dates, days of dates")
    if days[0] <= 0 or (np.diff(days) <= 0).any():
        raise ValueError("days ascend from above 0")
    prices = np.broadcast_to(np.asarray(price, np.float64), len(cash))
    if not (prices > 0).all():
        raise ValueError("a price is above 0")
    if (cash < 0).any():
        raise ValueError("cash is not negative")
    found = np.empty(len(cash))
    for first in range(0, len(cash), _BLOCK):
        block = slice(first, first + _BLOCK)
        found[block] = _block_rates(np.ascontiguousarray(cash[block].T, np.float64), days, prices[block])
    return found * DAYS_OF_YEAR


def _block_rates(cash: Float64, days: Int64, price: Float64) -> Float64:
    """The rate of a day, (paths,); cash : (dates, paths)."""
    gaps = np.diff(days, prepend=0)
    distinct, which = np.unique(gaps, return_inverse=True)
    with np.errstate(all="ignore"):
        # The step from 0, and so the first point: no factor is needed there.
        total, moment = np.zeros(cash.shape[1]), np.zeros(cash.shape[1])
        for row, day in zip(cash, days.tolist(), strict=True):
            total += row
            moment += row * day
        rate: Float64 = np.log(total / price) * total / moment
        active = np.ones(len(rate), np.bool_)
        for _ in range(_MOST_STEPS):
            # Few gaps differ: a product along the dates takes the place of an exponential for each.
            powers = np.exp(-rate * distinct[:, None])
            factor, worth, moment = np.ones_like(rate), np.zeros_like(rate), np.zeros_like(rate)
            for row, gap, day in zip(cash, which.tolist(), days.tolist(), strict=True):
                factor *= powers[gap]
                paid = row * factor
                worth += paid
                paid *= day
                moment += paid
            step = np.log(worth / price) * worth / moment
            # A path takes the steps that it needs, however many its neighbours need.
            rate += np.where(active, step, 0.0)
            # What is not finite is left to the other way.
            active &= np.abs(step) > _SMALL
            if not active.any():
                break
    for path in np.flatnonzero(~np.isfinite(rate)).tolist():
        rate[path] = _extreme_rate(cash[:, path], days, float(price[path]))
    return rate


def _extreme_rate(cash: Float64, days: Int64, price: float) -> float:
    """The same for one path whose factors are beyond the range of floats; NaN where nothing is paid."""
    paid = cash > 0
    if not paid.any():
        return float("nan")
    logs, when, rate = np.log(cash[paid] / price), days[paid].astype(np.float64), 0.0
    for _ in range(_MOST_STEPS):
        exponents = logs - rate * when
        largest = float(exponents.max())
        shares = np.exp(exponents - largest)
        step = (largest + float(np.log(shares.sum()))) * float(shares.sum()) / float(shares @ when)
        rate += step
        if abs(step) <= _SMALL:
            break
    return rate
