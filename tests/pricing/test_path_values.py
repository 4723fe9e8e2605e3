"""Values, yields and spreads of many paths against QuantLib, closed forms and round trips."""

from __future__ import annotations

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.pricing.path_values import present_values, yields, z_spreads

SETTLEMENT = ql.Date(29, 2, 2024)
COUNT = ql.Actual365Fixed()
#: Of the annual rate: Newton's error is squared once more after steps below 1e-9, and sums of 60 terms round.
NEAR = 1e-12
#: What QuantLib's solvers are asked for; of high rates they do not reach the last digits.
ACCURACY = 1e-11


def drawn(seed: int, paths: int, dates: int) -> tuple[Float64, Int64]:
    random = np.random.default_rng(seed)
    cash = random.uniform(0, 10, (paths, dates)) * (random.random((paths, dates)) < 0.8)
    cash[:, -1] += random.choice([0, 60, 100], paths)
    cash[:, 0] += 1e-3
    return cash, np.cumsum(random.choice([28, 91, 92, 365], dates)).astype(np.int64)


def leg(cash: Float64, days: Int64) -> ql.Leg:
    return ql.Leg(
        [
            ql.SimpleCashFlow(float(amount), SETTLEMENT + int(day))
            for amount, day in zip(cash, days, strict=True)
        ]
    )


@pytest.mark.parametrize(("seed", "dates"), [(1, 1), (2, 7), (3, 40), (4, 120)])
def test_yields_and_spreads_against_quantlib(seed: int, dates: int) -> None:
    cash, days = drawn(seed, 60, dates)
    zero = ql.ZeroCurve(
        [SETTLEMENT, SETTLEMENT + 365, SETTLEMENT + 3650], [0.01, 0.02, 0.03], COUNT, ql.NullCalendar(), ql.Linear(),
        ql.Continuous,
    )  # fmt: skip
    zero.enableExtrapolation()
    factors = np.array([zero.discount(SETTLEMENT + int(day)) for day in days])
    price = cash.sum(axis=1) * np.random.default_rng(seed).uniform(0.4, 1.3, len(cash))
    values = present_values(cash, factors)
    found, spread = yields(cash, days, price), z_spreads(cash, days, factors, price)
    flat = ql.YieldTermStructureHandle(zero)
    for k in range(len(cash)):
        flows = leg(cash[k], days)
        assert values[k] == pytest.approx(
            ql.CashFlows.npv(flows, flat, False, SETTLEMENT, SETTLEMENT), rel=1e-13
        )
        # A price, not a rate, is what both agree on to the last digits where a rate hardly moves it.
        worth = ql.CashFlows.npv(
            flows, ql.InterestRate(float(found[k]), COUNT, ql.Compounded, ql.Annual), False, SETTLEMENT, SETTLEMENT
        )  # fmt: skip
        assert worth == pytest.approx(price[k], rel=1e-12)
        right = ql.CashFlows.yieldRate(
            flows, float(price[k]), COUNT, ql.Compounded, ql.Annual, False, SETTLEMENT, SETTLEMENT, ACCURACY, 1000,
            float(found[k]) * 1.01,
        )  # fmt: skip
        assert found[k] == pytest.approx(right, abs=1e-10, rel=1e-10)
        right = ql.CashFlows.zSpread(
            flows, float(price[k]), zero, COUNT, ql.Continuous, ql.Annual, False, SETTLEMENT, SETTLEMENT, ACCURACY,
            1000, float(spread[k]) + 1e-4,
        )  # fmt: skip
        assert spread[k] == pytest.approx(right, abs=1e-10)


def test_one_payment_has_a_closed_form() -> None:
    cash = np.array([[0.0, 110.0], [0.0, 90.0], [0.0, 1e-9], [0.0, 0.0]])
    found = yields(cash, np.array([100, 730], np.int64), 100.0)
    assert found[:3] == pytest.approx((cash[:3, 1] / 100) ** 0.5 - 1, abs=NEAR)
    assert np.isnan(found[3])


def test_a_note_at_par_yields_its_coupon() -> None:
    cash = np.array([[4.0, 4.0, 104.0]])
    assert yields(cash, np.array([365, 730, 1095], np.int64), 100.0) == pytest.approx([0.04], abs=NEAR)


def test_paths_beyond_the_range_of_floats_are_solved_too() -> None:
    # A cent today and a cent in thirty years for 1e9: the factor of the later one is beyond any float.
    cash, days = np.array([[1e-2, 1e-2], [1e-2, 0.0]]), np.array([1, 10950], np.int64)
    found = yields(cash, days, 1e9)
    rate = np.log1p(found[:1]) / 365
    assert np.exp(np.log(1e-11) - rate[0] * 10950) == pytest.approx(1, rel=1e-9)
    assert found[1] == -1
    assert z_spreads(cash, days, np.ones(2), 1e9)[1] == pytest.approx(365 * np.log(1e-11), rel=NEAR)


def test_spread_over_a_flat_curve_is_the_difference_of_rates() -> None:
    cash, days = drawn(9, 3000, 20)
    factors = np.exp(-0.03 * days / 365)
    found = z_spreads(cash, days, factors, 80.0)
    assert found == pytest.approx(np.log1p(yields(cash, days, 80.0)) - 0.03, abs=NEAR)


def test_prices_round_trip() -> None:
    cash, days = drawn(5, 5000, 12)
    price = cash.sum(axis=1) * 0.93
    rate = np.log1p(yields(cash, days, price))
    again = (cash * np.exp(-rate[:, None] * days / 365)).sum(axis=1)
    assert again == pytest.approx(price, rel=NEAR)


def test_cash_in_whole_minor_units_is_taken_as_it_is() -> None:
    cash, days = drawn(6, 50, 12)
    minor = np.rint(cash * 100).astype(np.int64)
    assert (yields(minor, days, 5000.0) == yields(minor.astype(np.float64), days, 5000.0)).all()


def test_what_cannot_be_valued_is_refused() -> None:
    cash, days = drawn(7, 5, 4)
    for wrong in (-cash, cash[0], cash[:, :3]):
        with pytest.raises(ValueError, match="cash"):
            yields(wrong, days, 100.0)
    for order in (days[::-1], days - days[0]):
        with pytest.raises(ValueError, match="days"):
            yields(cash, order, 100.0)
    with pytest.raises(ValueError, match="price"):
        yields(cash, days, np.array([1, 2, 3, 0, 4.0]))
    with pytest.raises(ValueError, match="factors"):
        z_spreads(cash, days, np.zeros(4), 100.0)


def test_a_path_is_worth_the_same_whatever_is_beside_it() -> None:
    cash, days = drawn(8, 500, 30)
    factors, price = np.exp(-0.02 * days / 365), cash.sum(axis=1) * 0.9
    whole = (
        yields(cash, days, price),
        z_spreads(cash, days, factors, price),
        present_values(cash, factors),
    )
    for some in (slice(0, 1), slice(3, 10), slice(100, 163)):
        part = (
            yields(cash[some], days, price[some]),
            z_spreads(cash[some], days, factors, price[some]),
            present_values(cash[some], factors),
        )
        assert all((one[some] == two).all() for one, two in zip(whole, part, strict=True))
