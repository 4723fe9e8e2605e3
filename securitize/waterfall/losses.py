"""What a note loses of what was lent: principal, interest, present value at its own coupon.

Source: ``docs/reference/priority-of-payments.md``, section 15.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64, multiply_divide, part_of
from securitize.base.arrays import Float64
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal

#: What one unit of money grows from, as a whole number.
GROWTH_UNIT = 10**10
#: Beyond this an account that grows at a coupon stands still, so that every product of it is exact.
LARGEST = 2**49
#: Payments that an account at the note's own coupon counts.
PAID = ("interest_paid", "principal_paid", "premium_paid")


@dataclass(frozen=True, slots=True)
class NoteLosses:
    """Losses of one note on every path, (paths,): int64 minor units; ``present_value`` float64, a share of what was
    owed."""

    principal: Int64
    interest: Int64
    present_value: Float64


def lent(resolved: ResolvedDeal, note: str) -> int:
    """What is owed at closing, or in the state of a deal in mid-life; minor units."""
    return resolved.initial.get(f"balance.{note}", resolved.deal.notes[note].balance)


def owed_today(resolved: ResolvedDeal, note: str) -> int:
    """The same with interest and premium that the state says are unpaid: they are paid later too; minor units."""
    return sum(parts_owed(resolved, note))


def parts_owed(resolved: ResolvedDeal, note: str) -> tuple[int, ...]:
    """The amounts of which it is the sum."""
    unpaid = (f"{what}.{note}" for what in ("deferred", "on-deferred", "premium"))
    return (lent(resolved, note), *(resolved.initial.get(name, 0) for name in unpaid))


def share_of(loss: Int64, whole: int) -> Float64:
    """A loss (paths,) as a share of what was lent; 0 where nothing was."""
    shares: Float64 = loss / whole if whole else loss.astype(np.float64) * 0.0
    return shares


def losses_of(
    whole: int, owed: int, repaid: Int64, never_paid: Int64, owed_at_coupon: Int64, growth: Int64
) -> NoteLosses:
    """The three losses.

    whole, owed    : what was lent, and what is owed today (:func:`owed_today`), minor units
    repaid         : principal paid in all, (paths,)
    never_paid     : written off, of balance and of interest, and interest unpaid after the last date, (paths,)
    owed_at_coupon : what is still owed at the note's own coupon after the last date, (paths,)
    growth         : of money at that coupon to that date, in 1 / GROWTH_UNIT, (paths,)
    """
    principal = np.maximum(whole - repaid, 0)
    return NoteLosses(
        principal,
        np.maximum(never_paid - principal, 0),
        share_of(owed_at_coupon, owed) * (GROWTH_UNIT / growth),
    )


def growth_of(numerator: Int64, denominator: Int64) -> Int64:
    """Growth of money from before the first to after each date, in 1 / GROWTH_UNIT.

    numerator : int64 (paths, periods), with the denominator (periods,) the coupon of each interest period
    """
    found = np.empty_like(numerator)
    stands = np.full(len(numerator), GROWTH_UNIT, np.int64)
    for t in range(numerator.shape[1]):
        stands = np.minimum(stands + multiply_divide(stands, numerator[:, t], denominator[t]), LARGEST)
        found[:, t] = stands
    return found


def owed_at_coupon(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str) -> Int64:
    """What a lender is still owed after the last date where all that is owed bears the note's coupon; (paths,)."""
    terms, unit = resolved.notes[note].note, resolved.notes[note].unit
    rounding = "down" if terms.certificates else resolved.deal.rounding
    numerator = lines[("note", note, "coupon_numerator")]
    denominator = resolved.notes[note].whole_rate.denominator
    paid = sum(lines[("note", note, what)] for what in PAID)
    owed = np.full(len(numerator), owed_today(resolved, note), np.int64)
    for t in range(numerator.shape[1]):
        interest = part_of(owed, numerator[:, t], denominator[t], resolved.unit, rounding) // unit * unit
        owed = np.minimum(np.maximum(owed + interest - np.asarray(paid)[:, t], 0), LARGEST)
    return owed
