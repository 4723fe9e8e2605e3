"""``securitize.price`` on shipped deals: identities, scenarios, random paths, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import securitize
from securitize.base.errors import CalculationError, DefinitionError, UsageError
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_deal, find_pool, list_deals
from securitize.studies.price.price import price
from tests.cli.program import securitize as program

DEALS = ["guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024", "xoma-vabysmo-2023", "biopharma-2000"]


def prices(found: Any) -> Any:
    return found.arrow("prices").to_pandas().set_index(["note", "scenario"])


@pytest.mark.parametrize("deal", DEALS)
def test_every_deal_is_priced_on_its_own_market(deal: str) -> None:
    found = price(deal, spread=0.01)
    for row in found.arrow("prices").to_pylist():
        assert row["market_date"] == row["settlement"]
        assert row["clean_price"] == pytest.approx(row["dirty_price"] - row["accrued"], rel=1e-14)
        assert row["accrued"] == 0
        assert row["spread_to_government"] == pytest.approx(0.01, abs=1e-12)
        assert float(row["value"]) == pytest.approx(
            row["dirty_price"] * float(row["balance"]) / 100, abs=0.006
        )
    rates, rows = found.arrow("key_rates").to_pandas(), prices(found)
    for key, sum_of in rates.groupby(["note", "scenario"])["duration"].sum().items():
        assert sum_of == pytest.approx(rows.loc[key, "effective_duration"], rel=1e-6)


@pytest.mark.parametrize("deal", [one.name for one in list_deals()])
def test_the_parts_are_worth_the_whole(deal: str) -> None:
    # Everything that comes in on a date goes out on it or stays in an account: so do the values, at any factors.
    calculation = calculate(prepare(deal))
    lines, periods = calculation.lines, len(calculation.resolved.schedule.payment)
    factors = np.exp(-0.037 * np.arange(1, periods + 1) / 2)

    def worth(*wanted: tuple[str, str]) -> float:
        return float(
            sum(
                (values * factors).sum()
                for line, values in lines.items()
                if (line[0], line[-1]) in wanted or line in wanted
            )
        )

    streams = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
    came = worth(*(("collections", each) for each in streams), ("account", "interest"), ("support", "drawn"))
    notes = worth(*(("note", f"{each}_paid") for each in ("interest", "principal", "premium", "residual")))
    others = worth(
        ("fee", "paid"), ("support", "reimbursed"), ("support", "interest_paid"), ("support", "fee_paid")
    )
    others += float(
        sum(
            (lines[line] * factors).sum()
            for line in (("originator",), ("final_distribution",))
            if line in lines
        )
    )
    stayed = float(
        sum(
            ((values - lines[(*line[:2], "opening")]) * factors).sum()
            for line, values in lines.items()
            if (line[0], line[-1]) == ("account", "closing")
        )
    )
    called = float((lines[("call_price",)] * factors).sum()) if ("call_price",) in lines else 0.0
    assert notes + others + stayed == pytest.approx(came + called, rel=1e-12)


def test_a_rated_note_yields_what_the_market_asks() -> None:
    # The spread of the market of ningbo-1-2024 was derived from its coupon, so that it is worth about par.
    row = prices(price("ningbo-1-2024")).loc[("A", "")]
    assert row["spread_to_government"] == pytest.approx(0.00809, abs=1e-10)
    assert row["clean_price"] == pytest.approx(100, abs=0.02)
    assert row["spread_kind"] == "derived"


def test_a_note_that_is_paid_nothing_is_told_too(tmp_path: Path) -> None:
    # A clean-up call that repays the notes would repay the junior one too, before who guarantees is reimbursed.
    file = Path(find_deal("guangzhou-2019"))
    text, call = file.read_text(encoding="utf-8"), "[clean_up_call]\n"
    (tmp_path / "pool").mkdir()
    (tmp_path / "deal.toml").write_text(text.replace(call, f'{call}condition = "none"\n'), encoding="utf-8")
    pool = Path(find_pool(file, "guangzhou-2019"))
    (tmp_path / "pool" / "pool.toml").write_text(pool.read_text(encoding="utf-8"), encoding="utf-8")
    rows = prices(price(tmp_path, market="china-2019-09-11", scenarios=["guangzhou-2019-severe"]))
    row = rows.loc[("sub", "guangzhou-2019-severe")]
    assert (row["dirty_price"], row["value"]) == (0, 0)
    assert row[["yield_annual", "wal_years", "effective_duration"]].isna().all()


def test_a_price_and_its_spread_are_one() -> None:
    at_price = prices(price("guangzhou-2019", price=99.5)).loc[("A", "")]
    back = prices(price("guangzhou-2019", z_spread=at_price["z_spread"])).loc[("A", "")]
    assert back["clean_price"] == pytest.approx(99.5, abs=1e-8)
    assert (at_price["spread_kind"], back["spread_kind"]) == ("from price", "asked")
    assert back["yield_street"] == pytest.approx(at_price["yield_street"], abs=1e-10)


def test_between_dates_interest_accrues() -> None:
    found = price("guangzhou-2019", market="2019-09-11", settlement=dt.date(2019, 12, 11), price=100)
    row = prices(found).loc[("A", "")]
    assert row["accrued"] == pytest.approx(100 * 0.04 * 91 / 365, rel=1e-6)
    assert row["dirty_price"] == pytest.approx(100 + row["accrued"], rel=1e-14)


def test_scenarios_and_random_paths_are_beside_the_base_case() -> None:
    found = price(
        "guangzhou-2019",
        scenarios=["guangzhou-2019-severe"],
        performance="assumed-small-companies",
        paths=3000,
        z_spread=0.01,
    )
    rows = prices(found)
    assert {scenario for _, scenario in rows.index} == {"", "guangzhou-2019-severe"}
    sub = rows.loc[("sub", "")]
    assert sub["loss_adjusted_price"] < sub["dirty_price"] - 10 * sub["loss_adjusted_price_error"]
    assert sub["loss_adjusted_yield"] < sub["yield_annual"]
    assert sub["loss_adjusted_coupon"] > sub["par_coupon"]


def test_paths_that_are_all_the_measured_one_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "calm.toml").write_text('name = "calm"\nhazard = 0\nloading = 0\n')
    rows = prices(price("guangzhou-2019", performance=tmp_path / "calm.toml", paths=50, spread=0.02))
    for _, row in rows.iterrows():
        assert row["loss_adjusted_price"] == pytest.approx(row["dirty_price"], rel=1e-12)
        assert row["loss_adjusted_yield"] == pytest.approx(row["yield_annual"], rel=1e-12)
        assert row["loss_adjusted_coupon"] == pytest.approx(row["par_coupon"], rel=1e-12)


def test_a_run_is_priced_under_its_own_scenario(tmp_path: Path) -> None:
    securitize.run("guangzhou-2019", "guangzhou-2019-severe", output=tmp_path / "run")
    mine = prices(price(tmp_path / "run"))
    deal = prices(price("guangzhou-2019", scenarios=["guangzhou-2019-severe"]))
    assert (
        mine.loc[("A", "guangzhou-2019-severe"), "dirty_price"]
        == (deal.loc[("A", "guangzhou-2019-severe"), "dirty_price"])
    )


def test_a_run_of_ones_own_deal_is_priced_by_its_own_dates(tmp_path: Path) -> None:
    program("init", "mine", "--from", "licence-back", cwd=tmp_path)
    done = securitize.run(tmp_path / "mine", output=tmp_path / "run")
    assert done.path is not None
    own, of_deal = (prices(price(each, spread=0.02)) for each in (done.path, tmp_path / "mine"))
    assert own["dirty_price"].to_list() == of_deal["dirty_price"].to_list()
    found = price(
        done.path,
        market="china-2019-09-11",
        settlement=prepare(tmp_path / "mine").deal.dates.closing,
        z_spread=0.0,
    )
    assert found.about["deal"] == done.about["deal"]
    assert (prices(found)["dirty_price"] > 0).any()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"price": 0}, UsageError),
        ({"price": -3}, UsageError),
        ({"price": 99, "spread": 0.01}, UsageError),
        ({"spread": 0.01, "z_spread": 0.01}, UsageError),
        ({"spread": -1}, UsageError),
        ({"z_spread": 10}, UsageError),
        ({"settlement": dt.date(2040, 1, 1)}, UsageError),
        ({"settlement": dt.date(2019, 1, 1)}, UsageError),
        ({"market": "nowhere"}, UsageError),
        ({"market": "usd-2023-12-15"}, UsageError),
        (
            {"deal": "nanshan-5-2022", "market": "china-2019-09-11", "settlement": dt.date(2020, 1, 2)},
            CalculationError,
        ),
    ],
)
def test_what_cannot_be_priced_is_refused(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        price(**{"deal": "guangzhou-2019", **options})


def test_a_market_on_a_holiday_is_refused_with_its_line(tmp_path: Path) -> None:
    from securitize.library import find_market

    text = Path(find_market("china-2019-09-11")).read_text(encoding="utf-8")
    file = tmp_path / "holiday.toml"
    file.write_text(text.replace("\ndate = 2019-09-11", "\ndate = 2019-10-01", 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as told:
        price("guangzhou-2019", market=file)
    assert "SEC625" in {problem.code for problem in told.value.problems}
    assert all(problem.line for problem in told.value.problems)


def test_the_command_fits_a_terminal_and_tells_what_is_assumed(tmp_path: Path) -> None:
    done = program("price", "guangzhou-2019", "--scenario", "guangzhou-2019-severe", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    basis = ["A", "AAA", "assumed", "AAA", "as", "seen"]
    assert any(line.split() == basis for line in done.stdout.splitlines())
    assert "sub has no price: it has no rating" in done.stderr
    table = program("price", "ningbo-1-2024", "--format", "csv", "--table", "decrements", cwd=tmp_path)
    assert table.stdout.startswith("note,scenario,payment_date")
    assert program("price", "ningbo-1-2024", "--table", "prices", cwd=tmp_path).returncode == 2
