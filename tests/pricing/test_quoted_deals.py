"""Quotes of written deals by hand: broken periods, steps, days between a written date and a payment, floating notes.

Source: ``docs/reference/prices.md``, sections 1 and 2.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from securitize.base.errors import CalculationError, UsageError
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.pricing import measures
from securitize.studies.price.dated_flows import flows_of
from securitize.studies.price.price import price

_DEAL = """name = "d"
title = "A bullet"
currency = "CNY"
pool = "p"
market = "m"
residual_to = "originator"
sources = []
[dates]
cut_off = {closing}
closing = {closing}
legal_final = {final}
calendar = "{calendar}"
payment = {{ {payment} }}
collection = {{ days_before = 0 }}
[accounts.collection]
kind = "collection"
[notes.A]
rank = 1
balance = 100_000_000
day_count = "{day_count}"
coupon = {{ {coupon} }}
principal = {{ kind = "bullet", date = {final} }}
{more}
[[priority.normal]]
name = "interest"
pay = ["interest:A"]
[[priority.normal]]
name = "principal"
pay = ["principal:A"]
[[priority.normal]]
name = "rest"
pay = ["originator"]
"""
_POOL = """name = "p"
title = "One claim"
currency = "CNY"
calendar = "none"
sources = []
synthetic = true
[obligors.o1]
title = "Company 1"
[collateral.p1]
kind = "invention"
owner = "o1"
[contracts.c1]
kind = "projected"
obligor = "o1"
collateral = ["p1"]
start = {closing}
cash = [{cash}
  {{ date = {final}, interest = 90_000_000, principal = 100_000_000 }},
]
"""
_MARKET = """name = "m"
title = "Flat"
date = {date}
currency = "CNY"
calendar = "none"
sources = []
[curves.government]
kind = "flat"
rate = 0.03
rate_kind = "assumed"
source = "test"
"""
_INDEX = """[[indices.IX]]
date = {date}
rate = {rate}
source = "test"
kind = "assumed"
"""
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def make(
        closing: str,
        final: str,
        payment: str,
        coupon: str,
        day_count: str = "ACT/365F",
        market: str = "",
        calendar: str = "none",
        more: str = "",
        index: tuple[tuple[str, float], ...] = (),
        cash_from: str = "",
    ) -> Path:
        years = range(int(closing[:4]), int(final[:4]) + 1)
        months = [f"{year}-{month:02}-01" for year in years for month in range(1, 13)]
        days = [day for day in months if max(closing, cash_from) < day < final]
        cash = "".join(f"\n  {{ date = {day}, interest = 90_000_000, principal = 0 }}," for day in days)
        (tmp_path / "pool").mkdir()
        deal = _DEAL.format(
            closing=closing, final=final, payment=payment, coupon=coupon, day_count=day_count,
            calendar=calendar, more=more,
        )  # fmt: skip
        (tmp_path / "deal.toml").write_text(deal, encoding="utf-8")
        pool = _POOL.format(closing=closing, final=final, cash=cash)
        (tmp_path / "pool" / "pool.toml").write_text(pool, encoding="utf-8")
        (tmp_path / "scenarios" / "markets").mkdir(parents=True)
        text = _MARKET.format(date=market or closing)
        text += "".join(_INDEX.format(date=day, rate=rate) for day, rate in index)
        (tmp_path / "scenarios" / "markets" / "m.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return make


def row(deal: Path, **options: Any) -> dict[str, Any]:
    (found,) = (
        price(deal, market=deal / "scenarios" / "markets" / "m.toml", **options).arrow("prices").to_pylist()
    )
    return dict(found)


def test_a_broken_last_period_counts_by_its_real_fraction(written: Written) -> None:
    deal = written(
        "2015-02-13", "2025-02-13", 'every = "6M", first = 2015-09-01, last = 2024-09-01, adjustment = "unadjusted"',
        'kind = "fixed", rate = 0.0375', "30/360", "2023-06-06",
    )  # fmt: skip
    found = row(deal, price=95.0)
    assert found["yield_interbank"] == pytest.approx(0.0691504, abs=1e-7)
    # By hand: 87 of 184 days to 1 September 2023, three payments, then 165 of 181 days; the last coupon is 162 of 360.
    rate, cash = found["yield_interbank"], (1.875, 1.875, 1.875, 100 + 3.75 * 162 / 360)
    times = (87 / 184, 87 / 184 + 1, 87 / 184 + 2, 87 / 184 + 2 + 165 / 181)
    worth = sum(paid * (1 + rate / 2) ** -n for paid, n in zip(cash, times, strict=True))
    assert worth == pytest.approx(95 + 3.75 * 95 / 360, rel=1e-9)


@pytest.mark.parametrize(("day_count", "accrued"), [("ACT/365F", 2.05 / 3.65), ("1/1", 2.05 / 0.91)])
def test_accrued_interest_bears_the_rate_of_each_day(
    day_count: str, accrued: float, written: Written
) -> None:
    """45 days at 4%, then 5 at 5%."""
    deal = written(
        "2024-01-01", "2024-10-01", 'every = "3M", first = 2024-04-01, last = 2024-10-01',
        'kind = "step-up", rate = 0.04, steps = [{ from = 2024-02-15, rate = 0.05 }]', day_count, "2024-02-20",
    )  # fmt: skip
    assert row(deal, price=100.0)["accrued"] == pytest.approx(accrued, rel=1e-8)


@pytest.mark.parametrize("coupon", ["", "steps = [{ from = 2024-09-15, rate = 0.05 }]"])
def test_accrued_interest_of_half_a_period_is_about_half_a_coupon(coupon: str, written: Written) -> None:
    """47 of 92 days at 2.4%, whatever the rate becomes later."""
    deal = written(
        "2024-01-01", "2024-10-01", 'every = "3M", first = 2024-04-01, last = 2024-10-01',
        f'kind = "step-up", rate = 0.024, {coupon}' if coupon else 'kind = "fixed", rate = 0.024', "1/1",
    )  # fmt: skip
    found = row(deal, price=100.0, settlement=dt.date(2024, 8, 17))
    assert found["accrued"] == pytest.approx(2.4 * 47 / 92, abs=1e-8)


def test_accrued_interest_by_whole_periods_is_never_more_than_the_coupon(written: Written) -> None:
    """Under `1/1` a period is a year: inside it the real fraction, each day at its rate, up to the whole coupon."""
    deal = written(
        "2024-01-01", "2025-01-01", 'every = "6M", first = 2024-07-01, last = 2025-01-01',
        'kind = "step-up", rate = 0.02, '
        'steps = [{ from = 2024-04-01, rate = 0.03 }, { from = 2024-10-01, rate = 0.01 }]', "1/1",
    )  # fmt: skip
    settlement = dt.date(2024, 1, 1)
    coupons, accrued = (91 * 2 + 91 * 3, 92 * 3 + 92), []
    for days in (0, 90, 91, 92, 181, 182, 183, 273, 274, 275, 365):
        day = settlement + dt.timedelta(days=days)
        accrued.append(row(deal, price=100.0, settlement=day)["accrued"])
        by_hand = (
            2 * min(days, 91) + 3 * max(0, days - 91) if days < 182
            else 3 * min(days - 182, 92) + max(0, days - 274)
        ) / (182 if days < 182 else 184)  # fmt: skip
        assert accrued[-1] == pytest.approx(by_hand, abs=1e-8), day
        assert 0 <= accrued[-1] <= coupons[days >= 182] / (182 if days < 182 else 184)


def test_a_par_bond_yields_its_coupon_at_settlements_inside_a_period_too(written: Written) -> None:
    deal = written(
        "2024-01-15", "2029-01-15", 'every = "6M", first = 2024-07-15, last = 2029-01-15',
        'kind = "fixed", rate = 0.05', "30/360",
    )  # fmt: skip
    assert row(deal, price=100.0)["yield_street"] == pytest.approx(0.05, abs=1e-10)
    # 50 of 180 days over: what is worth par at the start has grown by them.
    accrued = 2.5 * 50 / 180
    dirty = 100 * 1.025 ** (50 / 180)
    found = row(deal, price=dirty - accrued, settlement=dt.date(2024, 3, 5))
    assert found["accrued"] == pytest.approx(accrued, rel=1e-12)
    assert found["yield_street"] == pytest.approx(0.05, abs=1e-10)
    # One payment left is simple: 60 days of 360.
    last = row(deal, price=99.0, settlement=dt.date(2028, 11, 15))
    assert last["yield_street"] == pytest.approx((102.5 / (99 + 2.5 * 120 / 180) - 1) * 6, rel=1e-10)
    assert last["modified_duration"] == pytest.approx((1 / 6) / (1 + last["yield_street"] / 6), rel=1e-10)


def test_an_absurd_yield_is_a_reason(written: Written) -> None:
    deal = written(
        "2019-11-24", "2021-05-24", 'every = "6M", first = 2020-05-24, last = 2021-05-24, adjustment = "unadjusted"',
        'kind = "fixed", rate = 0.0825', "30/360", "2021-05-20",
    )  # fmt: skip
    found = row(deal, price=16.25)
    names = ("yield_annual", "yield_street", "yield_interbank", "z_spread", "par_coupon")
    assert [found[name] for name in names] == [None] * len(names)
    assert found["yield_reason"] == "beyond range"
    # Within it the closed form: four of 365 days, four of 360.
    found, dirty = row(deal, price=99.0), 99 + 8.25 * 176 / 360
    assert found["yield_interbank"] == pytest.approx((104.125 / dirty - 1) * 365 / 4, rel=1e-10)
    assert found["yield_street"] == pytest.approx((104.125 / dirty - 1) * 360 / 4, rel=1e-10)
    assert found["yield_reason"] is None


def test_accrued_interest_between_a_written_date_and_its_payment(written: Written) -> None:
    """Sunday 2024-09-01 is paid on Monday: on Sunday all of the quarter has accrued; on Monday a day of the next."""
    deal = written(
        "2024-06-01", "2025-06-01", 'every = "3M", first = 2024-09-01, last = 2025-06-01, adjustment = "following"',
        'kind = "fixed", rate = 0.0365', "ACT/365F", calendar="weekends",
    )  # fmt: skip
    accrued = {
        day: row(deal, price=100.0, settlement=dt.date(2024, 8, 30) + dt.timedelta(days=day))["accrued"]
        for day in range(4)
    }
    assert accrued == pytest.approx({0: 0.90, 1: 0.91, 2: 0.92, 3: 0.01}, rel=1e-8)


def test_accrued_interest_that_is_paid_ahead_is_negative(written: Written) -> None:
    """Sunday 2024-09-01 is paid on Friday the 30th, with the interest of Friday and Saturday."""
    deal = written(
        "2024-06-01", "2025-05-30", 'every = "3M", first = 2024-09-01, last = 2025-03-01, adjustment = "preceding"',
        'kind = "fixed", rate = 0.0365', "ACT/365F", calendar="weekends",
    )  # fmt: skip
    accrued = [
        row(deal, price=100.0, settlement=dt.date(2024, 8, 29) + dt.timedelta(days=day))["accrued"]
        for day in range(5)
    ]
    assert accrued == pytest.approx([0.89, -0.02, -0.01, 0.0, 0.01], abs=1e-8)


@pytest.mark.parametrize(
    ("day_count", "every", "first"),
    [
        ("ACT/360", "1M", "2015-02-15"),
        ("ACT/365F", "3M", "2015-04-15"),
        ("30/360", "3M", "2015-04-15"),
        ("ACT/360", "12M", "2016-01-15"),
    ],
)
def test_the_margin_of_a_par_floater_on_every_reset_date_of_ten_years(
    day_count: str, every: str, first: str, written: Written
) -> None:
    """It is its margin, whatever the index does later; monthly, quarterly and yearly for ten years."""
    index = tuple(
        (f"{2015 + k // 4}-{3 * (k % 4) + 1:02}-10", round(0.02 + 0.003 * (7 * k % 11), 4)) for k in range(40)
    )
    deal = written(
        "2015-01-15", "2025-01-15", f'every = "{every}", first = {first}, last = 2025-01-15',
        'kind = "floating", index = "IX", margin = 0.02', day_count, index=index,
    )  # fmt: skip
    calculation = calculate(prepare(deal))
    note = calculation.prepared.deal.notes["A"]
    resets = [dt.date(2015, 1, 15), *calculation.resolved.schedule.payment[:-1]]
    assert len(resets) == 120 // int(every[:-1])
    for day in resets:
        flows = flows_of(calculation, "A", note, day)
        assert flows is not None
        assert flows.accrued == 0
        assert measures.discount_margin(flows, 100.0) == pytest.approx(0.02, abs=1e-12), day
        # The running coupon stays, so that rates move the price for about a period only.
        found = measures.sensitivities(
            flows, lambda days: np.exp([-0.0001 * d.toordinal() for d in days]), 100.0
        )
        assert found.effective < 1.2 * int(every[:-1]) / 12 + 0.15, day
        left = (dt.date(2025, 1, 15) - day).days / 365
        assert found.spread == pytest.approx(left, rel=0.35), day


def joining(written: Written, more: str, cash_from: str = "") -> Path:
    """A floater at the index and 2%, quarterly for two years; the index is 2%, but 5% from April on as is realised."""
    return written(
        "2024-01-15", "2026-01-15", 'every = "3M", first = 2024-04-15, last = 2026-01-15',
        'kind = "floating", index = "IX", margin = 0.02', "ACT/360", more=more,
        index=(("2024-01-01", 0.02), ("2024-04-01", 0.05)), cash_from=cash_from,
    )  # fmt: skip


def realised(deal: Path) -> Path:
    text = (deal / "deal.toml").read_text("utf-8")
    (deal / "deal.toml").write_text('fixings = "realised"\n' + text, "utf-8")
    return deal


@pytest.mark.parametrize("cash_from", ["2026-01-15", "2025-01-20"])
def test_interest_in_kind_joins_the_balance_at_the_index_held(cash_from: str, written: Written) -> None:
    """In kind to the end, or for a year and then paid: worth par at closing the margin is the note's own."""
    deal = realised(joining(written, 'unpaid_interest = "capitalised"', cash_from))
    calculation = calculate(prepare(deal))
    note = calculation.prepared.deal.notes["A"]
    flows = flows_of(calculation, "A", note, dt.date(2024, 1, 15))
    assert flows is not None
    assert flows.joined.any()
    assert measures.discount_margin(flows, 100.0) == pytest.approx(0.02, abs=1e-10)
    # By hand, a month later and at another price: the first coupon is known, each at 2% and 2%.
    flows = flows_of(calculation, "A", note, dt.date(2024, 2, 15))
    assert flows is not None
    dates = [dt.date(2024 + k // 4, 1 + 3 * (k % 4), 15) for k in range(9)]
    balance, growth, worth, margin = 100.0, 1.0, 0.0, 0.015
    for begin, end in pairwise(dates):
        left = (end - max(begin, dt.date(2024, 2, 15))).days / 360
        growth *= 1 + (0.02 + margin) * left
        due = balance * 0.04 * (end - begin).days / 360
        paid = str(end) >= cash_from
        worth += due / growth if paid else 0.0
        balance += 0.0 if paid else due
    worth += balance / growth
    assert measures.discount_margin(flows, worth) == pytest.approx(margin, abs=1e-10)
    # What the index moves joins the balance too: to par at the next reset, two months away.
    found = measures.sensitivities(
        flows, lambda days: np.exp([-0.04 * d.toordinal() / 365 for d in days]), worth
    )
    assert found.effective == pytest.approx(2 / 12, abs=0.02)


def test_a_margin_over_deferred_interest_is_there_only_where_its_cash_is_known(written: Written) -> None:
    """The engine alone knows what is paid later of interest at another index."""
    deal = joining(written, "deferrable = true", "2025-01-01")
    held = row(deal, price=100.0)
    assert held["discount_margin"] is not None
    assert held["yield_reason"] is None
    found = row(realised(deal), price=100.0)
    assert (found["discount_margin"], found["yield_reason"]) == (None, "interest not paid in full")
    assert found["yield_annual"] is not None


def test_a_price_before_closing_is_for_settlement_on_the_closing_day(written: Written) -> None:
    deal = written(
        "2024-01-15", "2026-01-15", 'every = "6M", first = 2024-07-15, last = 2026-01-15',
        'kind = "fixed", rate = 0.03', "30/360", "2024-01-08",
    )  # fmt: skip
    found = price(deal, market=deal / "scenarios" / "markets" / "m.toml", z_spread=0.0)
    (note,) = found.arrow("prices").to_pylist()
    assert (note["market_date"], note["settlement"]) == (dt.date(2024, 1, 8), dt.date(2024, 1, 15))
    # A forward price: at 3% a year from closing on.
    times = (182, 366, 547, 731)
    cash = (1.5, 1.5, 1.5, 101.5)
    worth = sum(paid * 1.03 ** (-days / 365) for paid, days in zip(cash, times, strict=True))
    assert note["dirty_price"] == pytest.approx(worth, rel=1e-9)
    assert "2024-01-15" in " ".join(map(str, found.warnings))
    with pytest.raises(CalculationError):
        price(deal, market=deal / "scenarios" / "markets" / "m.toml", settlement=dt.date(2024, 1, 9))


def test_a_price_that_pays_for_nothing_is_refused(written: Written) -> None:
    deal = written(
        "2024-06-01", "2025-05-30", 'every = "3M", first = 2024-09-01, last = 2025-03-01, adjustment = "preceding"',
        'kind = "fixed", rate = 0.0365', "ACT/365F", calendar="weekends",
    )  # fmt: skip
    with pytest.raises(UsageError):
        row(deal, price=0.01, settlement=dt.date(2024, 8, 30))
