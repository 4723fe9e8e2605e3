"""Royalties: sales, royalty and cash of every reporting period, all paths at once.

Source: ``docs/reference/assets.md``, section 7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never, get_args

import numpy as np

from securitize.assets.entitlement import Entitlement
from securitize.assets.events import Events, on
from securitize.assets.rights import ResolvedRight, earliest_failure
from securitize.assets.royalty_rates import net_royalty
from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.figures import Stream
from securitize.definitions.pools.claims import Cause
from securitize.definitions.pools.pool import Pool
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.resolved import (
    NEVER,
    BaseChange,
    IndexChange,
    ResolvedPerformance,
    RightFailure,
    due_as_written,
)

Royalty = RunningRoyalty | ProjectedRoyalty


@dataclass(frozen=True, slots=True)
class ResolvedRoyalty:
    """A royalty on its dates; m reporting periods.

    ends      : e_0 = start, e_1 … e_m
    adjusted  : x_1 … x_m, when royalties are due, (m,);  due : the same unadjusted, as windows of late payment see them
    sales     : as listed, int64 (m,), minor units; of a projected royalty its amounts
    first     : periods paid on the cut-off or before; the next one is u = first + 1
    projected : likewise of the date from which the royalty is projected
    rights    : whose claims cover the product; empty where the term does not look at them
    base, net : G_u and N_u without any stress, int64 (m,)
    unit      : of the currency, minor units
    """

    name: str
    contract: Royalty
    ends: tuple[dt.date, ...]
    adjusted: tuple[dt.date, ...]
    due: tuple[dt.date, ...]
    sales: Int64
    first: int
    projected: int
    rights: tuple[ResolvedRight, ...]
    base: Int64
    net: Int64
    unit: int = 1

    def under(self, changes: tuple[IndexChange, ...]) -> ResolvedRoyalty:
        """Index rates do not touch a royalty."""
        return self

    def scheduled_cash(self) -> Iterator[tuple[dt.date, Stream, int]]:
        """What is due after the cut-off: date, stream, minor units."""
        for u in range(self.first, len(self.adjusted)):
            yield self.adjusted[u], "royalty", int(self.net[u])

    def scheduled_balance(self, day: dt.date) -> int:
        """A royalty has no balance."""
        return 0

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Start and ends of the reporting periods."""
        return self.ends


@dataclass(frozen=True, slots=True)
class RoyaltyEvents:
    """Cash of a royalty, and the sales that bear it, int64 (paths, m), 0 before it is projected."""

    events: Events
    sales: Int64


def resolve_royalty(
    name: str, contract: Royalty, pool: Pool, schedule: Schedule, calendar: BusinessCalendar
) -> ResolvedRoyalty:
    """A royalty on the dates of a deal's schedule."""
    reports = contract.reports()
    cut_off = schedule.collection[0]
    since = contract.as_of.date if contract.as_of else cut_off
    instalments = contract.instalment_dates()
    adjusted = tuple(calendar.adjust(day, contract.moved) for day in instalments)
    ends = (contract.start, *(end for end, _ in reports))
    sales = np.array([amount for _, amount in reports], np.int64)
    rights = _rights(contract, pool)
    unit = unit_of(pool.currency)
    base, net = _earned(contract, ends, sales.reshape(1, -1), last_claim_of(rights, {}, 1), unit)
    return ResolvedRoyalty(
        name,
        contract,
        ends,
        adjusted,
        due_as_written(instalments, cut_off),
        sales,
        first=sum(day <= cut_off for day in adjusted),
        projected=sum(day <= since for day in adjusted),
        rights=rights,
        base=base[0],
        net=net[0],
        unit=unit,
    )


def project_royalty(
    resolved: ResolvedRoyalty,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
) -> RoyaltyEvents:
    """Cash after the cut-off, all paths."""
    contract, paths = resolved.contract, performance.paths
    sales = np.broadcast_to(_sold(resolved, performance), (paths, resolved.sales.size))
    last_claim = last_claim_of(resolved.rights, performance.failures, paths)
    base, net = _earned(contract, resolved.ends, sales, last_claim, resolved.unit)
    past, events, bearing = contract.as_of, Events(), np.zeros_like(base)
    since = past.date if past else schedule.collection[0]
    if past:
        ones = np.ones(paths, np.int64)
        for u in range(resolved.first, resolved.projected):
            due = resolved.adjusted[u]
            events.pay("royalty", due, on(due), ones * resolved.net[u])
            bearing[:, u] = resolved.base[u]
        events.expect(
            past.expected,
            ones,
            performance,
            lambda day: calendar.adjust(day, contract.moved),
            resolved.unit,
        )
    entitlement = Entitlement(resolved.name, contract, performance, schedule)
    for u in range(resolved.projected, resolved.sales.size):
        due = resolved.adjusted[u]
        start, end = resolved.ends[u], resolved.ends[u + 1]
        entitlement.pass_period(max(start, schedule.collection[0]), max(start, since), end, due)
        bearing[:, u] = part_of(base[:, u], entitlement.share, RATE_UNITS, resolved.unit)
        amount = part_of(net[:, u], entitlement.share, RATE_UNITS, resolved.unit)
        arrival = performance.arrival(
            (resolved.name, u), contract.obligor, resolved.due[u], due, calendar, contract.moved
        )
        events.pay("royalty", due, arrival, amount)
    return RoyaltyEvents(events, bearing)


def _earned(
    contract: Royalty, ends: tuple[dt.date, ...], sales: Int64, last_claim: Int64, unit: int
) -> tuple[Int64, Int64]:
    """G_u and N_u; projected royalties are net as they stand, and tell of no sales."""
    match contract:
        case RunningRoyalty():
            return net_royalty(contract, ends, sales, last_claim, unit)
        case ProjectedRoyalty():
            return np.zeros_like(sales), sales
        case _:
            assert_never(contract)


def _sold(resolved: ResolvedRoyalty, performance: ResolvedPerformance) -> Int64:
    """Sales as they are given, times what is drawn of them, int64 (1, m) or (paths, m)."""
    given = given_sales(resolved, performance.base).reshape(1, -1)
    multiples = performance.sales.get(resolved.name)
    return given if multiples is None else part_of(given, multiples, RATE_UNITS, resolved.unit)


def given_sales(resolved: ResolvedRoyalty, changes: tuple[BaseChange, ...]) -> Int64:
    """Sales after the changes of a scenario, in order, int64 (m,)."""
    sales = resolved.sales.copy()
    for change in changes:
        if change.contract not in (None, resolved.name):
            continue
        for j, u in change.changed(resolved.ends):
            if change.scales is not None:
                scale = change.scales[min(j, len(change.scales) - 1)]
                sales[u : u + 1] = part_of(sales[u : u + 1], scale, RATE_UNITS, resolved.unit)
            elif j < len(change.amounts):
                sales[u] = change.amounts[j]
    return sales


def _rights(contract: Royalty, pool: Pool) -> tuple[ResolvedRight, ...]:
    if not any(contract.needs_rights(cause) for cause in get_args(Cause)):
        return ()
    failed = contract.as_of.failed if contract.as_of else ()
    found = []
    for name in contract.collateral:
        expiry = pool.collateral[name].expiry
        found.append(ResolvedRight(name, 1, expiry.toordinal() if expiry else NEVER, name in failed))
    return tuple(found)


def last_claim_of(
    rights: tuple[ResolvedRight, ...], failures: Mapping[str, tuple[RightFailure, ...]], paths: int
) -> Int64:
    """V, int64 (paths,), ordinals; NEVER where the term does not look at rights."""
    if not rights:
        return np.full(paths, NEVER, np.int64)
    ends = [
        np.zeros(paths, np.int64)
        if right.failed
        else earliest_failure(failures.get(right.name, ()), right.expiry, paths)[0]
        for right in rights
    ]
    latest: Int64 = np.max(np.stack(ends), axis=0)
    return latest
