"""Senior fees newly due on the dates after a day, told from the terms and the state of that day alone.

Source: section 17 of ``docs/reference/priority-of-payments.md``. They look at no later trigger, call or payment, so
that a smaller collection never makes them smaller by more than itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    FeeChange,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.figures import Stream
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules.coverage import senior_fees


class ForwardFees:
    """The senior fees of one deal on any number of paths.

    lines      : published line -> int64 (paths, periods), minor units
    performing : int64 (paths, periods + 1)
    balances   : by note int64 (paths, 1 + periods), today and after each date
    """

    def __init__(
        self,
        resolved: ResolvedDeal,
        lines: Mapping[Line, Int64],
        performing: Int64,
        balances: Mapping[str, Int64],
    ) -> None:
        self.resolved, self.lines, self.balances = resolved, lines, balances
        self.performing = performing
        self.names = senior_fees(resolved)
        self.capitalised = {
            name: resolved.initial.get(f"capitalised.{name}", 0)
            + np.pad(lines[("note", name, "capitalised")].cumsum(axis=1), ((0, 0), (1, 0)))
            for name in balances
        }

    def after(self, day: int, streams: Mapping[Stream, Int64]) -> Float64:
        """What falls due on each date after the day: float64 (paths, periods - day), minor units.

        day     : 0 today, else after the payments of that date
        streams : six of int64 (paths, periods - day), what is collected on these dates
        """
        paths, periods = self.lines[("performing",)].shape
        found = np.zeros((paths, periods - day))
        for name in self.names:
            found += self._due(name, day, streams)
        return found

    def share_of_recoveries(self, day: int) -> Float64:
        """What fees that are a share of collections take of a recovery, at the rates of the day; at most 1."""
        found = np.zeros(len(self.performing))
        for name in self.names:
            match fee := self.resolved.fees[name].fee:
                case CollectionsFee():
                    if "recovery" in fee.streams:
                        rate = self._rate(fee, day)
                        share = rate / (RATE_UNITS + rate if fee.inclusive else RATE_UNITS)
                        found += share * (1 + fee.vat / RATE_UNITS * (1 + fee.surcharge / RATE_UNITS))
                case BalanceFee() | FixedFee() | OneOffFee() | ScheduledFee() | PaymentsFee():
                    pass
                case _:
                    assert_never(fee)
        return np.minimum(found, 1.0)

    def _due(self, name: str, day: int, streams: Mapping[Stream, Int64]) -> Float64:
        """``fee:NAME`` is due what is unpaid, within its cap, and counts as paid."""
        fee, resolved = self.resolved.fees[name].fee, self.resolved.fees[name]
        tax = 1 + fee.vat / RATE_UNITS * (1 + fee.surcharge / RATE_UNITS)
        accrued = self._net(name, day, streams) * tax
        pending, unpaid = (self._kept(name, line, day) for line in ("pending", "unpaid"))
        payable = np.array(resolved.payable[day:])
        falling = np.where(payable, pending[:, np.newaxis] + accrued.cumsum(axis=1), 0.0)
        falling = np.diff(np.maximum.accumulate(falling, axis=1), axis=1, prepend=0.0)
        falling[:, 0] += unpaid
        if fee.cap is None:
            return falling
        renews = self._renewals(name)[day:]
        left = self._cap_left(name, day)
        due = np.zeros_like(falling)
        for u in range(falling.shape[1]):
            if renews[u]:
                left = np.full_like(left, fee.cap.amount)
            due[:, u] = np.minimum(falling[:, u], left)
            left = left - due[:, u]
            if u + 1 < falling.shape[1]:
                falling[:, u + 1] += falling[:, u] - due[:, u]
        return due

    def _kept(self, name: str, line: str, day: int) -> Float64:
        """What stands on the day, (paths,)."""
        if day == 0:
            paths = len(self.performing)
            return np.full(paths, float(self.resolved.initial.get(f"fee-{line}.{name}", 0)))
        return self.lines[("fee", name, line)][:, day - 1].astype(np.float64)

    def _renewals(self, name: str) -> Sequence[bool]:
        cap = self.resolved.fees[name].fee.cap
        assert cap is not None  # asked of a fee with a cap
        match cap.per:
            case "payment":
                return [True] * self.resolved.periods
            case "year":
                return self.resolved.year_starts
            case _:
                assert_never(cap.per)

    def _cap_left(self, name: str, day: int) -> Float64:
        """What is left of a cap on the day: of what was paid since it was renewed, ``fee-excess:NAME`` used none."""
        cap = self.resolved.fees[name].fee.cap
        assert cap is not None  # asked of a fee with a cap
        if day:
            return self.lines[("fee", name, "cap_left")][:, day - 1].astype(np.float64)
        return np.full(len(self.performing), float(self.resolved.initial.get(f"fee-cap.{name}", cap.amount)))

    def _net(self, name: str, day: int, streams: Mapping[Stream, Int64]) -> Float64:
        """The accrual of each date after the day, before tax, not rounded; float64 (paths or 1, periods - day)."""
        resolved = self.resolved.fees[name]
        match fee := resolved.fee:
            case BalanceFee():
                share = (resolved.days / resolved.denominator)[day:]
                return self._base(fee, day) * share * self._rate(fee, day)[:, np.newaxis]
            case CollectionsFee():
                collected = sum((streams[stream] for stream in fee.streams), np.zeros((1, 1)))
                rate = self._rate(fee, day)[:, np.newaxis]
                whole = RATE_UNITS + rate if fee.inclusive else RATE_UNITS
                bears = np.array(resolved.charged[day:], np.float64)
                charged: Float64 = collected * bears * rate / whole
                return charged
            case FixedFee(change=FeeChange(trigger=trigger, amount=int(amount))):
                changed = self._breached(trigger, day)[:, np.newaxis]
                return np.where(changed, resolved.counts[day:] * amount, resolved.amounts[day:]).astype(
                    np.float64
                )
            case OneOffFee() | ScheduledFee() | FixedFee():
                return resolved.amounts[np.newaxis, day:].astype(np.float64)
            case PaymentsFee():
                raise ValueError("a fee on payments is no senior fee")
            case _:
                assert_never(fee)

    def _rate(self, fee: BalanceFee | CollectionsFee, day: int) -> Float64:
        """The rate that stands on the day, units of 1e-8, (paths,)."""
        own = np.full(len(self.performing), float(fee.rate))
        if fee.change is None or fee.change.rate is None:
            return own
        return np.where(self._breached(fee.change.trigger, day), float(fee.change.rate), own)

    def _breached(self, trigger: str, day: int) -> NDArray[np.bool_]:
        """Mask: whether a trigger stands breached on the day, (paths,)."""
        if day == 0:
            stands = bool(self.resolved.initial.get(f"breached.{trigger}", 0))
            return np.full(len(self.performing), stands, np.bool_)
        return np.not_equal(self.lines[("trigger", trigger, "breached")][:, day - 1], 0)

    def _base(self, fee: BalanceFee, day: int) -> Float64:
        """The balance that each date after the day charges, float64 (paths or 1, periods - day)."""
        match fee.base:
            case "pool":
                return self.performing[:, day:-1].astype(np.float64)
            case "pool-at-cut-off":
                return np.full((1, self.resolved.periods - day), float(self.resolved.opening_performing))
            case "notes":
                return self._of_notes(tuple(self.balances), day)
            case tuple(names):
                return self._of_notes(names, day)
            case _:
                assert_never(fee.base)

    def _of_notes(self, names: Sequence[str], day: int) -> Float64:
        """Their balances on the day, on later dates no more than is scheduled to stay."""
        found = np.zeros((len(self.performing), self.resolved.periods - day))
        for name in names:
            resolved, now = self.resolved.notes[name], self.balances[name][:, day : day + 1]
            stays = np.repeat(now, found.shape[1], axis=1)
            if resolved.note.principal.has_schedule and found.shape[1] > 1:
                scheduled = resolved.scheduled[np.newaxis, day:-1]
                raised = scheduled + np.where(scheduled > 0, self.capitalised[name][:, day : day + 1], 0)
                stays[:, 1:] = np.minimum(stays[:, 1:], raised)
            found += stays
        return found
