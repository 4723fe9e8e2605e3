"""Prices of a deal whose puts and calls are chosen on a lattice: the case of a callable bullet, and laws of terms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import UsageError
from securitize.studies.price.price import price

DEAL = """
name = "callable"
title = "Callable"
currency = "CNY"
pool = "p"
residual_to = "originator"
sources = []
[dates]
cut_off = 2024-11-15
closing = 2024-11-15
legal_final = 2029-11-15
calendar = "none"
payment = { every = "12M", first = 2025-11-15, last = 2029-11-15, adjustment = "unadjusted", accrual = "unadjusted" }
collection = { days_before = 0 }
[accounts.collection]
kind = "collection"
MORE
[notes.A]
rank = 1
balance = 100_000_000
day_count = "30/360"
coupon = { kind = "fixed", rate = COUPON }
principal = { kind = "bullet", date = 2029-11-15 }
PUTS
[[priority.normal]]
name = "interest"
pay = ["interest:A"]
[[priority.normal]]
name = "premium"
pay = ["PREMIUM"]
[[priority.normal]]
name = "principal"
pay = ["principal:A"]
[[priority.normal]]
name = "rest"
pay = ["originator"]
"""
POOL = """
name = "p"
title = "Pool"
currency = "CNY"
calendar = "none"
sources = []
synthetic = true
[obligors.o1]
title = "O"
[collateral.q1]
kind = "invention"
owner = "o1"
[contracts.c1]
kind = "projected"
obligor = "o1"
collateral = ["q1"]
start = 2024-11-15
cash = [
  { date = 2025-11-15, interest = 50_000_000, principal = 0 },
  { date = 2026-11-15, interest = 50_000_000, principal = 0 },
  { date = 2027-11-15, interest = 50_000_000, principal = 60_000_000 },
  { date = 2028-11-15, interest = 50_000_000, principal = 0 },
  { date = 2029-11-15, interest = 50_000_000, principal = 100_000_000 },
]
"""
MARKET = """
name = "m"
title = "Par yields of the case"
date = 2024-11-15
currency = "CNY"
calendar = "none"
sources = []
[curves.government]
kind = "par"
points = [
  { tenor = "1Y", rate = 0.018, kind = "assumed", source = "a case" },
  { tenor = "3Y", rate = 0.022, kind = "assumed", source = "a case" },
  { tenor = "5Y", rate = 0.025, kind = "assumed", source = "a case" },
  { tenor = "10Y", rate = 0.028, kind = "assumed", source = "a case" },
]
"""
CALL = "[issuer_call]\nprices = [{ from = 2025-11-15, price = 1.0 }]\n"
PUT = "puts = [{ date = 2027-11-15, share = 0.2, most = 0.5TERMS }]"


def deal(at: Path, coupon: float = 0.028, *, more: str = "", puts: str = "", terms: str = "") -> Path:
    """The bullet of the case, with other terms."""
    text = DEAL.replace("COUPON", f"{coupon}").replace("MORE", more).replace("PUTS", puts)
    text = text.replace("TERMS", terms).replace("PREMIUM", "put:A" if puts else "premium:A")
    if not puts and "issuer_call" not in more:
        text = text.replace('[[priority.normal]]\nname = "premium"\npay = ["premium:A"]\n', "")
    (at / "pool").mkdir(parents=True)
    (at / "deal.toml").write_text(text, encoding="utf-8")
    (at / "pool" / "pool.toml").write_text(POOL, encoding="utf-8")
    (at / "market.toml").write_text(MARKET, encoding="utf-8")
    return at


def priced(at: Path, spread: float | None = 0.0, **asked: Any) -> dict[str, Any]:
    found = price(at, market=at / "market.toml", z_spread=spread, **asked)
    row: dict[str, Any] = found.arrow("prices").to_pylist()[0]
    return {**row, "warnings": found.warnings}


#: Coupon: intrinsic, and Hull and White at 60 and at 100 basis points, as the case has them.
CASE = {
    0.022: (98.60, 98.21, 97.56),
    0.025: (100.00, 99.29, 98.55),
    0.028: (100.98, 100.18, 99.45),
    0.032: (101.38, 101.08, 100.46),
}


@pytest.mark.parametrize("coupon", CASE)
def test_the_callable_bullet_of_the_case(tmp_path: Path, coupon: float) -> None:
    at = deal(tmp_path / "d", coupon, more=CALL)
    intrinsic, low, high = CASE[coupon]
    assert priced(at, exercise="intrinsic")["dirty_price"] == pytest.approx(intrinsic, abs=0.01)
    found = priced(at, exercise="hull-white")
    assert found["dirty_price"] == pytest.approx(low, abs=0.01)
    assert (found["rate_volatility"], found["mean_reversion"]) == (0.006, 0.03)
    assert priced(at, exercise="hull-white", volatility=0.01)["dirty_price"] == pytest.approx(high, abs=0.01)


def test_volatility_to_nothing_is_intrinsic_exercise(tmp_path: Path) -> None:
    """Seasoned and between dates too: settled 100 days after closing, one date already past."""
    at = deal(tmp_path / "d", 0.0265, more=CALL)
    for settlement in (dt.date(2025, 2, 23), dt.date(2026, 1, 5)):
        both = [
            priced(at, settlement=settlement, exercise="intrinsic"),
            priced(at, settlement=settlement, exercise="hull-white", volatility=1e-7),
        ]
        assert both[0]["dirty_price"] == pytest.approx(both[1]["dirty_price"], abs=1e-4)


def test_what_is_beside_the_price(tmp_path: Path) -> None:
    """Worth and spread of the cash with nothing exercised; a clean price gives the spread back that it came from."""
    at = deal(tmp_path / "d", 0.03, more=CALL)
    found, held = priced(at, 0.004, exercise="hull-white"), priced(at, 0.004)
    assert found["option_adjusted_spread"] == 0.004
    assert found["option_value"] == pytest.approx(held["dirty_price"] - found["dirty_price"], abs=1e-10)
    assert found["z_spread"] > 0.0045
    assert found["option_adjusted_duration"] < held["effective_duration"] - 0.5
    again = priced(at, None, price=found["clean_price"], exercise="hull-white")
    assert again["option_adjusted_spread"] == pytest.approx(0.004, abs=1e-8)
    assert again["dirty_price"] == pytest.approx(found["dirty_price"], abs=1e-6)


def test_a_put_is_decided_when_its_window_closes(tmp_path: Path) -> None:
    """To know later is worth more; the share that is told is none of it. A window to the day is no window."""
    windows = {
        "none": "",
        "day": ", window = { from = 2027-10-01, until = 2027-11-14 }",
        "year": ", window = { from = 2026-10-01, until = 2026-11-16 }",
    }
    worth = {
        name: priced(deal(tmp_path / name, 0.025, puts=PUT, terms=terms), exercise="hull-white")
        for name, terms in windows.items()
    }
    held = priced(deal(tmp_path / "held", 0.025), exercise="hull-white")
    prices = {name: one["dirty_price"] for name, one in worth.items()}
    assert prices["day"] == pytest.approx(prices["none"], abs=1e-3)
    assert prices["none"] > prices["year"] + 0.02 > held["dirty_price"] + 0.1
    assert worth["none"]["option_value"] == pytest.approx(held["dirty_price"] - prices["none"], abs=1e-6)


def test_a_coupon_that_is_to_be_re_set_is_chosen_before_the_lattice(tmp_path: Path) -> None:
    """The issuer will set it at the rates of its day: neither side has an option that a fixed coupon would give."""
    terms = ", reset = { announced = 2027-10-01, lowest = 0.02, highest = 0.04 }"
    at = deal(tmp_path / "d", 0.025, puts=PUT.replace("0.5", "1"), terms=terms)
    chosen, found = (priced(at, exercise=rule) for rule in ("intrinsic", "hull-white"))
    assert found["exercised"] == chosen["exercised"]
    assert str(found["exercised"]).startswith("re-set A 2027-11-15 ")
    assert found["dirty_price"] == pytest.approx(chosen["dirty_price"], abs=1e-9)
    assert found["option_value"] == pytest.approx(0.0, abs=1e-9)


def test_a_clean_up_call_is_no_option_on_rates(tmp_path: Path) -> None:
    at = deal(tmp_path / "d", 0.05, more="[clean_up_call]\nthreshold = 0.9\n")
    given, found = priced(at), priced(at, exercise="hull-white")
    assert given["last_principal"] == dt.date(2027, 11, 15)
    assert found["dirty_price"] == pytest.approx(given["dirty_price"], abs=1e-9)
    assert found["option_value"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"exercise": "hull-white", "volatility": 0.0}, "volatility"),
        ({"exercise": "hull-white", "mean_reversion": -0.1}, "reversion"),
        ({"volatility": 0.01}, "hull-white"),
        ({"exercise": "hull-white", "performance": "x"}, "paths"),
    ],
)
def test_what_does_not_go_together_is_told(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        price("nanshan-5-2022", **asked)
