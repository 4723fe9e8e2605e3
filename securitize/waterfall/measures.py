"""Measures of each note from its payments: weighted average life, window, losses, coverage. Pure functions on
arrays.

Lines are those of the plan: line -> int64 (paths, periods), minor units.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.waterfall.losses import growth_of, lent, losses_of, owed_at_coupon, owed_today
from securitize.waterfall.note_states import overdue_in_all
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules.coverage import senior_fees
from securitize.waterfall.rules.totals import NEVER


@dataclass(frozen=True, slots=True)
class NoteMeasures:
    """Measures of one note, each of shape (paths,).

    wal_years       : float64, NaN where no principal is paid
    first_principal : int64, index of the first payment with principal, -1 where none
    last_principal  : int64, likewise the last
    present_value_loss : float64, a share of what was owed
    The rest are int64 minor units.
    """

    wal_years: Float64
    first_principal: Int64
    last_principal: Int64
    total_interest: Int64
    total_principal: Int64
    total_residual: Int64
    unpaid_interest: Int64
    largest_unpaid_interest: Int64
    principal_loss: Int64
    interest_loss: Int64
    present_value_loss: Float64
    written_off: Int64
    total_capitalised: Int64
    total_premium: Int64
    interest_written_off: Int64
    largest_overdue: Int64

    @property
    def loses(self) -> NDArray[np.bool_]:
        """Whether the note loses: principal that was lent, or anything else that it was owed, is never paid."""
        return (self.principal_loss > 0) | (self.interest_loss > 0)

    @property
    def late(self) -> NDArray[np.bool_]:
        """Whether something was overdue on some date and nothing is lost."""
        return (self.largest_overdue > 0) & ~self.loses


def measure_note(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str) -> NoteMeasures:
    """Measures of ``note`` on every path."""
    principal = lines[("note", note, "principal_paid")]
    unpaid = lines[("note", note, "unpaid")]
    paid = principal > 0
    any_paid = paid.any(axis=1)
    written_off, interest_written_off = (
        lines[("note", note, what)].sum(axis=1) for what in ("written_off", "interest_written_off")
    )
    numerator = lines[("note", note, "coupon_numerator")]
    denominator = resolved.notes[note].whole_rate.denominator
    lost = losses_of(
        lent(resolved, note),
        owed_today(resolved, note),
        principal.sum(axis=1),
        written_off + interest_written_off + unpaid[:, -1],
        owed_at_coupon(resolved, lines, note),
        growth_of(numerator, denominator)[:, -1],
    )
    return NoteMeasures(
        wal_years=weighted_average_life(principal, resolved.schedule.payment, resolved.since),
        first_principal=np.where(any_paid, paid.argmax(axis=1), -1),
        last_principal=np.where(any_paid, paid.shape[1] - 1 - paid[:, ::-1].argmax(axis=1), -1),
        total_interest=lines[("note", note, "interest_paid")].sum(axis=1),
        total_principal=principal.sum(axis=1),
        total_residual=lines[("note", note, "residual_paid")].sum(axis=1),
        unpaid_interest=unpaid[:, -1],
        largest_unpaid_interest=unpaid.max(axis=1),
        principal_loss=lost.principal,
        interest_loss=lost.interest,
        present_value_loss=lost.present_value,
        written_off=written_off,
        total_capitalised=lines[("note", note, "capitalised")].sum(axis=1),
        total_premium=lines[("note", note, "premium_paid")].sum(axis=1),
        interest_written_off=interest_written_off,
        largest_overdue=overdue_in_all(lines, note).max(axis=1),
    )


def measures_of_totals(totals: Mapping[Line, Int64], note: str, whole: int, owed: int) -> NoteMeasures:
    """The measures of ``note`` from what each path comes to, (paths,) by name; as :func:`measure_note`.

    whole, owed : what was lent, and what is owed today, minor units
    """

    def summed(line: str) -> Int64:
        return totals[("sum", "note", note, line)]

    principal, unpaid = summed("principal_paid"), totals[("last", "note", note, "unpaid")]
    written_off, interest_written_off = summed("written_off"), summed("interest_written_off")
    lost = losses_of(
        whole,
        owed,
        principal,
        written_off + interest_written_off + unpaid,
        totals[("last", "note", note, "owed_at_coupon")],
        totals[("last", "note", note, "growth")],
    )
    return NoteMeasures(
        wal_years=_average_years(totals[("days", "note", note, "principal_paid")], principal),
        first_principal=first_date(totals[("first", "note", note, "principal_paid")]),
        last_principal=totals[("last", "note", note, "principal_paid")],
        total_interest=summed("interest_paid"),
        total_principal=principal,
        total_residual=summed("residual_paid"),
        unpaid_interest=unpaid,
        largest_unpaid_interest=totals[("max", "note", note, "unpaid")],
        principal_loss=lost.principal,
        interest_loss=lost.interest,
        present_value_loss=lost.present_value,
        written_off=written_off,
        total_capitalised=summed("capitalised"),
        total_premium=summed("premium_paid"),
        interest_written_off=interest_written_off,
        largest_overdue=totals[("max", "note", note, "overdue")],
    )


def first_date(total: Int64) -> Int64:
    """The index of a first date as totals tell it, -1 where there is none."""
    return np.where(total == NEVER, -1, total)


def weighted_average_life(principal: Int64, dates: Sequence[datetime.date], since: datetime.date) -> Float64:
    """Years from closing, in mid-life from the last payment, to the average unit of principal; actual days over 365.

    principal : int64 (paths, periods);  dates : payment dates, (periods,)
    Returns float64 (paths,), NaN where nothing is paid.
    """
    days = np.array([(day - since).days for day in dates], np.int64)
    return _average_years(principal @ days, principal.sum(axis=1))


def _average_years(days: Int64, principal: Int64) -> Float64:
    """Principal x days over principal, in years of 365 days, NaN where nothing is paid; (paths,) each."""
    years: Float64 = np.full(principal.shape, np.nan)
    np.divide(days, principal, out=years, where=principal > 0)
    return years / 365


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of the notes of a rank and above: float64 (paths, periods), NaN where the denominator is 0.

    With support they are NaN too where a support has no limit.
    """

    dscr: Float64
    dscr_with_support: Float64
    interest_coverage: Float64
    interest_coverage_with_support: Float64
    overcollateralisation: Float64


@dataclass(frozen=True, slots=True)
class CoverageParts:
    """What coverage of the notes of a rank and above is computed from: int64 (paths, periods), minor units.

    collected   : max(0, K - F);  supported : the same with reserves and support, None where a support has no limit
    interest, principal : I and P;  collateral, outstanding : numerator and denominator of overcollateralisation
    """

    collected: Int64
    supported: Int64 | None
    interest: Int64
    principal: Int64
    collateral: Int64
    outstanding: Int64

    def numerator(self, with_support: bool) -> Int64 | None:
        """Of DSCR and IC, as terms say; None where a support has no limit."""
        return self.supported if with_support else self.collected


def coverage_parts(resolved: ResolvedDeal, lines: Mapping[Line, Int64], rank: int) -> CoverageParts:
    """K, F, I and P of rank ``rank`` (section 8 of the priority of payments), and what overcollateralisation sees."""
    deal = resolved.deal
    collected = sum_lines(lines, [line for line in lines if line[0] == "collections"])
    fees = sum_lines(lines, [("fee", name, "due") for name in senior_fees(resolved)])
    numerator = np.maximum(collected - fees, 0)
    interest, principal, outstanding = (
        sum_lines(lines, [("note", name, what) for name in deal.down_to(rank)])
        for what in ("interest_due", "principal_scheduled", "closing")
    )
    cash = [("account", name, "after_steps") for name, account in deal.accounts.items() if account.collects]
    reserves = [("account", name, "before") for name, account in deal.accounts.items() if account.is_reserve]
    left = _supports_left(resolved, lines)
    return CoverageParts(
        collected=numerator,
        supported=None if left is None else numerator + sum_lines(lines, reserves) + left,
        interest=interest,
        principal=principal,
        collateral=lines[("performing",)] + sum_lines(lines, cash),
        outstanding=outstanding,
    )


def coverage(resolved: ResolvedDeal, lines: Mapping[Line, Int64], rank: int) -> Coverage:
    """DSCR, IC and OC of rank ``rank`` (section 8 of the priority of payments)."""
    parts = coverage_parts(resolved, lines, rank)
    both, unknown = parts.interest + parts.principal, np.full(parts.interest.shape, np.nan)
    supported = parts.supported
    return Coverage(
        dscr=ratio(parts.collected, both),
        dscr_with_support=unknown if supported is None else ratio(supported, both),
        interest_coverage=ratio(parts.collected, parts.interest),
        interest_coverage_with_support=unknown if supported is None else ratio(supported, parts.interest),
        overcollateralisation=ratio(parts.collateral, parts.outstanding),
    )


def _supports_left(resolved: ResolvedDeal, lines: Mapping[Line, Int64]) -> Int64 | None:
    """What the limits of supports leave, those of a party with a capacity together; None where one is unlimited."""
    limited = {name: ("support", name, "left") for name in resolved.deal.support}
    if any(line not in lines for line in limited.values()):
        return None
    found = sum_lines(lines, [])
    for party, one in resolved.parties.items():
        together = sum_lines(lines, [limited.pop(name) for name in one.supports])
        found = found + np.minimum(together, lines[("party", party, "available")])
    return found + sum_lines(lines, list(limited.values()))


def ratio(numerator: Int64 | Float64, denominator: Int64) -> Float64:
    """numerator / denominator, NaN where the denominator is 0."""
    result: Float64 = np.full(denominator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def sum_lines(lines: Mapping[Line, Int64], wanted: Sequence[Line]) -> Int64:
    """Sum of some lines, 0 of none; int64 (paths, periods)."""
    shape = next(iter(lines.values())).shape
    total = np.zeros(shape, np.int64)
    for line in wanted:
        total = total + lines[line]
    return total
