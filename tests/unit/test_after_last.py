"""Cash after the last collection date, by hand: lost, a gap of the terms, or counted where the terms say so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.tables.after_last import collections_after_last, gap_of
from securitize.library import list_deals, list_templates
from securitize.reports.html.page import page
from securitize.reports.summary import print_run
from securitize.studies.run.api import run

#: A bullet of 1,000,000 without interest, due on the last payment date; 60% is recovered ``lag`` after a default.
DEAL = """
name = "aft"
title = "t"
currency = "CNY"
pool = "p"
residual_to = "originator"
sources = []
[dates]
cut_off = 2024-01-01
closing = 2024-01-01
legal_final = 2025-12-01
calendar = "none"
[dates.payment]
every = "1M"
first = 2024-02-01
last = 2025-12-01
adjustment = "unadjusted"
accrual = "unadjusted"
[dates.collection]
days_before = DAYS
[accounts.collection]
kind = "collection"
[notes.A]
rank = 1
balance = 1_000_000
day_count = "ACT/365F"
coupon = { kind = "zero" }
principal = { kind = "turbo" }
[performance]
recoveries = [ { source = "court sale", rate = 0.60, lag = "36M" } ]
[[priority.normal]]
name = "principal"
pay = ["principal:A"]
[[priority.normal]]
name = "rest"
pay = ["originator"]
"""
POOL = """
name = "p"
title = "t"
currency = "CNY"
calendar = "none"
sources = []
synthetic = true
[obligors.o1]
title = "O1"
[contracts.c1]
kind = "pledged-loan"
obligor = "o1"
start = 2024-01-01
principal = 1_000_000
rate = { kind = "fixed", rate = 0.0 }
day_count = "30/360"
repayment = { kind = "bullet" }
dates = { every = "1M", first = 2024-02-01, last = 2025-12-01 }
"""
DEFAULT = """
name = "d"
title = "d"
[[stress]]
driver = "default"
obligor = "o1"
at = 2025-11-15
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "pool.toml").write_text(POOL)
    (tmp_path / "d.toml").write_text(DEFAULT)
    (tmp_path / "deal.toml").write_text(DEAL.replace("DAYS", "0"))
    return tmp_path


def rewrite(folder: Path, *changes: tuple[str, str]) -> Path:
    text = DEAL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (folder / "deal.toml").write_text(text.replace("DAYS", "0"))
    return folder


def paid(calculation: Calculation) -> int:
    return int(calculation.lines["note", "A", "principal_paid"].sum())


def rows(calculation: Calculation) -> list[tuple[object, ...]]:
    columns = collections_after_last(calculation)
    return list(zip(*(columns[name] for name in columns), strict=True))


def test_a_recovery_of_three_years_later_pays_no_note(folder: Path) -> None:
    found = calculate(prepare(folder, folder / "d.toml"))
    assert paid(found) == 0
    day = dt.date(2028, 11, 15)
    assert rows(found) == [("d", "c1", "recovery", day, "CNY", 60_000_000, "after-last-payment", False)]
    assert gap_of(found.prepared) == ()


def test_it_counts_in_the_last_period_where_the_terms_say_so(folder: Path) -> None:
    rewrite(folder, ("[performance]", '[performance]\nafter_last = "last-payment"'))
    found = calculate(prepare(folder, folder / "d.toml"))
    assert found.lines["note", "A", "principal_paid"].tolist()[-1] == 60_000_000 == paid(found)
    assert [row[-1] for row in rows(found)] == [True]


def test_what_comes_between_the_last_collection_and_the_last_payment_is_a_gap(folder: Path) -> None:
    """Collected until 15 November, paid on 1 December: the bullet of that day belongs to no period."""
    prepared = prepare(rewrite(folder, ("DAYS", "16")))
    found = calculate(prepared)
    assert paid(found) == 0
    day = dt.date(2025, 12, 1)
    assert rows(found) == [("base", "c1", "principal", day, "CNY", 100_000_000, "gap", False)]
    (warning,) = gap_of(prepared)
    assert warning.startswith("base case: 1,000,000.00 CNY that the pool pays from 2025-12-01 on")
    after = '[performance]\nafter_last = "last-payment"'
    assert gap_of(prepare(rewrite(folder, ("DAYS", "16"), ("[performance]", after)))) == ()


@pytest.mark.parametrize(
    "deal",
    [one.path for one in (*list_deals(), *list_templates())],
    ids=lambda path: path.parent.name + path.stem,
)
def test_no_shipped_deal_leaves_cash_in_a_gap(deal: Path) -> None:
    assert gap_of(prepare(deal)) == ()


def test_terminal_and_page_say_what_comes_too_late(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(folder, folder / "d.toml", output=tmp_path / "run")
    print_run(done)
    said = "d: CNY 600,000 comes after the last payment date, from 2028-11-15 on, and pays no note"
    assert said in " ".join(capsys.readouterr().out.split())
    assert done.stored is not None
    text = page(done.stored, "en")
    assert "It pays no note." in text
    assert "collections_after_last" in text


def test_a_run_warns_of_a_gap(folder: Path, tmp_path: Path) -> None:
    done = run(rewrite(folder, ("DAYS", "16")), output=tmp_path / "run")
    assert [one for one in done.warnings if "pays no note" in one] == [*gap_of(prepare(folder))]
