"""500 random notes: yields, margins and par coupons against QuantLib, and against closed forms where it has none.

Source: ``docs/reference/prices.md``, sections 2a, 2c and 2d.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.market.evaluation import quantlib_date
from securitize.pricing import measures
from securitize.pricing.floating import FloatingCoupons
from tests.pricing.random_notes import COUNTERS, EVEN, FREQUENCY, RandomNote, drawn, moved

NOTES = 500
#: Every kind and day count comes up in the sample of the usual suite's.
SAMPLE = 60


BLOCKS = [range(SAMPLE), *(range(k, k + 110) for k in range(SAMPLE, NOTES, 110))]
#: Of the notes some with every change, the others in the deep suite.
each = pytest.mark.parametrize(
    "seeds",
    [pytest.param(block, marks=pytest.mark.deep(part="figures") if block.start else ()) for block in BLOCKS],
    ids=lambda block: str(block.start),
)


def price_of(seed: int) -> float:
    return float(np.random.default_rng(seed).uniform(80, 120))


def street_exponents(note: RandomNote) -> Float64:
    """Closed form: w of the running period, then one each of a regular period, f y of a broken one."""
    found = []
    for k in range(note.first, len(note.rates)):
        start, end = note.dates[k : k + 2]
        whole = moved(start, note.months) == end
        if not whole and note.day_count == "1/1":
            length = note.often * replace(note, day_count="ACT/ACT-ICMA").years(k, start, end)
        else:
            length = 1.0 if whole else note.often * note.years(k, start, end)
        if start < note.settlement:
            length *= 1 - note.years(k, start, note.settlement) / note.years(k, start, end)
        found.append(length)
    return np.cumsum(found)


def interbank_exponents(note: RandomNote) -> Float64:
    """Closed form: places on the line of the dates of the rule, each period in actual days."""

    def place(day: dt.date) -> float:
        k = -60
        while moved(note.regular[0], note.months * (k + 1)) <= day:
            k += 1
        start, end = (moved(note.regular[0], note.months * j) for j in (k, k + 1))
        return k + (day - start).days / (end - start).days

    return np.array([place(day) - place(note.settlement) for day in note.dates[note.first + 1 :]])


def assert_worth(rate: float | None, cash: Float64, n: Float64, often: int, price: float) -> None:
    """The rate prices the cash; where there is none, that of the price lies beyond an end of the range."""

    def worth(at: float) -> float:
        return float(cash @ (1 + at / often) ** -n)

    if rate is None:
        assert not worth(-0.99) > price > worth(100.0)
    else:
        assert worth(rate) == pytest.approx(price, rel=1e-10)


@each
def test_yields_against_closed_forms(seeds: Sequence[int]) -> None:
    for seed in seeds:
        note = drawn(seed)
        flows, price = note.flows(), price_of(seed)
        paid = flows.cash > 0
        cash, often = flows.cash[paid], flows.payments_a_year
        n = street_exponents(note)[paid]
        rate = measures.street_yield(flows, price)
        if len(cash) == 1 and n[0] <= 1:
            right = (cash[0] / price - 1) * often / n[0]
            assert rate == (pytest.approx(right, rel=1e-10) if -0.99 <= right <= 100 else None), seed
        else:
            assert_worth(rate, cash, n, often, price)
        rate = measures.interbank_yield(flows, price)
        if len(cash) > 1:
            assert_worth(rate, cash, interbank_exponents(note)[paid], often, price)


@each
def test_street_yields_durations_and_accrued_against_quantlib(seeds: Sequence[int]) -> None:
    compared = 0
    for seed in seeds:
        note = drawn(seed)
        flows, price = note.flows(), price_of(seed)
        if note.day_count not in EVEN or flows.joined.any() or len(flows.dates) == 1:
            continue
        counter, leg = COUNTERS[note.day_count], ql.Leg()
        scale = 100 / note.balance[note.first]
        for k in range(note.first, len(note.rates)):
            start, end, *period = (quantlib_date(day) for day in (*note.dates[k : k + 2], *note.reference(k)))
            coupon = ql.FixedRateCoupon(
                end, float(note.balance[k] * scale), float(note.rates[k]), counter, start, end, *period
            )
            assert coupon.amount() == pytest.approx(float(flows.interest[k - note.first]), abs=1e-12)
            leg.append(coupon)
            if note.principal[k]:
                leg.append(ql.SimpleCashFlow(float(note.principal[k] * scale), end))
        today, often = quantlib_date(note.settlement), FREQUENCY[note.months]
        rate = measures.street_yield(flows, price)
        assert rate is not None
        right = ql.CashFlows.yieldRate(
            leg, price, counter, ql.Compounded, often, False, today, today, 1e-13, 1000, rate + 1e-3
        )
        assert rate == pytest.approx(right, abs=1e-10), seed
        assert flows.accrued == pytest.approx(ql.CashFlows.accruedAmount(leg, False, today), abs=1e-10), seed
        at = ql.InterestRate(rate, counter, ql.Compounded, often)
        found = measures.sensitivities(flows, flat, price)
        for kind, value in ((ql.Duration.Macaulay, found.macaulay), (ql.Duration.Modified, found.modified)):
            assert value == pytest.approx(ql.CashFlows.duration(leg, at, kind, False, today), abs=1e-9), seed
        assert found.convexity == pytest.approx(ql.CashFlows.convexity(leg, at, False, today), rel=1e-9), seed
        compared += 1
    assert compared > len(seeds) // 4


@each
def test_the_interbank_yield_of_a_yearly_note_is_the_effective_one(seeds: Sequence[int]) -> None:
    for seed in seeds:
        note = drawn(seed)
        flows = note.flows()
        # With the reference periods of the broken ones.
        start = min(moved(note.regular[0], -12 * (2 - note.first)), note.dates[note.first])
        leap = any(start <= dt.date(y, 2, 29) <= moved(note.regular[-1], 12) for y in range(2012, 2056, 4))
        if note.months != 12 or leap or (flows.cash > 0).sum() == 1:
            continue
        found = measures.interbank_yield(flows, price_of(seed))
        assert found == pytest.approx(measures.annual_yield(flows, price_of(seed)), abs=1e-10), seed


@each
def test_discount_margins_against_the_formula(seeds: Sequence[int]) -> None:
    """The dirty price is made of a margin; what is known stays, what is not is at the index that is held."""
    for seed in seeds:
        note, random = drawn(seed), np.random.default_rng(seed)
        flows, k = note.flows(), note.first
        if flows.joined.any():
            continue
        periods, index, margin = len(flows.dates), random.uniform(0, 0.06), random.uniform(0, 0.03)
        lengths = np.array([note.years(j, *note.dates[j : j + 2]) for j in range(k, len(note.rates))])
        fixings = random.uniform(0.01, 0.05, periods)
        interest = flows.balance * (fixings + margin) * lengths
        resets = np.array([[j / 4, j / 4 + 0.25] for j in range(periods)])
        known = np.arange(periods) < 1
        coupons = FloatingCoupons(
            margin, 0.0, None, np.full(periods, index), fixings, np.zeros(periods), known,
            np.ones(periods, bool), np.zeros(periods, bool), interest, lengths, flows.balance, flows.principal, resets,
        )  # fmt: skip
        flows = replace(flows, interest=interest, floating=coupons)
        asked = random.uniform(-0.01, 0.05)
        left = lengths.copy()
        left[0] -= note.years(k, note.dates[k], note.settlement)
        worth, growth = 0.0, 1.0
        for j in range(periods):
            growth *= 1 + (index + asked) * left[j]
            rate = (fixings[j] if j == 0 else index) + margin
            worth += (flows.balance[j] * rate * lengths[j] + flows.principal[j]) / growth
        found = measures.discount_margin(flows, worth)
        assert found == pytest.approx(asked, abs=1e-10 / min(1.0, float(left.sum()))), seed


@each
def test_a_note_worth_par_at_issue_has_its_coupon_as_par_coupon(seeds: Sequence[int]) -> None:
    for seed in seeds:
        note = drawn(seed)
        if len(set(note.rates)) > 1:
            continue
        flows = replace(note, settlement=note.dates[0]).flows()
        spread = measures.z_spread(flows, flat, 100.0)
        assert measures.par_coupon(flows, flat, spread) == pytest.approx(note.rates[0], abs=1e-10), seed


def flat(days: Sequence[dt.date]) -> Float64:
    """A curve at 2%, continuous."""
    return np.exp(-0.02 * np.array([(day - dt.date(2015, 1, 1)).days / 365 for day in days]))
