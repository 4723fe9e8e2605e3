"""The saving of one company that may default: on each path, both sides end on the day of its default.

Source: ``docs/reference/financing-cost.md``, section 8.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.financing.all_in import YEAR
from securitize.financing.cash import Cash

QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a saving spreads over paths, minor units of present value.

    default     : share of paths on which the company defaults before it has settled
    mean, error : over all paths, and its standard error
    quantiles   : at QUANTILES
    loses       : share of paths on which the saving is below 0
    paying, defaulting, bad_market : means over the paths on which it pays, on which it defaults, and over the tenth of
        the paths of the lowest market factor; None of no path
    """

    default: float
    mean: float
    error: float
    quantiles: tuple[float, ...]
    loses: float
    paying: float | None
    defaulting: float | None
    bad_market: float | None


def value_until(cash: Sequence[Cash], stops: Int64, rate: float, since: dt.date) -> Float64:
    """Value on ``since`` of what is received and paid before each path's day of default, (paths,), minor units.

    stops : int64 (paths,), ordinals; what falls on the day itself is not paid any more, nor received
    rate  : effective annual rate
    """
    sums: dict[int, int] = {}
    for row in cash:
        sums[row.date.toordinal()] = sums.get(row.date.toordinal(), 0) + row.amount
    days = np.array(sorted(sums), np.int64)
    amounts = np.array([sums[int(day)] for day in days], np.float64)
    years = (days - since.toordinal()) / YEAR
    values = np.concatenate([[0.0], np.cumsum(amounts * np.exp(-np.log1p(rate) * years))])
    found: Float64 = values[np.searchsorted(days, stops, side="left")]
    return found


def spread_of(saving: Float64, defaults: NDArray[np.bool_], market: Float64) -> Spread:
    """The spread of savings (paths,), with the paths of default and the market factor, low is bad, of each."""
    paths = saving.size
    bad = market <= np.quantile(market, 0.1)
    error = float(saving.std(ddof=1) / np.sqrt(paths)) if paths > 1 else 0.0
    return Spread(
        default=float(defaults.mean()),
        mean=float(saving.mean()),
        error=error,
        quantiles=tuple(float(one) for one in np.quantile(saving, QUANTILES)),
        loses=float((saving < 0).mean()),
        paying=_mean(saving[~defaults]),
        defaulting=_mean(saving[defaults]),
        bad_market=_mean(saving[bad]),
    )


def _mean(values: Float64) -> float | None:
    return float(values.mean()) if values.size else None
