"""Coupons of a floating note that are not fixed yet: its cash at another index rate, and its discount margin.

Source: ``docs/reference/prices.md``, section 2c.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arrays import Float64


@dataclass(frozen=True)
class FloatingCoupons:
    """The periods of a floating note after settlement, (T,) each; rates are decimals a year.

    index    : the index rate that is held, in coupons and in discounting
    fixings  : of the deal and its scenario;  added : to the coupon beside margin, floor and cap (triggers, first rate)
    known    : whether the coupon is fixed by settlement
    full     : whether a period's interest is paid as it accrues
    interest : that accrues, per 100 of the balance at settlement;  lengths : its share of a year
    balance  : on which it accrues
    resets   : years from settlement to the first and the last day for which the fixing holds, (T, 2)
    """

    margin: float
    floor: float
    cap: float | None
    index: Float64
    fixings: Float64
    added: Float64
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    full: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    interest: Float64
    lengths: Float64
    balance: Float64
    resets: Float64

    def coupon(self, index: Float64) -> Float64:
        """At these index rates."""
        floated = np.maximum(index + self.margin, self.floor)
        return (floated if self.cap is None else np.minimum(floated, self.cap)) + self.added

    def beside(self, coupons: Float64) -> FloatingCoupons:
        """The same, with what these coupons are beside margin, floor and cap."""
        return replace(self, added=coupons - replace(self, added=np.zeros_like(coupons)).coupon(self.fixings))

    def held(self) -> Float64:
        """What is paid more than the deal's fixings pay, with coupons that are not fixed yet at the index held."""
        rates = self.coupon(np.where(self.known, self.fixings, self.index))
        return (self.balance * rates * self.lengths - self.interest) * self.full

    def moved(self, shift: Float64) -> Float64:
        """What is paid more where the fixings that are not known yet move, each by its ``shift``."""
        rates = self.coupon(self.fixings + shift) - self.coupon(self.fixings)
        return self.balance * rates * self.lengths * (self.full & ~self.known)

    def shifts(self, first: Float64, last: Float64) -> Float64:
        """By what fixings move where the zero rates at the two ends of their periods do: as forward rates, (T,)."""
        start, end = self.resets.T
        found: Float64 = (last * end - first * start) / (end - start)
        return found
