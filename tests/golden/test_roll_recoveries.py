"""What has defaulted goes on being recovered after a roll, as it would have in a run that had foreseen the defaults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.partial import validate
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.engine.calculation import calculate
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.roll import RollResult, forecast_rows, roll, rows_csv
from tests.stress.mid_life import as_realised, often, shipped


def stressed(deal: Prepared, stresses: Sequence[dict[str, object]]) -> Prepared:
    """The same deal under stresses."""
    model, problems = validate(Scenario, {"name": "given", "stress": list(stresses)})
    assert model is not None, problems
    scenario = Loaded(Path("given.toml"), model, {}, b"", deal.definitions.deal.locator)
    return on_dates(replace(deal.definitions, scenario=scenario))


def going_on(deal: Prepared, rolled: RollResult) -> Prepared:
    """The deal that goes on after a roll, without a scenario."""
    found = deal.definitions
    contracts = {
        name: one.model_copy(update={"as_of": rolled.restated[name]}) if name in rolled.restated else one
        for name, one in found.pool.model.contracts.items()
    }
    pool = replace(found.pool, model=Pool.model_copy(found.pool.model, update={"contracts": contracts}))
    state = Loaded(Path("state.toml"), rolled.state, {}, b"", found.deal.locator)
    return on_dates(replace(found, pool=pool, state=state, scenario=None))


def written(deal: Prepared, until: int, file: Path, by_asset: bool = True) -> Path:
    """The forecast of a deal as an actuals file."""
    file.write_text(rows_csv(forecast_rows(deal, until, by_asset)), encoding="utf-8")
    return file


def same_lines(whole: Prepared, rest: Prepared, past: int) -> None:
    """Every published line after ``past`` periods is the same, to the fen."""
    before, after = calculate(whole), calculate(rest)
    for stream, cash in before.collections.streams.items():
        assert np.array_equal(cash[0, past:], after.collections.streams[stream][0]), stream
    assert np.array_equal(before.collections.performing[0, past + 1 :], after.collections.performing[0, 1:])
    differing = [
        line for line, values in before.lines.items() if not np.array_equal(values[past:], after.lines[line])
    ]
    assert differing == []


def strikes(deal: Prepared, period: int) -> list[dict[str, object]]:
    """Up to the end of a period a tenth defaults by rate, and one contract whole, on no instalment's day.

    A royalty can lose only once a period what a file tells of it: by rate before, by name in the last period.
    """
    day = deal.schedule.collection[period] - dt.timedelta(days=3)
    name = list(deal.pool.contracts)[-1]
    royalties = not deal.pool.claims
    return [
        {"driver": "default-rate", "set": [Decimal("0.1")], "last_period": period - royalties},
        {"driver": "default", "contract": name, "at": day},
    ]


@pytest.mark.parametrize("deal", shipped())
def test_a_deal_that_did_not_foresee_its_defaults_goes_on_as_one_that_did(deal: str, tmp_path: Path) -> None:
    base = as_realised(prepare(deal))
    period = min(2, base.schedule.periods - 2)
    foresaw = stressed(base, strikes(base, period))
    rolled = roll(base, written(foresaw, period, tmp_path / "actuals.csv"))
    assert rolled.warnings == ()
    same_lines(foresaw, going_on(base, rolled), period)


#: Those with a trust, parties, deposits and royalties; the others are tried in the deep suite.
OFTEN = ("ningbo-1-2024", "trust-loan", "supply-chain", "running-royalty")


@pytest.mark.parametrize("deal", often(*OFTEN, part="paths"))
def test_what_was_late_or_with_a_failed_servicer_comes_when_the_run_said(deal: str, tmp_path: Path) -> None:
    """Everything that the scenario tells is past: the rest needs no scenario."""
    base = as_realised(prepare(deal))
    period = min(2, base.schedule.periods - 2)
    since, day = base.schedule.collection[0], base.schedule.collection[period]
    run = stressed(
        base,
        [
            *strikes(base, period),
            {"driver": "late-payment", "from": since + dt.timedelta(days=1), "to": day, "days": 75},
            {
                "driver": "servicer-failure",
                "at": day - dt.timedelta(days=2),
                "remittance_days": 40,
                "recovery": Decimal("0.6"),
                "late_days": 30,
            },
        ],
    )
    rolled = roll(run, written(run, period, tmp_path / "actuals.csv"))
    assert rolled.warnings == ()
    same_lines(run, going_on(run, rolled), period)


@pytest.mark.parametrize("deal", ["nanshan-5-2022", "guangzhou-2019", "xoma-vabysmo-2023"])
def test_a_deal_rolled_twice_remembers_what_has_come(deal: str, tmp_path: Path) -> None:
    base = prepare(deal)
    foresaw = stressed(base, strikes(base, 2))
    heading, *rows = written(foresaw, 4, tmp_path / "all.csv").read_text().splitlines()
    for name, periods in (("first", "12"), ("second", "34")):
        kept = [row for row in rows if row[0] in periods and row[1] == ","]
        (tmp_path / f"{name}.csv").write_text("\n".join([heading, *kept]) + "\n")
    once = going_on(base, roll(base, tmp_path / "first.csv"))
    twice = roll(once, tmp_path / "second.csv")
    assert twice.warnings == ()
    same_lines(foresaw, going_on(once, twice), 4)


@pytest.mark.parametrize("deal", ["nanshan-5-2022", "guangzhou-2019", "deals/templates/lease-back"])
def test_a_file_of_the_pool_divides_what_it_does_not_know(deal: str, tmp_path: Path) -> None:
    """Sums stay: what the pool owes, its defaulted stock, and what has come of it."""
    base = prepare(deal)
    foresaw = stressed(base, [{"driver": "default-rate", "set": [Decimal("0.1")], "last_period": 2}])
    rolled = roll(base, written(foresaw, 2, tmp_path / "actuals.csv", by_asset=False))
    assert rolled.said
    after, whole = calculate(going_on(base, rolled)), calculate(foresaw)
    assert int(after.collections.performing[0, 0]) == int(whole.collections.performing[0, 2])
    pasts = rolled.restated.values()
    recovery = whole.collections.streams["recovery"][0]
    assert sum(past.stock for past in pasts) == int((whole.collections.defaulted[0, :2] - recovery[:2]).sum())
    came, foreseen = int(after.collections.streams["recovery"][0].sum()), int(recovery[2:].sum())
    assert came == pytest.approx(foreseen, rel=0.02)


def test_leases_of_which_two_fifths_default_a_year_recover_as_foreseen(tmp_path: Path) -> None:
    """Deposits are used up and recoveries lie 9 and 15 months behind: by contract nothing comes more or less."""
    base = prepare("deals/templates/lease-back")
    foresaw = stressed(base, [{"driver": "default-rate", "set": [Decimal("0.4")], "last_period": 3}])
    rolled = roll(base, written(foresaw, 3, tmp_path / "actuals.csv"))
    same_lines(foresaw, going_on(base, rolled), 3)


@pytest.mark.parametrize("by_asset", [True, False])
def test_deposits_of_others_are_said_to_be_counted_where_a_file_is_of_the_pool(
    by_asset: bool, tmp_path: Path
) -> None:
    """o3 has no deposit and defaults with 20,000,000: nothing but 35% of it comes back."""
    base = prepare("deals/templates/lease-back")
    foresaw = stressed(base, [{"driver": "default", "obligor": "o3", "at": dt.date(2025, 7, 31)}])
    rolled = roll(base, written(foresaw, 3, tmp_path / "actuals.csv", by_asset=by_asset))
    more = calculate(going_on(base, rolled)).collections.streams["recovery"].sum()
    more -= calculate(foresaw).collections.streams["recovery"].sum()
    assert (
        any(line.startswith("deposits are used as defaults are divided") for line in rolled.said) != by_asset
    )
    assert (int(more) == 0) == by_asset
