"""Royalties as plain numbers, by reporting period: what the kernel of many paths reads.

Only what differs by path is left to it: sales by a multiple, and the day of default. Everything that is the same on all
paths is worked out here, by the code that projects one path, so that there is one statement of each rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import assert_never

import numpy as np

from securitize.assets.resolve import ResolvedPool
from securitize.assets.royalties import ResolvedRoyalty, given_sales, last_claim_of
from securitize.assets.royalty_rates import NO_END, keeps_after_entry, rate_on
from securitize.base.arithmetic import Int64
from securitize.base.closed import complete, partition_of_fields
from securitize.base.money import OPERAND_LIMIT, QUOTIENT_LIMIT, RATE_UNITS
from securitize.definitions.performance import PAID_AT_THE_END
from securitize.definitions.pools.royalties import (
    Counted,
    FixedRoyalty,
    ProjectedRoyalty,
    RoyaltyRate,
    RunningRoyalty,
    SteppedRoyalty,
    TieredRoyalty,
)
from securitize.performance.conversion import period_rates
from securitize.performance.resolved import NEVER, NamedDefault, ResolvedPerformance

#: Columns of ``RoyaltyTerms.periods``.
FORECAST, KEEPS, WEIGHT, LENGTH, RATE, NEW_YEAR, WITHIN, DUE, DATED, SINCE, UNTIL, GONE, PLACE, SALE_PLACE = (
    range(14)
)
#: Of ``RoyaltyTerms.whole``.
TIERED_PER, MINIMUM_PER, MINIMUM, CAP_PER, CAP, SUB, SHARE, ENTITLED, PROJECTED, PERIODS, RUNNING = range(11)
#: How amounts are counted; 0 where there is none.
PER: Mapping[Counted, int] = complete(Counted, {"period": 1, "year": 2, "life": 3})
#: Fields of a performance that these terms are made of, or that many paths bring; and those of claims alone. A field
#: that is added says here whether royalties read it: then the terms, or the kernel, must.
_READ, _OF_CLAIMS = partition_of_fields(
    ResolvedPerformance,
    {
        *("paths", "default_rates", "defaults", "conversion", "failures", "late", "delays", "base", "sales"),
        *("after_last", "servicer"),
    },
    {
        *("prepayment_rates", "recoveries", "prepayments", "index"),
        *("order", "default_cuts", "instalment", "earlier", "as_written"),
        # What an account bank held, and what is still expected of a party, ends this route: see below.
        *("parties", "failed", "banks", "capped", "late_parties"),
    },
)
#: No multiple of sales is larger.
LARGEST_MULTIPLE = 100


@dataclass(frozen=True, slots=True)
class RoyaltyTerms:
    """One royalty; m reporting periods.

    periods    : int64 (m, columns);  whole : int64 (numbers of the whole,)
    tiers      : int64 (tiers, 3), from, to, rate;  milestones : int64 (milestones, 2), sales, amount
    """

    name: str
    periods: Int64
    whole: Int64
    tiers: Int64
    milestones: Int64


def _owed_by_parties(pool: ResolvedPool) -> bool:
    """Whether cash that is still expected of a royalty is owed by a party."""
    pasts = [one.contract.as_of for one in pool.contracts if isinstance(one, ResolvedRoyalty)]
    return any(cash.party is not None for past in pasts if past for cash in past.expected)


def royalty_terms(pool: ResolvedPool, deterministic: ResolvedPerformance) -> tuple[RoyaltyTerms, ...] | None:
    """The royalties of a pool on one path; None where one has a term that the kernel does not support."""
    if deterministic.paths != 1 or deterministic.delays or deterministic.sales:
        return None
    if not set(deterministic.banks).isdisjoint(deterministic.parties) or _owed_by_parties(pool):
        return None
    found = [_terms(one, pool, deterministic) for one in pool.contracts if isinstance(one, ResolvedRoyalty)]
    kept = tuple(one for one in found if one is not None)
    return kept if len(kept) == len(found) else None


def only_royalties(pool: ResolvedPool) -> ResolvedPool:
    """The pool without its claims."""
    return replace(pool, contracts=tuple(one for one in pool.contracts if isinstance(one, ResolvedRoyalty)))


def without_royalties(pool: ResolvedPool) -> ResolvedPool:
    """The pool without its royalties."""
    return replace(
        pool, contracts=tuple(one for one in pool.contracts if not isinstance(one, ResolvedRoyalty))
    )


def _terms(
    one: ResolvedRoyalty, pool: ResolvedPool, deterministic: ResolvedPerformance
) -> RoyaltyTerms | None:
    contract, schedule = one.contract, pool.schedule
    if contract.relicence is not None or deterministic.servicer:
        return None
    if contract.as_of is not None and (contract.as_of.returning or contract.as_of.defaulted):
        return None
    sales = given_sales(one, deterministic.base)
    largest = int(sales.max(initial=0)) * LARGEST_MULTIPLE
    if largest * max(len(sales), 1) >= min(OPERAND_LIMIT, QUOTIENT_LIMIT):
        return None
    periods = np.zeros((len(sales), 14), np.int64)
    periods[:, FORECAST] = sales
    ends = np.array([day.toordinal() for day in schedule.collection[1:]], np.int64)
    past = contract.as_of
    since = past.date if past else schedule.collection[0]
    for u, (start, end) in enumerate(pairwise(one.ends)):
        begins, due = max(start, since), one.adjusted[u]
        row = periods[u]
        row[SINCE], row[UNTIL] = begins.toordinal(), end.toordinal()
        rates = deterministic.default_rates[:, schedule.period_of(due)]
        counted = max(start, schedule.collection[0])
        row[GONE] = period_rates(rates, counted, end, deterministic.conversion)[0]
        arrival = deterministic.arrival(
            (one.name, u), contract.obligor, one.due[u], due, pool.calendar, contract.moved
        )
        row[PLACE] = np.searchsorted(ends, arrival[0], side="left")
        row[SALE_PLACE] = np.searchsorted(ends, due.toordinal(), side="left")
        if PAID_AT_THE_END[deterministic.after_last]:
            row[PLACE] = min(row[PLACE], len(ends) - 1)
    whole = np.zeros(11, np.int64)
    whole[ENTITLED] = past.entitled if past else RATE_UNITS
    whole[PROJECTED], whole[PERIODS] = one.projected, len(sales)
    none = np.zeros((0, 3), np.int64)
    match contract:
        case ProjectedRoyalty():
            return RoyaltyTerms(one.name, periods, whole, none, none[:, :2])
        case RunningRoyalty():
            last_claim = int(last_claim_of(one.rights, deterministic.failures, 1)[0])
            tiers, milestones = _running(contract, one.ends, last_claim, periods, whole)
            return RoyaltyTerms(one.name, periods, whole, tiers, milestones)
        case _:
            assert_never(contract)


def _running(
    contract: RunningRoyalty, ends: tuple[dt.date, ...], last_claim: int, periods: Int64, whole: Int64
) -> tuple[Int64, Int64]:
    """Fill in what a running royalty says; returns its tiers and its milestones by sales."""
    end_of_term = contract.end.toordinal() if contract.end else NO_END
    term = end_of_term if contract.after_claims else min(end_of_term, last_claim)
    keeps = keeps_after_entry(contract.generic_entry, ends)
    spans = list(pairwise(ends))
    for u, (start, end) in enumerate(spans):
        row, since, until = periods[u], start.toordinal(), min(end.toordinal(), end_of_term)
        covered = max(0, min(until, last_claim) - since)
        after = max(0, until - max(since, last_claim))
        row[KEEPS] = keeps[u]
        row[WEIGHT] = covered * RATE_UNITS + after * contract.after_claims
        row[LENGTH] = (end - start).days * RATE_UNITS
        row[RATE] = _rate_of_all(contract.rate, end)
        row[NEW_YEAR] = u > 0 and end.year != spans[u - 1][1].year
        row[WITHIN] = since < term
        closes = u + 1 == len(spans) or spans[u + 1][1].year != end.year
        row[DUE] = since < term and (closes or end.toordinal() >= term)
        row[DATED] = sum(
            one.amount for one in contract.milestones if one.date is not None and start < one.date <= end
        ) * int(since < term)
    whole[RUNNING] = 1
    whole[SUB], whole[SHARE] = RATE_UNITS - contract.sub_royalty, contract.share
    if contract.minimum:
        whole[MINIMUM_PER], whole[MINIMUM] = PER[contract.minimum.per], contract.minimum.amount
    if contract.cap:
        whole[CAP_PER], whole[CAP] = PER[contract.cap.per], contract.cap.amount
    tiers = _tiers(contract.rate, whole)
    milestones = [(one.sales or 0, one.amount) for one in contract.milestones if one.date is None]
    return tiers, np.array(milestones, np.int64).reshape(-1, 2)


def _rate_of_all(rule: RoyaltyRate, end: dt.date) -> int:
    """The rate on all sales of a reporting period; 0 where each tier has its own."""
    match rule:
        case TieredRoyalty():
            return 0
        case FixedRoyalty() | SteppedRoyalty():
            return rate_on(rule, end)
        case _:
            assert_never(rule)


def _tiers(rule: RoyaltyRate, whole: Int64) -> Int64:
    """From, to and rate of each tier, (tiers, 3); fills in over what they count."""
    match rule:
        case TieredRoyalty():
            whole[TIERED_PER] = PER[rule.per]
            bounds = [*(tier.above for tier in rule.tiers), 2**62]
            rates = (tier.rate for tier in rule.tiers)
            rows = [(low, high, rate) for (low, high), rate in zip(pairwise(bounds), rates, strict=True)]
            return np.array(rows, np.int64)
        case FixedRoyalty() | SteppedRoyalty():
            return np.zeros((0, 3), np.int64)
        case _:
            assert_never(rule)


def days_of_default(name: str, defaults: Mapping[str, NamedDefault], paths: int) -> Int64:
    """The ordinal of the default of a contract on each path, (paths,); NEVER where none is drawn or given."""
    named = defaults.get(name)
    dates = np.array([NEVER], np.int64) if named is None else named.dates
    return np.ascontiguousarray(np.broadcast_to(dates, (paths,)))
