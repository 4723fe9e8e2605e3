"""Values of patents: terms that every value carries, market method, cost method, three values side by side.

Amounts are int64 fen, rates int64 units of 1e-8. The income method is ``securitize.patents.income``.
Source: guideline of the China Appraisal Society on patent assets (2017), three methods.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.arrays import Float64
from securitize.base.closed import complete, partition
from securitize.base.money import RATE_UNITS
from securitize.patents.income import to_fen
from securitize.patents.life import DayLike, days, years_between

Method = Literal["income", "market", "cost"]
Kind = Literal["published", "derived", "assumed"]

#: Inputs whose kind a value of each method has to tell.
INPUTS: Mapping[Method, tuple[str, ...]] = complete(
    Method,
    {
        "income": ("revenue", "contribution", "life", "discount", "tax"),
        "market": ("prices", "adjustments", "weights"),
        "cost": ("cost", "obsolescence", "life"),
    },
)
ASSUMED, _ = partition(Kind, {"assumed"}, {"published", "derived"})


@dataclass(frozen=True, slots=True)
class ValuationTerms:
    """How and when a value was found.

    kinds : of each input of :data:`INPUTS`, and of any other that was used, whether it is published, derived or assumed
    Raises ValueError where an input of the method has no kind.
    """

    method: Method
    date: dt.date
    kinds: Mapping[str, Kind]

    def __post_init__(self) -> None:
        missing = [name for name in INPUTS[self.method] if name not in self.kinds]
        wrong = [name for name, kind in self.kinds.items() if kind not in get_args(Kind)]
        if missing or wrong:
            raise ValueError(f"inputs without a kind: {', '.join(missing + wrong)}")

    @property
    def assumed(self) -> tuple[str, ...]:
        """Inputs that are assumptions, in order of their names."""
        return tuple(sorted(name for name, kind in self.kinds.items() if kind in ASSUMED))


@dataclass(frozen=True, slots=True)
class PatentValue:
    """Values of patents with their terms.

    minor       : int64 (patents,) fen
    comparables : (patents,) number of prices behind each value of the market method; 0 where there is none, and then
                  the value of 0 means that none was found. Empty for other methods
    spread      : (patents,) weighted standard deviation of the comparables over their mean; empty likewise
    """

    terms: ValuationTerms
    minor: Int64
    comparables: Int64
    spread: Float64


def valued(terms: ValuationTerms, minor: Int64) -> PatentValue:
    """Values of the income or the cost method with their terms."""
    return PatentValue(terms, minor, np.zeros(0, np.int64), np.zeros(0))


def market_value(
    terms: ValuationTerms,
    units: ArrayLike,
    prices: ArrayLike,
    price_days: DayLike,
    price_units: ArrayLike,
    adjustments: ArrayLike,
    weights: ArrayLike,
    growth: int = 0,
) -> PatentValue:
    """Market method: units × weighted mean of adjusted prices a unit.

    units       : (patents,) what is valued, in the unit of the prices (a patent, a claim, a yuan of revenue)
    prices      : int64 (comparables,) fen paid; price_days : when, not after the valuation; price_units : for how much
    adjustments : (comparables,) or (patents, comparables) factor that makes each comparable; positive
    weights     : (comparables,) or (patents, comparables), not negative; 0 where it is no comparable
    growth      : change of prices a year, units of 1e-8, compounded over the years since each price
    Raises ValueError where a price is later than the valuation, or a number is outside its range.
    """
    date = np.datetime64(terms.date, "D")
    paid, per = np.asarray(prices, np.float64), np.asarray(price_units, np.float64)
    when, many = days(price_days), np.asarray(units, np.float64)
    shape = (many.size, paid.size)
    weight = np.broadcast_to(np.asarray(weights, np.float64), shape)
    factor = np.broadcast_to(np.asarray(adjustments, np.float64), shape)
    if (when > date).any():
        raise ValueError("a comparable is dated after the valuation")
    if (paid < 0).any() or (per <= 0).any() or (weight < 0).any() or (factor <= 0).any():
        raise ValueError("prices and weights are not negative, units and adjustments are positive")
    unit_price = paid / per * (1 + growth / RATE_UNITS) ** years_between(when, date) * factor
    total = weight.sum(axis=1)
    share = weight / np.where(total > 0, total, 1)[:, None]
    mean = (share * unit_price).sum(axis=1)
    deviation = np.sqrt((share * (unit_price - mean[:, None]) ** 2).sum(axis=1))
    return PatentValue(
        terms,
        to_fen(many * mean),
        (weight > 0).sum(axis=1).astype(np.int64),
        deviation / np.where(mean > 0, mean, 1),
    )


def reproduction_cost(spent: ArrayLike, index_then: ArrayLike, index_now: float) -> Int64:
    """What was spent on each patent, at today's prices, int64 (patents,) fen.

    spent : int64 (patents, years) fen; index_then : (years,) price index of each year; index_now : today's
    """
    at_today = np.asarray(spent, np.float64) * (index_now / np.asarray(index_then, np.float64))
    return to_fen(at_today.sum(axis=-1))


def cost_value(
    reproduction: ArrayLike, functional: ArrayLike, economic: ArrayLike, age: ArrayLike, remaining: ArrayLike
) -> Int64:
    """Cost method: reproduction cost less obsolescence, int64 (patents,) fen.

    cost × (1 − functional) × (1 − economic) × remaining / (age + remaining)
    functional, economic : (patents,) obsolescence by better technology and by the market, units of 1e-8
    age, remaining       : (patents,) years since filing and of remaining life (``life.remaining_life``)
    Raises ValueError where an obsolescence is outside 0 to 1 or a life is negative.
    """
    old, left = np.asarray(age, np.float64), np.asarray(remaining, np.float64)
    off = [np.asarray(each, np.float64) / RATE_UNITS for each in (functional, economic)]
    if any(((o < 0) | (o > 1)).any() for o in off) or (old < 0).any() or (left < 0).any():
        raise ValueError("obsolescence lies between 0 and 1, lives are not negative")
    share = np.where(left > 0, left / np.where(left > 0, old + left, 1), 0)
    kept = (1 - off[0]) * (1 - off[1]) * share
    return to_fen(np.asarray(reproduction, np.float64) * kept)


@dataclass(frozen=True, slots=True)
class ThreeValues:
    """Values of each patent, int64 (patents,) fen: what an appraiser says, a bank lends on, a forced sale brings."""

    appraised: Int64
    pledge: Int64
    liquidation: Int64

    def advance_rates(self, amount: ArrayLike) -> tuple[Float64, Float64, Float64]:
        """``amount`` (fen) over each of the three values, (patents,); nan where a value is 0.

        Chinese securitisations lend 88 to 93% of the appraised value: the appraisal is no estimate of a loss.
        """
        lent = np.asarray(amount, np.float64)
        one, two, three = (
            np.where(value > 0, lent / np.where(value > 0, value, 1), np.nan)
            for value in (self.appraised, self.pledge, self.liquidation)
        )
        return one, two, three


def three_values(appraised: Int64, pledge_share: ArrayLike, liquidation_share: ArrayLike) -> ThreeValues:
    """The appraised value and the shares of it, units of 1e-8, that a bank and a forced sale allow; half-even."""
    return ThreeValues(
        appraised,
        multiply_divide(appraised, pledge_share, RATE_UNITS),
        multiply_divide(appraised, liquidation_share, RATE_UNITS),
    )
