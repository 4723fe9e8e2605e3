"""Runs that go on: the same tables for every number of threads, size of block and interruption; and goals."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import securitize
from securitize.base.errors import UsageError
from securitize.engine import partial_runs, simulate
from securitize.engine.precision import PrecisionTarget, precision_of
from securitize.library import find_performance
from securitize.store.run import Run, open_run
from securitize.studies.run.path_replay import replayed
from securitize.tables import dictionary

PERFORMANCE, PATHS = "assumed-small-companies", 3000
BLOCKS = (250, 1024, 4096)


def run(folder: Path, paths: int = PATHS, **options: Any) -> Run:
    given: dict[str, Any] = {"performance": PERFORMANCE, **options}
    return securitize.run("guangzhou-2019", paths=paths, seed=7, output=folder, **given)


def interrupted_at(paths: int) -> Any:
    def progress(what: str, done: int, of: int) -> None:
        if done >= paths:
            raise KeyboardInterrupt

    return progress


def random_tables(done: Run) -> dict[str, bytes]:
    assert done.stored is not None
    names = sorted(set(dictionary.names("paths")) & set(done.names))
    assert len(names) > 8
    return {name: (done.stored.path / "tables" / f"{name}.parquet").read_bytes() for name in names}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(simulate, "BLOCK", request.param)
    size: int = request.param
    return size


@pytest.mark.parametrize(
    ("workers", "block", "resumed"),
    [
        # One thread that is interrupted and two that are not; the other way round in the deep suite.
        pytest.param(*case, marks=[] if (case[0] == 1) == case[2] else pytest.mark.deep(part="paths"))
        for case in product((1, 2), BLOCKS, (False, True))
    ],
    indirect=["block"],
)
def test_threads_blocks_and_interruption_leave_every_table_the_same(
    tmp_path: Path, whole: Run, workers: int, block: int, resumed: bool
) -> None:
    folder = tmp_path / "run"
    left: list[Run] = []
    # A block that is done when the interruption comes is kept; of 4,096 there is no other.
    if resumed:
        with pytest.raises(KeyboardInterrupt):
            run(folder, workers=workers, progress=interrupted_at(1), interrupted=left.append)
        assert not folder.exists()
        assert [one.path for one in left] == [partial_runs.partial_folder_of(folder)]
    done = run(folder, workers=workers)
    assert not partial_runs.partial_folder_of(folder).exists()
    assert done.id == whole.id
    assert random_tables(done) == random_tables(whole)
    assert done.stored is not None
    assert whole.stored is not None
    assert done.stored.manifest.to_bytes() == whole.stored.manifest.to_bytes()


@pytest.mark.parametrize("block", [250], indirect=True)
def test_a_partial_run_is_a_run_of_fewer_paths_and_says_so(tmp_path: Path, block: int) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(folder, progress=interrupted_at(1000))
    left = open_run(partial_runs.partial_folder_of(folder))
    assert (left.about["paths"], left.about["paths_asked"]) == (1000, PATHS)
    assert left.warnings[0].startswith("PARTIAL: interrupted after 1,000 of 3,000 paths")
    assert left.stored is not None
    assert left.stored.verify() == []
    assert random_tables(left) == random_tables(run(tmp_path / "shorter", 1000))
    assert replayed(left, 999).tables["note_measures"].num_rows == 2
    with pytest.raises(UsageError):
        replayed(left, 1000)


@pytest.mark.parametrize("block", [250], indirect=True)
def test_the_next_run_draws_only_what_is_missing(tmp_path: Path, block: int) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(folder, progress=interrupted_at(1000))
    with pytest.raises(KeyboardInterrupt):
        run(folder, progress=interrupted_at(2000))
    assert open_run(partial_runs.partial_folder_of(folder)).about["paths"] == 2000
    seen: list[int] = []
    run(folder, progress=lambda what, done, of: seen.append(done))
    assert seen == [2250, 2500, 2750, 3000]


@pytest.mark.parametrize("block", [250], indirect=True)
def test_what_another_run_or_a_damaged_one_left_is_not_used(tmp_path: Path, block: int) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(folder, progress=interrupted_at(1000))
    (file,) = (partial_runs.partial_folder_of(folder) / partial_runs.PARTS).iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    seen: list[int] = []
    run(folder, progress=lambda what, done, of: seen.append(done))
    assert seen[0] == 250
    other = tmp_path / "other"
    partial_runs.partial_folder_of(other).mkdir()
    (partial_runs.partial_folder_of(other) / "note").write_text("mine")
    run(other)
    assert (partial_runs.partial_folder_of(other) / "note").read_text() == "mine"


def risk(done: Run, note: str) -> dict[str, Any]:
    return next(row for row in done.arrow("note_risk").to_pylist() if row["note"] == note)


def test_paths_are_drawn_until_the_error_is_as_asked(tmp_path: Path) -> None:
    goal = 0.004
    found = run(tmp_path / "goal", 1_000_000, target_error=f"sub={goal}")
    paths = int(str(found.about["paths"]))
    assert 4096 < paths < 40_000
    assert paths % 4096 == 0
    assert risk(found, "sub")["expected_loss_error"] <= goal
    again = run(tmp_path / "again", 1_000_000, target_error=f"sub={goal}", workers=2)
    plain = run(tmp_path / "plain", paths)
    assert random_tables(found) == random_tables(again) == random_tables(plain)
    replayed(found, paths - 1)


def test_a_goal_out_of_reach_is_told(tmp_path: Path) -> None:
    found = run(tmp_path / "run", 5000, target_error="sub=0.0001")
    assert found.about["paths"] == 5000
    assert "not to 0.0001: draw more than 5,000 paths" in found.warnings[0]


def test_no_loss_on_few_paths_is_no_certainty(tmp_path: Path) -> None:
    # No path of the senior note loses: the bound of the docstring, sqrt((Z2) / (n + Z2) / n), of 8,192 paths.
    shipped = Path(find_performance(PERFORMANCE)).read_text(encoding="utf-8")
    alive = tmp_path / "alive.toml"
    alive.write_text(shipped.partition("[all_providers]")[0], encoding="utf-8")
    found = run(tmp_path / "run", 8192, target_error="0.0002", performance=alive)
    assert (found.about["target_note"], found.about["paths"]) == ("A", 8192)
    assert risk(found, "A")["expected_loss"] == 0
    bound = float(np.sqrt(3.8414588 / 8195.8414588 / 8192))
    assert f"known to {bound:.2g} of its balance" in found.warnings[0]


@pytest.mark.parametrize("text", ["", "A=", "A=0", "A=1", "A=nan", "0.5x", "A==0.1", "nobody=0.1"])
def test_goals_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        run(tmp_path / "run", 100, target_error=text)


def test_a_goal_names_the_most_senior_note_by_itself() -> None:
    assert precision_of("0.01") == PrecisionTarget(0.01)
    assert precision_of("sub=1e-4") == PrecisionTarget(1e-4, "sub")
