"""BioPharma Royalty Trust as it was reported: who broke which covenant when, rapid amortization, who paid.

Sales, ratios, coupons and schedules are assumed (they were never published); the path is what was published, and is
read from the tables of a run.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import securitize
from securitize.definitions.deals.notes import Note
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.store.run import Run

DEAL = "biopharma-2000"
HISTORICAL, PASSING = f"{DEAL}-historical", f"{DEAL}-passing-quarter"
#: A quarter's royalty is paid out two months after it ends: 4Q01 in February 2002.
PAID_FOR = {
    "4Q01": dt.date(2002, 2, 28),
    "1Q02": dt.date(2002, 5, 31),
    "2Q02": dt.date(2002, 8, 30),
    "3Q02": dt.date(2002, 11, 29),
    "4Q02": dt.date(2003, 2, 28),
    "1Q03": dt.date(2003, 5, 30),
}
EVENT = pd.Timestamp(PAID_FOR["3Q02"])


@cache
def prepared() -> Prepared:
    return prepare(DEAL)


@cache
def run(scenario: str | None) -> Run:
    return securitize.run(DEAL, scenario, store=False)


def trigger(scenario: str | None, name: str) -> pd.DataFrame:
    table = run(scenario).table("triggers")
    return table[table["trigger"] == name].set_index("payment_date")


def failed(scenario: str, name: str) -> list[dt.date]:
    """Dates on which the test of the trigger failed, whatever its count."""
    rows = trigger(scenario, name)
    fails = rows["measure"].notna() & (rows["measure"].astype(float) < rows["threshold"].astype(float))
    return [day.date() for day in rows.index[fails]]


def note(scenario: str | None, name: str) -> pd.DataFrame:
    table = run(scenario).table("note_cash_flows")
    return table[table["note"] == name].set_index("payment_date")


def guarantor(scenario: str) -> pd.DataFrame:
    return run(scenario).table("support").set_index("payment_date")


def test_the_published_stack_and_months() -> None:
    terms, pool = prepared().deal, prepared().pool
    faces = {name: terms.notes[name].balance for name in ("senior", "mezzanine", "equity")}
    assert faces == {"senior": 5_715_000_000, "mezzanine": 2_200_000_000, "equity": 2_116_000_000}
    assert isinstance(terms.notes["senior"], Note)
    assert (terms.dates.closing.year, terms.dates.closing.month) == (2000, 8)
    assert (terms.dates.legal_final.year, terms.dates.legal_final.month) == (2006, 7)
    assert terms.triggers["rapid-amortization"].consecutive == 3
    assert [pool.obligors[name].title for name in pool.obligors] == ["Bristol-Myers Squibb"]
    assert pool.contracts["zerit"].kind == "running-royalty"
    assert terms.support["guaranty"].provider == "ZC Specialty Insurance Company"


def test_the_trust_gets_seven_tenths_of_a_royalty() -> None:
    collected = run(None).table("collections")
    first = collected[(collected["period"] == 1) & (collected["stream"] == "royalty")]["amount"].item()
    assert first == Decimal(155_000_000) * Decimal("0.06") * Decimal("0.70")


def test_the_mezzanine_covenant_broke_for_4q01_and_the_seniors_a_quarter_later() -> None:
    assert failed(HISTORICAL, "mezzanine-covenant")[0] == PAID_FOR["4Q01"]
    assert failed(HISTORICAL, "senior-covenant")[:3] == [PAID_FOR[q] for q in ("1Q02", "2Q02", "3Q02")]
    for name, quarter in (("mezzanine-covenant", "4Q01"), ("senior-covenant", "1Q02")):
        rows = trigger(HISTORICAL, name)
        assert rows.index[rows["breached"]][0].date() == PAID_FOR[quarter]


def test_the_third_breach_in_a_row_began_rapid_amortization_at_the_end_of_november_2002() -> None:
    rows = trigger(HISTORICAL, "rapid-amortization")
    assert rows.index[rows["breached"]][0] == EVENT
    assert not rows["active"][rows.index < EVENT].any()
    assert rows["active"][rows.index >= EVENT].all()
    force = rows["priority_in_force"]
    assert set(force[force.index < EVENT]) == {"normal"}
    assert set(force[force.index >= EVENT]) == {"acceleration"}


def test_the_seniors_took_all_cash_until_they_were_repaid_in_the_first_quarter_of_2005() -> None:
    senior = note(HISTORICAL, "senior")
    assert (senior["unpaid_interest"] == 0).all()
    assert (senior["written_off"] == 0).all()
    assert (senior["supported"] == 0).all()
    last = senior.index[senior["principal_paid"] > 0][-1]
    assert last.date() == dt.date(2005, 2, 28)
    assert senior["closing_balance"].loc[last:].eq(0).all()
    turbo = senior.loc[EVENT:last]
    assert (turbo["principal_paid"] >= turbo["principal_due"]).all()
    collected = run(HISTORICAL).table("collections").groupby("payment_date")["amount"].sum()
    fees = run(HISTORICAL).table("fees").groupby("payment_date")["paid"].sum()
    before_last = turbo.index[:-1]
    taken = senior["interest_paid"] + senior["principal_paid"]
    assert (taken[before_last] == (collected - fees)[before_last]).all()


def test_the_guarantor_paid_what_the_mezzanine_was_short_of() -> None:
    mezzanine, paid = note(HISTORICAL, "mezzanine"), guarantor(HISTORICAL)["drawn"]
    assert (mezzanine["supported"] == paid).all()
    assert (mezzanine["unpaid_interest"] == 0).all()
    assert (mezzanine["written_off"] == 0).all()
    assert mezzanine["closing_balance"].iloc[-1] == 0
    steps = run(HISTORICAL).table("steps")
    rows = steps[steps["payee"].isin(["interest:mezzanine", "principal:mezzanine"])]
    assert (rows["shortfall"] == 0).all()
    short = (rows["due"] - rows["paid"]).groupby(rows["payment_date"]).sum()
    assert (short == paid).all()
    cut_off = short.index[(short.index >= EVENT) & (short.index < pd.Timestamp(2005, 2, 28))]
    cash = rows.groupby("payment_date")["paid"].sum()
    assert (cash[cut_off] == 0).all()
    assert (paid[cut_off] > 0).all()
    assert len(cut_off) == 9


def test_the_equity_took_nothing_after_the_event_and_is_lost() -> None:
    equity = note(HISTORICAL, "equity")
    received = equity["principal_paid"] + equity["residual_paid"] + equity["interest_paid"]
    assert (received.loc[EVENT:] == 0).all()
    assert (received.loc[pd.Timestamp(PAID_FOR["4Q01"]) :] == 0).all()
    measures = run(HISTORICAL).table("note_measures").set_index("note")
    assert measures["principal_loss"]["equity"] == equity["closing_balance"].iloc[-1] > 0
    assert run(HISTORICAL).table("accounts")["closing"].iloc[-1] == 0


def test_one_quarter_that_passes_starts_the_count_again() -> None:
    broken = failed(PASSING, "senior-covenant")
    assert broken == [PAID_FOR[q] for q in ("1Q02", "2Q02", "4Q02", "1Q03")]
    assert len(broken) > prepared().deal.triggers["rapid-amortization"].consecutive
    assert not trigger(PASSING, "rapid-amortization")["breached"].any()
    assert set(trigger(PASSING, "rapid-amortization")["priority_in_force"]) == {"normal"}
    senior = note(PASSING, "senior")
    assert (senior["principal_paid"] == senior["principal_due"]).all()
    assert (senior["unpaid_interest"] == 0).all()
    assert note(PASSING, "equity")["principal_paid"].loc[EVENT] > 0


def test_the_two_paths_differ_in_one_quarter() -> None:
    one, other = (run(name).table("collections") for name in (HISTORICAL, PASSING))
    assert list(one["payment_date"][one["amount"] != other["amount"]]) == [EVENT]


@pytest.mark.parametrize("name", ["mezzanine-covenant", "senior-covenant", "rapid-amortization"])
def test_the_base_case_keeps_every_covenant(name: str) -> None:
    assert not trigger(None, name)["breached"].any()


def test_the_page_on_shipped_deals_shows_the_path_as_it_runs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "shipped-deals.md").read_text(
        encoding="utf-8"
    )
    royalty = run(HISTORICAL).table("collections").groupby("payment_date")["amount"].sum()
    senior, equity = note(HISTORICAL, "senior"), note(HISTORICAL, "equity")
    rows = [
        line.strip("| ").split(" | ")
        for line in page.splitlines()
        if line.startswith(("| 1Q", "| 2Q", "| 3Q", "| 4Q"))
    ]
    assert len(rows) == 8
    for quarter, paid_on, *shown in rows:
        day = pd.Timestamp(paid_on)
        assert PAID_FOR.get(quarter, day.date()) == day.date()
        measured = []
        for name in ("mezzanine-covenant", "senior-covenant"):
            measure = f"{trigger(HISTORICAL, name)['measure'][day]:.2f}"
            measured.append(f"**{measure}**" if day.date() in failed(HISTORICAL, name) else measure)
        amounts = [
            royalty[day],
            (senior["interest_paid"] + senior["principal_paid"])[day],
            guarantor(HISTORICAL)["drawn"][day],
            equity["principal_paid"][day],
            senior["closing_balance"][day],
        ]
        first, *rest = [f"{amount / 1_000_000:.2f}" for amount in amounts]
        assert shown == [first, *measured, *rest]
