"""Prices, yields, spreads and sensitivities of one note's cash flows. Source of each: ``docs/reference/prices.md``.

Prices are dirty and per 100 of the balance at settlement unless they are called clean. QuantLib values what it knows:
durations and convexity of a leg of simple cash flows; nothing of it follows the evaluation date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.market.curves import Discount
from securitize.market.evaluation import evaluation_date, quantlib_date
from securitize.pricing.note_flows import PAR, NoteFlows
from securitize.pricing.path_values import yields, z_spreads

#: Years of the key rates; the sensitivities to them sum to the effective duration.
KEY_RATES = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0)
BASIS_POINT = 1e-4
_FREQUENCIES = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly, 12: ql.Monthly}
_COUNT = ql.Actual365Fixed()
_ACCURACY, _MOST = 1e-12, 10_000


@dataclass(frozen=True, slots=True)
class Sensitivities:
    """macaulay, modified : of the street yield, years;  convexity : years squared, likewise
    effective : of a parallel shift of the curve, years;  dv01 : money for a basis point of it, of 100
    """

    macaulay: float
    modified: float
    convexity: float
    effective: float
    dv01: float


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


def street_yield(flows: NoteFlows, price: float) -> float:
    """The yield compounded as often as the note pays, ACT/365F, at which it is worth a dirty price."""
    often = flows.payments_a_year
    return float(often * np.expm1(np.log1p(annual_yield(flows, price)) / often))


def interbank_price(flows: NoteFlows, rate: float) -> float:
    """The dirty price at a yield by the convention of China's interbank market.

    With several payments left PV = sum of CF_k / (1 + y / f)^(n_k), n_k the periods of 12 / f months from settlement to
    the payment, that of settlement in part: the actual days left of it over its actual days, counted back from the
    note's first payment. With one left in a year PV = CF / (1 + y D / TY), D actual days to it, TY those of the year
    from the payment before it; with one left later PV = CF / (1 + y)^(D / 365).
    Source: People's Bank of China, standard for yields to maturity in the interbank bond market (2007).
    """
    # Dates on which the note is paid nothing are none of its payments.
    paid = np.flatnonzero(flows.cash)
    dates, cash = [flows.dates[k] for k in paid.tolist()], flows.cash[paid]
    first = (dates[0] - flows.settlement).days
    if len(dates) == 1:
        year = (_year_after(flows.previous) - flows.previous).days
        return float(cash[0] / (1 + rate * first / year if first <= year else (1 + rate) ** (first / 365)))
    times = _periods_to(dates[0], flows) + np.array([_whole_periods(dates[0], day, flows) for day in dates])
    return float(cash @ (1 + rate / flows.payments_a_year) ** -times)


def _periods_to(first: dt.date, flows: NoteFlows) -> float:
    """Periods from settlement to the note's first payment; more than 1 where earlier ones pass without one."""
    months, end, count = 12 // flows.payments_a_year, first, 0
    while (start := add_months(first, -months * (count + 1))) > flows.settlement:
        end, count = start, count + 1
    return count + (end - flows.settlement).days / (end - start).days


def _whole_periods(first: dt.date, day: dt.date, flows: NoteFlows) -> int:
    """Periods between two payments, the nearest whole number."""
    return round((day - first).days / 365.25 * flows.payments_a_year)


def interbank_yield(flows: NoteFlows, price: float) -> float | None:
    """The yield at which :func:`interbank_price` is a dirty price; None where none is between -99% and 10,000%."""
    return _root(lambda rate: interbank_price(flows, rate) - price, -0.99, 100.0)


def current_yield(flows: NoteFlows, price: float) -> float | None:
    """A year's coupon over the clean price; None where that is not above 0."""
    clean = price - flows.accrued
    return flows.coupon * PAR / clean if clean > 0 else None


def discount_margin(flows: NoteFlows, index: float, price: float) -> float | None:
    """What is added to an index rate, held, at which the note is worth a dirty price: simple over each period.

    PV = sum of CF_k / product over j <= k of (1 + (L + m) t_j), t_j years of 365 days. Source: Fabozzi, Handbook of
    Fixed Income Securities. None where there is no root between -99% and 10,000%.
    """
    lengths = np.diff(flows.years, prepend=0.0)

    def worth(margin: float) -> float:
        growth = 1 + (index + margin) * lengths
        return float(flows.cash @ (1 / np.cumprod(growth))) - price if (growth > 0).all() else np.inf

    return _root(worth, -0.99, 100.0)


def sensitivities(flows: NoteFlows, discount: Discount, price: float) -> Sensitivities:
    """At a dirty price; the curve shifts in continuous zero rates, the spread over it staying."""
    leg, settlement = quantlib_leg(flows), quantlib_date(flows.settlement)
    rate = street_rate(flows, street_yield(flows, price))
    with evaluation_date(flows.settlement):
        macaulay, modified = (
            ql.CashFlows.duration(leg, rate, kind, False, settlement)
            for kind in (ql.Duration.Macaulay, ql.Duration.Modified)
        )
        convexity = ql.CashFlows.convexity(leg, rate, False, settlement)
    spread = z_spread(flows, discount, price)
    up, down = (price_at(flows, discount, spread + step) for step in (BASIS_POINT, -BASIS_POINT))
    effective = (down - up) / (2 * BASIS_POINT * price)
    return Sensitivities(macaulay, modified, convexity, effective, (down - up) / 2)


def key_rate_durations(flows: NoteFlows, discount: Discount, price: float) -> Float64:
    """What a shift of each key rate alone takes from the price, relative, years; they sum to the effective duration.

    A shift holds in full at its key rate and falls to nothing at the neighbours, and holds beyond the ends (Ho 1992).
    Returns (KEY_RATES,).
    """
    spread = z_spread(flows, discount, price)
    factors = factors_from(flows, discount, spread)
    shares = np.array([np.interp(flows.years, KEY_RATES, row) for row in np.eye(len(KEY_RATES))])
    found = []
    for share in shares:
        up, down = (
            float(flows.cash @ (factors * np.exp(-step * share * flows.years)))
            for step in (BASIS_POINT, -BASIS_POINT)
        )
        found.append((down - up) / (2 * BASIS_POINT * price))
    return np.array(found)


def par_coupon(flows: NoteFlows, discount: Discount, spread: float) -> float | None:
    """The coupon on the balances of these flows at which they are worth par, ACT/365F; None where there are none.

    (100 - PV(principal)) / sum of balance x years x discount factor. With the mean flows of random paths it is the
    coupon that also pays for expected losses.
    """
    factors = factors_from(flows, discount, spread)
    starts = [flows.previous, *flows.dates[:-1]]
    lengths = np.array([(end - start).days / 365 for start, end in zip(starts, flows.dates, strict=True)])
    annuity = float((flows.balance * lengths) @ factors)
    return (PAR - float(flows.principal @ factors)) / annuity if annuity > 0 else None


def quantlib_leg(flows: NoteFlows) -> ql.Leg:
    """The cash as QuantLib's simple cash flows, from which it values."""
    return ql.Leg(
        [
            ql.SimpleCashFlow(float(amount), quantlib_date(day))
            for amount, day in zip(flows.cash, flows.dates, strict=True)
        ]
    )


def street_rate(flows: NoteFlows, rate: float) -> ql.InterestRate:
    """A street yield as QuantLib's."""
    return ql.InterestRate(rate, _COUNT, ql.Compounded, _FREQUENCIES[flows.payments_a_year])


def payments_a_year(dates: Sequence[dt.date]) -> int:
    """1, 2, 4 or 12, the nearest to what the dates say; 1 of one date."""
    if len(dates) < 2:
        return 1
    gap = (dates[-1] - dates[0]).days / (len(dates) - 1)
    return min(_FREQUENCIES, key=lambda often: abs(np.log(365 / often / gap)))


def _year_after(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return dt.date(day.year + 1, 3, 1)


def _root(value: Callable[[float], float], low: float, high: float) -> float | None:
    """Where a falling function is 0, by QuantLib's Brent; None where it has one sign on the whole stretch."""
    if not (value(low) >= 0 >= value(high)):
        return None
    found: float = ql.Brent().solve(value, 1e-13, min(max(0.03, low), high), low, high)
    return found
