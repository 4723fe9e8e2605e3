"""Coupons of a floating note that are not fixed yet: its cash at other index rates.

Source: ``docs/reference/prices.md``, sections 2c and 2e.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arrays import Float64

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True)
class FloatingCoupons:
    """The periods of a floating note after settlement, (T,) each; rates are decimals a year, money is per 100 of the
    balance at settlement, as the engine has it.

    index    : the index rates that are held, or forward, in coupons and in discounting
    fixings  : of the deal and its scenario;  added : to the coupon beside margin, floor and cap (triggers, first rate)
    known    : whether the coupon is fixed by settlement
    full     : whether a period's interest is paid as it accrues
    joins    : whether nothing of it is paid and all of it joins the balance
    interest : that accrues;  lengths : years over which it does, by the note's day count
    balance  : on which it accrues;  principal : that is paid
    resets   : years from settlement to the first and the last day for which the fixing holds, (T, 2)
    """

    margin: float
    floor: float
    cap: float | None
    index: Float64
    fixings: Float64
    added: Float64
    known: Flags
    full: Flags
    joins: Flags
    interest: Float64
    lengths: Float64
    balance: Float64
    principal: Float64
    resets: Float64

    def coupon(self, index: Float64) -> Float64:
        """At these index rates, (T,)."""
        floated = np.maximum(index + self.margin, self.floor)
        return (floated if self.cap is None else np.minimum(floated, self.cap)) + self.added

    def beside(self, coupons: Float64) -> FloatingCoupons:
        """The same, with what these coupons are beside margin, floor and cap."""
        return replace(self, added=coupons - replace(self, added=np.zeros_like(coupons)).coupon(self.fixings))

    def held(self) -> Float64 | None:
        """What is paid more than the engine pays, with coupons that are not fixed yet at the index held, (T,).

        None where interest that is neither paid in full nor joins the balance hangs on an index that differs.
        """
        rates = self.coupon(np.where(self.known, self.fixings, self.index))
        differs = rates != self.coupon(self.fixings)
        # Once interest at another rate has joined the balance every later coupon differs.
        grown = np.append(False, np.logical_or.accumulate(differs & self.joins)[:-1])
        if np.any((differs | grown) & ~(self.full | self.joins)):
            return None
        return self._beyond(rates)

    def moved(self, shift: Float64) -> Float64:
        """What is paid more where the fixings that are not known yet move, each by its ``shift``, (T,).

        Interest that is neither paid in full nor joins the balance stays.
        """
        rates = self.coupon(self.fixings + np.where(self.known, 0.0, shift))
        return self._beyond(rates) - self._beyond(self.coupon(self.fixings))

    def shifts(self, first: Float64, last: Float64) -> Float64:
        """By what fixings move where the zero rates at the two ends of their periods do: as forward rates, (T,)."""
        start, end = self.resets.T
        found: Float64 = (last * end - first * start) / (end - start)
        return found

    def _beyond(self, rates: Float64) -> Float64:
        """What is paid more than the engine pays, at these coupons, (T,)."""
        growth = self._growth(rates)
        interest = (growth * self.balance * rates * self.lengths - self.interest) * self.full
        found: Float64 = interest + (growth - 1) * self.principal
        return found

    def _growth(self, rates: Float64) -> Float64:
        """The balance at these coupons over the engine's, 1 at settlement, (T,)."""
        growth, now = np.ones_like(rates), 1.0
        if not self.joins.any():
            return growth
        left = self.balance - self.principal
        due = self.balance * rates * self.lengths
        for k in np.flatnonzero(self.joins).tolist():
            after = left[k] + self.interest[k]
            now *= (left[k] + due[k]) / after if after > 0 else 1.0
            growth[k + 1 :] = now
        return growth
