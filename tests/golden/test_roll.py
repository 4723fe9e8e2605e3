"""A deal split at any date into actual collections, a roll and a projection gives the cents of the unbroken run."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import securitize
from securitize.base.dates import add_months
from securitize.base.errors import DefinitionError, UsageError
from securitize.definitions.pools.past import PastClaim
from securitize.engine.prepare.prepare import prepare
from securitize.studies.roll import api as rolling
from securitize.studies.run import api

BY_PERIOD = (
    "note_cash_flows",
    "fees",
    "accounts",
    "support",
    "steps",
    "triggers",
    "collections",
    "pool_balances",
    "payment_dates",
    "limits",
    "coverage",
    "life_coverage",
)
CASES = [
    ("guangzhou-2019", "guangzhou-2019-severe"),
    ("guangzhou-2019", None),
    ("nanshan-5-2022", "nanshan-5-2022-severe"),
    ("ningbo-1-2024", "ningbo-1-2024-severe"),
    ("xoma-vabysmo-2023", "xoma-vabysmo-2023-slow-launch"),
    ("biopharma-2000", "biopharma-2000-historical"),
]


#: Each deal with actuals in one form; the other form is tried in the deep suite.
FORMS = [(deal, scenario, i in (1, 2, 5)) for i, (deal, scenario) in enumerate(CASES)]


@pytest.fixture(scope="module")
def guangzhou(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored run, for the tests that only read it."""
    folder = tmp_path_factory.mktemp("guangzhou") / "run"
    api.run("guangzhou-2019", output=folder)
    return folder


def tables(run: securitize.Run) -> dict[str, pd.DataFrame]:
    """Those that have periods."""
    return {name: table(run, name) for name in BY_PERIOD}


def table(run: securitize.Run, name: str) -> pd.DataFrame:
    """Without the multiple whose denominator is the base case's: told anew, the base case begins from the state."""
    return run.table(name).drop(columns="plain_coverage", errors="ignore")


def same_after(before: dict[str, pd.DataFrame], after: securitize.Run, period: int) -> None:
    for name, whole in before.items():
        rest = whole[whole["period"] > period].reset_index(drop=True)
        found = table(after, name)
        if name == "life_coverage":
            # Today is a row of its own, the last day that is past in the whole.
            rest = whole[whole["period"] >= period].reset_index(drop=True)
            pd.testing.assert_frame_equal(rest, found, rtol=1e-12)
        else:
            assert rest.equals(found), name


def ahead(folder: Path, scenario: str | None) -> str | None:
    """The scenario that a roll left in the folder, without the windows that are past: those are refused."""
    if scenario is None:
        return None
    file, today = folder / "scenarios" / f"{scenario}.toml", prepare(folder).today
    head, *stresses = file.read_text().split("[[stress]]")
    ends = [tomllib.loads(stress).get("to") for stress in stresses]
    kept = [text for text, end in zip(stresses, ends, strict=True) if end is None or end > today.pool]
    file.write_text("[[stress]]".join([head, *kept]))
    return scenario


@pytest.mark.parametrize(
    ("deal", "scenario", "by_asset"),
    [
        *FORMS,
        *(
            pytest.param(deal, scenario, not by_asset, marks=pytest.mark.deep(part="paths"))
            for deal, scenario, by_asset in FORMS
        ),
    ],
)
def test_a_deal_split_at_any_date_pays_the_same_cents(
    deal: str, scenario: str | None, by_asset: bool, tmp_path: Path
) -> None:
    run = api.run(deal, scenario, output=tmp_path / "run")
    before = tables(run)
    periods = int(before["pool_balances"]["period"].max())
    for period in range(1, periods):
        file, folder = tmp_path / f"{period}.csv", tmp_path / f"after-{period}"
        rolling.write_forecast(tmp_path / "run", file, until=period, by_asset=by_asset)
        rolled = rolling.roll(tmp_path / "run", file, output=folder)
        assert all(one.forecast == one.actual for one in rolled.compared)
        assert scenario or not rolled.balances
        same_after(before, api.run(folder, ahead(folder, scenario), store=False), period)


@pytest.mark.parametrize(
    "future",
    [
        'driver = "party-default"\nparty = "guarantor"\nat = {at}\nrecovery = 0.3',
        'driver = "provider-late"\nsupport = "undertaking"\nat = {at}\nuntil = {due}\ndays = 400',
    ],
    ids=["fails", "late"],
)
def test_who_still_owes_for_an_earlier_default_may_fail_or_pay_late(future: str, tmp_path: Path) -> None:
    """The guarantee of a default a month before the roll is due a month after it: by then its guarantor has failed."""
    fresh = prepare("nanshan-5-2022")
    today = fresh.schedule.collection[1]
    at = add_months(today, -1)
    due = add_months(at, 2)
    default = f'[[stress]]\ndriver = "default"\nobligor = "{next(iter(fresh.pool.obligors))}"\nat = {at}\n'
    told = "[[stress]]\n" + future.format(at=fresh.schedule.payment[0] + dt.timedelta(days=5), due=due) + "\n"
    for name, text in (("past", default), ("whole", default + told), ("future", told)):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\n{text}')
    api.run("nanshan-5-2022", tmp_path / "past.toml", output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "1.csv", until=1)
    rolling.roll(tmp_path / "run", tmp_path / "1.csv", output=tmp_path / "after-1")
    whole = tables(api.run("nanshan-5-2022", tmp_path / "whole.toml", store=False))
    plain = tables(api.run("nanshan-5-2022", tmp_path / "past.toml", store=False))
    assert not whole["collections"].equals(plain["collections"])
    same_after(whole, api.run(tmp_path / "after-1", tmp_path / "future.toml", store=False), 1)


def test_a_deal_rolled_twice_pays_the_same_cents(tmp_path: Path) -> None:
    scenario = "guangzhou-2019-severe"
    run = api.run("guangzhou-2019", scenario, output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "1.csv", until=3)
    rolling.roll(tmp_path / "run", tmp_path / "1.csv", output=tmp_path / "after-3")
    api.run(tmp_path / "after-3", ahead(tmp_path / "after-3", scenario), output=tmp_path / "second")
    rolling.write_forecast(tmp_path / "second", tmp_path / "2.csv", until=5)
    assert (tmp_path / "2.csv").read_text().splitlines()[1].startswith("4,")
    rolling.roll(tmp_path / "second", tmp_path / "2.csv", output=tmp_path / "after-5")
    last = ahead(tmp_path / "after-5", scenario)
    same_after(tables(run), api.run(tmp_path / "after-5", last, store=False), 5)


def test_what_a_roll_restated_stands_after_the_next(tmp_path: Path) -> None:
    """A contract that defaulted in the first actuals owes nothing in the second forecast, and goes on owing nothing."""
    api.run("nanshan-5-2022", output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "1.csv", until=1, by_asset=True)
    heading, *rows = csv.reader((tmp_path / "1.csv").read_text().splitlines())
    asset, owed = rows[0][heading.index("asset")], heading.index("performing")
    defaulted, stock = heading.index("defaulted"), heading.index("defaulted_stock")
    rows[0][defaulted] = rows[0][stock] = rows[0][owed]
    rows[0][owed] = "0.00"
    (tmp_path / "1.csv").write_text("\n".join(map(",".join, [heading, *rows])))
    first = rolling.roll(tmp_path / "run", tmp_path / "1.csv", output=tmp_path / "after-1")
    assert first.balances == {asset: 0}
    api.run(tmp_path / "after-1", output=tmp_path / "second")
    rolling.write_forecast(tmp_path / "second", tmp_path / "2.csv", until=2, by_asset=True)
    rolling.roll(tmp_path / "second", tmp_path / "2.csv", output=tmp_path / "after-2")
    past = prepare(tmp_path / "after-2").pool.contracts[asset].as_of
    assert isinstance(past, PastClaim)
    assert (past.date, past.balance) == (prepare(tmp_path / "after-2").today.pool, 0)


def test_what_really_came_is_paid_and_compared(tmp_path: Path) -> None:
    api.run("guangzhou-2019", output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "f.csv", until=1)
    heading, row = (tmp_path / "f.csv").read_text().splitlines()
    fields = dict(zip(heading.split(","), row.split(","), strict=True))
    more = f"{float(fields['performing']) + 5_000_000:.2f}"
    short = {**fields, "fee": f"{float(fields['fee']) - 5_000_000:.2f}", "performing": more}
    (tmp_path / "f.csv").write_text(f"{heading}\n{','.join(short.values())}\n")
    rolled = rolling.roll(tmp_path / "run", tmp_path / "f.csv", output=tmp_path / "next")
    missing = {one.what: one.actual - one.forecast for one in rolled.compared}
    assert missing["fee"] == -500_000_000
    after = api.run(tmp_path / "next", store=False)
    assert after.table("accounts")["period"].min() == 2
    comparison = (tmp_path / "next" / "comparison.csv").read_text()
    assert ",fee," in comparison
    assert "-5000000.00" in comparison


def test_a_contract_that_owes_after_its_last_instalment_is_named(tmp_path: Path) -> None:
    run = api.run("guangzhou-2019", "guangzhou-2019-severe", output=tmp_path / "run")
    file = tmp_path / "f.csv"
    rolling.write_forecast(
        tmp_path / "run", file, until=int(run.table("pool_balances")["period"].max()) - 1, by_asset=True
    )
    heading, *rows = csv.reader(file.read_text().splitlines())
    paid, owed = heading.index("fee"), heading.index("performing")
    rows[-1][paid] = f"{float(rows[-1][paid]) - 7:.2f}"
    rows[-1][owed] = "7.00"
    file.write_text("\n".join(map(",".join, [heading, *rows])) + "\n")
    lines = [heading, *rows]
    with pytest.raises(DefinitionError, match=f"f.csv:{len(lines)}: performing: .* owes after its last"):
        rolling.roll(tmp_path / "run", file, output=tmp_path / "next")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("period,fee\n1,2\n", "f.csv:1: performing: the column is missing"),
        ("period,performing,fees\n1,2,3\n", "f.csv:1: fees: there is no such column"),
        ("period,performing\n1,\n", "f.csv:2: performing: the amount is missing"),
        ("period,performing\n1,x\n", "f.csv:2: performing: not an amount (x)"),
        ("period,performing\n1,-3\n", "f.csv:2: performing: the amount is negative (-3)"),
        ("period,performing\n1,3\n1,4\n", "f.csv:3: period: the period is given already on line 2"),
        ("period,performing\n2,3\n", "f.csv: period: period 1 is missing"),
        ("period,performing\n1,3\n99,3\n", "f.csv:3: period: the period is not one of 1 to 10 (99)"),
        ("period,performing\n1\n", "f.csv:2: the row has 1 fields, the heading 2 (1)"),
        ("", "f.csv:1: period: the column is missing"),
        ("period,asset,performing\n1,nobody,3\n", "f.csv:2: asset: the pool holds no such contract (nobody)"),
    ],
)
def test_actuals_that_do_not_fit_are_named(text: str, told: str, guangzhou: Path, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text(text)
    with pytest.raises(DefinitionError) as caught:
        rolling.roll(guangzhou, file, output=tmp_path / "next")
    assert told in str(caught.value)
    assert not (tmp_path / "next").exists()


def test_the_folder_must_be_free(tmp_path: Path) -> None:
    api.run("guangzhou-2019", output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "f.csv")
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "mine").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        rolling.roll(tmp_path / "run", tmp_path / "f.csv", output=tmp_path / "next")
    assert (tmp_path / "next" / "mine").read_text() == "mine"
