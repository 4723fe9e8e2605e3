"""From dated cash to the periods of a deal: what the pool delivers.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from securitize.assets.conservation import check_conservation
from securitize.assets.events import CashFlow, Events
from securitize.assets.projection import project_contract
from securitize.assets.resolve import ResolvedContract, ResolvedPool
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.definitions.figures import STREAMS, Stream
from securitize.definitions.pool import LicenceBack
from securitize.performance.resolved import ResolvedPerformance


@dataclass(frozen=True, slots=True)
class ContractSummary:
    """One contract, one row of the table ``assets``; totals of all cash after the cut-off, in minor units.

    rate                 : units of 1e-8, of the first projected instalment
    rights               : number of rights, each entry by its count
    scheduled            : by stream, without performance, whenever it is due
    collected            : by stream, int64 (paths,), whenever it arrives
    defaulted, lost      : int64 (paths,), by default and by failed rights
    after_last           : int64 (paths,), the part of ``collected`` after the last collection date
    performing_at_end    : int64 (paths,), balance still performing after the last collection date
    outlives_deal        : whether an instalment is due after the last collection date
    """

    asset: str
    obligor: str
    kind: str
    legal_mode: str
    start: dt.date
    maturity: dt.date
    rights: int
    rate: int
    balance: int
    scheduled: Mapping[Stream, int]
    collected: Mapping[Stream, Int64]
    defaulted: Int64
    lost: Int64
    after_last: Int64
    performing_at_end: Int64
    outlives_deal: bool


@dataclass(frozen=True, slots=True)
class Collections:
    """What the pool delivers, minor units; T periods.

    streams    : int64 (paths, T) by stream, all six
    performing : int64 (paths, T + 1), index 0 at the cut-off
    defaulted  : int64 (paths, T), lost by failed rights included
    scheduled  : int64 (T,), had everybody paid on schedule
    contracts  : in the order of the pool
    flows      : dated cash by contract, for what each company pays; empty if not kept
    warnings   : of calendars, rates and contracts that outlive the deal
    sales, forecast_sales : int64 (paths, T) and (T,), licensed sales whose royalty belongs to the period
    """

    streams: Mapping[Stream, Int64]
    performing: Int64
    defaulted: Int64
    scheduled: Int64
    contracts: tuple[ContractSummary, ...]
    flows: Mapping[str, tuple[CashFlow, ...]]
    warnings: tuple[str, ...]
    sales: Int64
    forecast_sales: Int64


def project(pool: ResolvedPool, performance: ResolvedPerformance, keep_flows: bool = True) -> Collections:
    """The collections of ``pool`` when ``performance`` happens, for all its paths.

    keep_flows : whether the dated cash of every contract is kept (large with many paths)
    Raises CalculationError where money appears or vanishes, or a product leaves the exact range.
    """
    periods = _Periods(pool, performance)
    summaries: list[ContractSummary] = []
    flows: dict[str, tuple[CashFlow, ...]] = {}
    for published in pool.contracts:
        contract = published.under(performance.index)
        try:
            events = project_contract(contract, performance, pool.schedule, pool.calendar)
        except ValueError as error:
            raise CalculationError(f"contract {contract.name}: {error}") from None
        summaries.append(periods.add(contract, events))
        if keep_flows:
            flows[contract.name] = tuple(events.cash)
    streams = {stream: cash[:, :-1].copy() for stream, cash in periods.streams.items()}
    if performance.after_last == "last-payment":
        for stream, cash in periods.streams.items():
            streams[stream][:, -1] += cash[:, -1]
    return Collections(
        streams,
        periods.performing,
        periods.defaulted[:, :-1].copy(),
        periods.scheduled[:-1].copy(),
        tuple(summaries),
        flows,
        pool.warnings,
        np.zeros_like(periods.defaulted[:, :-1]),
        np.zeros_like(periods.scheduled[:-1]),
    )


class _Periods:
    """Adds contracts up by period. Arrays are int64 (paths, T + 1), the last column after c_T."""

    def __init__(self, pool: ResolvedPool, performance: ResolvedPerformance) -> None:
        self.pool = pool
        self.paths, self.count = performance.paths, pool.schedule.periods
        self.ends = np.array([day.toordinal() for day in pool.schedule.collection[1:]], np.int64)
        self.streams: dict[Stream, Int64] = {stream: self._empty() for stream in STREAMS}
        self.defaulted = self._empty()
        self.performing = self._empty()
        self.scheduled = np.zeros(self.count + 1, np.int64)

    def add(self, contract: ResolvedContract, events: Events) -> ContractSummary:
        """Put one contract's events into their periods, checked."""
        collected: dict[Stream, Int64] = {stream: np.zeros(self.paths, np.int64) for stream in STREAMS}
        cash, falls = self._empty(), self._empty()
        for flow in events.cash:
            collected[flow.stream] += flow.amount
            self._place(cash, flow.dates, flow.amount)
            self._place(self.streams[flow.stream], flow.dates, flow.amount)
        defaulted, lost = np.zeros(self.paths, np.int64), np.zeros(self.paths, np.int64)
        for fall in events.falls:
            self._place(falls, fall.dates, fall.amount)
            if fall.kind in ("defaulted", "lost"):
                self._place(self.defaulted, fall.dates, fall.amount)
                (defaulted if fall.kind == "defaulted" else lost)[:] += fall.amount
        opening = contract.scheduled.balance[contract.first]
        performing = np.full((self.paths, self.count + 1), opening, np.int64)
        performing[:, 1:] -= falls[:, :-1].cumsum(axis=1)
        self.performing += performing
        check_conservation(contract, opening, events, collected, cash, performing)
        scheduled = self._add_scheduled(contract)
        return ContractSummary(
            asset=contract.name,
            obligor=contract.contract.obligor,
            kind=contract.contract.kind,
            legal_mode=contract.contract.legal_mode,
            start=contract.dates[0],
            maturity=contract.dates[-1],
            rights=sum(self.pool.pool.collateral[right].count for right in contract.contract.collateral),
            rate=contract.terms.rates[min(contract.first, len(contract.adjusted) - 1)],
            balance=opening,
            scheduled=scheduled,
            collected=collected,
            defaulted=defaulted,
            lost=lost,
            after_last=cash[:, -1].copy(),
            performing_at_end=performing[:, -1].copy(),
            outlives_deal=contract.adjusted[-1] > self.pool.schedule.collection[-1],
        )

    def _empty(self) -> Int64:
        return np.zeros((self.paths, self.count + 1), np.int64)

    def _place(self, target: Int64, dates: Int64, amount: Int64) -> None:
        """Add amounts to the periods that hold their dates, each path to its own."""
        periods = np.searchsorted(self.ends, dates, side="left")
        if periods.size == 1:
            target[:, periods[0]] += amount
        else:
            target[np.arange(self.paths), periods] += amount

    def _add_scheduled(self, contract: ResolvedContract) -> dict[Stream, int]:
        totals: dict[Stream, int] = dict.fromkeys(STREAMS, 0)
        fee = isinstance(contract.contract, LicenceBack)
        for k in range(contract.first, len(contract.adjusted)):
            interest, principal = contract.scheduled.interest[k], contract.scheduled.principal[k]
            period = int(np.searchsorted(self.ends, contract.adjusted[k].toordinal(), side="left"))
            self.scheduled[period] += interest + principal
            if fee:
                totals["fee"] += interest + principal
            else:
                totals["interest"] += interest
                totals["principal"] += principal
        return totals
