"""What the pool brings after a day: less what parties cannot pay and what failed banks lose, told from the day alone.

Source: section 17 of ``docs/reference/priority-of-payments.md``. A day is counted as in life coverage: 0 is today,
day i the payment date i - 1 after its payments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Stream
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the waterfall was given, of the periods that were calculated; whether or not a call is exercised.

    streams    : six of int64 (paths, periods), minor units
    performing : int64 (paths, periods + 1), at the end of the period before first
    pays       : of each support, int64 (paths or 1, periods), the share of what it owes that it pays, units of 1e-8
    recovered  : of each party with a capacity, int64 (paths, periods), what of stream ``recovery`` it owes
    banks      : of each account with a bank that may fail, int64 (paths or 1, periods), the share that it pays
    held       : of the same, int64 (paths, periods), what of the streams into it was there when its bank failed
    """

    streams: Mapping[Stream, Int64]
    performing: Int64
    pays: Mapping[str, Int64]
    recovered: Mapping[str, Int64] = field(default_factory=dict)
    banks: Mapping[str, Int64] = field(default_factory=dict)
    held: Mapping[str, Int64] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToCome:
    """What comes after one day, (paths, periods - day) where nothing else is said; minor units.

    streams   : six, as parties with a capacity can pay them
    lost      : what failed banks do not pay of these
    balances  : by account, what a bank that is still to fail does not pay of the balance of the day
    capacity  : by party, what recoveries leave of its capacity, (paths,)
    """

    streams: Mapping[Stream, Int64]
    lost: Float64
    balances: Mapping[str, Float64]
    capacity: Mapping[str, Int64]

    @property
    def paid(self) -> Float64:
        """All six streams less what is lost of them."""
        return np.asarray(sum(self.streams.values()), np.float64) - self.lost


class CashToCome:
    """One deal, what it was given, and its lines: int64 (paths, periods), minor units."""

    def __init__(self, resolved: ResolvedDeal, lines: Mapping[Line, Int64], delivered: Delivered) -> None:
        self.resolved, self.lines, self.delivered = resolved, lines, delivered

    def after(self, day: int) -> ToCome:
        """What comes on the dates after the day, at least one."""
        streams = {name: cash[:, day:] for name, cash in self.delivered.streams.items()}
        capacity = {}
        for party in self.resolved.parties:
            there = self._capacity(party, day)
            in_all = self.delivered.recovered[party][:, day:].cumsum(axis=1)
            streams["recovery"] = streams["recovery"] - np.diff(
                np.maximum(in_all - there[:, np.newaxis], 0), axis=1, prepend=0
            )
            capacity[party] = np.maximum(there - in_all[:, -1], 0)
        lost, balances = np.zeros(streams["recovery"].shape), {}
        for account, pays in self.delivered.banks.items():
            share = 1 - pays[:, day:] / RATE_UNITS
            into = sum(
                (streams[stream] for stream in self.resolved.streams_into(account)), np.zeros_like(lost)
            )
            lost += share * np.minimum(self.delivered.held[account][:, day:], into)
            first = self._fails(account, day)
            balances[account] = first * share * self.balance(account, day)[:, np.newaxis]
        return ToCome(streams, lost, balances, capacity)

    def balance(self, account: str, day: int) -> Int64:
        """Of an account on the day, (paths,)."""
        if day == 0:
            return self.lines[("account", account, "opening")][:, 0]
        return self.lines[("account", account, "closing")][:, day - 1]

    def _capacity(self, party: str, day: int) -> Int64:
        """What is left of a party's capacity on the day, (paths,)."""
        if day > 0:
            return self.lines[("party", party, "left")][:, day - 1]
        terms = self.resolved.parties[party]
        used = self.resolved.initial.get(f"party-recovered.{party}", 0)
        used += sum(self.resolved.used_before(name) for name in terms.supports)
        paths = len(self.lines[("performing",)])
        return np.full(paths, max(0, terms.capacity - used), np.int64)

    def _fails(self, account: str, day: int) -> Float64:
        """1 on the date after the day on which a bank's failure counts first, (paths or 1, periods - day)."""
        failed = self.delivered.banks[account] < RATE_UNITS
        if self.resolved.initial.get(f"account-failed.{account}", 0):
            return np.zeros((1, failed.shape[1] - day))
        counted = failed.cumsum(axis=1)[:, day:]
        first: Float64 = np.asarray(failed[:, day:] & (counted == 1), np.float64)
        return first


def plain_to_come(resolved: ResolvedDeal, lines: Mapping[Line, Int64], delivered: Delivered) -> Float64:
    """What is paid of collections after each day, undiscounted: float64 (paths, 1 + periods), 0 on the last day."""
    cash = CashToCome(resolved, lines, delivered)
    paths, periods = lines[("performing",)].shape
    found = np.zeros((paths, 1 + periods))
    for day in range(periods):
        found[:, day] = cash.after(day).paid.sum(axis=1)
    return found
