"""Measures of a note's cash against QuantLib, finite differences, closed forms and round trips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.market.evaluation import quantlib_date
from securitize.pricing import measures
from securitize.pricing.note_flows import NoteFlows, weighted_average_life, window
from securitize.pricing.yield_periods import Counted

COUNT = ql.Actual365Fixed()
#: Leap days, an irregular first period, and dates after 2027.
STARTS = [dt.date(2024, 2, 29), dt.date(2019, 9, 11), dt.date(2027, 12, 31), dt.date(2023, 8, 30)]


def discount(days: Sequence[dt.date]) -> Float64:
    """A curve that rises: zero rates of 1% and 0.2% more a year, continuous."""
    t = np.array([(day - dt.date(2019, 1, 1)).days / 365 for day in days])
    found: Float64 = np.exp(-(0.01 + 0.001 * t) * t)
    return found


def noted(
    settlement: dt.date,
    dates: tuple[dt.date, ...],
    interest: Float64,
    principal: Float64,
    balance: Float64,
    previous: dt.date,
    accrued: float,
    coupon: float,
    often: int,
    interbank: Sequence[float] | None = None,
) -> NoteFlows:
    """A note whose yields count years of 365 days, or the periods that are given."""
    years = np.array([(day - settlement).days / 365 for day in dates])
    times = often * years if interbank is None else np.array(interbank)
    counted = Counted(often * years, times, np.diff(years, prepend=0.0))
    nothing = np.zeros(len(dates))
    return NoteFlows(
        settlement, dates, interest, principal, balance, previous, accrued, coupon, often, counted, nothing
    )


def drawn(seed: int) -> NoteFlows:
    """A note that amortizes, defers its interest, or capitalises it; at par or not, within a period or at its start."""
    random = np.random.default_rng(seed)
    kind, often = ("amortizing", "deferred", "capitalised")[seed % 3], int(random.choice([1, 2, 4]))
    start, count = STARTS[seed % len(STARTS)], int(random.integers(1, 24))
    stub = int(random.integers(20, 400 // often))
    month = 12 // often
    first = start + dt.timedelta(days=stub)
    dates = [_later(first, month * k) for k in range(count)]
    coupon, balance, unpaid = random.uniform(0, 0.12), 100.0, 0.0
    interest, principal, left = np.zeros(count), np.zeros(count), np.zeros(count)
    begins = start
    for k, day in enumerate(dates):
        left[k] = balance
        due = balance * coupon * (day - begins).days / 365
        last = k + 1 == count
        if kind == "amortizing" or last:
            interest[k], unpaid = due + unpaid, 0.0
        elif kind == "deferred":
            unpaid += due
        else:
            balance += due
        principal[k] = balance if last else balance * random.uniform(0, 0.3) * (kind == "amortizing")
        balance -= principal[k]
        begins = day
    settlement = start + dt.timedelta(days=int(random.integers(0, stub)))
    accrued = 100 * coupon * (settlement - start).days / 365
    return noted(settlement, tuple(dates), interest, principal, left, start, accrued, coupon, often)


def street_price(flows: NoteFlows, rate: float) -> float:
    """The dirty price at a street yield."""
    paid, often = flows.cash > 0, flows.payments_a_year
    cash, n = flows.cash[paid], flows.counted.street[paid]
    if len(n) == 1 and n[0] <= 1:
        return float(cash[0] / (1 + rate * n[0] / often))
    return float(cash @ (1 + rate / often) ** -n)


def interbank_price(flows: NoteFlows, rate: float) -> float:
    """The dirty price at an interbank yield."""
    paid = np.flatnonzero(flows.cash)
    if len(paid) > 1:
        return float(flows.cash[paid] @ (1 + rate / flows.payments_a_year) ** -flows.counted.interbank[paid])
    days = int(flows.days[paid[0]])
    start = flows.previous
    leap = (start.month, start.day) == (2, 29)
    after = dt.date(start.year + 1, 3, 1) if leap else start.replace(year=start.year + 1)
    year = (after - start).days
    return float(
        flows.cash[paid[0]] / (1 + rate * days / year if days <= year else (1 + rate) ** (days / 365))
    )


def quantlib_leg(flows: NoteFlows) -> ql.Leg:
    """The cash as QuantLib's simple cash flows."""
    pairs = zip(flows.cash, flows.dates, strict=True)
    return ql.Leg([ql.SimpleCashFlow(float(amount), quantlib_date(day)) for amount, day in pairs])


def _later(day: dt.date, months: int) -> dt.date:
    found = quantlib_date(day) + ql.Period(months, ql.Months)
    return dt.date(found.year(), found.month(), found.dayOfMonth())


def curve(flows: NoteFlows) -> ql.YieldTermStructure:
    """The same curve in QuantLib, by its discount factors on the dates of the note."""
    days = [flows.settlement, *flows.dates]
    factors = discount(days) / discount([flows.settlement])[0]
    return ql.DiscountCurve([quantlib_date(day) for day in days], factors.tolist(), COUNT)


@pytest.mark.parametrize("tenth", range(10))
def test_a_thousand_notes_against_quantlib(tenth: int) -> None:
    for seed in range(100 * tenth, 100 * tenth + 100):
        flows = drawn(seed)
        today, structure = quantlib_date(flows.settlement), curve(flows)
        leg = quantlib_leg(flows)
        price = float(np.random.default_rng(seed).uniform(70, 140))
        spread = measures.z_spread(flows, discount, price)
        worth = ql.CashFlows.npv(leg, ql.YieldTermStructureHandle(structure), False, today, today)
        assert measures.price_at(flows, discount) == pytest.approx(worth, rel=1e-10)
        right = ql.CashFlows.zSpread(
            leg,
            price,
            structure,
            COUNT,
            ql.Continuous,
            ql.Annual,
            False,
            today,
            today,
            1e-12,
            1000,
            spread + 1e-3,
        )
        assert spread == pytest.approx(right, abs=1e-10, rel=1e-10)
        rate = measures.street_yield(flows, price)
        if rate is None:
            continue
        often = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly}[flows.payments_a_year]
        alone = flows.counted.street[-1] <= 1
        kind = ql.SimpleThenCompounded if alone else ql.Compounded
        right = ql.CashFlows.yieldRate(
            leg, price, COUNT, kind, often, False, today, today, 1e-12, 1000, rate + 1e-3
        )
        assert rate == pytest.approx(right, abs=1e-10, rel=1e-10)
        if alone:
            continue
        # Durations and convexity by the definitions, from the cash.
        t, v = flows.years, (1 + rate / flows.payments_a_year) ** (-flows.payments_a_year * flows.years)
        macaulay = float((flows.cash * v * t).sum() / price)
        growth = 1 + rate / flows.payments_a_year
        convexity = float((flows.cash * v * t * (t + 1 / flows.payments_a_year)).sum() / price / growth**2)
        found = measures.sensitivities(flows, discount, price)
        assert found.macaulay == pytest.approx(macaulay, abs=1e-10)
        assert found.modified == pytest.approx(macaulay / growth, abs=1e-10)
        assert found.convexity == pytest.approx(convexity, rel=1e-10)


@pytest.mark.parametrize("seed", range(60))
def test_quotes_round_trip(seed: int) -> None:
    flows, price = drawn(seed), 60.0 + seed
    spread = measures.z_spread(flows, discount, price)
    assert measures.price_at(flows, discount, spread) == pytest.approx(price, abs=1e-8)
    street = measures.street_yield(flows, price)
    assert street is None or street_price(flows, street) == pytest.approx(price, abs=1e-8)
    rate = measures.interbank_yield(flows, price)
    if rate is not None:
        assert interbank_price(flows, rate) == pytest.approx(price, abs=1e-8)


@pytest.mark.parametrize("seed", range(30))
def test_sensitivities_are_what_a_moved_curve_says(seed: int) -> None:
    flows, price = drawn(seed), 98.0
    spread = measures.z_spread(flows, discount, price)
    found = measures.sensitivities(flows, discount, price)
    step = 1e-5

    def moved(by: float) -> float:
        return measures.price_at(
            flows, lambda days: discount(days) * np.exp(-by * _years(flows, days)), spread
        )

    # Central differences are of the second order: two steps of different size agree to their squares.
    assert found.effective == pytest.approx((moved(-step) - moved(step)) / (2 * step * price), rel=1e-6)
    assert found.dv01 == pytest.approx((moved(-1e-4) - moved(1e-4)) / 2, rel=1e-10)
    rates = measures.key_rate_durations(flows, discount, price)
    assert rates.sum() == pytest.approx(found.effective, rel=1e-6)
    assert (rates >= 0).all()
    assert found.spread == pytest.approx(found.effective, rel=1e-9)  # the note does not float
    street = measures.street_yield(flows, price)
    if street is None:
        return
    by_yield = (street_price(flows, street - step) - street_price(flows, street + step)) / 2
    assert found.modified == pytest.approx(by_yield / (step * price), rel=1e-6)


def _years(flows: NoteFlows, days: Sequence[dt.date]) -> Float64:
    return np.array([(day - flows.settlement).days / 365 for day in days])


def bullet(coupon: float, years: int = 3) -> NoteFlows:
    """A note of annual coupons from a day without leap days between, at issue."""
    start = dt.date(2024, 3, 1)
    dates = tuple(dt.date(2024 + k, 3, 1) for k in range(1, years + 1))
    days = np.diff([day.toordinal() for day in (start, *dates)])
    interest = 100 * coupon * days / 365
    principal = np.append(np.zeros(years - 1), 100.0)
    return noted(start, dates, interest, principal, np.full(years, 100.0), start, 0.0, coupon, 1)


def test_a_note_discounted_at_its_coupon_is_worth_par() -> None:
    flows = bullet(0.04)
    assert street_price(flows, 0.04) == pytest.approx(100, rel=1e-12)
    assert measures.street_yield(flows, 100) == pytest.approx(0.04, abs=1e-12)
    assert measures.interbank_yield(flows, 100) == pytest.approx(0.04, abs=1e-10)
    assert measures.current_yield(flows, 100) == pytest.approx(0.04)


@pytest.mark.parametrize("spread", [-0.02, 0.0, 0.013])
def test_the_par_coupon_makes_a_note_worth_par(spread: float) -> None:
    coupon = measures.par_coupon(bullet(0.07), discount, spread)
    assert coupon is not None
    assert measures.price_at(bullet(coupon), discount, spread) == pytest.approx(100, rel=1e-12)


def test_the_last_period_is_simple_in_the_interbank_market() -> None:
    flows = noted(
        dt.date(2024, 6, 3), (dt.date(2024, 12, 1),), np.array([4.0]), np.array([100.0]), np.array([100.0]),
        dt.date(2023, 12, 1), 2.0, 0.04, 1,
    )  # fmt: skip
    days = (dt.date(2024, 12, 1) - dt.date(2024, 6, 3)).days
    # A leap day lies in the year from the last payment: 366 days.
    assert measures.interbank_yield(flows, 101.5) == pytest.approx((104 / 101.5 - 1) * 366 / days, abs=1e-10)


def test_one_payment_years_away_compounds_in_the_interbank_market() -> None:
    flows = noted(
        dt.date(2024, 3, 1), (dt.date(2029, 3, 1),), np.array([20.0]), np.array([100.0]), np.array([100.0]),
        dt.date(2024, 3, 1), 0.0, 0.0, 1,
    )  # fmt: skip
    assert measures.interbank_yield(flows, 100) == pytest.approx(1.2 ** (365 / 1826) - 1, abs=1e-10)


def test_dates_without_cash_are_no_periods_of_the_note() -> None:
    flows = bullet(0.04, 1)
    more = noted(
        flows.settlement, (dt.date(2024, 9, 1), *flows.dates, dt.date(2026, 3, 1)),
        np.array([0, *flows.interest, 0]), np.array([0, 100.0, 0]), np.full(3, 100.0), flows.previous, 0.0, 0.04, 1,
    )  # fmt: skip
    assert measures.interbank_yield(more, 99.0) == measures.interbank_yield(flows, 99.0)
    assert weighted_average_life(more) == 1
    assert window(more) == (dt.date(2025, 3, 1), dt.date(2025, 3, 1))
