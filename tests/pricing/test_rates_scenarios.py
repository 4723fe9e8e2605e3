"""Prices under a scenario of interest rates: curve and coupons move together. Against QuantLib and by hand.

Source: ``docs/reference/prices.md``, section 1a.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from securitize.definitions.loading import load_market
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import differences_and_notes
from securitize.library import find_market, template
from securitize.market.evaluation import quantlib_date
from securitize.market.market_curves import loaded_curves
from securitize.market.moved_curves import RateMove, moved_curves
from securitize.studies.price.price import price
from securitize.studies.savings.inputs import financing_inputs
from tests.pricing import test_quoted_deals as quoted

written = quoted.written
CLOSING = dt.date(2024, 1, 15)
FIXED = (
    "2024-01-15", "2027-01-15", 'every = "6M", first = 2024-07-15, last = 2027-01-15', 'kind = "fixed", rate = 0.04',
    "30/360",
)  # fmt: skip
FLOATING = (
    "2024-01-15", "2027-01-15", 'every = "3M", first = 2024-04-15, last = 2027-01-15',
    'kind = "floating", index = "IX", margin = 0.005', "30/360",
)  # fmt: skip


def stressed(
    deal: Path, shift: float, at: str = "", **options: Any
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The base case, the case under the scenario, and the warnings."""
    day = f"at = {at}\n" if at else ""
    file = deal / "scenarios" / "moved.toml"
    file.write_text(f'name = "moved"\n[[stress]]\ndriver = "interest-rates"\n{day}shift = {shift}\n', "utf-8")
    found = price(deal, market=deal / "scenarios" / "markets" / "m.toml", scenarios=[file], **options)
    base, moved = found.arrow("prices").to_pylist()
    return dict(base), dict(moved), " ".join(map(str, found.warnings))


def test_a_fixed_note_is_worth_what_quantlib_says_at_the_shifted_curve(written: quoted.Written) -> None:
    base, moved, said = stressed(written(*FIXED), 0.01, z_spread=0.0)
    today = quantlib_date(CLOSING)
    flat = ql.FlatForward(today, 0.03, ql.Actual365Fixed(), ql.Compounded, ql.Annual)
    shift = ql.QuoteHandle(ql.SimpleQuote(0.01))
    shifted = ql.ZeroSpreadedTermStructure(ql.YieldTermStructureHandle(flat), shift)
    dates = [quantlib_date(dt.date(2024 + k // 2, 1 + 6 * (k % 2), 15)) for k in range(1, 7)]
    leg = ql.Leg([ql.SimpleCashFlow(2.0, day) for day in dates] + [ql.SimpleCashFlow(100.0, dates[-1])])
    for row, curve in ((base, flat), (moved, shifted)):
        right = ql.CashFlows.npv(leg, ql.YieldTermStructureHandle(curve), False, today, today)
        assert row["dirty_price"] == pytest.approx(right, abs=1e-9)
    assert "+100 basis points from 2024-01-15 on" in said
    assert "stands" not in said


def test_after_settlement_today_stands_and_forward_rates_move(written: quoted.Written) -> None:
    """From 1 June 2025 on, 503 days away; the three coupons before are worth what they were."""
    _, moved, said = stressed(written(*FIXED), -0.01, "2025-06-01", z_spread=0.0)
    worth = 0.0
    for k in range(1, 7):
        days = (dt.date(2024 + k // 2, 1 + 6 * (k % 2), 15) - CLOSING).days
        worth += (102.0 if k == 6 else 2.0) * 1.03 ** (-days / 365) * np.exp(0.01 * max(0, days - 503) / 365)
    assert moved["dirty_price"] == pytest.approx(worth, abs=1e-9)
    assert "-100 basis points from 2025-06-01 on" in said


@pytest.mark.parametrize("at", ["", "2020-01-01"])
def test_a_basis_point_moves_a_price_as_its_duration_says(at: str, written: quoted.Written) -> None:
    """Inside a period: the running coupon was fixed before the market's day, and stays."""
    deal = written(*FLOATING, "2024-02-20", index=(("2024-01-01", 0.02),))
    prices = [stressed(deal, shift, at, z_spread=0.01)[1]["dirty_price"] for shift in (-0.0001, 0.0001)]
    base = stressed(deal, 0.0, at, z_spread=0.01)[0]
    found = (prices[0] - prices[1]) / (2 * 1e-4 * base["dirty_price"])
    assert found == pytest.approx(base["effective_duration"], abs=2e-6)
    assert 0 < found < 0.2


def test_a_par_floater_at_its_reset_stays_at_par_but_for_its_margin(written: quoted.Written) -> None:
    """By hand: index and zero rates a point higher, so what moves is the worth of the margin, and days of a quarter."""
    deal = written(*FLOATING, index=(("2024-01-01", 0.02),))
    base, moved, _ = stressed(deal, 0.01, z_spread=0.0)
    days = [(dt.date(2024 + k // 4, 1 + 3 * (k % 4), 15) - CLOSING).days / 365 for k in range(1, 13)]
    for row, shift in ((base, 0.0), (moved, 0.01)):
        factors = np.array([1.03**-t * np.exp(-shift * t) for t in days])
        worth = 100 * (0.02 + shift + 0.005) / 4 * factors.sum() + 100 * factors[-1]
        assert row["dirty_price"] == pytest.approx(worth, abs=1e-8)
    assert abs(moved["dirty_price"] - base["dirty_price"]) < 0.05
    at_par = stressed(deal, 0.01, price=100.0)[1]
    assert at_par["discount_margin"] == pytest.approx(0.005, abs=1e-10)
    # A scenario that begins later: the index is 3% from the sixth quarter on, in coupons and in discounting.
    worth, growth, margin = 0.0, 1.0, 0.02
    for index in [0.02] * 5 + [0.03] * 7:
        growth *= 1 + (index + margin) / 4
        worth += 100 * (index + 0.005) / 4 / growth
    later = stressed(deal, 0.01, "2025-02-01", price=worth + 100 / growth)[1]
    assert later["discount_margin"] == pytest.approx(margin, abs=1e-10)


def test_par_yields_move_with_the_zero_rates() -> None:
    """Of whole years: (1 - P(n)) / sum of P, P moved; where nothing has moved yet, the quoted one."""
    curves = loaded_curves(load_market(find_market("china-2024-11-14")))
    moved = moved_curves(curves, [RateMove(curves.date, 0.01)])
    later = moved_curves(curves, [RateMove(dt.date(2027, 11, 14), 0.01)])
    for years in (1, 3, 5, 10):
        days = [curves.date.replace(year=curves.date.year + k) for k in range(1, years + 1)]
        factors = curves.discount(days) * np.exp([-0.01 * (day - curves.date).days / 365 for day in days])
        assert moved.par_yields.at(years) == pytest.approx((1 - factors[-1]) / factors.sum(), abs=1e-9)
        assert (later.par_yields.at(years) == curves.par_yields.at(years)) is (years <= 3)


def test_both_engines_pay_the_moved_coupons_to_the_cent(written: quoted.Written) -> None:
    """Coupons by hand: a point more from the reset of 15 April 2025 on; and line by line as the reference has them."""
    deal = written(*FLOATING, index=(("2024-01-01", 0.02),))
    stressed(deal, 0.01, "2025-03-01")
    calculation = calculate(prepare(deal, deal / "scenarios" / "moved.toml"))
    interest = calculation.lines[("note", "A", "accrued")].tolist()
    assert interest == [62_500_000] * 5 + [87_500_000] * 7
    assert differences_and_notes(calculation)[0] == []


def test_a_saving_compares_both_sides_at_the_moved_index() -> None:
    """Company and loan are lent and reset at a point more from the first draw on; before it the rate is known."""
    name = str(template("pledged-loan"))
    base = financing_inputs(name)
    moved = financing_inputs(name, scenario="rates-up-100")
    assert moved.one_sided is None
    assert moved.known_on is not None
    for days, shift in ((-1, 0), (0, 1_000_000), (400, 1_000_000)):
        day = moved.known_on + dt.timedelta(days=days)
        assert moved.index_history.value("LPR-1Y", day) == base.index_history.value("LPR-1Y", day) + shift
    floats = [sum(amount for _, amount in debt.interest) for debt in base.debts]
    higher = [sum(amount for _, amount in debt.interest) for debt in moved.debts]
    assert any(more > less for more, less in zip(higher, floats, strict=True))
