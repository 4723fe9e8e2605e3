"""A deal in a currency without decimals is printed without any: in a terminal, a page, a workbook and files."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from securitize.tables.dictionary import all_names, load
from tests.cli.program import replace, securitize, small_deal

#: An amount with decimals: above 1,000 with thousands apart or not, or 0. Ratios have four decimals, shares a sign.
CENTS = re.compile(r"(?<![\d.,])(?:(?:\d{1,3}(?:,\d{3})+|\d{4,})\.\d\d|0\.00)(?![\d%])")
#: Yuan, alone or in ten thousands, beside the yuan of other countries.
YUAN = re.compile("(?<![\u65e5\u97e9\u7f8e\u5355])\u5143")
LANGUAGES = ("en", "zh")
ALTERNATIVE = """
name = "bank"
title = "Bank loan"
title_zh = "\u94f6\u884c\u8d37\u6b3e"
instrument = "unsecured-loan"
currency = "JPY"
day_count = "ACT/365F"
interest_every = "3M"
tenor = "1Y"
most_amount = 20_999_999
sources = []
rate = { kind = "fixed", rate = 0.0512345 }
"""
MARKET = """
name = "won"
title = "Won"
title_zh = "\u97e9\u5143\u5e02\u573a"
sources = []
date = 2025-04-15
currency = "KRW"
calendar = "weekends"
curves.government = { kind = "flat", compounding = "semiannual", day_count = "ACT/365F", rate = 0.03, rate_kind = "assumed", source = "a round number" }
"""  # fmt: skip  # noqa: E501


def in_currency(folder: Path, before: str, after: str) -> Path:
    """The deal of a folder in another currency, its amounts as they were."""
    for file in (folder / "deal.toml", folder / "pool" / "pool.toml"):
        text = file.read_text(encoding="utf-8")
        assert f'currency = "{before}"' in text
        file.write_text(text.replace(f'currency = "{before}"', f'currency = "{after}"'), encoding="utf-8")
    return folder


def printed(*arguments: str | Path, cwd: Path, codes: tuple[int, ...] = (0,)) -> str:
    """What a reader sees of a command in either language; no amount in it has decimals, none is in yuan."""
    seen = ""
    for language in LANGUAGES:
        done = securitize("--language", language, *arguments, cwd=cwd, COLUMNS="180")
        assert done.returncode in codes, done.stderr
        seen += done.stdout + done.stderr
    assert CENTS.findall(seen) == [], arguments
    assert YUAN.findall(seen) == [], arguments
    return seen


@pytest.fixture(scope="module")
def yen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small deal in yen and a run of it under a stress."""
    place = tmp_path_factory.mktemp("yen")
    deal = in_currency(small_deal(place / "small"), "CNY", "JPY")
    printed(
        "run", deal, "--output", place / "other", "--scenario", deal / "scenarios" / "stress.toml", cwd=place
    )
    done = securitize("run", deal, "--output", place / "run", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def test_terminal(yen: Path) -> None:
    first = json.loads(securitize("run", "small", "--format", "json", cwd=yen).stdout)["tables"]
    assert all(row["amount"].lstrip("-").isdigit() for row in first["closing"])
    for date in [row["payment_date"] for row in first["payment_dates"]][:2]:
        assert "JPY" in printed("trace", "run", "--date", date, cwd=yen)
    printed("show", "small", cwd=yen)
    printed("show", "small", "--assumptions", cwd=yen)
    assert "JPY" not in printed("diff", "run", "other", cwd=yen)


def test_files(yen: Path) -> None:
    assert securitize("export", "run", "--to", "csv", "--output", "tables", cwd=yen).returncode == 0
    seen = 0
    for file in sorted((yen / "tables").glob("*.csv")):
        if file.stem not in all_names():
            continue
        money = [column.name for column in load(file.stem).columns if column.type == "money"]
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            cells = [row[name] for name in money]
            assert not [cell for cell in cells if "." in cell], file.name
            seen += len(cells)
    assert seen > 500


def test_page_and_workbook(yen: Path) -> None:
    done = securitize("report", "run", "--output", "page.html", "--workbook", "book.xlsx", cwd=yen)
    assert done.returncode == 0, done.stderr
    page = (yen / "page.html").read_text(encoding="utf-8")
    amounts = re.findall(r'<data[^>]*data-form="money"[^>]*>', page)
    assert len(amounts) > 100
    assert not [one for one in amounts if re.search(r'value="[^"]*\.', one)]
    assert CENTS.findall(re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)) == []
    book = openpyxl.load_workbook(yen / "book.xlsx")
    formats = {cell.number_format for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "#,##0" in formats
    assert "#,##0.00" not in formats


def test_standalone(yen: Path) -> None:
    done = securitize("export", "run", "--standalone", "--output", "proof.py", cwd=yen)
    assert done.returncode == 0, done.stderr
    made = subprocess.run([sys.executable, "proof.py"], cwd=yen, capture_output=True, text=True, check=True)
    assert re.search(r" \d{1,3}(,\d{3})+ ", made.stdout)
    assert CENTS.findall(made.stdout) == []


def test_what_is_read_in_is_whole_yen(yen: Path) -> None:
    done = securitize("roll", "run", "--forecast", "books.csv", cwd=yen)
    assert done.returncode == 0, done.stderr
    books = (yen / "books.csv").read_text(encoding="utf-8")
    assert CENTS.findall(books) == []
    rows = list(csv.DictReader(books.splitlines()))
    amount = next(cell for row in rows for cell in row.values() if cell.isdigit() and len(cell) > 4)
    replace(yen / "books.csv", f",{amount},", f",{amount}.50,")
    refused = securitize("roll", "run", "--actuals", "books.csv", "--to", "rolled", cwd=yen)
    assert refused.returncode == 3
    assert "the amount is finer than JPY is paid" in refused.stderr
    assert f"{amount}.50" in refused.stderr
    lot = securitize("size", "small", "--note", "A", "--target", "coverage=1", "--lot", "0.5", cwd=yen)
    assert (lot.returncode, "finer than JPY is paid" in lot.stderr) == (2, True)


@pytest.mark.deep(part="viewers")
def test_every_command_on_loans_in_yen(tmp_path: Path) -> None:
    started = securitize("init", "--from", "pledged-loan", "loans", cwd=tmp_path)
    assert started.returncode == 0, started.stderr
    deal = in_currency(tmp_path / "loans", "CNY", "JPY")
    (deal / "scenarios" / "alternatives").mkdir()
    (deal / "scenarios" / "alternatives" / "bank.toml").write_text(ALTERNATIVE, encoding="utf-8")
    replace(deal / "financing.toml", "interest_vat = {", 'currency = "JPY"\ninterest_vat = {')
    default = deal / "scenarios" / "largest-obligor-default.toml"
    printed("validate", deal, cwd=tmp_path)
    assert securitize("run", deal, "--output", "run", cwd=tmp_path).returncode == 0
    assert securitize("run", deal, "--scenario", default, "--output", "hit", cwd=tmp_path).returncode == 0
    for run, date in (
        ("run", "2026-03-16"),
        ("hit", "2025-12-15"),
        ("hit", "2026-03-16"),
        ("hit", "2028-03-14"),
    ):
        printed("trace", run, "--date", date, cwd=tmp_path)
    printed("diff", "run", "hit", cwd=tmp_path)
    printed("stress", deal, "--no-searches", "--suite", "disclosure", cwd=tmp_path)
    printed("break-even", deal, cwd=tmp_path)
    printed("check", deal, "--capital", "eu-sec-sa", cwd=tmp_path)
    printed("size", deal, "--note", "A1", "--target", "coverage=1.01", "--lot", "1000000", cwd=tmp_path)
    printed(
        "losses", deal, "--performance", "assumed-small-companies", "--given-that-parties-pay", cwd=tmp_path
    )
    assert "20,999,999" in printed(
        "savings", deal, "--against", "bank", "--format", "csv", "--table", "offers", cwd=tmp_path
    )
    printed("savings", deal, "--against", "bank", cwd=tmp_path)
    printed("savings", deal, "--against", "bank", "--company", "o3", cwd=tmp_path)
    printed("verify", "run", "--rerun", "--reference", "1", cwd=tmp_path)
    rolled(tmp_path)
    solved(tmp_path, deal)


def rolled(place: Path) -> None:
    """The run rolled forward by contract: what is compared, and the books of the contracts."""
    assert securitize("roll", "run", "--forecast", "books.csv", "--by-asset", cwd=place).returncode == 0
    done = securitize("roll", "run", "--actuals", "books.csv", "--to", "rolled", cwd=place)
    assert done.returncode == 0, done.stderr
    for file in ("state.toml", "pool/pool.toml", "comparison.csv"):
        assert CENTS.findall((place / "rolled" / file).read_text(encoding="utf-8")) == [], file
    assert CENTS.findall(done.stdout) == []
    printed("show", "rolled", cwd=place)


def solved(place: Path, deal: Path) -> None:
    """Collections back-solved from a balance are whole yen."""
    (place / "balances.csv").write_text("period,note,balance\n2,A2,31400000\n", encoding="utf-8")
    printed("solve", deal, "--unknown", "collections:principal", "--balances", "balances.csv", cwd=place)


@pytest.mark.deep(part="viewers")
def test_every_command_on_royalties_in_won(tmp_path: Path) -> None:
    started = securitize("init", "--from", "running-royalty", "royalty", cwd=tmp_path)
    assert started.returncode == 0, started.stderr
    deal = in_currency(tmp_path / "royalty", "USD", "KRW")
    (tmp_path / "won.toml").write_text(MARKET, encoding="utf-8")
    assert securitize("run", deal, "--output", "run", cwd=tmp_path).returncode == 0
    printed("show", deal, cwd=tmp_path)
    for date in ("2025-06-16", "2034-06-15"):
        printed("trace", "run", "--date", date, cwd=tmp_path)
    printed("run", deal, "--performance", "assumed-royalties", "--paths", "50", cwd=tmp_path)
    printed("price", deal, "--market", "won.toml", "--spread", "100", cwd=tmp_path)
    printed("grid", deal, "--over", "royalty-base=1:0.5:3", cwd=tmp_path)
    printed("reverse", deal, cwd=tmp_path)
