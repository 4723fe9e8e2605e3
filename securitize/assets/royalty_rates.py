"""From sales to the net royalty of every reporting period: term, rate, minimum, cap, milestones, shares.

Source: ``docs/reference/assets.md``, section 7, steps 1 to 7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.royalties import (
    Counted,
    FixedRoyalty,
    GenericEntry,
    RunningRoyalty,
    SteppedRoyalty,
    Tier,
    TieredRoyalty,
)

#: No period's end is later.
NO_END = dt.date.max.toordinal()


def net_royalty(
    contract: RunningRoyalty, ends: Sequence[dt.date], sales: Int64, last_claim: Int64, unit: int = 1
) -> tuple[Int64, Int64]:
    """Base and net royalty, G_u and N_u, of every reporting period.

    ends       : e_0 … e_m
    sales      : int64 (paths, m), minor units, before generic entry
    last_claim : V, int64 (paths,), ordinals
    unit       : of the currency, minor units
    Returns two arrays like ``sales``.
    """
    walk = _Walk(contract, ends, sales.shape[0], last_claim, unit)
    periods = [walk.period(u, sales[:, u]) for u in range(sales.shape[1])]
    base, net = zip(*periods, strict=True)
    return np.stack(base, axis=1), np.stack(net, axis=1)


@dataclass(slots=True)
class _Sums:
    """What has been added up over the same year and over the life, int64 (paths,)."""

    year: Int64
    life: Int64

    def add(self, amount: Int64) -> None:
        self.year, self.life = self.year + amount, self.life + amount

    def before(self, per: Counted) -> Int64:
        match per:
            case "period":
                return np.zeros_like(self.life)
            case "year":
                return self.year
            case "life":
                return self.life
            case _:
                assert_never(per)


class _Walk:
    """One royalty from reporting period to reporting period; u counts from 0."""

    def __init__(
        self, contract: RunningRoyalty, ends: Sequence[dt.date], paths: int, last_claim: Int64, unit: int
    ) -> None:
        self.unit = unit
        self.contract, self.spans = contract, list(pairwise(ends))
        self.last_claim = np.broadcast_to(last_claim, (paths,))
        self.end = contract.end.toordinal() if contract.end else NO_END
        self.term = np.full(paths, self.end, np.int64)
        if not contract.after_claims:
            self.term = np.minimum(self.term, self.last_claim)
        zero = np.zeros(paths, np.int64)
        self.bases, self.paid = _Sums(zero, zero), _Sums(zero, zero)
        self.keeps = keeps_after_entry(contract.generic_entry, ends)

    def period(self, u: int, sales: Int64) -> tuple[Int64, Int64]:
        """G_u and N_u of one period, (paths,) each."""
        start, end = self.spans[u]
        if u and end.year != self.spans[u - 1][1].year:
            self.bases.year = np.zeros_like(self.bases.year)
            self.paid.year = np.zeros_like(self.paid.year)
        if self.keeps[u] >= 0:
            sales = part_of(sales, self.keeps[u], RATE_UNITS, self.unit)
        base = self._base(start, end, sales)
        within = start.toordinal() < self.term
        royalty = self._at_least(u, self._by_rate(end, base), within)
        if self.contract.cap:
            left = self.contract.cap.amount - self.paid.before(self.contract.cap.per)
            royalty = np.minimum(royalty, np.maximum(0, left))
        self.paid.add(royalty)
        royalty = royalty + np.where(within, self._milestones(start, end, base), 0)
        self.bases.add(base)
        kept = part_of(royalty, RATE_UNITS - self.contract.sub_royalty, RATE_UNITS, self.unit)
        return base, part_of(kept, self.contract.share, RATE_UNITS, self.unit)

    def _base(self, start: dt.date, end: dt.date, sales: Int64) -> Int64:
        since, until = start.toordinal(), min(end.toordinal(), self.end)
        covered = np.maximum(0, np.minimum(until, self.last_claim) - since)
        after = np.maximum(0, until - np.maximum(since, self.last_claim))
        weight = covered * RATE_UNITS + after * self.contract.after_claims
        return part_of(sales, weight, (end - start).days * RATE_UNITS, self.unit)

    def _by_rate(self, end: dt.date, base: Int64) -> Int64:
        match rule := self.contract.rate:
            case TieredRoyalty():
                return _tiered(rule.tiers, self.bases.before(rule.per), base, self.unit)
            case FixedRoyalty() | SteppedRoyalty():
                return part_of(base, rate_on(rule, end), RATE_UNITS, self.unit)
            case _:
                assert_never(rule)

    def _at_least(
        self, u: int, royalty: Int64, within: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    ) -> Int64:
        minimum = self.contract.minimum
        if minimum is None:
            return royalty
        match minimum.per:
            case "period":
                return np.where(within, np.maximum(royalty, minimum.amount), royalty)
            case "year":
                end = self.spans[u][1]
                closes = u + 1 == len(self.spans) or self.spans[u + 1][1].year != end.year
                due = within & (closes | (end.toordinal() >= self.term))
                lacking = np.maximum(0, minimum.amount - self.paid.year - royalty)
                return royalty + np.where(due, lacking, 0)
            case _:
                assert_never(minimum.per)

    def _milestones(self, start: dt.date, end: dt.date, base: Int64) -> Int64:
        total = np.zeros_like(base)
        for milestone in self.contract.milestones:
            if milestone.date is not None:
                reached = np.full(base.shape, start < milestone.date <= end)
            else:
                wanted, before = milestone.sales or 0, self.bases.life
                reached = (before + base >= wanted) & ((before < wanted) | (start == self.spans[0][0]))
            total += np.where(reached, milestone.amount, 0)
        return total


def keeps_after_entry(entry: GenericEntry | None, ends: Sequence[dt.date]) -> list[int]:
    """What generic entry leaves of the sales of each reporting period, units of 1e-8; -1 where it leaves them all."""
    if entry is None:
        return [-1] * (len(ends) - 1)
    concerned = [end > entry.date for end in ends[1:]]
    number = [sum(concerned[:u]) for u in range(len(concerned))]
    return [
        entry.keeps[min(k, len(entry.keeps) - 1)] if after else -1
        for after, k in zip(concerned, number, strict=True)
    ]


def rate_on(rule: FixedRoyalty | SteppedRoyalty, end: dt.date) -> int:
    """The royalty rate of a reporting period that ends on a day, units of 1e-8."""
    match rule:
        case FixedRoyalty():
            return rule.rate
        case SteppedRoyalty():
            reached = [step.rate for step in rule.steps if step.from_ <= end]
            return reached[-1] if reached else rule.rate
        case _:
            assert_never(rule)


def _tiered(tiers: Sequence[Tier], before: Int64, base: Int64, unit: int) -> Int64:
    """Each tier's rate on the part of (before, before + base] that lies in it."""
    total = np.zeros_like(base)
    bounds = [*(tier.above for tier in tiers), 2**62]
    for tier, (low, high) in zip(tiers, pairwise(bounds), strict=True):
        part = np.clip(before + base, low, high) - np.clip(before, low, high)
        total += part_of(part, tier.rate, RATE_UNITS, unit)
    return total
