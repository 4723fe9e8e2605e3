"""From ``[sales]`` as written to the sales that are drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.pool import Pool
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty
from securitize.definitions.scenarios.random_sales import RandomSalesRule
from securitize.definitions.scenarios.random_sales import SalesStep as WrittenStep
from securitize.market.schedules import Schedule
from securitize.performance.random.copulas import Law
from securitize.performance.random.sales import RandomSales, SalesRisk
from securitize.performance.random.sales_steps import ResolvedSalesStep


def resolve_sales(
    written: RandomSalesRule, law: Law, pool: Pool, schedule: Schedule, cut_off: dt.date | None = None
) -> RandomSales:
    """Every royalty of the pool with its own numbers, or those of all.

    law     : of the market factor of defaults
    cut_off : of the deal; a schedule that begins later is of a deal in mid-life, whose sales hold the steps whose
        windows are over
    Raises ValueError where the window of a step is over by the cut-off.
    """
    today, last = schedule.collection[0], schedule.collection[-1]
    over = None if cut_off is None or cut_off == today else today
    contracts = {
        name: _risk(name, contract, written, today, over) for name, contract in pool.royalties.items()
    }
    tied_until = add_months(last, 0, end_of_month=True)
    return RandomSales(
        contracts,
        common_cells(today, tied_until, contracts),
        tied_until.toordinal(),
        written.credit_loading / RATE_UNITS,
        law,
    )


def common_cells(cut_off: dt.date, at_least: dt.date, contracts: Mapping[str, SalesRisk]) -> Int64:
    """The cut-off, every end of a month after it, and whatever other days the contracts ask about, ordinals.

    Where all reporting periods end with months, a contract that joins moves the common shocks of nobody.
    """
    asked = {cut_off.toordinal(), *(risk.since for risk in contracts.values())}
    for risk in contracts.values():
        asked.update(risk.ends[risk.ends > risk.since].tolist())
    until = max(at_least.toordinal(), *asked)
    return np.array(sorted({*asked, *_month_ends(cut_off, until)}), np.int64)


def _month_ends(after: dt.date, until: int) -> Iterable[int]:
    day = add_months(after, 0, end_of_month=True)
    while day.toordinal() <= until:
        if day > after:
            yield day.toordinal()
        day = add_months(day, 1, end_of_month=True)


def _risk(
    name: str,
    contract: RunningRoyalty | ProjectedRoyalty,
    written: RandomSalesRule,
    cut_off: dt.date,
    over: dt.date | None,
) -> SalesRisk:
    own = written.of(name)
    since = max(cut_off, contract.as_of.date) if contract.as_of else cut_off
    ends = [contract.start, *(end for end, _ in contract.reports())]
    return SalesRisk(
        since=since.toordinal(),
        ends=np.array([day.toordinal() for day in ends], np.int64),
        volatility=(own.volatility or 0) / RATE_UNITS,
        reversion=(own.reversion or 0) / RATE_UNITS,
        growth=(own.growth or 0) / RATE_UNITS,
        market_loading=(own.market_loading or 0) / RATE_UNITS,
        sector_loading=(own.sector_loading or 0) / RATE_UNITS,
        sector=own.sector or "",
        steps=tuple(
            _step(step, since)
            for step in written.steps
            if step.contract in (None, name) and not (over and step.until and step.until <= over)
        ),
    )


def _step(written: WrittenStep, since: dt.date) -> ResolvedSalesStep:
    """A step that has not come by ``since``."""
    # A window begins on its first day; a hazard acts after its date.
    earliest = written.from_.toordinal() if written.from_ else since.toordinal() + 1
    after = earliest - 1 if written.until else earliest
    return ResolvedSalesStep(
        after=max(since.toordinal(), after),
        until=written.until.toordinal() if written.until else None,
        hazard=(written.hazard or 0) / RATE_UNITS,
        probability=written.probability / RATE_UNITS,
        before=written.before / RATE_UNITS,
        kept=written.kept / RATE_UNITS,
    )
