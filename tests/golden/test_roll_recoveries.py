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
from tests.stress.mid_life import shipped


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
    differing = [line for line, values in before.lines.items() if not np.array_equal(values[past:], after.lines[line])]
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
    base = prepare(deal)
    period = min(2, base.schedule.periods - 2)
    foresaw = stressed(base, strikes(base, period))
    rolled = roll(base, written(foresaw, period, tmp_path / "actuals.csv"))
    assert rolled.warnings == ()
    same_lines(foresaw, going_on(base, rolled), period)
