"""A small deal with an account bank and a guarantor, to be recomputed on paper.

Two loans of 4%: 400,000 that pays 1,333.33 on the 3rd of each month, 600,000 that pays 2,000.00 on the 28th. Collection
dates lie ten days before the payment dates, so the 3rd of July is paid out in October. Note A owes 9,500.00 on the
first date (95 days) and 9,000.00 on each later one.
"""

from __future__ import annotations

from pathlib import Path

from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared

DEAL = """
name = "bank-sample"
pool = "sample"
parties = [
  { role = "account bank", name = "B", id = "bank", recovery = 0.3 },
  { role = "guarantor", name = "G", id = "guarantor" },
]

[dates]
cut_off = 2020-01-01
closing = 2020-01-06
legal_final = 2021-01-11
payment = { every = "3M", first = 2020-04-11, last = 2021-01-11 }
collection = { days_before = 10 }

[accounts.main]
kind = "collection"
party = "bank"
opening = 10_000
funding = "outside"
interest = { kind = "fixed", rate = 0.01, day_count = "30/360" }

[accounts.reserve]
kind = "reserve"
funding = "outside"
opening = 50_000
target = { kind = "fixed", amount = 50_000 }

[notes.A]
rank = 1
balance = 900_000
day_count = "30/360"
coupon = { kind = "fixed", rate = 0.04 }
principal = { kind = "bullet", date = 2021-01-11 }

[support.undertaking]
kind = "shortfall-undertaking"
party = "guarantor"

[[priority.normal]]
name = "interest"
pay = ["interest:A"]
from = ["main", "reserve"]
support = ["undertaking"]

[[priority.normal]]
name = "principal"
pay = ["principal:A"]
from = ["main", "reserve"]
support = ["undertaking"]

[performance]
recoveries = [{ source = "guarantee", rate = 0.5, lag = "3M", party = "guarantor" }]
after_last = "lost"
"""
LOAN = """
[contracts.{name}]
kind = "pledged-loan"
obligor = "{obligor}"
start = 2019-12-{day}
principal = {principal}
rate = {{ kind = "fixed", rate = 0.04 }}
day_count = "30/360"
repayment = {{ kind = "bullet" }}
dates = {{ every = "1M", first = 2020-01-{day}, last = 2020-12-{day} }}
"""
POOL = (
    'name = "sample"\ncurrency = "CNY"\n[obligors.o1]\n[obligors.o2]\n'
    + LOAN.format(name="c1", obligor="o1", principal=400_000, day="03")
    + LOAN.format(name="c2", obligor="o2", principal=600_000, day="28")
)


def prepared(folder: Path, *stresses: str, changes: tuple[tuple[str, str], ...] = ()) -> Prepared:
    """The deal with some text of its file changed, under stresses, each as lines of TOML."""
    text = DEAL
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "pool").mkdir(exist_ok=True)
    (folder / "pool" / "pool.toml").write_text(POOL)
    (folder / "deal.toml").write_text(text)
    if not stresses:
        return prepare(folder)
    scenario = folder / "scenario.toml"
    scenario.write_text('name = "stressed"\n' + "".join(f"[[stress]]\n{one}\n" for one in stresses))
    return prepare(folder, str(scenario))


def bank_out(day: str) -> str:
    return f'driver = "party-default"\nparty = "bank"\nat = {day}'


def out(obligor: str, day: str) -> str:
    return f'driver = "default"\nobligor = "{obligor}"\nat = {day}'


def yuan(calculation: Calculation, kind: str, name: str, line: str) -> list[float]:
    """A published line in currency units, by payment date."""
    return [amount / 100 for amount in calculation.lines[(kind, name, line)].tolist()]


def run(folder: Path, *stresses: str, changes: tuple[tuple[str, str], ...] = ()) -> Calculation:
    return calculate(prepared(folder, *stresses, changes=changes))
