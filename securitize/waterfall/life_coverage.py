"""Life coverage: all cash to come, discounted at the notes' own coupon, over what the notes are owed.

Source: section 17 of ``docs/reference/priority-of-payments.md``. Pure functions on arrays. A day is a column: column 0
is today (closing, or the state of a deal in mid-life), column i the payment date i - 1 after its payments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise, permutations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.waterfall.cash_to_come import CashToCome, Delivered
from securitize.waterfall.forward_fees import ForwardFees
from securitize.waterfall.measures import ratio
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal, ResolvedStep


@dataclass(frozen=True, slots=True)
class LifeCoverage:
    """Of the notes of a rank and above, float64 (paths, 1 + periods) each; amounts in minor units.

    owed, accounts          : balance and unpaid interest; accounts that steps of the rank may draw on
    cash_to_come            : discounted collections after the day, less what failed banks do not pay
    fees                    : discounted senior fees after the day
    support                 : what providers add where something is lacking
    life, with_support      : NaN where nothing is owed, and on the last day
    """

    owed: Float64
    accounts: Float64
    cash_to_come: Float64
    fees: Float64
    support: Float64
    life: Float64
    with_support: Float64

    def row(self, path: int) -> LifeCoverage:
        """Of one path."""
        return LifeCoverage(**{one.name: getattr(self, one.name)[path : path + 1] for one in fields(self)})


def life_coverage(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], delivered: Delivered, today: dt.date
) -> dict[int, LifeCoverage]:
    """Life coverage of each rank.

    lines : published line -> int64 (paths, periods), minor units
    today : closing, or the payment date of the state of a deal in mid-life
    """
    days = _Days(resolved, lines, delivered, today)
    return {rank: days.of_rank(rank) for rank in sorted({n.rank for n in resolved.deal.notes.values()})}


class _Days:
    """One deal on its days; what does not depend on the rank is found once."""

    def __init__(
        self, resolved: ResolvedDeal, lines: Mapping[Line, Int64], delivered: Delivered, today: dt.date
    ) -> None:
        dates = [today, *resolved.schedule.payment]
        #: between payment dates, in years of 365 days, (periods,)
        self.years = np.array([(b - a).days / 365 for a, b in pairwise(dates)])
        self.resolved, self.lines, self.delivered = resolved, lines, delivered
        self.paths, self.periods = lines[("performing",)].shape
        self.balances = {
            name: self._from_today(("note", name, "closing"), lines[("note", name, "opening")][:, :1])
            for name in resolved.deal.notes
        }
        self.unpaid = {
            name: self._from_today(
                ("note", name, "unpaid"),
                np.full((self.paths, 1), resolved.unpaid_before(name), np.int64),
            )
            for name in resolved.deal.notes
        }
        cash = CashToCome(resolved, lines, delivered)
        fees = ForwardFees(resolved, lines, delivered.performing, self.balances)
        #: of each day but the last, what comes and what falls due on each later date, (paths, periods - day)
        self.to_come = [cash.after(day) for day in range(self.periods)]
        self.fees = [fees.after(day, came.streams) for day, came in enumerate(self.to_come)]
        #: what fees leave of a recovery, (paths, periods)
        self.after_fees = np.stack([1 - fees.share_of_recoveries(day) for day in range(self.periods)], axis=1)

    def _from_today(self, line: Line, today: Int64) -> Int64:
        return np.concatenate([today, self.lines[line]], axis=1)

    def of_rank(self, rank: int) -> LifeCoverage:
        """Of the notes of this rank and above."""
        deal = self.resolved.deal
        ranked = deal.down_to(rank)
        steps = [step for steps in self.resolved.priorities.values() for step in steps if step.pays(ranked)]
        owed = self._owed(rank)
        names = dict.fromkeys(name for step in steps for name in step.sources)
        accounts = self._accounts(names)
        cash, fees, at_end = (np.zeros(owed.shape) for _ in range(3))
        for day, came in enumerate(self.to_come):
            factors = self._factors(ranked, day)
            lost = sum((came.balances[name] for name in names if name in came.balances), np.zeros((1, 1)))
            cash[:, day] = (factors * (came.paid - lost)).sum(axis=1)
            fees[:, day] = (factors * self.fees[day]).sum(axis=1)
            at_end[:, day] = factors[:, -1]
        there = np.maximum(accounts + cash - fees, 0.0)
        added = self._support(steps, rank, there, at_end)
        return LifeCoverage(
            owed.astype(np.float64),
            accounts,
            cash,
            fees,
            added,
            self._before_the_end(ratio(there, owed)),
            self._before_the_end(ratio(there + added, owed)),
        )

    @staticmethod
    def _before_the_end(measured: Float64) -> Float64:
        """Null on the last day, after which nothing is to come."""
        measured[:, -1] = np.nan
        return measured

    def _owed(self, rank: int) -> Int64:
        """Balance and unpaid interest of the notes of a rank, (paths, 1 + periods)."""
        found = np.zeros((self.paths, 1 + self.periods), np.int64)
        for name in self.resolved.deal.down_to(rank):
            found += self.balances[name] + self.unpaid[name]
        return found

    def _accounts(self, names: Mapping[str, None]) -> Float64:
        found = np.zeros((self.paths, 1 + self.periods))
        for name in names:
            found += self._from_today(
                ("account", name, "closing"), self.lines[("account", name, "opening")][:, :1]
            )
        return found

    def _factors(self, ranked: list[str], day: int) -> Float64:
        """v_s of each date after the day, at the coupon fixed on it: float64 (paths, periods - day)."""
        weights = np.stack([self.balances[name][:, day] for name in ranked])
        unpaid = np.stack([self.unpaid[name][:, day] for name in ranked])
        weights = np.where(weights.sum(axis=0) > 0, weights, unpaid).astype(np.float64)
        coupons = np.stack([self.lines[("note", name, "coupon")][:, day] for name in ranked]) / RATE_UNITS
        whole = weights.sum(axis=0)
        coupon = np.divide((weights * coupons).sum(axis=0), whole, out=np.zeros(self.paths), where=whole > 0)
        return 1 / np.cumprod(1 + coupon[:, np.newaxis] * self.years[day:], axis=1)

    def _support(self, steps: list[ResolvedStep], rank: int, there: Float64, at_end: Float64) -> Float64:
        """What the supports named pay of what the notes that they are named for lack.

        at_end : v_T on each day. Parties with a capacity come first, in the order that brings least, so that a
        recovery that is cut never brings more as support than it was worth.
        """
        capped: dict[str, list[str]] = {}
        others: list[str] = []
        for name in dict.fromkeys(name for step in steps for name in step.step.support):
            party = self.resolved.deal.support[name].party or ""
            (capped.setdefault(party, []) if party in self.resolved.parties else others).append(name)
        rooms = {party: at_end * self._capacity_to_come(party) for party in capped}
        orders = (
            [*(name for party in parties for name in capped[party]), *others]
            for parties in permutations(capped)
        )
        found = [self._paid_in_turn(order, steps, rank, there, rooms) for order in orders]
        return np.asarray(np.minimum.reduce(found), np.float64)

    def _paid_in_turn(
        self,
        names: list[str],
        steps: list[ResolvedStep],
        rank: int,
        there: Float64,
        rooms: Mapping[str, Float64],
    ) -> Float64:
        """What these supports pay, one after another; ``rooms`` are those of parties with a capacity."""
        added, left = np.zeros(there.shape), dict(rooms)
        for name in names:
            support = self.resolved.deal.support[name]
            lack = np.maximum(self._owed(self._named_for(name, steps, rank)) - there - added, 0.0)
            wanted, room, party = (
                lack * (support.coverage / RATE_UNITS),
                self._room(name),
                support.party or "",
            )
            if party in left:
                room = np.minimum(room, left[party])
            paid = self._share(name) * np.minimum(wanted, room)
            added = added + paid
            if party in left:
                left[party] = left[party] - paid
        return added

    def _capacity_to_come(self, party: str) -> Float64:
        """What recoveries to come leave of a party's capacity, after the fees on one, (paths, 1 + periods)."""
        left = np.stack([came.capacity[party] for came in self.to_come], axis=1) * self.after_fees
        return np.pad(left, ((0, 0), (0, 1)))

    def _named_for(self, name: str, steps: list[ResolvedStep], rank: int) -> int:
        """The most junior rank, up to ``rank``, of the notes in steps that name the support."""
        deal = self.resolved.deal
        ranked = deal.down_to(rank)
        naming = (step for step in steps if name in step.step.support)
        return max(deal.notes[note].rank for step in naming for note in step.pays(ranked))

    def _share(self, name: str) -> Float64:
        """The least share that a provider pays on the dates to come on which it may be called."""
        pays, callable_ = (
            self.delivered.pays[name] / RATE_UNITS,
            np.array(self.resolved.support[name].callable),
        )
        looked = np.where(callable_, pays, np.inf)
        least = np.minimum.accumulate(looked[:, ::-1], axis=1)[:, ::-1]
        found = np.concatenate([least, np.full((len(least), 1), np.inf)], axis=1)
        return np.where(np.isinf(found), 0.0, found)

    def _room(self, name: str) -> Float64:
        """What the limits leave for the dates to come, infinite without any; (paths, 1 + periods)."""
        support = self.resolved.deal.support[name]
        still = np.array(self.resolved.support[name].callable)[::-1].cumsum()[::-1]
        dates = np.append(still, 0).astype(np.float64)
        room = np.full((self.paths, 1 + self.periods), np.inf)
        if support.limit is not None:
            used = np.full((self.paths, 1), self.resolved.used_before(name), np.int64)
            room = support.limit - self._from_today(("support", name, "used"), used).astype(np.float64)
        if support.limit_per_payment is not None:
            room = np.minimum(room, support.limit_per_payment * dates)
        return np.where(dates > 0, np.maximum(room, 0.0), 0.0)


def plain_multiple(
    resolved: ResolvedDeal, base: Mapping[Line, Int64], to_come: Float64, rank: int
) -> Float64:
    """The multiple that offering papers print: all collections to come, over what the notes of the rank are still owed.

    base    : lines of the notes in the base case, int64 (1, periods): they freeze the denominator
    to_come : float64 (paths, 1 + periods), see :func:`securitize.waterfall.cash_to_come.plain_to_come`
    Returns float64 (paths, 1 + periods), NaN where nothing is owed, and on the last day.
    """
    owed = np.zeros((1, 1 + resolved.periods), np.int64)
    for name in resolved.deal.down_to(rank):
        opening = base[("note", name, "opening")][:, :1] + resolved.unpaid_before(name)
        owed += np.concatenate(
            [opening, base[("note", name, "closing")] + base[("note", name, "unpaid")]], axis=1
        )
        for line in ("accrued", "interest_on_unpaid"):
            owed[:, :-1] += base[("note", name, line)][:, ::-1].cumsum(axis=1)[:, ::-1]
    found = ratio(to_come, np.repeat(owed, len(to_come), axis=0))
    found[:, -1] = np.nan
    return found
