"""Prices, yields, spreads and sensitivities of one note's cash flows. Source of each: ``docs/reference/prices.md``.

Prices are dirty and per 100 of the balance at settlement unless they are called clean. A yield is None where it lies
outside :data:`RANGE`, where the note is paid nothing, or where the price is not above 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.market.curves import Discount
from securitize.pricing.note_flows import PAR, NoteFlows
from securitize.pricing.path_values import yields, z_spreads

#: Years of the key rates; the sensitivities to them sum to the effective duration.
KEY_RATES = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0)
BASIS_POINT = 1e-4
#: Of yields and spreads that are printed.
RANGE = (-0.99, 100.0)
_STEPS = (BASIS_POINT, -BASIS_POINT)
#: Why a yield is not there.
Reason = Literal["paid nothing", "price not above 0", "beyond range", "interest not paid in full"]


@dataclass(frozen=True, slots=True)
class Sensitivities:
    """macaulay, modified : of the street yield, years;  convexity : years squared, likewise; None without that yield
    effective : of the curve, and of the index with it, in parallel, years;  dv01 : money for a basis point of them
    spread    : of the spread alone, years
    """

    macaulay: float | None
    modified: float | None
    convexity: float | None
    effective: float
    dv01: float
    spread: float


def factors_from(flows: NoteFlows, discount: Discount, spread: float = 0.0) -> Float64:
    """Discount factors from settlement to each payment at the curve and a continuous spread, (T,)."""
    start = float(discount([flows.settlement])[0])
    found: Float64 = discount(flows.dates) / start * np.exp(-spread * flows.years)
    return found


def price_at(flows: NoteFlows, discount: Discount, spread: float = 0.0) -> float:
    """The dirty price at the curve and a continuous spread of either sign."""
    return float(flows.cash @ factors_from(flows, discount, spread))


def z_spread(flows: NoteFlows, discount: Discount, price: float) -> float:
    """The continuous spread over the curve at which the note is worth a dirty price."""
    return float(z_spreads(flows.cash[None], flows.days, factors_from(flows, discount), price)[0])


def annual_yield(flows: NoteFlows, price: float) -> float:
    """The effective annual rate, ACT/365F, at which the note is worth a dirty price."""
    return float(yields(flows.cash[None], flows.days, price)[0])


def annual_price(flows: NoteFlows, rate: float) -> float:
    """The dirty price at an effective annual rate, ACT/365F."""
    return float(flows.cash @ (1 + rate) ** -flows.years)


def within_range(rate: float | None) -> float | None:
    """A rate that may be printed, None for any other."""
    return rate if rate is not None and RANGE[0] <= rate <= RANGE[1] else None


def reason_of_margin(flows: NoteFlows) -> Reason | None:
    """Why the cash of a floating note at the index held is not known; None where it is."""
    unknown = flows.floating is not None and flows.floating.held() is None
    return "interest not paid in full" if unknown else None


def reason_of(flows: NoteFlows, price: float) -> Reason:
    """Why a yield of these flows at a dirty price is not there."""
    if not flows.cash.any():
        return "paid nothing"
    return "beyond range" if price > 0 else "price not above 0"


def effective_yield(flows: NoteFlows, price: float) -> float | None:
    """:func:`annual_yield` within the range."""
    if price <= 0 or not flows.cash.any():
        return None
    return within_range(annual_yield(flows, price))


def street_yield(flows: NoteFlows, price: float) -> float | None:
    """r with price = sum of CF (1 + r/f)^-n; one payment left within a period: CF / (1 + r n/f)."""
    often, (cash, times) = flows.payments_a_year, _paid(flows, flows.counted.street)
    if price <= 0 or not len(cash):
        return None
    if _simple(times):
        return within_range(float((cash[0] / price - 1) * often / times[0])) if times[0] else None
    return _compounded(cash, times, price, often)


def interbank_yield(flows: NoteFlows, price: float) -> float | None:
    """The yield by the convention of China's interbank market.

    With several payments left price = sum of CF_k / (1 + y / f)^(n_k), n_k the periods of 12 / f months from settlement
    to the payment by actual days, broken ones by their fraction. With one left in a year CF / (1 + y D / TY), D actual
    days to it, TY those of the year from the payment before it; with one left later CF / (1 + y)^(D / 365).
    """
    cash, times = _paid(flows, flows.counted.interbank)
    if price <= 0 or not len(cash):
        return None
    if len(cash) == 1:
        (days, year), ratio = _last_days(flows), float(cash[0]) / price
        simple = (ratio - 1) * year / days
        return within_range(simple if days <= year else float(np.expm1(np.log(ratio) * 365 / days)))
    return _compounded(cash, times, price, flows.payments_a_year)


def _paid(flows: NoteFlows, times: Float64) -> tuple[Float64, Float64]:
    """What is paid where anything is, and when."""
    paid = flows.cash != 0
    return flows.cash[paid], times[paid]


def _simple(times: Float64) -> bool:
    return len(times) == 1 and times[0] <= 1


def _last_days(flows: NoteFlows) -> tuple[int, int]:
    """Days to the one payment that is left, and those of the year from the payment date before it."""
    day = flows.dates[int(np.flatnonzero(flows.cash)[0])]
    return (day - flows.settlement).days, (_year_after(flows.previous) - flows.previous).days


def _compounded(cash: Float64, times: Float64, price: float, often: int) -> float | None:
    """r with price = sum of cash (1 + r / often)^-times.

    ln(sum of cash x exp(-x t)) falls in x and is convex (Hoelder): Newton's steps reach the root from its left.
    """
    if cash[times == 0].sum() >= price:
        return None
    logs, rate = np.log(cash / price), 0.0
    for _ in range(100):
        exponents = logs - rate * times
        largest = float(exponents.max())
        shares = np.exp(exponents - largest)
        total = float(shares.sum())
        step = (largest + float(np.log(total))) * total / float(shares @ times)
        rate += step
        if abs(step) <= 1e-12:
            break
    with np.errstate(over="ignore"):
        return within_range(float(often * np.expm1(rate)))


def current_yield(flows: NoteFlows, price: float) -> float | None:
    """A year's coupon over the clean price; None where that is not above 0."""
    clean = price - flows.accrued
    return flows.coupon * PAR / clean if clean > 0 else None


def discount_margin(flows: NoteFlows, price: float) -> float | None:
    """Of a floating note what is added to its index, held, in discounting, to be worth a dirty price; None of others.

    PV = sum of CF_k / product over j <= k of (1 + (L_j + m) t_j), t_j years of interest periods by the note's day
    count, of the first what is left of it; CF with coupons that are not fixed yet at L, None where these are not
    known. Source: Fabozzi, Handbook of Fixed Income Securities.
    """
    if flows.floating is None or price <= 0 or not flows.cash.any():
        return None
    index, lengths, beyond = flows.floating.index, flows.counted.lengths, flows.floating.held()
    if beyond is None:
        return None
    cash = flows.cash + beyond

    def worth(margin: float) -> float:
        return float(cash @ np.exp(-np.cumsum(np.log1p((index + margin) * lengths)))) - price

    some = lengths > 0
    # Below, a period would lose all.
    least = float((-1 / lengths[some] - index[some]).max(initial=-1)) + 1e-9
    return _root(worth, max(RANGE[0], least), RANGE[1])


def sensitivities(flows: NoteFlows, discount: Discount, price: float) -> Sensitivities:
    """At a dirty price; the curve shifts in continuous zero rates, the spread over it staying."""
    spread = z_spread(flows, discount, price)
    wider, tighter = (price_at(flows, discount, spread + step) for step in (BASIS_POINT, -BASIS_POINT))
    parallel = np.ones(len(flows.dates))
    factors = factors_from(flows, discount, spread)
    up, down = (_shifted(flows, factors, parallel, parallel, parallel, step) for step in _STEPS)
    return Sensitivities(
        *_of_street_yield(flows, street_yield(flows, price), price),
        effective=(down - up) / (2 * BASIS_POINT * price),
        dv01=(down - up) / 2,
        spread=(tighter - wider) / (2 * BASIS_POINT * price),
    )


def _of_street_yield(
    flows: NoteFlows, rate: float | None, price: float
) -> tuple[float | None, float | None, float | None]:
    """Macaulay and modified duration, years, and convexity, years squared."""
    if rate is None:
        return None, None, None
    cash, times = _paid(flows, flows.counted.street)
    years, often = times / flows.payments_a_year, flows.payments_a_year
    if _simple(times):
        left = float(years[0])
        modified = left / (1 + rate * left)
        return left, modified, 2 * modified**2
    growth = 1 + rate / often
    values = cash * growth**-times / price
    macaulay = float(values @ years)
    return macaulay, macaulay / growth, float(values @ (years * (years + 1 / often))) / growth**2


def _shifted(
    flows: NoteFlows, factors: Float64, shares: Float64, first: Float64, last: Float64, step: float
) -> float:
    """The value where zero rates move by ``step`` times shares: at payments, at resets and at their ends, (T,) each."""
    cash = flows.cash
    if flows.floating is not None:
        cash = cash + flows.floating.moved(step * flows.floating.shifts(first, last))
    return float(cash @ (factors * np.exp(-step * shares * flows.years)))


def key_rate_durations(flows: NoteFlows, discount: Discount, price: float) -> Float64:
    """What a shift of each key rate alone takes from the price, relative, years; they sum to the effective duration.

    A shift holds in full at its key rate and falls to nothing at the neighbours, and holds beyond the ends (Ho 1992).
    Returns (KEY_RATES,).
    """
    factors = factors_from(flows, discount, z_spread(flows, discount, price))
    years = flows.years
    ends = (years, years) if flows.floating is None else tuple(flows.floating.resets.T)
    found = []
    for row in np.eye(len(KEY_RATES)):
        shares, first, last = (np.interp(at, KEY_RATES, row) for at in (years, *ends))
        up, down = (_shifted(flows, factors, shares, first, last, step) for step in _STEPS)
        found.append((down - up) / (2 * BASIS_POINT * price))
    return np.array(found)


def par_coupon(flows: NoteFlows, discount: Discount, spread: float) -> float | None:
    """The coupon by the note's day count at which these flows are worth par; None where there is no balance.

    Interest of each period is paid, or joins the balance, in the share in which the note's own does; repayments take
    their share of the balance. Without what joins it is (100 - PV(principal)) / sum of balance x years x factor.
    With the mean flows of random paths it is the coupon that also pays for expected losses.
    """
    factors, balance = factors_from(flows, discount, spread), flows.balance
    lengths = flows.counted.lengths
    annuity = float((balance * lengths) @ factors)
    if annuity <= 0:
        return None
    if not flows.joined.any():
        return within_range((PAR - float(flows.principal @ factors)) / annuity)

    def lacks(coupon: float) -> float:
        return PAR - float(_at_coupon(flows, coupon) @ factors)

    return _root(lacks, 0.0, RANGE[1])


def _at_coupon(flows: NoteFlows, coupon: float) -> Float64:
    """What the note would be paid at another coupon, (T,)."""
    ahead = np.append(flows.balance[1:], 0.0)
    left, paid = flows.balance[0], np.zeros(len(flows.dates))
    interest = flows.interest + flows.joined
    for k, joined in enumerate(flows.joined):
        due = coupon * left * flows.counted.lengths[k]
        joins = due * (joined / interest[k] if interest[k] > 0 else 0.0)
        owed, own = left + joins, flows.balance[k] + joined
        repaid = owed * (flows.principal[k] / own if own > 0 else 0.0)
        paid[k] = due - joins + repaid
        left = owed * (ahead[k] / own if own > 0 else 0.0)
    return paid


def _year_after(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return dt.date(day.year + 1, 3, 1)


def _root(value: Callable[[float], float], low: float, high: float) -> float | None:
    """Where a falling function is 0, by QuantLib's Brent; None where it has one sign on the whole stretch."""
    if not (value(low) >= 0 >= value(high)):
        return None
    found: float = ql.Brent().solve(value, 1e-15, min(max(0.03, low), high), low, high)
    return found
