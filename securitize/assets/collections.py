"""From dated cash to the collections of each period of a deal.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from securitize.assets.commingling import through_servicer
from securitize.assets.conservation import check_conservation
from securitize.assets.events import BalanceFall, CashFlow, Events
from securitize.assets.projection import project_contract
from securitize.assets.resolve import ResolvedContract, ResolvedPool
from securitize.assets.royalties import ResolvedRoyalty, project_royalty
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.definitions.figures import STREAMS, Stream
from securitize.definitions.performance import PAID_AT_THE_END
from securitize.performance.resolved import ResolvedPerformance


@dataclass(frozen=True, slots=True)
class ContractSummary:
    """One contract, one row of the table ``assets``; totals of all cash after the cut-off, in minor units.

    rate                 : units of 1e-8, of the first projected instalment; 0 of a royalty
    rights               : number of rights, each entry by its count
    scheduled            : by stream, without performance, whenever it is due
    collected            : by stream, int64 (paths,), whenever it arrives
    defaulted, lost      : int64 (paths,), by default and by failed rights
    commingled           : int64 (paths,), lost with a servicer, no part of ``collected``
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
    commingled: Int64
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
    fee_interest : int64 (paths, T), the interest part of the licence fees in stream ``fee``; it moves no cash
    recovered  : by party with a capacity, int64 (paths, T), the part of stream ``recovery`` that it pays
    falls      : falls of the performing balance by contract; kept with the dated cash
    held       : by party that holds accounts and defaults, then by stream, int64 (paths, T): the part of the stream
        that is dated on or before its default
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
    fee_interest: Int64
    recovered: Mapping[str, Int64] = field(default_factory=dict)
    held: Mapping[str, Mapping[Stream, Int64]] = field(default_factory=dict)
    falls: Mapping[str, tuple[BalanceFall, ...]] = field(default_factory=dict)


def project(pool: ResolvedPool, performance: ResolvedPerformance, keep_flows: bool = True) -> Collections:
    """The collections of ``pool`` when ``performance`` happens, for all its paths.

    keep_flows : whether the dated cash of every contract is kept (large with many paths)
    Raises CalculationError where money is created or lost, or a product leaves the exact range.
    """
    periods = _Periods(pool, performance)
    summaries: list[ContractSummary] = []
    flows: dict[str, tuple[CashFlow, ...]] = {}
    falls: dict[str, tuple[BalanceFall, ...]] = {}
    for published in pool.contracts:
        contract = published.under(performance.index)
        try:
            match contract:
                case ResolvedRoyalty():
                    royalty = project_royalty(contract, performance, pool.schedule, pool.calendar)
                    events = royalty.events
                    summary = periods.add_royalty(contract, events, royalty.sales)
                case ResolvedContract():
                    events = project_contract(contract, performance, pool.schedule, pool.calendar)
                    summary = periods.add(contract, events)
                case _:
                    assert_never(contract)
        except ValueError as error:
            raise CalculationError("contract {name}: {error}", name=contract.name, error=error) from None
        summaries.append(summary)
        if keep_flows:
            flows[contract.name], falls[contract.name] = tuple(events.cash), tuple(events.falls)
    return Collections(
        {stream: periods.paid(cash) for stream, cash in periods.streams.items()},
        periods.performing,
        periods.defaulted[:, :-1].copy(),
        periods.scheduled[:-1].copy(),
        tuple(summaries),
        flows,
        pool.warnings,
        periods.sales[:, :-1].copy(),
        periods.forecast_sales[:-1].copy(),
        periods.paid(periods.fee_interest),
        {key: periods.paid(cash) for key, cash in periods.recovered.items()},
        {
            key: {stream: periods.paid(cash) for stream, cash in of_streams.items()}
            for key, of_streams in periods.held.items()
        },
        falls,
    )


class _Periods:
    """Adds contracts up by period. Arrays are int64 (paths, T + 1), the last column after c_T."""

    def __init__(self, pool: ResolvedPool, performance: ResolvedPerformance) -> None:
        self.pool = pool
        self.paths, self.count = performance.paths, pool.schedule.periods
        self.servicer = performance.servicer
        self.ends = np.array([day.toordinal() for day in pool.schedule.collection[1:]], np.int64)
        self.streams: dict[Stream, Int64] = {stream: self._empty() for stream in STREAMS}
        self.defaulted = self._empty()
        self.performing = self._empty()
        self.sales = self._empty()
        self.fee_interest = self._empty()
        self.scheduled = np.zeros(self.count + 1, np.int64)
        self.forecast_sales = np.zeros(self.count + 1, np.int64)
        self.at_the_end = PAID_AT_THE_END[performance.after_last]
        self.recovered = {key: self._empty() for key in performance.capped}
        self.banks = {
            key: performance.parties[key] for key in performance.banks if key in performance.parties
        }
        self.held: dict[str, dict[Stream, Int64]] = {
            key: {stream: self._empty() for stream in STREAMS} for key in self.banks
        }

    def paid(self, cash: Int64) -> Int64:
        """What reaches the vehicle in each period, (paths, T), of cash by period and after the last."""
        found = cash[:, :-1].copy()
        if self.at_the_end:
            found[:, -1] += cash[:, -1]
        return found

    def add(self, contract: ResolvedContract, events: Events) -> ContractSummary:
        """Put one claim's events into their periods, checked."""
        paid, cash, commingled = self._add_cash(events)
        falls = self._empty()
        defaulted, lost = np.zeros(self.paths, np.int64), np.zeros(self.paths, np.int64)
        for fall in events.falls:
            self._place(falls, fall.dates, fall.amount)
            match fall.kind:
                case "defaulted":
                    self._place(self.defaulted, fall.dates, fall.amount)
                    defaulted += fall.amount
                case "lost":
                    self._place(self.defaulted, fall.dates, fall.amount)
                    lost += fall.amount
                case "principal" | "prepayment" | "restated":
                    pass
                case _:
                    assert_never(fall.kind)
        opening = contract.scheduled.balance[contract.first]
        performing = np.full((self.paths, self.count + 1), opening, np.int64)
        performing[:, 1:] -= falls[:, :-1].cumsum(axis=1)
        self.performing += performing
        lost_with_servicer = sum(commingled.values(), np.zeros(self.paths, np.int64))
        check_conservation(contract, opening, events, paid, cash, lost_with_servicer, performing)
        return self._summary(
            contract,
            scheduled=self._add_scheduled(contract),
            paid=paid,
            commingled=commingled,
            cash=cash,
            rate=contract.terms.rates[min(contract.first, len(contract.adjusted) - 1)],
            balance=opening,
            defaulted=defaulted,
            lost=lost,
            performing_at_end=performing[:, -1].copy(),
        )

    def add_royalty(self, contract: ResolvedRoyalty, events: Events, sales: Int64) -> ContractSummary:
        """Put one royalty's events, and the sales that bear it, into their periods."""
        paid, cash, commingled = self._add_cash(events)
        for u in range(contract.first, len(contract.adjusted)):
            period = self._period(contract.adjusted[u])
            self.forecast_sales[period] += contract.base[u]
            self.sales[:, period] += sales[:, u]
        nothing = np.zeros(self.paths, np.int64)
        return self._summary(
            contract,
            scheduled=self._add_scheduled(contract),
            paid=paid,
            commingled=commingled,
            cash=cash,
            rate=0,
            balance=0,
            defaulted=nothing,
            lost=nothing,
            performing_at_end=nothing,
        )

    def _add_cash(self, events: Events) -> tuple[dict[Stream, Int64], Int64, dict[Stream, Int64]]:
        """What is paid by stream, (paths,), what arrives of it by period, (paths, T + 1), and what a servicer loses."""
        paid: dict[Stream, Int64] = {stream: np.zeros(self.paths, np.int64) for stream in STREAMS}
        commingled = {stream: amount.copy() for stream, amount in paid.items()}
        cash = self._empty()
        for flow in events.cash:
            dates, amount, lost = through_servicer(self.servicer, flow.dates, flow.amount)
            paid[flow.stream] += flow.amount
            commingled[flow.stream] += lost
            self._place(cash, dates, amount)
            self._place(self.streams[flow.stream], dates, amount)
            if flow.party in self.recovered:
                self._place(self.recovered[flow.party], dates, amount)
            for key, bank in self.banks.items():
                there = np.where(dates <= bank.dates, amount, 0)
                self._place(self.held[key][flow.stream], dates, there)
            if flow.interest is not None:
                _, interest, _ = through_servicer(self.servicer, flow.dates, flow.interest)
                self._place(self.fee_interest, dates, interest)
        return paid, cash, commingled

    def _summary(
        self,
        contract: ResolvedContract | ResolvedRoyalty,
        *,
        scheduled: Mapping[Stream, int],
        paid: Mapping[Stream, Int64],
        commingled: Mapping[Stream, Int64],
        cash: Int64,
        rate: int,
        balance: int,
        defaulted: Int64,
        lost: Int64,
        performing_at_end: Int64,
    ) -> ContractSummary:
        terms = contract.contract
        return ContractSummary(
            asset=contract.name,
            obligor=terms.obligor,
            kind=terms.kind,
            legal_mode=terms.legal_mode,
            start=contract.dates[0],
            maturity=contract.dates[-1],
            rights=sum(self.pool.pool.collateral[right].count for right in terms.collateral),
            rate=rate,
            balance=balance,
            scheduled=scheduled,
            collected={stream: amount - commingled[stream] for stream, amount in paid.items()},
            defaulted=defaulted,
            lost=lost,
            commingled=sum(commingled.values(), np.zeros(self.paths, np.int64)),
            after_last=cash[:, -1].copy(),
            performing_at_end=performing_at_end,
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

    def _period(self, day: dt.date) -> int:
        """The collection period of one date, from 0; T after c_T."""
        return int(np.searchsorted(self.ends, day.toordinal(), side="left"))

    def _add_scheduled(self, contract: ResolvedContract | ResolvedRoyalty) -> dict[Stream, int]:
        totals: dict[Stream, int] = dict.fromkeys(STREAMS, 0)
        for day, stream, amount in contract.scheduled_cash():
            self.scheduled[self._period(day)] += amount
            totals[stream] += amount
        return totals
