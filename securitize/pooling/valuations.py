"""Values of candidate patents (``docs/reference/pools.md``, section 4)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.build import Build
from securitize.patents.figures import annuity_schedule
from securitize.patents.income import (
    Income,
    annual_bounds,
    contribution_path,
    income_value,
    present_value,
    to_fen,
)
from securitize.patents.life import KINDS, add_years, legal_expiry, remaining_life, years_between, years_from
from securitize.patents.renewal import annuities, due_days, payable
from securitize.patents.renewal_value import kept_value
from securitize.patents.value import Method, cost_value, three_values
from securitize.pooling.columns import NO_DAY, Columns, positions
from securitize.pooling.deals import Deals

#: The longest legal term in years; every patent's income ends within it.
MOST_YEARS = 20
#: Patents that are valued at a time.
BLOCK = 50_000
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class PatentValuations:
    """Values of patents, each (patents,).

    known        : whether a value could be found; where not, amounts are 0 and ``method`` is empty
    expiry, end  : days since 1970 of the legal term and of the life that the value counts; NO_DAY where unknown
    life         : years from the day of the build to ``end``
    legal_years  : years to ``expiry``; NaN where unknown
    appraised, pledge_bank, liquidation : minor units
    income, market, cost : value by each method, minor units; -1 where it finds none
    comparables  : deals behind the value by the market method; spread: their standard deviation over their mean
    discount_up, contribution_down, growth_down : appraised value with one input changed
    renewal_floor: least value that still pays for the annuities up to ``end``
    """

    known: NDArray[np.bool_]
    method: list[str]
    expiry: Int64
    end: Int64
    life: NDArray[np.float64]
    legal_years: NDArray[np.float64]
    contribution: Int64
    appraised: Int64
    pledge_bank: Int64
    liquidation: Int64
    income: Int64
    market: Int64
    cost: Int64
    comparables: Int64
    spread: NDArray[np.float64]
    discount_up: Int64
    contribution_down: Int64
    growth_down: Int64
    renewal_floor: Int64


def _no_deals(rows: int) -> tuple[Int64, Int64, NDArray[np.float64]]:
    return np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.full(rows, np.nan)


def expiries(patents: Columns) -> Int64:
    """End of each legal term, days since 1970: given, or by kind and filing date; NO_DAY where neither is known."""
    recorded, filing = patents.days("expiry_date"), patents.days("filing_date")
    kind = positions(list(KINDS), patents.texts("patent_kind"))
    found = recorded.copy()
    by_law = (recorded == NO_DAY) & (filing != NO_DAY) & (kind >= 0)
    found[by_law] = _numbers(legal_expiry(_days(filing[by_law]), kind[by_law]))
    return found


def value_patents(build: Build, table: Any, comparables: Any = None) -> PatentValuations:
    """Values of the rows of the canonical table of patents, block by block: a year of each patent takes memory.

    comparables : the canonical table of deals; without it the market method finds no value
    """
    deals = None if comparables is None or not comparables.num_rows else Deals(comparables)
    firsts = range(0, max(table.num_rows, 1), BLOCK)
    blocks = [_value_block(build, table.slice(first, BLOCK), deals) for first in firsts]
    if len(blocks) == 1:
        return blocks[0]
    joined: dict[str, Any] = {}
    for field in fields(PatentValuations):
        parts = [getattr(block, field.name) for block in blocks]
        joined[field.name] = list(chain(*parts)) if field.name == "method" else np.concatenate(parts)
    return PatentValuations(**joined)


def _value_block(build: Build, table: Any, deals: Deals | None) -> PatentValuations:
    patents, terms = Columns(table), build.value
    date = np.datetime64(build.as_of, "D")
    expiry, filing = expiries(patents), patents.days("filing_date")
    usable = (expiry != NO_DAY) & (filing != NO_DAY)
    # What has no dates gets harmless ones; it has no value in the end.
    legal, filed = _days(np.where(usable, expiry, 0)), _days(np.where(usable, filing, 0))
    life = remaining_life(date, legal, add_years(filed, np.full(len(filed), terms.economic_life_years)))
    revenue, contribution = patents.whole("revenue", -1), patents.whole("contribution", -1)
    income = _income(build, date, revenue.clip(0), contribution.clip(0), life.end)
    recorded_cost = patents.whole("cost", -1)
    obsolete = np.full(patents.rows, terms.obsolescence, np.int64)
    nothing = np.zeros(patents.rows, np.int64)
    age = np.maximum(years_between(filed, date), 0)
    cost = cost_value(recorded_cost.clip(0), obsolete, nothing, age, life.years)
    market, count, spread = deals.values(build, patents) if deals else _no_deals(patents.rows)
    earned = income_value(income)
    values = {
        "income": np.where(usable & (revenue >= 0) & (contribution >= 0), earned, -1),
        "market": np.where(usable & (count > 0), market, -1),
        "cost": np.where(usable & (recorded_cost >= 0), cost, -1),
    }
    finds = {name: value >= 0 for name, value in complete(Method, values).items()}
    finds["market"] &= count >= terms.least_comparables
    method = np.full(patents.rows, "", "U6")
    for name in reversed(terms.methods):
        method = np.where(finds[name], name, method)

    def chosen(by: Int64) -> Int64:
        """The appraised value, where the income method finds ``by``."""
        other = np.where(method == "market", values["market"], np.where(method == "cost", values["cost"], 0))
        return np.where(method == "income", by, other)

    appraised = chosen(earned)
    three = three_values(appraised, terms.pledge_bank_share, terms.liquidation_share)
    return PatentValuations(
        known=method != "",
        method=method.tolist(),
        expiry=np.where(usable, expiry, NO_DAY),
        end=np.where(usable, _numbers(life.end), NO_DAY),
        life=life.years,
        legal_years=np.where(usable, np.maximum(years_from(date, legal), 0), np.nan),
        contribution=contribution.clip(0),
        appraised=appraised,
        pledge_bank=three.pledge,
        liquidation=three.liquidation,
        **values,
        comparables=count,
        spread=spread,
        discount_up=chosen(to_fen(present_value(income, discount_shift=0.01))),
        contribution_down=chosen(to_fen(present_value(income, contribution_factor=0.9))),
        growth_down=chosen(
            income_value(replace(income, revenue=_path(build, revenue.clip(0), -RATE_UNITS // 100)))
        ),
        renewal_floor=_floor(build, date, patents, filed, _days(_numbers(life.end))),
    )


def _income(build: Build, date: np.datetime64, revenue: Int64, contribution: Int64, end: Days) -> Income:
    terms = build.value
    decline = np.full(len(revenue), terms.contribution_decline, np.int64)
    path = contribution_path(contribution, "geometric", decline, np.arange(MOST_YEARS))
    return Income(
        date=date,
        bounds=annual_bounds(date, MOST_YEARS),
        revenue=_path(build, revenue),
        contribution=path,
        end=end,
        discount=np.full(len(revenue), terms.discount.total, np.int64),
        tax=terms.tax_rate,
    )


def _path(build: Build, revenue: Int64, shift: int = 0) -> Int64:
    """Revenue of each year, (patents, MOST_YEARS) minor units."""
    growth = 1 + (build.value.growth + shift) / RATE_UNITS
    years: NDArray[np.float64] = growth ** np.arange(MOST_YEARS, dtype=np.float64)
    return to_fen(revenue[:, None] * years)


def _floor(build: Build, date: np.datetime64, patents: Columns, filed: Days, end: Days) -> Int64:
    """Annuities from the day of the build to the end, discounted: whoever pays them thinks the patent worth as much."""
    grant = patents.days("grant_date")
    granted = _days(np.where(grant == NO_DAY, 0, grant))
    kind = positions(list(KINDS), patents.texts("patent_kind")).clip(0)
    owed = annuities(annuity_schedule(), filed, np.maximum(granted, filed), kind)
    paid = payable(filed, kind, np.full(len(filed), date), end)
    rate = np.full(len(filed), build.value.discount.total, np.int64)
    return kept_value(date, owed, due_days(filed), paid, rate)


def _days(numbers: Int64) -> Days:
    return numbers.astype("datetime64[D]")


def _numbers(days: Days) -> Int64:
    return days.astype("datetime64[D]").astype(np.int64)
