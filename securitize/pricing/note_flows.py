"""What one note pays after a day: dated interest, principal and balance. The input of every measure of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.pricing.floating import FloatingCoupons
from securitize.pricing.yield_periods import Counted

#: What a price is a price of.
PAR = 100.0


@dataclass(frozen=True)
class NoteFlows:
    """Cash after settlement, per 100 of the balance at settlement.

    dates            : of payment, ascending, after settlement, (T,)
    interest, principal : what is paid, premium and residual counted as interest, (T,)
    balance          : outstanding before each payment, (T,)
    previous         : the payment date before the first of ``dates``, or closing
    accrued          : interest accrued by settlement; negative where that of days ahead is paid already
    coupon           : of the current period, a year, as a decimal
    payments_a_year  : f, by which yields compound
    counted          : periods and years from settlement to each payment
    joined           : interest that joins the balance, per 100 as the others, (T,)
    floating         : coupons that follow an index; None of others
    """

    settlement: dt.date
    dates: tuple[dt.date, ...]
    interest: Float64
    principal: Float64
    balance: Float64
    previous: dt.date
    accrued: float
    coupon: float
    payments_a_year: int
    counted: Counted
    joined: Float64
    floating: FloatingCoupons | None = None

    @property
    def cash(self) -> Float64:
        """Interest and principal together, (T,)."""
        return self.interest + self.principal

    @property
    def days(self) -> Int64:
        """From settlement to each payment, (T,)."""
        return np.array([(day - self.settlement).days for day in self.dates], np.int64)

    @property
    def years(self) -> Float64:
        """The same in years of 365 days."""
        return self.days / 365


def weighted_average_life(flows: NoteFlows) -> float | None:
    """Years from settlement to principal, weighted by it; None where none is paid."""
    whole = float(flows.principal.sum())
    return float(flows.principal @ flows.years) / whole if whole else None


def spread_tenor(flows: NoteFlows) -> float | None:
    """Where on the government curve a spread is measured: at the weighted average life, years; of a note without
    principal at the mean time of its cash. None where nothing is paid."""
    life, whole = weighted_average_life(flows), float(flows.cash.sum())
    if life is not None or not whole:
        return life
    return float(flows.cash @ flows.years) / whole


def window(flows: NoteFlows) -> tuple[dt.date, dt.date] | None:
    """The first and the last date on which principal is paid; None where none is."""
    paid = np.flatnonzero(flows.principal > 0)
    return (flows.dates[int(paid[0])], flows.dates[int(paid[-1])]) if len(paid) else None
