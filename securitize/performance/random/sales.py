"""Licensed sales at random: what a reporting period sells is the forecast times a lognormal multiple of mean 1.

Source: ``docs/reference/random-performance.md``, section 10; ``docs/model/sales.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.performance.random.copulas import Law
from securitize.performance.random.draw import Drawn, Factors
from securitize.performance.random.mean_reversion import as_normal, normals, tied, variance, walk
from securitize.performance.random.sales_steps import DAYS_OF_YEAR, ResolvedSalesStep, step_dates, step_shares

#: See :attr:`SalesRisk.key`.
RiskKey = tuple[int, bytes, float, float, float, float, float, str]
#: No multiple is larger; it is the largest that a scenario can tell.
LARGEST_MULTIPLE = 100


@dataclass(frozen=True)
class SalesRisk:
    """Of the sales of one contract. Loadings are -1 to 1, their squares sum to at most 1.

    since      : ordinal; the process starts at 0 at the end of this day
    ends       : e_0 … e_m, ordinals, int64 (m + 1,)
    reversion, volatility, growth : a year of 365 days
    """

    since: int
    ends: Int64
    volatility: float
    reversion: float = 0
    growth: float = 0
    market_loading: float = 0
    sector_loading: float = 0
    sector: str = ""
    steps: tuple[ResolvedSalesStep, ...] = ()

    def __post_init__(self) -> None:
        if self.volatility < 0 or self.reversion < 0:
            raise ValueError("volatility and reversion are not negative")
        if self.market_loading**2 + self.sector_loading**2 > 1 + 1e-7:
            raise ValueError("squares of loadings sum to more than 1")

    @property
    def first(self) -> int:
        """Reporting periods that ended by ``since``: their sales are known."""
        return int(np.count_nonzero(self.ends[1:] <= self.since))

    @property
    def times(self) -> Float64:
        """Years from ``since`` to the ends of the other reporting periods, (m - first,)."""
        years: Float64 = (self.ends[1 + self.first :] - self.since) / DAYS_OF_YEAR
        return years

    @property
    def key(self) -> RiskKey:
        """What moves the sales, but for what is the contract's own."""
        return (
            self.since,
            self.ends.tobytes(),
            self.volatility,
            self.reversion,
            self.growth,
            self.market_loading,
            self.sector_loading,
            self.sector,
        )

    @property
    def own_loading(self) -> float:
        """On what moves this product alone."""
        return float(np.sqrt(max(0.0, 1 - self.market_loading**2 - self.sector_loading**2)))


@dataclass(frozen=True)
class RandomSales:
    """Sales of the contracts, driven by the market, by sectors, and by what is each one's own.

    contracts      : by name
    cells          : ordinals, ascending, int64 (n + 1,); common shocks are those of the time from one to the next.
        Every ``since`` and later end of a contract is one of them
    tied_until     : ordinal; shocks of cells that end by then are tied to the market factor of defaults
    credit_loading : correlation of their sum with it;  law : of that factor
    """

    contracts: Mapping[str, SalesRisk]
    cells: Int64
    tied_until: int
    credit_loading: float = 0
    law: Law = field(default_factory=Law)

    @cached_property
    def _years(self) -> Float64:
        years: Float64 = np.diff(self.cells) / DAYS_OF_YEAR
        return years

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Multiples of the sales of every contract, on top of what is given of them."""
        found = sales_multiples(self, numbers, drawn.factors)
        sales = {**drawn.performance.sales, **found}
        return replace(drawn, performance=replace(drawn.performance, sales=sales))

    def market_shocks(self, numbers: Numbers, factors: Factors) -> Float64:
        """Those of the pool-wide factor, standard normal, (n, paths)."""
        shocks = normals(numbers, "sales/market", len(self._years))
        weights = np.sqrt(np.where(self.cells[1:] <= self.tied_until, self._years, 0))
        factor = as_normal(self.law, factors.market)
        return tied(shocks, weights / np.sqrt((weights**2).sum()), self.credit_loading, factor)

    def common(self, shocks: Float64, risk: SalesRisk) -> Float64:
        """A common factor at the ends of the contract's reporting periods after ``since``, (m - first, paths)."""
        start, rows = np.searchsorted(self.cells, risk.since), np.searchsorted(self.cells, risk.ends)
        walked = walk(shocks[start:], self._years[start:], risk.reversion)
        found: Float64 = walked[rows[1 + risk.first :] - 1 - start]
        return found


def sales_multiples(model: RandomSales, numbers: Numbers, factors: Factors) -> dict[str, Int64]:
    """What the sales of each reporting period are multiplied by, int64 (paths, m) by contract, units of 1e-8."""
    market = model.market_shocks(numbers, factors)
    sectors = sorted({risk.sector for risk in model.contracts.values() if risk.sector_loading})
    shocks = {name: normals(numbers, f"sales/sector/{name}", len(market)) for name in sectors}
    # Contracts with the same dates and reversion share the walks of the common factors.
    walks: dict[tuple[str, int, float, bytes], Float64] = {}

    def common(factor: str, of: Float64, risk: SalesRisk) -> Float64:
        key = (factor, risk.since, risk.reversion, risk.ends.tobytes())
        if key not in walks:
            walks[key] = model.common(of, risk)
        return walks[key]

    found: dict[str, Int64] = {}
    # Contracts that nothing moves apart have one array of multiples.
    together: dict[RiskKey, Int64] = {}
    for name, risk in model.contracts.items():
        alone = bool(risk.steps) or bool(risk.volatility and risk.own_loading)
        key = risk.key
        if not alone and key in together:
            found[name] = together[key]
            continue
        value = np.zeros((len(risk.times), numbers.paths))
        if risk.volatility and len(risk.times):
            if risk.own_loading:
                own = normals(numbers, f"sales/contract/{name}", len(risk.times))
                value = risk.own_loading * walk(own, np.diff(risk.times, prepend=0.0), risk.reversion)
            if risk.market_loading:
                value = value + risk.market_loading * common("market", market, risk)
            if risk.sector_loading:
                value = value + risk.sector_loading * common(
                    f"sector/{risk.sector}", shocks[risk.sector], risk
                )
        multiples = lognormal(value, risk)
        for k, step in enumerate(risk.steps):
            dates = step_dates(step, numbers.of(f"sales/step/{name}/{k}")[0])
            multiples = multiples * step_shares(step, dates, risk.ends[risk.first :])
        found[name] = in_units(multiples, risk.first)
        if not alone:
            together[key] = found[name]
    return found


def lognormal(unit: Float64, risk: SalesRisk) -> Float64:
    """exp(x - v/2 + growth t), x = volatility times ``unit``, v its variance; (times, paths) both."""
    level = risk.growth * risk.times - risk.volatility**2 * variance(risk.reversion, risk.times) / 2
    found: Float64 = np.exp(risk.volatility * unit + level[:, None])
    return found


def in_units(multiples: Float64, known: int) -> Int64:
    """Units of 1e-8, half to even, at most the largest multiple, after ``known`` periods of 1.

    multiples : (times, paths). Returns int64 (paths, known + times), the paths of a time side by side in memory.
    """
    found = np.empty((known + len(multiples), multiples.shape[1]), np.int64)
    found[:known] = RATE_UNITS
    np.minimum(multiples, LARGEST_MULTIPLE, out=multiples)
    np.multiply(multiples, RATE_UNITS, out=multiples)
    np.rint(multiples, out=multiples)
    found[known:] = multiples
    return found.T
