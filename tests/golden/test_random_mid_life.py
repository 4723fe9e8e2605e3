"""Random paths of a deal in mid-life: nothing happens before its day, and clocks start there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from securitize.base.streams import Numbers
from securitize.engine.calculation import calculate, given_path
from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import simulate
from securitize.performance.random.draw import Drawn, draw
from securitize.studies.roll import api as rolling
from securitize.studies.run import api
from securitize.waterfall.measures import measure_note

PATHS, HAZARD = 20_000, 0.08
PERFORMANCE = f"""
name = "mid-life"
hazard = {HAZARD}
loading = 0.3
[prepayment]
hazard = 0.1
[late]
probability = 0.1
delays = [{{ days = 20, share = 1 }}]
[rights.collateral.p1]
challenge = {{ hazard = 0.2, invalid = 0.5 }}
[providers.undertaking]
hazard = 0.05
"""


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """guangzhou-2019 after its third payment date."""
    folder = tmp_path_factory.mktemp("rolled")
    api.run("guangzhou-2019", output=folder / "run")
    rolling.write_forecast(folder / "run", folder / "f.csv", until=3, by_asset=True)
    rolling.roll(folder / "run", folder / "f.csv", output=folder / "after-3")
    (folder / "mine.toml").write_text(PERFORMANCE)
    return prepare(folder / "after-3", draw=drawing(folder / "mine.toml", PATHS, 5))


@pytest.fixture(scope="module")
def drawn(rolled: Prepared) -> Drawn:
    assert rolled.random is not None
    return draw(rolled.random, rolled.performance, Numbers(5, 0, PATHS))


def test_everything_happens_after_the_day_of_the_deal(rolled: Prepared, drawn: Drawn) -> None:
    assert rolled.state is not None
    today, performance = rolled.state.as_of.toordinal(), drawn.performance
    days = [
        *(named.dates for named in performance.defaults.values()),
        *(failure.dates for failures in performance.failures.values() for failure in failures),
        *(one.dates for named in performance.prepayments.values() for one in named),
    ]
    assert len(days) > 20
    for dates in days:
        assert (dates > today).all()
        assert (dates < 10**6).any()
    payment = np.array([day.toordinal() for day in rolled.schedule.payment])
    pays = drawn.period_inputs["pays.undertaking"]
    assert (pays[:, payment <= today] == pays.max()).all()
    assert (pays[:, payment > today] < pays.max()).any()


def test_clocks_start_on_the_day_of_the_deal(rolled: Prepared, drawn: Drawn) -> None:
    assert rolled.state is not None
    for k in (-4, -1):
        end = rolled.schedule.collection[k]
        wanted = -np.expm1(-HAZARD * (end - rolled.state.as_of).days / 365)
        for name, named in drawn.performance.defaults.items():
            found = (named.dates <= end.toordinal()).mean()
            assert abs(found - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / PATHS), name


def test_paths_are_paid_as_their_replays(rolled: Prepared, drawn: Drawn) -> None:
    found = simulate(calculate(rolled))
    struck = np.flatnonzero(found.obligors_defaulted)[:5].tolist()
    for path in (0, *struck):
        alone = calculate(given_path(rolled, drawn, path))
        lines = {line: values[None, :] for line, values in alone.lines.items()}
        for note, measures in found.notes.items():
            right = measure_note(alone.resolved, lines, note)
            for field in ("principal_loss", "total_principal", "total_interest", "unpaid_interest"):
                assert getattr(measures, field)[path] == getattr(right, field)[0], (path, note, field)


def test_a_step_of_sales_that_is_over_is_in_the_sales_already(tmp_path: Path) -> None:
    api.run("xoma-vabysmo-2023", output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "f.csv", until=4)
    rolling.roll(tmp_path / "run", tmp_path / "f.csv", output=tmp_path / "next")
    prepared = prepare(tmp_path / "next", draw=drawing("assumed-royalties", 200, 1))
    assert prepared.state is not None
    royalty = next(iter(prepared.pool.contracts))
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\nhazard = 0\nloading = 0\n[sales]\nvolatility = 0.2\n[[sales.steps]]\n'
        f'contract = "{royalty}"\nuntil = {prepared.state.as_of}\nprobability = 1\nkept = 0.1\n'
    )
    over = prepare(tmp_path / "next", draw=drawing(tmp_path / "mine.toml", 200, 1))
    (tmp_path / "mine.toml").write_text('name = "mine"\nhazard = 0\nloading = 0\n[sales]\nvolatility = 0.2\n')
    without = prepare(tmp_path / "next", draw=drawing(tmp_path / "mine.toml", 200, 1))
    both = [simulate(calculate(one)).collected.tolist() for one in (over, without)]
    assert both[0] == both[1]
