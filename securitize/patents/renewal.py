"""What it costs to keep patents: annuities, reductions, late surcharge, restoration.

Amounts are int64 fen, rates int64 units of 1e-8, days datetime64[D]. Patent year k runs from the (k-1)-th
anniversary of the filing to the k-th; its annuity is due on its first day. Annuities of the years before the grant
are not owed, that of the year of the grant is paid with the registration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.patents.life import DayLike, Days, add_months, add_years, days, legal_expiry

#: Patent years of the longest term.
YEARS = 20


@dataclass(frozen=True, slots=True)
class AnnuitySchedule:
    """An office's annuities.

    amounts           : int64 (3, 20) fen, by position in ``life.KINDS`` and patent year from 1; 0 beyond the term
    reduction_single  : share taken off for one eligible applicant, units of 1e-8; reduction_joint: for several
    reduced_years     : patent years that may be reduced, from the year of the grant on
    late_step         : share of the full annuity added for each month exceeded, units of 1e-8
    late_free_months  : months after the due day without surcharge; late_months: last month in which one can pay
    restoration       : fen, fee of a request for restoration
    """

    amounts: Int64
    reduction_single: int
    reduction_joint: int
    reduced_years: int
    late_step: int
    late_free_months: int
    late_months: int
    restoration: int


def due_days(filing: DayLike) -> Days:
    """Day on which the annuity of each patent year is due, (patents, 20)."""
    return add_years(days(filing)[..., None], np.arange(YEARS))


def grant_year(filing: DayLike, grant: DayLike) -> Int64:
    """Patent year, from 1, in which the grant falls, (patents,)."""
    reached: Int64 = (due_days(filing) <= days(grant)[..., None]).sum(axis=-1)
    return reached


def annuities(
    schedule: AnnuitySchedule, filing: DayLike, grant: DayLike, kind: ArrayLike, reduction: ArrayLike = 0
) -> Int64:
    """Annuity owed for each patent year, int64 (patents, 20) fen; 0 before the year of the grant.

    reduction : (patents,) share taken off in the years allowed, units of 1e-8 (``schedule.reduction_single``)
    Raises ValueError where a reduction is not between 0 and 1.
    """
    off = np.asarray(reduction, np.int64)
    if ((off < 0) | (off > RATE_UNITS)).any():
        raise ValueError("a reduction lies between 0 and 1")
    full = schedule.amounts[np.asarray(kind, np.intp)]
    since = np.arange(1, YEARS + 1) - grant_year(filing, grant)[..., None]
    allowed = (since >= 0) & (since < schedule.reduced_years)
    kept = np.where(allowed, RATE_UNITS - off[..., None], RATE_UNITS)
    return np.where(since >= 0, multiply_divide(full, kept, RATE_UNITS), 0)


def payable(filing: DayLike, kind: ArrayLike, start: DayLike, end: DayLike) -> NDArray[np.bool_]:
    """Which patent years' annuities fall due from ``start`` (included) to ``end`` (not included), (patents, 20).

    An owner who pays these and no more keeps the patent from ``start`` to ``end``. None is due at or after the end
    of the legal term. Costs of adjoining stretches add up.
    """
    due = due_days(filing)
    stop = np.minimum(days(end), legal_expiry(filing, kind))
    return (due >= days(start)[..., None]) & (due < stop[..., None])


def keeping_cost(
    schedule: AnnuitySchedule,
    filing: DayLike,
    grant: DayLike,
    kind: ArrayLike,
    start: DayLike,
    end: DayLike,
    reduction: ArrayLike = 0,
) -> Int64:
    """Annuities that keep each patent from ``start`` to ``end``, int64 (patents,) fen, paid on time, undiscounted."""
    owed = annuities(schedule, filing, grant, kind, reduction)
    total: Int64 = np.where(payable(filing, kind, start, end), owed, 0).sum(axis=-1)
    return total


def months_exceeded(due: DayLike, paid: DayLike) -> Int64:
    """Months by which a payment is late: 0 on time, 1 from the day after the due day to the same day a month later.

    The day that completes a month still belongs to it.
    """
    one, other = np.broadcast_arrays(days(due), days(paid))
    months = (other.astype("datetime64[M]") - one.astype("datetime64[M]")).astype(np.int64)
    return np.where(other > one, months + (add_months(one, months) < other), 0)


def late_surcharge(
    schedule: AnnuitySchedule, full: ArrayLike, due: DayLike, paid: DayLike
) -> tuple[Int64, NDArray[np.bool_]]:
    """Surcharge in fen on the full (unreduced) annuity, and whether it was paid in time to keep the right.

    Source: CNIPA examination guidelines, part V, chapter 9: 0, 5, 10, 15, 20, 25% in the six months. A right that
    was not paid in time can only be restored (:func:`restoration_cost`); its surcharge is that of the last month.
    """
    months = months_exceeded(due, paid)
    steps = np.clip(months - schedule.late_free_months, 0, schedule.late_months - schedule.late_free_months)
    surcharge = multiply_divide(np.asarray(full, np.int64), steps * schedule.late_step, RATE_UNITS)
    return surcharge.reshape(steps.shape), months <= schedule.late_months


def restoration_cost(schedule: AnnuitySchedule, annuity: ArrayLike, full: ArrayLike) -> Int64:
    """Fen that restore a lapsed right: the annuity owed, the last month's surcharge on the full one, and the fee."""
    last = (schedule.late_months - schedule.late_free_months) * schedule.late_step
    surcharge = multiply_divide(np.asarray(full, np.int64), last, RATE_UNITS)
    return np.asarray(annuity, np.int64) + surcharge + schedule.restoration
