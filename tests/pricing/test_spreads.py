"""At which spread a note is priced, and that without one it has no price: by hand, on irregular dates.

Source: ``docs/reference/prices.md``, section 1, and ``docs/reference/markets.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import DefinitionError, UsageError
from securitize.definitions.loading import load_market
from securitize.definitions.ratings import normal_rating, plain_rating
from securitize.library import find_market
from securitize.market.market_curves import loaded_curves
from securitize.market.market_rows import spread_rows
from securitize.market.used_spreads import spread_of
from securitize.studies.price.price import price
from tests.cli.program import securitize as program
from tests.pricing.test_option_prices import CALL, MARKET, POOL, PUT, deal

SETTLED = dt.date(2025, 3, 3)
#: The bullet of 2.8% a year by 30/360, settled inside a period.
CASH = [(dt.date(year, 11, 15), 2.8 + 100 * (year == 2029)) for year in range(2025, 2030)]
LIFE = (CASH[-1][0] - SETTLED).days / 365
#: Par yields are linear from 3 years at 2.2% to 5 years at 2.5%.
PAR_YIELD = 0.022 + (LIFE - 3) / 2 * 0.003
STEP = """
[spreads."AA+"]
from = "AAA"
step = 0.0040
kind = "derived"
source = "a case"
"""


def spreads(rating: str, rate: float, *, tenors: tuple[str, ...] = ("1Y", "5Y"), more: str = "") -> str:
    points = ", ".join(f'{{ tenor = "{tenor}", rate = {rate}, kind = "published" }}' for tenor in tenors)
    return f'\n[spreads."{rating}"]\nsource = "a case"\npoints = [{points}]\n{more}'


def rated(at: Path, rating: str, market: str = "", **terms: str) -> Path:
    """The bullet with a rating, or none, beside a market with these spreads."""
    deal(at, **terms)  # type: ignore[arg-type]
    text = (at / "deal.toml").read_text(encoding="utf-8")
    label = f'rating = "{rating}"\n' if rating else ""
    (at / "deal.toml").write_text(text.replace("rank = 1\n", f"rank = 1\n{label}"), encoding="utf-8")
    (at / "market.toml").write_text(MARKET + market, encoding="utf-8")
    return at


def priced(at: Path, **asked: Any) -> Any:
    return price(at, market=at / "market.toml", **{"settlement": SETTLED, **asked})


def row(found: Any) -> dict[str, Any]:
    (only,) = found.arrow("prices").to_pylist()
    return dict(only)


def worth(spread: float) -> float:
    """By hand: each payment at the par yield at the weighted average life, and the spread, compounded yearly."""
    rate = 1 + PAR_YIELD + spread
    return math.fsum(paid * rate ** (-(day - SETTLED).days / 365) for day, paid in CASH)


def test_ratings_are_read_as_agencies_write_them() -> None:
    written = ("AAA", "AAAsf", " AA+sf ", "AA+ sf", "AA-(sf)", "A_sf", "BBB SF", "\uff21\uff21\uff0bsf")
    read = ("AAA", "AAAsf", "AA+sf", "AA+sf", "AA-sf", "Asf", "BBBsf", "AA+sf")
    assert tuple(map(normal_rating, written)) == read
    assert plain_rating("AA+(sf)") == "AA+"
    for label in ("", "Aaa", "AAA+", "sf", "AAAs", "A-1", "not rated", "AAA-sf"):
        assert normal_rating(label) is None, label


def test_a_spread_lies_over_the_par_yield_and_a_z_spread_over_the_zero_curve(tmp_path: Path) -> None:
    at = rated(tmp_path / "d", "")
    over_par, over_zero = row(priced(at, spread=0.01)), row(priced(at, z_spread=0.01))
    assert over_par["dirty_price"] == pytest.approx(worth(0.01), abs=1e-10)
    assert over_par["spread_to_government"] == pytest.approx(0.01, abs=1e-12)
    assert float(over_par["value"]) == pytest.approx(worth(0.01) * 1_000_000, abs=0.006)
    curves = loaded_curves(load_market(at / "market.toml"))
    start = float(curves.discount([SETTLED])[0])
    by_hand = math.fsum(
        paid * float(curves.discount([day])[0]) / start * math.exp(-0.01 * (day - SETTLED).days / 365)
        for day, paid in CASH
    )
    assert over_zero["dirty_price"] == pytest.approx(by_hand, abs=1e-10)
    assert over_zero["z_spread"] == 0.01
    assert abs(over_zero["dirty_price"] - over_par["dirty_price"]) > 0.05


def test_a_spread_counts_as_the_curve_compounds(tmp_path: Path) -> None:
    at = rated(tmp_path / "d", "")
    flat = (
        'kind = "flat"\ncompounding = "semiannual"\nrate = 0.03\nrate_kind = "assumed"\nsource = "a case"\n'
    )
    (at / "market.toml").write_text(MARKET[: MARKET.index("kind =")] + flat, encoding="utf-8")
    found = row(priced(at, spread=0.01))
    assert found["yield_annual"] == pytest.approx(1.02**2 - 1, abs=1e-12)
    assert found["spread_to_government"] == pytest.approx(0.01, abs=1e-12)


def test_a_rating_of_structured_finance_takes_the_plain_one(tmp_path: Path) -> None:
    at = rated(tmp_path / "d", "AAA(sf)", spreads("AAA", 0.006))
    found = priced(at)
    one = row(found)
    assert one["dirty_price"] == pytest.approx(worth(0.006), abs=1e-10)
    assert (one["spread_rating"], one["spread_kind"], one["spread_basis"]) == ("AAA", "published", "as seen")
    assert any("rated AAA(sf), takes the spread of AAA" in str(line) for line in found.warnings)
    # The market's own comes first, and is fitted among its own kind.
    (at / "market.toml").write_text(
        MARKET + spreads("AAA", 0.006) + spreads("AAAsf", 0.005), encoding="utf-8"
    )
    own = priced(at)
    assert row(own)["dirty_price"] == pytest.approx(worth(0.005), abs=1e-10)
    assert (row(own)["spread_rating"], row(own)["spread_basis"]) == ("AAAsf", "as seen")
    assert not any("takes the spread" in str(line) for line in own.warnings)


@pytest.mark.parametrize(
    ("rating", "market", "asked", "reason"),
    [
        ("", spreads("AAA", 0.006), {}, "no rating"),
        ("AA", spreads("AAA", 0.006), {}, "no spread of the rating"),
        ("Aaa", spreads("AAA", 0.006), {}, "no spread of the rating"),
        ("AAA", spreads("AAA", 0.006, tenors=("1Y", "3Y")), {}, "tenor outside"),
    ],
)
def test_no_spread_no_price(
    tmp_path: Path, rating: str, market: str, asked: dict[str, Any], reason: str
) -> None:
    found = priced(rated(tmp_path / "d", rating, market), **asked)
    one = row(found)
    assert (one["price_reason"], one["yield_reason"]) == (reason, "no price")
    null = ("clean_price", "dirty_price", "value", "z_spread", "spread_kind", "spread_rating", "yield_annual")
    assert {one[name] for name in (*null, "spread_to_government", "effective_duration", "par_coupon")} == {
        None
    }
    # What needs no price is there: 108 days of 30/360 since November.
    assert one["accrued"] == pytest.approx(2.8 * 108 / 360, abs=1e-12)
    assert one["wal_years"] == pytest.approx(LIFE, abs=1e-12)
    left = found.arrow("decrements").to_pylist()
    assert [(each["payment_date"], each["interest"]) for each in left] == [
        (day, pytest.approx(2.8)) for day, _ in CASH
    ]
    assert found.arrow("key_rates").num_rows == 0
    assert any("has no price" in str(line) and "--price" in str(line) for line in found.warnings)


def test_a_told_step_is_used_and_named(tmp_path: Path) -> None:
    at = rated(tmp_path / "d", "AA+", spreads("AAA", 0.006) + STEP)
    one = row(priced(at))
    assert one["dirty_price"] == pytest.approx(worth(0.010), abs=1e-10)
    assert (one["spread_rating"], one["spread_kind"], one["spread_basis"]) == ("AA+", "derived", "step")
    # Over what is used of AAA, 0.7%, the mean with a dearer A; and held back by it.
    (at / "market.toml").write_text(
        MARKET + spreads("AAA", 0.008) + spreads("A", 0.006) + STEP, encoding="utf-8"
    )
    found = priced(at)
    assert row(found)["dirty_price"] == pytest.approx(worth(0.007), abs=1e-10)
    assert row(found)["spread_basis"] == "fit"
    shown = {
        (one["rating"], one["months"]): one for one in spread_rows(load_market(at / "market.toml").model)
    }
    told = [
        (shown[rating, 60]["spread"], shown[rating, 60]["spread_basis"]) for rating in ("AAA", "AA+", "A")
    ]
    assert told == [(800_000, "fit"), (1_200_000, "fit"), (600_000, "fit")]
    assert {round(one["spread_used"], 12) for one in shown.values()} == {0.007}


@pytest.mark.parametrize(
    "step",
    [
        STEP.replace("0.0040", "-0.0040"),
        STEP.replace('"AAA"', '"A"'),
        STEP.replace('kind = "derived"\n', ""),
        STEP.replace("step =", 'points = []\nbeyond = "nearest"\nstep ='),
        '\n[spreads."AA+"]\nsource = "a case"\n',
    ],
)
def test_a_step_is_whole_and_goes_the_right_way(tmp_path: Path, step: str) -> None:
    (tmp_path / "market.toml").write_text(MARKET + spreads("AAA", 0.006) + step, encoding="utf-8")
    with pytest.raises(DefinitionError) as told:
        loaded_curves(load_market(tmp_path / "market.toml"))
    assert [problem.code for problem in told.value.problems] == ["SEC633"]


def test_what_market_show_and_a_price_use_is_the_same() -> None:
    loaded = load_market(find_market("china-2026-01-30"))
    curves = loaded_curves(loaded)
    for one in spread_rows(loaded.model):
        used = spread_of(curves, one["rating"], one["months"] / 12)
        assert used is not None
        assert (used.used, used.basis) == (one["spread_used"], one["spread_basis"]) == (used.used, "fit")


def test_nothing_is_chosen_for_a_note_without_a_spread(tmp_path: Path) -> None:
    market = spreads("AAA", 0.006)
    for name, terms in (("call", {"more": CALL}), ("put", {"puts": PUT})):
        at = rated(tmp_path / name, "", market, **terms)
        for exercise in ("intrinsic", "hull-white"):
            found = priced(at, exercise=exercise)
            one = row(found)
            assert (one["price_reason"], one["dirty_price"]) == ("options undecided", None)
            assert one["option_adjusted_spread"] is None
            assert any("nothing is chosen as it pays" in str(line) for line in found.warnings)
            assert row(priced(at, exercise=exercise, spread=0.006))["dirty_price"] > 90
    held = row(priced(rated(tmp_path / "none", "", market), exercise="hull-white"))
    assert (held["price_reason"], held["dirty_price"]) == ("no rating", None)


def test_paths_price_nothing_without_a_spread(tmp_path: Path) -> None:
    at = rated(tmp_path / "d", "")
    (tmp_path / "calm.toml").write_text('name = "calm"\nhazard = 0\nloading = 0\n')
    one = row(priced(at, performance=tmp_path / "calm.toml", paths=20))
    names = (
        "loss_adjusted_price",
        "loss_adjusted_price_error",
        "loss_adjusted_yield",
        "loss_adjusted_coupon",
    )
    assert (one["paths"], {one[name] for name in names}) == (20, {None})


RESIDUAL = """
[notes.R]
rank = 2
balance = 0
coupon = { kind = "zero" }
principal = { kind = "turbo" }
"""


@pytest.fixture
def residual(tmp_path: Path) -> Path:
    """The bullet with a note without face, to which all goes that is left; a flat curve of 3% a year."""
    at = deal(tmp_path / "d")
    text = (
        (at / "deal.toml")
        .read_text(encoding="utf-8")
        .replace('residual_to = "originator"', 'residual_to = "R"')
    )
    text = text.replace("[[priority.normal]]", RESIDUAL + "[[priority.normal]]", 1)
    text = text.replace('pay = ["originator"]', 'pay = ["residual:R"]')
    (at / "deal.toml").write_text(text, encoding="utf-8")
    pool = POOL.replace(
        "2029-11-15, interest = 50_000_000, principal = 100_000_000",
        "2029-11-15, interest = 50_000_000, principal = 60_000_000",
    )
    (at / "pool" / "pool.toml").write_text(pool, encoding="utf-8")
    flat = 'kind = "flat"\nday_count = "ACT/365F"\nrate = 0.03\nrate_kind = "assumed"\nsource = "a case"\n'
    (at / "market.toml").write_text(MARKET[: MARKET.index("kind =")] + flat, encoding="utf-8")
    return at


def test_a_note_without_face_is_valued_in_money(residual: Path) -> None:
    found = {one["note"]: one for one in priced(residual, spread=0.01).arrow("prices").to_pylist()}
    # By hand: 50m a year and 120m of principal come in, A takes 2.8m a year and 100m in the end.
    left = dict.fromkeys(range(2025, 2030), 47.2e6)
    left[2027] += 60e6
    left[2029] -= 40e6
    cash = [((dt.date(year, 11, 15) - SETTLED).days / 365, paid) for year, paid in left.items()]
    one = found["R"]
    assert float(one["value"]) == pytest.approx(sum(paid * 1.04**-t for t, paid in cash), abs=0.006)
    assert (one["price_reason"], one["balance"]) == ("no balance", 0)
    null = ("clean_price", "dirty_price", "accrued", "current_yield", "dv01", "par_coupon", "wal_years")
    assert {one[name] for name in null} == {None}
    assert one["yield_annual"] == pytest.approx(0.04, abs=1e-12)
    assert one["spread_to_government"] == pytest.approx(0.01, abs=1e-12)
    assert found["A"]["price_reason"] is None
    (by_z,) = [
        one for one in priced(residual, z_spread=0.01).arrow("prices").to_pylist() if one["note"] == "R"
    ]
    right = sum(paid * 1.03**-t * math.exp(-0.01 * t) for t, paid in cash)
    assert float(by_z["value"]) == pytest.approx(right, abs=0.006)
    (at_price,) = [
        one for one in priced(residual, price=99).arrow("prices").to_pylist() if one["note"] == "R"
    ]
    assert (at_price["price_reason"], at_price["value"]) == ("no balance", None)


def test_the_command_knows_three_spreads_by_name(residual: Path) -> None:
    asked = ("price", str(residual), "--market", str(residual / "market.toml"))
    done = program(*asked, "--spread", "100", "--format", "csv", cwd=residual)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    names = head.split(",")
    assert {"z_spread", "spread_to_government", "discount_margin"} < set(names)
    assert "spread" not in names
    cells = dict(zip(names, next(line for line in lines if line.startswith("R,")).split(","), strict=True))
    assert (float(cells["value"]) > 1e8, cells["dirty_price"], cells["price_reason"]) == (
        True,
        "",
        "no balance",
    )
    shown = program(*asked, "--z-spread", "100", cwd=residual)
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert program(*asked, "--spread", "1", "--z-spread", "1", cwd=residual).returncode == 2
    low = (residual / "market.toml").read_text(encoding="utf-8").replace("rate = 0.03", "rate = 0.001")
    (residual / "market.toml").write_text(low, encoding="utf-8")
    with pytest.raises(UsageError, match="would yield"):
        priced(residual, spread=-0.9999)
