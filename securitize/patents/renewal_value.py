"""Value implied by renewals: an owner who pays an annuity holds the patent to be worth it.

Amounts are fen, rates units of 1e-8. Sources: Schankerman and Pakes (1986), Economic Journal 96, 1052-1076 (a patent
is renewed while its return of the year is not below the annuity); Pakes (1986), Econometrica 54, 755-784 (with the
option to renew later).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.patents.income import to_fen
from securitize.patents.life import Days, years_from


def kept_value(
    date: np.datetime64, annuities: Int64, due: Days, paid: NDArray[np.bool_], discount: ArrayLike
) -> Int64:
    """Least value of a patent whose owner will pay the annuities marked, int64 (patents,) fen.

    Its present value: each year's return is not below that year's annuity, whatever the returns are.
    annuities, due : (patents, 20) fen and days (``renewal.annuities``, ``renewal.due_days``)
    paid           : (patents, 20) annuities that the owner will pay (``renewal.payable``), none due before ``date``
    discount       : (patents,) a year
    """
    return to_fen(_present(date, np.where(paid, annuities, 0), due, discount).sum(axis=1))


def implied_value(
    date: np.datetime64,
    annuities: Int64,
    due: Days,
    paid: NDArray[np.bool_],
    discount: ArrayLike,
    decay: ArrayLike,
) -> Int64:
    """Least value where returns also decay at a known rate, int64 (patents,) fen; not below :func:`kept_value`.

    Returns R, R(1 − decay), … of the years that are paid: R is the least that covers every annuity paid. A high
    annuity late in life needs a higher return early on (Schankerman and Pakes, equation for the cut-off return).
    decay : (patents,) a year, units of 1e-8, below 1
    """
    falling = np.asarray(decay, np.float64)[:, None] / RATE_UNITS
    if ((falling < 0) | (falling >= 1)).any():
        raise ValueError("a decay is not negative and below 1")
    order = np.maximum(np.cumsum(paid, axis=1) - 1, 0)
    share = np.where(paid, (1 - falling) ** order, 1)
    first = np.where(paid, annuities / share, 0).max(axis=1, initial=0)
    returns = np.where(paid, first[:, None] * share, 0)
    return to_fen(_present(date, returns, due, discount).sum(axis=1))


def option_value(returns: ArrayLike, annuities: ArrayLike, discount: ArrayLike) -> tuple[Float64, Int64]:
    """Value of a patent that its owner may stop renewing in any year, and the years renewed; (patents,) each.

    V_k = max(0, return_k − annuity_k + V_{k+1} / (1 + discount)), returns known beforehand, both at the year's start
    returns, annuities : (patents, years) fen; discount : (patents,)
    """
    r, c = np.asarray(returns, np.float64), np.asarray(annuities, np.float64)
    growth = 1 + np.asarray(discount, np.float64) / RATE_UNITS
    value, years = np.zeros(r.shape[0]), np.zeros(r.shape[0], np.int64)
    for k in range(r.shape[1] - 1, -1, -1):
        going_on = r[:, k] - c[:, k] + value / growth
        kept = going_on > 0
        value, years = np.where(kept, going_on, 0), np.where(kept, years + 1, 0)
    return value, years


@dataclass(frozen=True, slots=True)
class RenewalWarnings:
    """Where an appraised value contradicts what the owner does with the annuities, bool (patents,).

    below_keeping : the owner keeps paying, yet the value is below the least that this implies
    above_lapsing : the owner lets it lapse, yet the value is not below the annuity that would keep it
    """

    below_keeping: NDArray[np.bool_]
    above_lapsing: NDArray[np.bool_]


def renewal_warnings(
    appraised: Int64, kept: Int64, next_annuity: Int64, lapsing: NDArray[np.bool_]
) -> RenewalWarnings:
    """Compare appraised values with :func:`kept_value` and with the next annuity, all (patents,) fen.

    lapsing : whether the owner has not paid an annuity that is due, or has said that it will not
    """
    return RenewalWarnings(
        ~lapsing & (appraised < kept), lapsing & (appraised >= next_annuity) & (next_annuity > 0)
    )


def _present(date: np.datetime64, amounts: ArrayLike, due: Days, discount: ArrayLike) -> Float64:
    time = years_from(date, due)
    amount = np.asarray(amounts, np.float64)
    if ((time < 0) & (amount != 0)).any():
        raise ValueError("an annuity that counts was due before the date")
    rate = np.asarray(discount, np.float64)[:, None] / RATE_UNITS
    present: Float64 = amount * (1 + rate) ** -np.maximum(time, 0)
    return present
