"""Puts and calls on the lattice against closed forms, QuantLib's tree and a binomial tree of Ho and Lee."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813
from scipy.optimize import brentq
from scipy.stats import norm

from securitize.base.arrays import Float64
from securitize.market.hull_white import HullWhite
from securitize.pricing.lattice import (
    CallOption,
    Options,
    Payments,
    PutOption,
    option_adjusted_spreads,
    option_values,
    plain_values,
    shifted,
    with_spreads,
)

#: A curve that is not flat: zero rates of 1.8% rising towards 3%.
LAST = 6.0


def zero(times: Any) -> Float64:
    found: Float64 = 0.03 - 0.012 * np.exp(-np.asarray(times, np.float64) / 4)
    return found


def options(notes: list[Payments], puts: list[PutOption], calls: list[CallOption]) -> Options:
    times = np.array(
        sorted(
            {
                0.0,
                *(time for note in notes for time in note.times.tolist()),
                *(put.decided for put in puts),
                *(put.paid for put in puts),
                *(call.time for call in calls),
            }
        )
    )
    return Options(notes, puts, calls, times, -zero(times) * times)


#: Irregular: a short first period, half years, a bullet of 100 at 2.7%.
TIMES = np.array([0.3, 0.8, 1.3, 1.8, 2.3, 2.8, 3.3, 3.8, 4.3, 4.8])
CASH = np.array([0.8, *[1.35] * 8, 101.35])
#: 100 in four parts, at 3.1%.
FALLING = np.array([0.9, 1.55, 1.55, 26.55, 1.16, 25.78, 0.78, 25.39, 0.39, 25.39])


def bond_option(model: HullWhite, expiry: float, strike: float, note: Payments, kind: int) -> float:
    """A call (1) or put (-1) on what a note is paid after a day, by Jamshidian's sum of options on zero bonds.

    Formulas: Brigo and Mercurio (2006), 3.40 to 3.44, written anew.
    """
    a, s = model.reversion, model.volatility
    later = [(t, c) for t, c in zip(note.times.tolist(), note.cash.tolist(), strict=True) if t > expiry]

    def reach(years: float) -> float:
        return (1 - math.exp(-a * years)) / a if a else years

    def discount(time: float) -> float:
        return math.exp(-(float(zero(time)) + note.spread) * time)

    deviation = s * math.sqrt((1 - math.exp(-2 * a * expiry)) / (2 * a) if a else expiry)

    def at_expiry(time: float, z: float) -> float:
        size = reach(time - expiry) * deviation
        return discount(time) / discount(expiry) * math.exp(-size * z - size**2 / 2)

    root = brentq(lambda z: sum(c * at_expiry(t, z) for t, c in later) - strike, -60, 60, xtol=1e-14)
    found = 0.0
    for time, cash in later:
        size = reach(time - expiry) * deviation
        own_strike = at_expiry(time, root)
        h = math.log(discount(time) / (discount(expiry) * own_strike)) / size + size / 2
        found += (
            kind
            * cash
            * (
                discount(time) * norm.cdf(kind * h)
                - own_strike * discount(expiry) * norm.cdf(kind * (h - size))
            )
        )
    return found


@pytest.mark.parametrize("cash", [CASH, FALLING], ids=["bullet", "amortizing"])
@pytest.mark.parametrize(
    ("reversion", "volatility"), [(0.03, 0.006), (0.0, 0.01), (0.2, 0.02), (0.03, 0.0005)]
)
def test_one_call_and_one_put_are_the_closed_option(
    cash: Float64, reversion: float, volatility: float
) -> None:
    model, k = HullWhite(reversion, volatility), 4
    note = Payments(TIMES, cash, 0.004)
    outstanding = {10: 100.0}.get(0, 100.0 if cash is CASH else 75.0)
    strike, due = outstanding * 1.001, float(cash[k])
    for nodes, within in ((200, 1e-6), (400, 1e-9)):
        called = options([note], [], [CallOption(TIMES[k], np.array([due + strike]))])
        plain = float(plain_values(called)[0])
        assert option_values(called, model, nodes)[0] == pytest.approx(
            plain - bond_option(model, TIMES[k], strike, note, 1), abs=within
        )
        put = options([note], [PutOption(0, TIMES[k], TIMES[k], 0.6 * strike, 0.4)], [])
        assert option_values(put, model, nodes)[0] == pytest.approx(
            plain + 0.6 * bond_option(model, TIMES[k], strike, note, -1), abs=within
        )


def test_several_calls_are_those_of_quantlibs_tree() -> None:
    """To what that is off at 200 steps; it comes nearer as the square root of its cost."""
    today = ql.Date(15, 11, 2023)
    old = ql.Settings.instance().evaluationDate
    ql.Settings.instance().evaluationDate = today
    try:
        schedule = ql.Schedule(
            today, today + ql.Period(5, ql.Years), ql.Period(1, ql.Years), ql.NullCalendar(),
            ql.Unadjusted, ql.Unadjusted, ql.DateGeneration.Forward, False,
        )  # fmt: skip
        days = list(schedule)
        curve = ql.YieldTermStructureHandle(ql.FlatForward(today, 0.025, ql.Actual365Fixed(), ql.Continuous))
        callable_ = ql.CallabilitySchedule()
        for day in days[1:-1]:
            price = ql.BondPrice(100, ql.BondPrice.Clean)
            callable_.append(ql.Callability(price, ql.Callability.Call, day))
        bond = ql.CallableFixedRateBond(
            0,
            100,
            schedule,
            [0.025],
            ql.Thirty360(ql.Thirty360.BondBasis),
            ql.Unadjusted,
            100,
            today,
            callable_,
        )
        bond.setPricingEngine(ql.TreeCallableFixedRateBondEngine(ql.HullWhite(curve, 0.03, 0.006), 200))
        tree = bond.dirtyPrice()
    finally:
        ql.Settings.instance().evaluationDate = old
    times = np.array([(day - today) / 365 for day in days[1:]])
    note = Payments(times, np.array([2.5] * 4 + [102.5]), 0.0)
    known = np.array([0.0, *times])
    calls = [CallOption(time, np.array([102.5])) for time in times[:-1].tolist()]
    found = option_values(Options([note], [], calls, known, -0.025 * known), HullWhite(0.03, 0.006))[0]
    assert found == pytest.approx(tree, abs=2e-3)


#: Two notes, a senior one that falls and a junior bullet; the issuer may call both; the senior one may be put,
#: first said ten days of a year of 100 before it is paid, then on the day.
STEP = 0.01
SENIOR = Payments(TIMES, FALLING, 0.003)
JUNIOR = Payments(TIMES, 0.4 * CASH + 0.2, 0.012)
LEFT = {2: 100.0, 4: 75.0, 6: 50.0}
CALLS = [CallOption(TIMES[k], np.array([FALLING[k] + LEFT[k], JUNIOR.cash[k] + 40.2])) for k in (2, 4, 6)]
PUTS = [
    PutOption(0, 1.7, TIMES[3], 0.5 * 75.0, 0.5),
    PutOption(0, TIMES[5], TIMES[5], 50.0, 0.0),
]


def binomial(volatility: float, puts: list[PutOption], calls: list[CallOption]) -> Float64:
    """Both notes on a recombining tree of Ho and Lee, every hundredth of a year: another lattice, no mean reversion."""
    steps = round(TIMES[-1] / STEP)
    due = [{round(t / STEP): c for t, c in zip(n.times, n.cash, strict=True)} for n in (SENIOR, JUNIOR)]
    move, spreads = volatility * math.sqrt(STEP), (SENIOR.spread, JUNIOR.spread)
    prices, factors = np.ones(1), []
    for i in range(steps):
        raw = np.exp(-move * (2 * np.arange(i + 1) - i) * STEP)
        target = math.exp(-float(zero((i + 1) * STEP)) * (i + 1) * STEP)
        factors.append(raw * target / float(prices @ raw))
        prices = (np.append(prices * factors[-1], 0) + np.append(0, prices * factors[-1])) / 2
    values = np.zeros((2, steps + 1))
    given = {k: np.zeros(steps + 1) for k in range(len(puts))}

    def back(later: Float64, i: int, note: int) -> Float64:
        found: Float64 = (later[:-1] + later[1:]) / 2 * factors[i] * math.exp(-spreads[note] * STEP)
        return found

    for i in range(steps, -1, -1):
        for k, put in enumerate(puts):
            if round(put.decided / STEP) == i and put.paid > put.decided:
                values[put.note] = np.maximum(values[put.note], given[k])
        after = values.copy()
        values = values + np.array([[one.get(i, 0.0)] for one in due])
        given = {k: one + due[puts[k].note].get(i, 0.0) for k, one in given.items()}
        for k, put in enumerate(puts):
            if round(put.paid / STEP) == i:
                given[k] = values[put.note] + put.amount - (1 - put.left) * after[put.note]
                if put.paid == put.decided:
                    values[put.note] = np.maximum(values[put.note], given[k])
        for call in calls:
            if round(call.time / STEP) == i:
                called = values.sum(axis=0) > call.cash.sum()
                values = np.where(called, call.cash[:, None], values)
                given = {k: np.where(called, call.cash[puts[k].note], one) for k, one in given.items()}
        if i:
            values = np.stack([back(values[n], i - 1, n) for n in range(2)])
            given = {k: back(one, i - 1, puts[k].note) for k, one in given.items()}
    return values[:, 0]


@pytest.mark.parametrize(
    ("puts", "calls"), [([], CALLS), (PUTS, []), (PUTS, CALLS)], ids=["calls", "puts", "both"]
)
def test_two_notes_are_worth_what_a_binomial_tree_says(
    puts: list[PutOption], calls: list[CallOption]
) -> None:
    """One decision for both, told on its day; tree and lattice have nothing in common but the rules."""
    found = option_values(options([SENIOR, JUNIOR], puts, calls), HullWhite(0.0, 0.008))
    plain = plain_values(options([SENIOR, JUNIOR], puts, calls))
    assert found == pytest.approx(binomial(0.008, puts, calls), abs=0.004)
    assert np.abs(found - plain).max() > 0.1


def test_more_nodes_change_nothing_that_is_seen() -> None:
    """Monthly for ten years, callable after one: many decisions close together."""
    times = np.arange(1, 121) / 12
    senior = Payments(times, np.where(times < 5, 1.8, 0.0) + 0.1, 0.005)
    junior = Payments(times, np.where(times >= 5, 1.8, 0.0) + 0.3, 0.02)
    left = [(1.7 * max(0, 59 - k), 1.7 * min(60, 119 - k)) for k in range(120)]
    calls = [
        CallOption(times[k], np.array([senior.cash[k] + left[k][0], junior.cash[k] + left[k][1]]))
        for k in range(12, 119, 6)
    ]
    deal = options([senior, junior], [], calls)
    coarse, fine = (option_values(deal, HullWhite(0.03, 0.006), nodes) for nodes in (200, 400))
    assert coarse == pytest.approx(fine, abs=5e-4)
    assert (plain_values(deal) - fine).sum() > 1


def test_one_decision_takes_both_notes_and_their_sum_is_one_note() -> None:
    """At one spread two notes are worth what a note with the cash of both is, and not what each would be alone."""
    notes = [Payments(TIMES, FALLING, 0.003), Payments(TIMES, JUNIOR.cash, 0.003)]
    both = Payments(TIMES, FALLING + JUNIOR.cash, 0.003)
    model = HullWhite(0.03, 0.008)
    together = option_values(options(notes, [], CALLS), model)
    whole = option_values(
        options([both], [], [CallOption(c.time, c.cash.sum(keepdims=True)) for c in CALLS]), model
    )
    assert together.sum() == pytest.approx(whole[0], abs=1e-6)
    alone = [
        option_values(options([note], [], [CallOption(c.time, c.cash[k : k + 1]) for c in CALLS]), model)[0]
        for k, note in enumerate(notes)
    ]
    assert sum(alone) < together.sum() - 0.01


def test_value_falls_with_volatility_and_ends_in_the_best_single_date() -> None:
    """Without volatility the issuer knows today when it will call."""
    deal = options([SENIOR, JUNIOR], [], CALLS)
    worth = [option_values(deal, HullWhite(0.03, s)).sum() for s in (1e-7, 0.002, 0.004, 0.006, 0.01, 0.02)]
    assert all(later < earlier for earlier, later in pairwise(worth))

    def called(call: CallOption | None) -> float:
        found = 0.0
        for k, note in enumerate(deal.notes):
            kept = note.times < (np.inf if call is None else call.time)
            factors = deal.factors(note.times) * np.exp(-note.spread * note.times)
            found += float(note.cash[kept] @ factors[kept])
            if call is not None:
                found += float(call.cash[k] * factors[note.times == call.time][0])
        return found

    assert worth[0] == pytest.approx(min(called(call) for call in (None, *CALLS)), abs=1e-4)


def test_a_put_raises_the_value_more_with_volatility() -> None:
    deal = options([SENIOR, JUNIOR], PUTS, [])
    worth = np.array([option_values(deal, HullWhite(0.03, s)) for s in (1e-7, 0.003, 0.006, 0.012)])
    assert (np.diff(worth[:, 0]) > 0).all()
    assert worth[:, 1] == pytest.approx(plain_values(deal)[1], abs=1e-9)


def test_without_a_choice_nothing_is_added() -> None:
    deal = options([SENIOR, JUNIOR], [], [])
    assert option_values(deal, HullWhite(0.03, 0.006)) == pytest.approx(plain_values(deal), rel=1e-13)
    dear = options([SENIOR, JUNIOR], [], [CallOption(c.time, c.cash * 5) for c in CALLS])
    assert option_values(dear, HullWhite(0.03, 0.006)) == pytest.approx(plain_values(deal), abs=1e-8)


def test_spreads_are_found_again_from_their_values() -> None:
    model, deal = HullWhite(0.03, 0.008), options([SENIOR, JUNIOR], PUTS, CALLS)
    worth = option_values(deal, model)
    start = with_spreads(deal, [0.0, 0.03])
    assert option_adjusted_spreads(start, model, worth) == pytest.approx([0.003, 0.012], abs=1e-8)
    with pytest.raises(ValueError, match="no spread"):
        option_adjusted_spreads(
            options([SENIOR], [], [CallOption(0.3, np.array([100.9]))]), model, np.array([1e-3])
        )


def test_the_duration_of_a_called_note_is_shorter() -> None:
    """A shift of the curve and the same change of every spread are one."""
    model, deal = HullWhite(0.03, 0.008), options([SENIOR, JUNIOR], [], CALLS)
    moved = with_spreads(deal, [note.spread + 0.001 for note in deal.notes])
    assert option_values(shifted(deal, 0.001), model) == pytest.approx(option_values(moved, model), abs=1e-9)

    def duration(value: Callable[[Options], Float64]) -> Float64:
        up, down = value(shifted(deal, 1e-4)), value(shifted(deal, -1e-4))
        found: Float64 = (down - up) / (2e-4 * value(deal))
        return found

    assert (duration(lambda one: option_values(one, model)) < duration(plain_values) - 0.3).all()
