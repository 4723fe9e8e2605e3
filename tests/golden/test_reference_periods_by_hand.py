"""ACT/ACT-ICMA in two deals by hand: by rule with a short first and a long last period, and by a list of half-years."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from securitize.studies.price.price import price
from securitize.studies.run import api

_DEAL = """name = "d"
title = "Reference periods"
currency = "CNY"
pool = "p"
residual_to = "originator"
sources = []

[dates]
cut_off = {closing}
closing = {closing}
legal_final = {final}
calendar = "none"
payment = {{ {payment} }}
collection = {{ days_before = 0 }}

[accounts.collection]
kind = "collection"

[notes.A]
rank = 1
balance = 100_000_000
day_count = "ACT/ACT-ICMA"
coupon = {{ kind = "fixed", rate = {rate} }}
principal = {{ kind = "bullet", date = {final} }}

[[priority.normal]]
name = "notes"
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
cash = [
{cash}
  {{ date = {final}, interest = 30_000_000, principal = 100_000_000 }},
]
"""
_MARKET = """name = "flat"
title = "Flat"
date = 2024-03-15
currency = "CNY"
calendar = "none"
sources = []

[curves.government]
kind = "flat"
compounding = "annual"
day_count = "ACT/365F"
rate = 0.03
rate_kind = "assumed"
source = "test"
"""


def written(folder: Path, days: str, payment: str, rate: str) -> Path:
    """The deal's folder. days: closing, payment dates, the legal final date."""
    closing, *paid, final = days.split()
    cash = "\n".join(f"  {{ date = {day}, interest = 30_000_000, principal = 0 }}," for day in paid)
    (folder / "pool").mkdir()
    deal = _DEAL.format(closing=closing, final=final, payment=payment, rate=rate)
    (folder / "deal.toml").write_text(deal, encoding="utf-8")
    pool = _POOL.format(closing=closing, final=final, cash=cash)
    (folder / "pool" / "pool.toml").write_text(pool, encoding="utf-8")
    return folder


def interest(deal: Path) -> list[Decimal]:
    """What the note is paid on each date."""
    return api.run(deal, store=False).table("note_cash_flows")["interest_paid"].tolist()


def test_stubs_of_a_rule_that_ends_months(tmp_path: Path) -> None:
    """Quarters of 1,000,000; 15 February to 30 April is 74 of the 89 days from 31 January; after 30 April 2024, which
    is no payment date, 31 of the 92 days to 31 July; 44 of 90 days have accrued on 15 March 2024."""
    days = "2023-02-15 2023-04-30 2023-07-31 2023-10-31 2024-01-31 2024-05-31"
    rule = 'every = "3M", first = 2023-04-30, last = 2024-01-31, end_of_month = true'
    deal = written(tmp_path, days, rule, "0.04")
    whole = Decimal("1000000.00")
    assert interest(deal) == [Decimal("831460.67"), whole, whole, whole, Decimal("1336956.52")]
    market = deal / "market.toml"
    market.write_text(_MARKET, encoding="utf-8")
    (note,) = price(deal, market=market, settlement=dt.date(2024, 3, 15), price=100.0).notes
    assert note.flows.accrued == pytest.approx(44 / 90, rel=1e-8)  # A is a whole number of cents


def test_half_years_of_a_list_that_end_with_february(tmp_path: Path) -> None:
    """28 February 2024 is a day before the end of its month: the list's half-years are whole ones all the same."""
    days = "2023-02-28 2023-08-31 2024-02-28 2024-08-31 2025-02-28"
    listed = 'dates = [2023-08-31, 2024-02-28, 2024-08-31, 2025-02-28], frequency = "6M"'
    assert interest(written(tmp_path, days, listed, "0.10")) == [Decimal("5000000.00")] * 4
