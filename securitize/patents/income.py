"""Income method: relief from royalty over the life of each patent.

Amounts are int64 fen, rates int64 units of 1e-8, days datetime64[D]; a value is rounded once, half-even, at its end.
Source: guideline of the China Appraisal Society on patent assets (2017): value = Σ revenue × contribution rate /
(1 + discount rate)^t over the shortest of the legal, economic and contract life.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import OPERAND_LIMIT, RATE_UNITS
from securitize.patents.life import DayLike, Days, add_years, days, years_between, years_from

Decline = Literal["constant", "linear", "geometric"]


def to_fen(values: Float64) -> Int64:
    """Whole fen, half-even. Raises ValueError where a value is no number or too large to be exact."""
    if not (np.abs(values) < OPERAND_LIMIT).all():
        raise ValueError("a value is no number, or not below 2^53 fen")
    return np.rint(values).astype(np.int64)


def weighted_score(scores: ArrayLike, weights: ArrayLike) -> Float64:
    """Score D of each patent, 0 to 1.

    scores : (patents, factors), 0 to 1; weights : (factors,), not negative, not all 0; they need not sum to 1
    Raises ValueError where a score or weight is outside its range.
    """
    s, w = np.asarray(scores, np.float64), np.asarray(weights, np.float64)
    if not ((s >= 0) & (s <= 1)).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError("scores lie between 0 and 1, weights are not negative and not all 0")
    result: Float64 = s @ w / w.sum()
    return result


def contribution_rate(low: ArrayLike, high: ArrayLike, scores: ArrayLike, weights: ArrayLike) -> Int64:
    """K = m + (n − m) × D: the share of revenue that a patent earns, (patents,) units of 1e-8.

    low, high : m and n, the range of rates in the industry, units of 1e-8; scores, weights : :func:`weighted_score`
    """
    m, n = np.asarray(low, np.int64), np.asarray(high, np.int64)
    if (m < 0).any() or (n < m).any() or (n > RATE_UNITS).any():
        raise ValueError("0 <= low <= high <= 1")
    return m + np.rint((n - m) * weighted_score(scores, weights)).astype(np.int64)


def contribution_path(first: ArrayLike, decline: Decline, annual: ArrayLike, years: ArrayLike) -> Int64:
    """Contribution rate of each period, (patents, periods) units of 1e-8: older technology earns a smaller share.

    first, annual : (patents,) rate of the first year, and its decline a year, units of 1e-8
    decline       : constant; linear: first × (1 − annual × y), not below 0; geometric: first × (1 − annual)^y
    years         : (periods,) whole years y since the valuation at each period's start; parts of years are dropped
    """
    k = np.asarray(first, np.float64)[..., None]
    d = np.asarray(annual, np.float64)[..., None] / RATE_UNITS
    if ((d < 0) | (d > 1)).any():
        raise ValueError("a decline lies between 0 and 1 a year")
    y = np.maximum(np.floor(np.asarray(years, np.float64)), 0)
    match decline:
        case "constant":
            share = np.ones_like(d * y)
        case "linear":
            share = np.maximum(1 - d * y, 0)
        case "geometric":
            share = (1 - d) ** y
        case _:
            assert_never(decline)
    return np.rint(k * share).astype(np.int64)


def risk_premium(scores: ArrayLike, weights: ArrayLike, ceiling: int) -> Int64:
    """Premium of one kind of risk, (patents,) units of 1e-8: ``ceiling`` × score, where 1 is the highest risk."""
    return np.rint(ceiling * weighted_score(scores, weights)).astype(np.int64)


def discount_rate(
    risk_free: ArrayLike, technical: ArrayLike, market: ArrayLike, funding: ArrayLike, management: ArrayLike
) -> Int64:
    """Annual discount rate, (patents,) units of 1e-8: the risk-free rate plus four premia (:func:`risk_premium`)."""
    parts = (risk_free, technical, market, funding, management)
    rate: Int64 = sum((np.asarray(part, np.int64) for part in parts), np.zeros(1, np.int64))
    return rate


def annual_bounds(date: DayLike, periods: int) -> Days:
    """Start and ends of whole years from the valuation date, (periods + 1,)."""
    return add_years(days(date), np.arange(periods + 1))


@dataclass(frozen=True, slots=True)
class Income:
    """What patents earn, on dates.

    date         : valuation date
    bounds       : (periods + 1,) start and ends of the periods, rising; earned evenly within a period
    revenue      : int64 (patents, periods) fen of the products that use the patent
    contribution : int64 (patents, periods) or (patents, 1), units of 1e-8 (:func:`contribution_path`)
    end          : (patents,) end of the life (``life.remaining_life``)
    discount     : int64 (patents,) units of 1e-8 a year
    tax          : rate of income tax on the royalty saved, units of 1e-8
    costs        : int64 (patents, periods) fen that keep the patent, deducted before tax; or 0
    in_force     : (patents, periods) probability that the patent is in force; or 1
    """

    date: np.datetime64
    bounds: Days
    revenue: Int64
    contribution: Int64
    end: Days
    discount: Int64
    tax: int = 0
    costs: Int64 | int = 0
    in_force: Float64 | float = 1.0


def income_value(income: Income) -> Int64:
    """Value of each patent on the date, int64 (patents,) fen. See :func:`present_value`."""
    return to_fen(present_value(income))


def present_value(
    income: Income, contribution_factor: float = 1.0, discount_shift: float = 0.0, growth_shift: float = 0.0
) -> Float64:
    """Value before rounding, (patents,) fen.

    Σ over periods of share × (revenue × contribution − costs) × (1 − tax) × in_force × (1 + discount)^−t, where share
    is the part of the period's days between the date and the end of life, and t the years from the date to the middle
    of that part (mid-year convention; years by ``life.years_between``).
    contribution_factor, discount_shift, growth_shift : for sensitivities: the contribution times, the rate plus, and
    the revenue times (1 + shift)^y with y whole years from the date to the period's start
    Raises ValueError where bounds do not rise, a discount rate is not above −1, or a probability is outside 0 to 1.
    """
    bounds, end = days(income.bounds), days(income.end)[:, None]
    length = np.diff(bounds)
    rate = income.discount[:, None] / RATE_UNITS + discount_shift
    if (length <= np.timedelta64(0, "D")).any() or (rate <= -1).any():
        raise ValueError("bounds rise, and discount rates are above -1")
    if (np.asarray(income.in_force) < 0).any() or (np.asarray(income.in_force) > 1).any():
        raise ValueError("a probability lies between 0 and 1")
    start = np.maximum(bounds[:-1], income.date)
    stop = np.maximum(np.minimum(bounds[1:], end), start)
    share = (stop - start) / length
    middle = (years_from(income.date, start) + years_from(income.date, stop)) / 2
    elapsed = np.maximum(np.floor(years_between(income.date, bounds[:-1])), 0)
    revenue = income.revenue * (1 + growth_shift) ** elapsed
    royalty = revenue * (income.contribution / RATE_UNITS * contribution_factor) - income.costs
    after_tax = royalty * (1 - income.tax / RATE_UNITS)
    value: Float64 = (share * after_tax * income.in_force * (1 + rate) ** -middle).sum(axis=1)
    return value


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Change of the value of each patent, (patents,) fen, by finite differences of :func:`present_value`.

    contribution  : for one more per cent of the contribution rate (1% of it, not a percentage point)
    discount      : for one more percentage point of the discount rate
    growth        : for one more per cent of revenue growth a year (revenue × 1.01^y)
    shorter_life  : where the life ends one year earlier
    """

    contribution: Float64
    discount: Float64
    growth: Float64
    shorter_life: Float64


def sensitivity(income: Income, bump: float = 1e-4) -> Sensitivity:
    """Slopes by central differences of ``bump``, scaled to 1%; the shorter life is valued anew."""

    def slope(**names: tuple[float, float]) -> Float64:
        (name, (low, high)), *_ = names.items()
        up = present_value(income, **{name: high})
        down = present_value(income, **{name: low})
        return (up - down) / (high - low) / 100

    shorter = np.maximum(add_years(income.end, -1), income.date)
    cut = replace(income, end=shorter)
    return Sensitivity(
        slope(contribution_factor=(1 - bump, 1 + bump)),
        slope(discount_shift=(-bump, bump)),
        slope(growth_shift=(-bump, bump)),
        present_value(cut) - present_value(income),
    )
