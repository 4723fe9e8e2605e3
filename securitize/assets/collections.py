"""From dated cash to the collections of each period of a deal.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np

from securitize.assets.conservation import check_conservation
from securitize.assets.default_days import placed_by_default
from securitize.assets.events import BalanceFall, CashFlow, Events, UnpaidInterest
from securitize.assets.placed import Key, Placed, Places
from securitize.assets.projection import project_contract
from securitize.assets.resolve import ResolvedContract, ResolvedPool
from securitize.assets.royalties import ResolvedRoyalty, project_royalty
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.definitions.figures import STREAMS, Stream
from securitize.definitions.performance import PAID_AT_THE_END
from securitize.performance.resolved import NEVER, ResolvedPerformance, defaulting_by


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
    unpaid     : interest that recoveries have a claim to, by contract; kept with the dated cash
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
    unpaid: Mapping[str, tuple[UnpaidInterest, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContractCash:
    """What one contract adds to the collections of a deal; its arrays are not to be written to.

    periods    : int64 (paths, T + 1) by what is added up, the last column after c_T
    performing : int64 (paths, T + 1), index 0 at the cut-off
    scheduled, forecast_sales : int64 (T + 1,);  sales : int64 (paths, T + 1)
    """

    periods: Mapping[Key, Int64]
    performing: Int64
    scheduled: Int64
    sales: Int64
    forecast_sales: Int64
    summary: ContractSummary


def project(pool: ResolvedPool, performance: ResolvedPerformance, keep_flows: bool = True) -> Collections:
    """The collections of ``pool`` when ``performance`` happens, for all its paths.

    keep_flows : whether the dated cash of every contract is kept (large with many paths)
    Raises CalculationError where money is created or lost, or a product leaves the exact range.
    """
    places = Places.of(pool, performance)
    found: list[ContractCash] = []
    flows: dict[str, tuple[CashFlow, ...]] = {}
    falls: dict[str, tuple[BalanceFall, ...]] = {}
    unpaid: dict[str, tuple[UnpaidInterest, ...]] = {}
    for published in pool.contracts:
        with _named(published.name):
            cash, events = _of_contract(published.under(performance.index), pool, performance, places)
        found.append(cash)
        if keep_flows:
            flows[published.name], falls[published.name] = tuple(events.cash), tuple(events.falls)
            unpaid[published.name] = tuple(events.unpaid)
    return _together(found, pool, performance, places, flows, falls, unpaid)


def collections_by_default(
    pool: ResolvedPool, performance: ResolvedPerformance, name: str, days: Int64
) -> tuple[Collections, Int64]:
    """The collections of one contract where it defaults on each of these days, besides what is given.

    performance : of one path;  days : ordinals, ascending
    Returns them for some paths, the last of them without a further default, and the path of each day, int64 (days,).
    Days that follow one another and deliver the same share a path. Raises CalculationError as :func:`project`.
    """
    places = Places.of(pool, performance)
    (published,) = (one for one in pool.contracts if one.name == name)
    with _named(name):
        contract = published.under(performance.index)
        match contract:
            case ResolvedRoyalty():
                every = np.append(days, NEVER)
                given = performance.defaults
                struck = {**given, name: defaulting_by(given.get(name), every)}
                drawn = replace(performance, paths=len(every), defaults=struck)
                cash, _ = _of_contract(contract, pool, drawn, places)
                which = np.arange(len(days))
            case ResolvedContract():
                placed, which = placed_by_default(
                    contract, performance, pool.schedule, places, pool.calendar, days
                )
                cash = _claim(contract, pool, placed, places)
            case _:
                assert_never(contract)
    return _together([cash], pool, performance, places, {}, {}, {}), which


@contextmanager
def _named(contract: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise CalculationError("contract {name}: {error}", name=contract, error=error) from None


def _of_contract(
    contract: ResolvedContract | ResolvedRoyalty,
    pool: ResolvedPool,
    performance: ResolvedPerformance,
    places: Places,
) -> tuple[ContractCash, Events]:
    """One contract at its index rates, checked."""
    placed = Placed.nothing(places, performance.paths)
    match contract:
        case ResolvedRoyalty():
            royalty = project_royalty(contract, performance, pool.schedule, pool.calendar)
            placed.put(places.placements(royalty.events))
            return _royalty(contract, pool, placed, places, royalty.sales), royalty.events
        case ResolvedContract():
            events = project_contract(contract, performance, pool.schedule, pool.calendar)
            placed.put(places.placements(events))
            return _claim(contract, pool, placed, places), events
        case _:
            assert_never(contract)


def _claim(contract: ResolvedContract, pool: ResolvedPool, placed: Placed, places: Places) -> ContractCash:
    opening = contract.scheduled.balance[contract.first]
    performing = np.full_like(placed.periods[("falls",)], opening)
    performing[:, 1:] -= placed.periods[("falls",)][:, :-1].cumsum(axis=1)
    check_conservation(contract, opening, placed, performing)
    scheduled, totals = _scheduled(contract, places)
    summary = _summary(
        contract,
        pool,
        placed,
        scheduled=totals,
        rate=contract.terms.rates[min(contract.first, len(contract.adjusted) - 1)],
        balance=opening,
        performing_at_end=performing[:, -1].copy(),
    )
    nothing = np.zeros_like(scheduled)
    return ContractCash(placed.periods, performing, scheduled, np.zeros_like(performing), nothing, summary)


def _royalty(
    contract: ResolvedRoyalty, pool: ResolvedPool, placed: Placed, places: Places, sales: Int64
) -> ContractCash:
    by_period, forecast = np.zeros_like(placed.periods[("falls",)]), np.zeros(len(places.ends) + 1, np.int64)
    for u in range(contract.first, len(contract.adjusted)):
        period = places.period(contract.adjusted[u].toordinal())
        forecast[period] += contract.base[u]
        by_period[:, period] += sales[:, u]
    scheduled, totals = _scheduled(contract, places)
    nothing = np.zeros_like(placed.least)
    summary = _summary(contract, pool, placed, scheduled=totals, rate=0, balance=0, performing_at_end=nothing)
    return ContractCash(placed.periods, np.zeros_like(by_period), scheduled, by_period, forecast, summary)


def _summary(
    contract: ResolvedContract | ResolvedRoyalty,
    pool: ResolvedPool,
    placed: Placed,
    *,
    scheduled: Mapping[Stream, int],
    rate: int,
    balance: int,
    performing_at_end: Int64,
) -> ContractSummary:
    terms = contract.contract
    paid, commingled = placed.paid, placed.commingled
    return ContractSummary(
        asset=contract.name,
        obligor=terms.obligor,
        kind=terms.kind,
        legal_mode=terms.legal_mode,
        start=contract.dates[0],
        maturity=contract.dates[-1],
        rights=sum(pool.pool.collateral[right].count for right in terms.collateral),
        rate=rate,
        balance=balance,
        scheduled=scheduled,
        collected={stream: amount - commingled[stream] for stream, amount in paid.items()},
        defaulted=placed.fallen("defaulted"),
        lost=placed.fallen("lost"),
        commingled=sum(commingled.values(), np.zeros_like(placed.least)),
        after_last=placed.periods[("cash",)][:, -1].copy(),
        performing_at_end=performing_at_end,
        outlives_deal=contract.adjusted[-1] > pool.schedule.collection[-1],
    )


def _scheduled(
    contract: ResolvedContract | ResolvedRoyalty, places: Places
) -> tuple[Int64, dict[Stream, int]]:
    """What is due without performance: by period, int64 (T + 1,), and in all by stream."""
    by_period = np.zeros(len(places.ends) + 1, np.int64)
    totals: dict[Stream, int] = dict.fromkeys(STREAMS, 0)
    for day, stream, amount in contract.scheduled_cash():
        by_period[places.period(day.toordinal())] += amount
        totals[stream] += amount
    return by_period, totals


def _together(
    contracts: Sequence[ContractCash],
    pool: ResolvedPool,
    performance: ResolvedPerformance,
    places: Places,
    flows: Mapping[str, tuple[CashFlow, ...]],
    falls: Mapping[str, tuple[BalanceFall, ...]],
    unpaid: Mapping[str, tuple[UnpaidInterest, ...]],
) -> Collections:
    """Contracts added up, what reaches the vehicle after the last collection date at its end or never."""
    at_the_end, ends = PAID_AT_THE_END[performance.after_last], len(places.ends)
    paths = len(contracts[0].performing) if contracts else performance.paths
    nothing = np.zeros((paths, ends + 1), np.int64)

    def added(key: Key) -> Int64:
        return sum((one.periods[key] for one in contracts), nothing)

    def paid(key: Key) -> Int64:
        cash = added(key)
        found = cash[:, :-1].copy()
        if at_the_end:
            found[:, -1] += cash[:, -1]
        return found

    none = np.zeros(ends + 1, np.int64)
    return Collections(
        {stream: paid(("stream", stream)) for stream in STREAMS},
        sum((one.performing for one in contracts), nothing),
        added(("defaulted",))[:, :-1].copy(),
        sum((one.scheduled for one in contracts), none)[:-1].copy(),
        tuple(one.summary for one in contracts),
        flows,
        pool.warnings,
        sum((one.sales for one in contracts), nothing)[:, :-1].copy(),
        sum((one.forecast_sales for one in contracts), none)[:-1].copy(),
        paid(("fee_interest",)),
        {key: paid(("recovered", key)) for key in places.capped},
        {key: {stream: paid(("held", key, stream)) for stream in STREAMS} for key in places.banks},
        falls,
        unpaid,
    )
