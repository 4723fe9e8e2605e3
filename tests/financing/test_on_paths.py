"""Savings over random paths: sums by hand, the told path without defaults, and the law of the defaults drawn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from securitize.base.errors import UsageError
from securitize.engine.drawing import Draw
from securitize.financing.cash import Cash
from securitize.financing.on_paths import spread_of, value_until
from securitize.performance.resolved import NEVER
from securitize.studies.savings.company_savings import compare
from securitize.studies.savings.inputs import financing_inputs
from securitize.studies.savings.saving_paths import saving_paths
from securitize.studies.savings.savings import savings

DAY = dt.date(2024, 1, 1)


def test_value_until_against_a_plain_sum() -> None:
    rows = [Cash(DAY + dt.timedelta(days=k), "interest", "i", 100 + k) for k in (0, 30, 30, 365)]
    stops = [DAY.toordinal() + k for k in (0, 1, 30, 31, 365, 366)] + [NEVER]
    found = value_until(rows, np.array(stops, np.int64), 0.05, DAY)
    expected = [
        sum(
            row.amount * 1.05 ** (-(row.date - DAY).days / 365) for row in rows if row.date.toordinal() < stop
        )
        for stop in stops
    ]
    assert found == pytest.approx(np.array(expected), rel=1e-14)


def test_a_spread_by_hand() -> None:
    saving = np.array([1.0, -2.0, 3.0, 4.0])
    found = spread_of(saving, np.array([False, True, False, False]), np.array([0.0, -1.0, 1.0, 2.0]))
    assert (found.default, found.mean, found.loses) == (0.25, 1.5, 0.25)
    assert (found.paying, found.defaulting, found.bad_market) == (8 / 3, -2.0, -2.0)
    assert found.error == pytest.approx(np.std([1, -2, 3, 4], ddof=1) / 2)
    assert spread_of(np.ones(1), np.zeros(1, bool), np.zeros(1)).defaulting is None


def performance(folder: Path, hazard: float) -> Path:
    file = folder / "mine.toml"
    file.write_text(f'name = "mine"\nhazard = {hazard}\nloading = 0.3\n', encoding="utf-8")
    return file


def test_without_defaults_every_path_is_the_measured_one(tmp_path: Path) -> None:
    found = compare(financing_inputs("nanshan-5-2022"))
    drawn = saving_paths(found, Draw(performance(tmp_path, 0.0), 500, 7))
    told = {(row.level, row.company, row.policy): row.saving for row in found.compared}
    assert len(drawn) == 26
    for one in drawn:
        saving = told[one.level, one.company, one.policy]  # type: ignore[index]
        assert saving is not None
        assert one.spread.default == 0.0
        assert one.spread.quantiles == pytest.approx([saving.present_value] * 3, rel=1e-9, abs=1e-3)
        assert one.spread.mean == pytest.approx(saving.present_value, rel=1e-9, abs=1e-3)


def test_companies_default_as_their_hazard_says(tmp_path: Path) -> None:
    paths = 20_000
    found = compare(financing_inputs("nanshan-5-2022"))
    drawn = saving_paths(found, Draw(performance(tmp_path, 0.2), paths, 3))
    days = {debt.company: (debt.settled - debt.drawn).days for debt in found.inputs.debts}
    for one in drawn:
        if one.level == "company":
            expected = 1 - np.exp(-0.2 * days[one.company] / 365)
            error = np.sqrt(expected * (1 - expected) / paths)
            # A day of default is a whole day: half a day of hazard more or less.
            assert abs(one.spread.default - expected) < 4.5 * error + 0.2 / 365
    pool = next(one for one in drawn if one.level == "pool")
    assert 1 - np.exp(-0.2) < pool.spread.default < 1


def test_the_table_and_what_cannot_be_drawn(tmp_path: Path) -> None:
    made = savings("ningbo-1-2024", performance=performance(tmp_path, 0.05), paths=1000, seed=5)
    again = savings("ningbo-1-2024", performance=performance(tmp_path, 0.05), paths=1000, seed=5)
    assert made.arrow("saving_paths").equals(again.arrow("saving_paths"))
    assert made.arrow("saving_paths").num_rows == 24
    with pytest.raises(UsageError, match="goes with a deal"):
        savings("hti-1-2019", performance=performance(tmp_path, 0.05), paths=10)
