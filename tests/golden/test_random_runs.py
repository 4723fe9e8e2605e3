"""Runs with random paths: their tables against one another, and against replays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import securitize
from securitize.base.errors import CalculationError, DefinitionError, UsageError
from securitize.base.streams import Numbers
from securitize.engine.calculation import calculate, given_path
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.simulate import Simulation, simulate
from securitize.performance.random.companies import ObligorRisk
from securitize.performance.random.copulas import gaussian
from securitize.performance.random.draw import Drawn, RandomModel, draw
from securitize.performance.random.given_payers import never_failing
from securitize.performance.random.obligors import RandomDefaults
from securitize.risk.losses import loss_distribution
from securitize.store.run import Run
from securitize.studies.run import path_replay
from securitize.waterfall.measures import measure_note

PERFORMANCE = "assumed-small-companies"
HARSH = """
name = "harsh"
hazard = { value = 0.2, kind = "assumed", source = "harsh enough to reach every note" }
loading = 0.6
copula = { kind = "student-t", degrees = 4 }
"""


def run(deal: str, paths: int = 2000, **options: Any) -> Run:
    return securitize.run(deal, performance=PERFORMANCE, paths=paths, store=False, **options)


def by_note(done: Run) -> dict[str, dict[str, Any]]:
    return {row["note"]: row for row in done.arrow("note_risk").to_pylist()}


def simulation(deal: str, paths: int, workers: int = 1, block: int = 1024, seed: int = 7) -> Simulation:
    prepared = prepare(deal, draw=Draw(PERFORMANCE, paths, seed))
    return simulate(calculate(prepared), workers=workers, block=block)


def measured(found: Simulation, paths: int) -> list[list[Any]]:
    columns = [
        found.obligors_defaulted, found.defaulted, found.collected, found.support_drawn, *found.first_active.values(),
        *(getattr(m, name) for m in found.notes.values()
          for name in ("principal_loss", "wal_years", "total_principal")),
    ]  # fmt: skip
    # A note that is never repaid has no life: not a number, which equals nothing, not even itself.
    return [np.nan_to_num(column[:paths], nan=-1).tolist() for column in columns]


def test_blocks_threads_and_more_paths_change_nothing() -> None:
    first = measured(simulation("nanshan-5-2022", 1500), 1500)
    for workers, block, paths in ((2, 1024, 1500), (1, 300, 1500), (2, 77, 3000)):
        assert measured(simulation("nanshan-5-2022", paths, workers, block), 1500) == first
    assert measured(simulation("nanshan-5-2022", 1500, seed=8), 1500) != first


@pytest.mark.parametrize("deal", ["ningbo-1-2024", "biopharma-2000", "lithium-battery"])
def test_measures_of_a_path_are_those_of_its_replay(deal: str) -> None:
    found = simulation(deal, 200)
    prepared = found.calculation.prepared
    assert prepared.random is not None
    drawn = draw(prepared.random, prepared.performance, Numbers(7, 0, 200))
    struck = np.flatnonzero(found.obligors_defaulted)[:8]
    for path in (0, 199, *struck.tolist()):
        alone = calculate(given_path(prepared, drawn, path))
        lines = {line: values[None, :] for line, values in alone.lines.items()}
        for note, measures in found.notes.items():
            right = measure_note(alone.resolved, lines, note)
            for name in (
                "principal_loss",
                "unpaid_interest",
                "total_interest",
                "total_principal",
                "last_principal",
            ):
                assert getattr(measures, name)[path] == getattr(right, name)[0], (path, note, name)


def test_statistics_are_those_of_the_path_tables() -> None:
    done = run("nanshan-5-2022", seed=3)
    paths, risk = done.table("path_measures"), by_note(done)
    assert len(paths) == 2000 * len(risk)
    for note, one in paths.groupby("note"):
        row = risk[str(note)]
        share = one["principal_loss_minor"] / (float(row["balance"]) * 100)
        failed = (one["principal_loss_minor"] > 0) | (one["unpaid_interest_minor"] > 0)
        assert row["expected_loss"] == pytest.approx(share.mean())
        assert row["expected_loss_error"] == pytest.approx(share.std() / np.sqrt(2000))
        assert row["default_probability"] == failed.mean()
        assert row["default_probability_low"] <= failed.mean() <= row["default_probability_high"]
        assert row["loss_quantile_99"] <= row["expected_shortfall_99"]
        if failed.any():
            assert row["expected_loss"] == pytest.approx(failed.mean() * row["loss_given_default"])
    pool, triggers = done.table("path_pool"), done.table("trigger_risk")
    last = triggers[triggers["period"] == triggers["period"].max()]
    ever = last["probability"].max()
    assert ever <= pool["first_trigger"].notna().mean() <= last["probability"].sum() + 1e-12
    assert (pool["first_trigger"].isna() == pool["first_trigger_date"].isna()).all()
    for _, one in triggers.groupby("trigger"):
        assert one["probability"].is_monotonic_increasing


def test_the_pool_defaults_as_often_as_the_recursion_says() -> None:
    found = simulation("guangzhou-2019", 20_000)
    prepared = found.calculation.prepared
    days = (prepared.schedule.collection[-1] - prepared.schedule.collection[0]).days
    assert prepared.definitions.performance is not None
    written = prepared.definitions.performance.model
    count = len(prepared.pool.obligors)
    assert written.hazard is not None
    p = -np.expm1(-written.hazard / 1e8 * days / 365)
    exact = loss_distribution(
        gaussian(), np.full(count, p), np.full(count, written.loading / 1e8), np.ones(count, np.int64)
    )
    for number in range(count + 1):
        error = np.sqrt(exact[number] * (1 - exact[number]) / 20_000)
        seen = (found.obligors_defaulted == number).mean()
        assert abs(seen - exact[number]) <= 4 * error + 1e-9, number


def test_the_senior_note_is_riskless_while_its_guarantor_is_alive_and_more_hazard_costs_more() -> None:
    risk = by_note(run("guangzhou-2019"))
    assert risk["A"]["support_risk"] == "at-random"
    assert 0 < risk["A"]["expected_loss"] < risk["sub"]["expected_loss"]
    prepared = prepare("guangzhou-2019", draw=Draw(PERFORMANCE, 1000))
    assert prepared.random is not None
    alive = simulate(calculate(replace(prepared, random=never_failing(prepared.random))))
    assert alive.notes["A"].principal_loss.sum() == 0
    assert alive.notes["sub"].principal_loss.sum() > 0
    losses = []
    for hazard in (0.0, 0.01, 0.05, 0.3):
        risks = {name: ObligorRisk(hazard, 0.4) for name in prepared.pool.obligors}
        process = RandomDefaults(gaussian(), risks, prepared.pool, prepared.schedule)
        found = simulate(calculate(replace(prepared, random=RandomModel(gaussian(), (process,)))))
        losses.append(found.collected.mean())
    # Common random numbers: every path has at least the defaults that it had with less hazard.
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > losses[-1]


def test_a_stored_run_says_how_it_was_drawn_and_is_reused(tmp_path: Path) -> None:
    harsh = tmp_path / "harsh.toml"
    harsh.write_text(HARSH)
    output = tmp_path / "out"
    done = securitize.run("nanshan-5-2022", performance=harsh, paths=300, seed=5, output=output, workers=2)
    assert (done.about["paths"], done.about["seed"], done.about["performance"]) == (300, 5, "harsh")
    assert done.stored is not None
    assert done.stored.manifest.seed == 5
    assert done.stored.manifest.facts.random_scheme == "philox4x64-10/sha256/1024"
    again = securitize.run("nanshan-5-2022", performance=harsh, paths=300, seed=5, output=output)
    assert again.reused
    other = securitize.run("nanshan-5-2022", performance=harsh, paths=300, seed=6, store=False)
    assert other.id != done.id
    assert not other.table("path_pool").equals(done.table("path_pool"))
    plain = securitize.run("nanshan-5-2022", store=False)
    for name in plain.names:
        if name != "assumptions":
            pd.testing.assert_frame_equal(plain.table(name), done.table(name))
    register = done.table("assumptions")
    assert "harsh enough to reach every note" in set(register["source"])


def test_a_replay_with_other_cents_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harsh = tmp_path / "harsh.toml"
    harsh.write_text(HARSH)
    done = securitize.run("nanshan-5-2022", performance=harsh, paths=200, output=tmp_path / "out")
    pool = done.table("path_pool")
    path = int(pool["defaulted_minor"].to_numpy().argmax())
    alone = path_replay.replayed(done, path)
    assert int(pool["defaulted_minor"][path]) == int(alone.table("assets")["defaulted"].sum() * 100)

    def nothing_happens(*_: Any) -> Drawn:
        drawn = draw(*_)
        return replace(drawn, performance=replace(drawn.performance, defaults={}))

    monkeypatch.setattr(path_replay, "draw", nothing_happens)
    with pytest.raises(CalculationError, match=f"path {path} replayed alone"):
        path_replay.replayed(done, path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hazard = -0.1\nloading = 0", "SEC114"),
        ("hazard = 0.1\nloading = 1.5", "SEC112"),
        ('hazard = 0.1\nloading = 0\ncopula = { kind = "double-t", own_degrees = 2 }', "SEC178"),
        ('hazard = 0.1\nloading = 0\ncopula = { kind = "student-t", degrees = 0 }', "SEC178"),
        ("hazard = 0.1\nloading = 0\n[obligors.nobody]\nhazard = 0.2", "SEC174"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(f'name = "wrong"\n{text}\n')
    with pytest.raises(DefinitionError) as told:
        securitize.run("nanshan-5-2022", performance=file, store=False)
    assert [problem.code for problem in told.value.problems] == [code]
    assert told.value.problems[0].line


def test_what_cannot_be_asked_is_refused() -> None:
    wrong: list[dict[str, Any]] = [{"paths": 0}, {"paths": 10**9}, {"seed": -1}, {"seed": 2**64}]
    for options in wrong:
        with pytest.raises(UsageError):
            securitize.run("nanshan-5-2022", performance=PERFORMANCE, store=False, **options)
    with pytest.raises(UsageError, match="no performance"):
        securitize.run("nanshan-5-2022", performance="nobody", store=False)
