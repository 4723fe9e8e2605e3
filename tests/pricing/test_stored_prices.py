"""Prices as results of their own: what their folder holds, that it is made again, and what each command does with it.

Source: ``docs/reference/prices.md``, section 8.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import StorageError, UsageError
from securitize.library import list_deals, list_templates
from securitize.reports.files import pages_of, write_page
from securitize.reports.html.page import page
from securitize.store.stored import StoredRun, open_run
from securitize.studies.price.asked import PricesAsked
from securitize.studies.price.price import price
from securitize.studies.price.stored import checks_of
from securitize.studies.proof.verify import rerun
from securitize.studies.run.api import run
from securitize.studies.savings.savings import savings
from securitize.tables import build
from tests.cli.program import securitize as program
from tests.pricing.test_quoted_deals import Written, written

__all__ = ["written"]
#: Deals and templates of loans, which say what the companies pay.
FINANCED = (
    *("guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024", "lithium-battery"),
    *("licence-back", "pledged-loan", "trust-loan", "lease-back", "supply-chain"),
)


def bullet(written: Written) -> Path:
    """A yearly bullet of three years at 4%, ACT/365F, without a holiday; the market is flat 3% continuous or so."""
    return written(
        "2023-03-01", "2026-03-01", 'every = "1Y", first = 2024-03-01, last = 2025-03-01, adjustment = "unadjusted"',
        'kind = "fixed", rate = 0.04', market="2023-08-15",
    )  # fmt: skip


def stored(written: Written, tmp_path: Path, **asked: Any) -> StoredRun:
    deal = bullet(written)
    found = price(deal, market=deal / "scenarios" / "markets" / "m.toml", output=tmp_path / "prices", **asked)
    assert found.path is not None
    return open_run(found.path)


def test_the_parts_of_a_price_by_hand(written: Written, tmp_path: Path) -> None:
    # Flat 3% a year and a spread of 100 bp, continuous, from 15 August 2023, in years of 365 days.
    of = stored(written, tmp_path, z_spread=0.01)
    rows = of.table("decrements").to_pylist()
    start, total = dt.date(2023, 8, 15), 0.0
    assert [row["payment_date"].isoformat() for row in rows] == ["2024-03-01", "2025-03-01", "2026-03-01"]
    for row, cash in zip(rows, (4 * 366 / 365, 4.0, 104.0), strict=True):
        years = (row["payment_date"] - start).days / 365
        factor = 1.03**-years * math.exp(-0.01 * years)
        assert row["discount"] == pytest.approx(factor, rel=1e-9)
        assert row["present_value"] == pytest.approx(cash * factor, rel=1e-6)
        total += row["present_value"]
    (whole,) = of.table("prices").to_pylist()
    assert total == pytest.approx(whole["dirty_price"], rel=1e-12)
    assert set(of.manifest.facts.checks.values()) == {"holds"}


def test_a_stored_price_is_made_again_from_nothing_but_its_folder(written: Written, tmp_path: Path) -> None:
    of = stored(written, tmp_path, exercise="hull-white", volatility=0.009, z_spread=0.0)
    shutil.rmtree(tmp_path / "scenarios")
    (tmp_path / "deal.toml").unlink()
    assert of.verify() == []
    write_page(of, "zh")
    again = rerun(of, pages=pages_of)
    assert again.passes, again
    assert set(again.identical) == set(of.manifest.tables)
    assert "reports/report.html" in again.same
    assert of.manifest.options["volatility"] == 0.009
    assert of.manifest.options["mean_reversion"] == 0.03


def test_an_option_that_was_not_asked_for_is_found_out(written: Written, tmp_path: Path) -> None:
    of = stored(written, tmp_path, z_spread=0.01)

    def with_options(**options: Any) -> StoredRun:
        return replace(of, manifest=replace(of.manifest, options={**of.manifest.options, **options}))

    again = rerun(with_options(z_spread=0.02))
    assert not again.passes
    assert {"prices", "decrements", "key_rates"} <= set(again.differing)
    wrongs: tuple[dict[str, Any], ...]
    wrongs = {"exercise": "gladly"}, {"cases": []}, {"market_date": "soon"}, {"spread": True}
    for wrong in wrongs:
        with pytest.raises(UsageError, match="none that this program writes"):
            rerun(with_options(**wrong))


def test_a_run_that_follows_no_index_is_made_again_without_the_market_of_its_deal(
    written: Written, tmp_path: Path
) -> None:
    made = run(bullet(written), output=tmp_path / "run")
    shutil.rmtree(tmp_path / "scenarios")
    assert made.stored is not None
    assert "scenarios/markets/market.toml" not in made.stored.manifest.inputs
    assert rerun(made.stored).passes


def test_the_second_asking_reuses_and_another_is_refused(written: Written, tmp_path: Path) -> None:
    deal = bullet(written)
    market, folder = deal / "scenarios" / "markets" / "m.toml", tmp_path / "prices"
    first = price(deal, market=market, spread=0.01, output=folder)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    # The same settlement, said; a market of another name with the same content.
    shutil.copy(market, tmp_path / "copy.toml")
    second = price(
        deal, market=tmp_path / "copy.toml", spread=0.01, settlement=dt.date(2023, 8, 15), output=folder
    )
    assert (first.reused, second.reused, second.id) == (False, True, first.id)
    assert second.arrow("prices").equals(first.arrow("prices"))
    assert second.about == first.about
    with pytest.raises(StorageError, match="holds another run"):
        price(deal, market=market, spread=0.02, output=folder)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]
    plain = price(deal, market=market, spread=0.01)
    assert (plain.id, plain.path) == (None, None)
    assert plain.arrow("prices").equals(first.arrow("prices"))


def test_a_row_of_a_history_is_kept_with_its_file_and_the_day_that_was_asked_for(tmp_path: Path) -> None:
    found = price("nanshan-5-2022", market="china-2022-05-20", output=tmp_path / "p", spread=0.005)
    assert found.path is not None
    of = open_run(found.path)
    options = of.manifest.options
    assert (options["market_date"], options["market_asked"]) == ("2022-04-29", "2022-05-20")
    assert b"2026-" in of.input("pricing/market.toml")  # the whole history, not the row alone
    assert any("no market is of 2022-05-20" in line for line in of.manifest.facts.warnings)
    assert {row["as_of"] for row in of.table("market_points").to_pylist() if row["quote"]} <= {None}
    assert rerun(of).passes


def test_options_come_back_as_they_were_asked() -> None:
    day = dt.date(2024, 3, 29)
    from securitize.market.hull_white import HullWhite

    for asked in (
        PricesAsked(day),
        PricesAsked(day, spread=-0.001, forwards=True),
        PricesAsked(day, z_spread=-0.001),
        PricesAsked(day, price=99.5, exercise="hull-white", model=HullWhite(0.0, 0.01)),
        PricesAsked(day, exercise="intrinsic"),
    ):
        assert PricesAsked.of(json.loads(json.dumps(asked.options))) == asked


def test_a_price_that_is_not_the_sum_of_its_parts_is_told(written: Written, tmp_path: Path) -> None:
    of = stored(written, tmp_path, z_spread=0.01)
    tables = {name: of.table(name) for name in ("prices", "decrements", "key_rates")}
    rows = tables["decrements"].to_pydict()
    rows["present_value"][0] += 0.001
    found = checks_of({**tables, "decrements": build("decrements", rows)})
    assert found["payments at their discount factors sum to the dirty price"] == pytest.approx(0.001)
    assert found["key rates sum to the effective duration"] == "holds"


def test_the_prices_of_a_run_name_it_and_stand_in_its_report(tmp_path: Path) -> None:
    made = run("nanshan-5-2022", runs=tmp_path)
    assert made.path is not None
    assert made.stored is not None
    found = price(made.path, store=True, runs=tmp_path, spread=0.005)
    assert found.path == tmp_path / str(found.id)
    of = open_run(found.path)
    assert of.manifest.options["run"] == made.id
    assert made.stored.verify() == []
    assert rerun(of).passes
    shown = page(made.stored, "en", [of])
    assert f"from stored prices {found.id}" in shown
    assert 'id="notes"' not in page(of, "en")
    with pytest.raises(UsageError, match="say --output"):
        write_page(made.stored, "en", None, [of])
    with pytest.raises(UsageError, match="holds no prices"):
        write_page(made.stored, "en", tmp_path / "page.html", [made.stored])
    other = open_run(price("nanshan-5-2022", store=True, runs=tmp_path, spread=0.005).path or Path())
    assert other.id != of.id
    with pytest.raises(UsageError, match="are not of run"):
        write_page(made.stored, "en", tmp_path / "page.html", [other])


ASKED = ("price", "nanshan-5-2022", "--spread", "50", "--output", "p")


def test_stored_prices_at_a_terminal(tmp_path: Path) -> None:
    done = program(*ASKED, cwd=tmp_path)
    assert (done.returncode, "next: securitize report " in done.stderr) == (0, True), done.stderr
    shown = program("runs", "ls", "--runs", ".", cwd=tmp_path, COLUMNS="120")
    assert "prices on china-2022-04-14: base case" in shown.stdout
    traced = program("trace", "p", "--date", "2023-04-14", cwd=tmp_path, COLUMNS="80")
    assert "pricing/market.toml" in traced.stdout, traced
    assert traced.stdout.splitlines()[1].startswith("market china-2022-04-14 of 2022-04-14; settlement on")
    assert not [line for line in traced.stdout.splitlines() if len(line) > 80]
    refused = program("verify", "p", "--reference", "1", cwd=tmp_path)
    assert (refused.returncode, "holds prices" in refused.stderr) == (2, True)


@pytest.mark.deep(part="figures")
def test_every_command_knows_stored_prices(tmp_path: Path) -> None:
    done = program(*ASKED, cwd=tmp_path)
    assert "verified and reused" in program(*ASKED, cwd=tmp_path).stdout
    assert program("runs", "show", "p", cwd=tmp_path).stdout.splitlines()[0] == done.stdout.splitlines()[0]
    for words in (
        ("verify", "p", "--reference", "1"),
        ("export", "p", "--standalone", "--output", "x.py"),
        ("price", "p"),
        ("savings", "p"),
        ("check", "p", "--capital", "us-ssfa"),
        ("roll", "p", "--forecast", "x.csv"),
        ("trace", "p", "--date", "2023-04-14", "--path", "0"),
        ("trace", "p", "--date", "2023-04-15"),
    ):
        refused = program(*words, cwd=tmp_path)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), (words, refused)
    for taken in (
        ("export", "p", "--to", "csv", "--output", "csv"),
        ("report", "p", "--workbook", "w.xlsx"),
        ("verify", "p", "--rerun"),
        ("diff", "p", "p"),
    ):
        assert program(*taken, cwd=tmp_path).returncode == 0, taken
    assert (tmp_path / "csv" / "market_spreads.csv").stat().st_size > 0


def test_the_page_says_what_the_market_is_in_the_language_that_is_asked(
    written: Written, tmp_path: Path
) -> None:
    of = stored(written, tmp_path, exercise="hull-white", z_spread=0.0)
    english, chinese = page(of, "en"), page(of, "zh")
    for words in ("market m of 2023-08-15", "curve is assumed", "both assumed", "Key rate durations of A"):
        assert words in english
    for words in ("市场：m（2023-08-15）", "国债曲线数据性质：假设", "均为假设", "全价等于净价加应计利息"):
        assert words in chinese


@pytest.mark.parametrize("name", [one.name for one in (*list_deals(), *list_templates())])
def test_every_deal_and_template_is_priced_and_stored(name: str, tmp_path: Path) -> None:
    path = {one.name: str(one.path) for one in (*list_deals(), *list_templates())}[name]
    found = price(path, output=tmp_path / "p")
    assert found.path is not None
    assert rerun(open_run(found.path)).passes
    assert "<h2" in page(open_run(found.path), "both")
    if name in FINANCED:
        assert savings(path).arrow("savings").num_rows > 0
