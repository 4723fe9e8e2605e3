"""Index rates at random: the fixings of floating notes, accounts and supports follow a short rate of Hull and White.

Source: ``docs/reference/random-performance.md``, section 11; ``docs/model/rates.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.market.curves import Discount
from securitize.market.hull_white import HullWhite, index_rate
from securitize.performance.random.copulas import Law
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.random.mean_reversion import as_normal, normals, tied, walk

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class GivenFixings:
    """The fixings of one floating rule: its index, and by period the day and the rate that is given, units of 1e-8."""

    index: str
    days: tuple[dt.date, ...]
    rates: tuple[int, ...]


@dataclass(frozen=True)
class RandomRate:
    """One index on its curve.

    known_until : fixings of this day and before are known; x is 0 then
    months      : tenor of the index
    discount    : of the curve, from ``known_until``
    level       : what the curve replaces in the given fixings; None for the curve's own forward rates
    loading     : correlation of the sum of all shocks with the market factor of defaults;  law : of that factor
    fixings     : by name of the engine's books, ``fixing.KEY``
    """

    index: str
    known_until: dt.date
    model: HullWhite
    months: int
    discount: Discount
    level: float | None
    fixings: Mapping[str, GivenFixings]
    loading: float = 0
    law: Law = field(default_factory=Law)

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Fixings by path, in place of those that are given."""
        days = self.days
        if not days:
            return drawn
        changes = self.changes(self.short_rate(numbers, drawn.factors))
        period_inputs = {name: with_changes(one, days, changes) for name, one in self.fixings.items()}
        return replace(drawn, period_inputs={**drawn.period_inputs, **period_inputs})

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Every day of a fixing that is not known, ascending."""
        every = {day for one in self.fixings.values() for day in one.days}
        return tuple(sorted(day for day in every if day > self.known_until))

    def years(self, days: Sequence[dt.date]) -> Float64:
        """From the start, (days,)."""
        return np.array([(day - self.known_until).days / DAYS_OF_YEAR for day in days])

    def short_rate(self, numbers: Numbers, factors: Factors) -> Float64:
        """x on the days of fixings, (days, paths)."""
        lengths = np.diff(self.years(self.days), prepend=0.0)
        shocks = normals(numbers, f"rates/{self.index}", len(lengths))
        if self.loading:
            factor = as_normal(self.law, factors.market)
            shocks = tied(shocks, np.sqrt(lengths / lengths.sum()), self.loading, factor)
        return self.model.volatility * walk(shocks, lengths, self.model.reversion)

    def changes(self, x: Float64) -> Int64:
        """What the model adds to the fixings of these days, units of 1e-8, half to even, (days, paths)."""
        ends = [add_months(day, self.months) for day in self.days]
        ratio = self.discount(ends) / self.discount(self.days)
        at = self.years(self.days)
        tenors = self.years(ends) - at
        bond = self.model.bond(ratio[:, None], at[:, None], tenors[:, None], x)
        rate = index_rate(bond, tenors[:, None], self.months)
        level = index_rate(ratio, tenors, self.months) if self.level is None else np.full(len(at), self.level)
        found: Int64 = np.rint((rate - level[:, None]) * RATE_UNITS).astype(np.int64)
        return found


def with_changes(given: GivenFixings, days: Sequence[dt.date], changes: Int64) -> Int64:
    """The given fixings with the changes of ``days``, within -100% and 100%.

    changes : (days, paths)
    Returns int64 (paths, periods).
    """
    paths = changes.shape[1]
    rows = {day: row for row, day in enumerate(days)}
    found = np.empty((paths, len(given.days)), np.int64)
    for t, (day, rate) in enumerate(zip(given.days, given.rates, strict=True)):
        found[:, t] = rate + changes[rows[day]] if day in rows else rate
    within: Int64 = np.clip(found, -RATE_UNITS, RATE_UNITS)
    return within
