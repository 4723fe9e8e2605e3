"""Random paths in ranges: files, sums and quantiles of more paths than are held at once, cut where they may be."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import securitize
from securitize.base.errors import StorageError
from securitize.base.files import new_file, put_beside
from securitize.engine import partial_runs, simulate
from securitize.engine.path_ranges import PathRange, PathStore, packed, unpacked
from securitize.store.run import Run
from securitize.studies.proof.verify import rerun
from securitize.studies.run.path_replay import replayed
from securitize.tables import dictionary
from securitize.tables.parquet import to_bytes, write_groups
from tests.golden.test_random_parts import PERFORMANCE, interrupted_at, random_tables
from tests.golden.test_random_parts import run as run_of

#: Paths of a range here; of the last one fewer.
PATHS, SIZE = 1100, 256
BY_PATH = ("path_measures", "path_pool")


def run(folder: Path, paths: int = PATHS, **options: Any) -> Run:
    return run_of(folder, paths, **options)


@contextmanager
def ranges_of(size: int) -> Iterator[None]:
    load = dictionary.load

    def smaller(name: str) -> dictionary.Table:
        found = load(name)
        return replace(found, group_paths=size) if found.group_paths else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary, "load", smaller)
        yield


@pytest.fixture
def small_ranges() -> Iterator[None]:
    with ranges_of(SIZE):
        yield


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run in ranges that nothing has interrupted, on one thread."""
    with ranges_of(SIZE):
        return run(tmp_path_factory.mktemp("right") / "run")


def paths_of_groups(done: Run, name: str) -> list[tuple[int, int]]:
    assert done.path is not None
    metadata = pq.read_metadata(done.path / "tables" / f"{name}.parquet")
    columns = [metadata.row_group(k).column(0) for k in range(metadata.num_row_groups)]
    assert {one.path_in_schema for one in columns} == {"path"}
    return [(one.statistics.min, one.statistics.max) for one in columns]


def test_every_table_of_paths_has_groups_of_as_many_paths() -> None:
    sizes = {name: dictionary.load(name).group_paths for name in dictionary.all_names()}
    assert {name: size for name, size in sizes.items() if size} == dict.fromkeys(BY_PATH, 65_536)
    # Pairs and replicates lie in one range.
    assert 65_536 % 4096 == 0


@pytest.fixture(scope="module", params=["plain", "importance", "antithetic", "sobol"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose paths are one range."""
    return run(tmp_path_factory.mktemp("whole") / "run", sampling=request.param)


@pytest.mark.parametrize(
    "whole",
    [
        "importance",
        *(
            pytest.param(name, marks=pytest.mark.deep(part="paths"))
            for name in ("plain", "antithetic", "sobol")
        ),
    ],
    indirect=True,
)
@pytest.mark.usefixtures("small_ranges")
def test_ranges_change_no_row_and_of_floats_the_last_digit(tmp_path: Path, whole: Run) -> None:
    ranged = run(tmp_path / "run", sampling=whole.about["sampling"], workers=2)
    assert ranged.id == whole.id
    for name in BY_PATH:
        assert ranged.arrow(name).equals(whole.arrow(name))
        ends = [*range(0, PATHS, SIZE), PATHS]
        assert paths_of_groups(ranged, name) == list(
            zip(ends[:-1], [end - 1 for end in ends[1:]], strict=True)
        )
    for name in sorted(set(dictionary.names("paths")) - {*BY_PATH}):
        one, other = whole.arrow(name), ranged.arrow(name)
        assert one.num_rows == other.num_rows > 0
        for column in dictionary.load(name).columns:
            left, right = (table[column.name].to_pylist() for table in (one, other))
            if column.type == "ratio":
                np.testing.assert_allclose(
                    np.array(right, float), np.array(left, float), rtol=1e-11, atol=1e-15
                )
            else:
                assert left == right
    # A quantile is one of the losses, the same to the last bit.
    assert ranged.arrow("loss_tails")["value_at_risk"].equals(whole.arrow("loss_tails")["value_at_risk"])


@pytest.fixture
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(simulate, "BLOCK", request.param)
    size: int = request.param
    return size


@pytest.mark.parametrize(
    ("workers", "block", "interrupted"),
    [
        # Blocks that do not fill a range, and interruptions within one, at its end and in another.
        (2, 100, (300,)),
        *(
            pytest.param(*case, marks=pytest.mark.deep(part="paths"))
            for case in (
                (1, 100, (1,)),
                (2, 1024, (1,)),
                (2, 100, (SIZE,)),
                (1, 1024, (SIZE,)),
                (1, 100, (300, 600)),
                (2, 1024, (300, 600)),
            )
        ),
    ],
    indirect=["block"],
)
@pytest.mark.usefixtures("small_ranges")
def test_threads_blocks_and_interruptions_cut_no_range(
    tmp_path: Path, right: Run, workers: int, block: int, interrupted: tuple[int, ...]
) -> None:
    folder = tmp_path / "run"
    done = 0
    for paths in interrupted:
        with pytest.raises(KeyboardInterrupt):
            run(folder, workers=workers, progress=interrupted_at(paths))
        left = securitize.open_run(partial_runs.partial_folder_of(folder))
        assert left.stored is not None
        assert left.stored.verify() == []
        done = int(str(left.about["paths"]))
        firsts = [int(name[6:18]) for name in left.stored.manifest.results]
        assert firsts == list(range(0, done, SIZE))
        assert left.arrow("path_pool").equals(right.arrow("path_pool").slice(0, done))
    seen: list[int] = []
    found = run(folder, workers=workers, progress=lambda what, now, of: seen.append(now))
    # Nothing is drawn twice, and nothing but the run is left behind.
    assert seen[0] > done
    assert random_tables(found) == random_tables(right)
    assert [one.name for one in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("block", [100], indirect=True)
@pytest.mark.usefixtures("small_ranges")
def test_a_range_of_another_digest_and_all_behind_it_are_drawn_anew(
    tmp_path: Path, right: Run, block: int
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(folder, progress=interrupted_at(900))
    files = sorted((partial_runs.partial_folder_of(folder) / partial_runs.PARTS).iterdir())
    # A file that is whole, with another amount in it.
    part = unpacked(files[2].read_bytes(), simulate.PathMeasures)
    more = replace(part.measured, collected=part.measured.collected + 1)
    files[2].write_bytes(packed(replace(part, measured=more)))
    seen: list[int] = []
    found = run(folder, progress=lambda what, done, of: seen.append(done))
    assert seen[0] == 2 * SIZE + block
    assert random_tables(found) == random_tables(right)


@pytest.mark.usefixtures("small_ranges")
def test_runs_in_ranges_are_proved_traced_and_read_as_any(right: Run) -> None:
    assert right.stored is not None
    assert right.path is not None
    made = rerun(right.stored)
    assert (made.outcome, set(BY_PATH) <= set(made.identical)) == ("verified", True)
    # Not of the first range.
    path = SIZE + int(right.table("path_pool")["defaulted_minor"].to_numpy()[SIZE:].argmax())
    assert replayed(right, path).tables["note_measures"].num_rows == 2
    whole = right.arrow("path_measures")
    for path in (0, SIZE - 1, SIZE, PATHS - 1):
        rows = right.stored.rows_of_path("path_measures", path)
        assert rows.to_pylist() == whole.slice(2 * path, 2).to_pylist()
    # A table that was in memory is cut into the same groups.
    assert to_bytes(whole) == right.stored.table_bytes("path_measures")
    file = right.path / "tables" / "path_measures.parquet"
    assert pd.read_parquet(file)["path"].tolist() == [k // 2 for k in range(2 * PATHS)]
    found = duckdb.sql(f"select count(*), count(distinct path), sum(total_interest_minor) from '{file}'")
    assert found is not None
    interest = right.table("path_measures")["total_interest_minor"]
    assert found.fetchall() == [(2 * PATHS, PATHS, int(interest.sum()))]


@pytest.mark.deep(part="paths")
@pytest.mark.usefixtures("small_ranges")
def test_runs_that_are_only_calculated_have_the_same_tables(right: Run) -> None:
    apart = securitize.run("guangzhou-2019", performance=PERFORMANCE, paths=PATHS, seed=7, store=False)
    assert all(apart.arrow(name).equals(right.arrow(name)) for name in right.names)


@pytest.mark.deep(part="paths")
@pytest.mark.usefixtures("small_ranges")
def test_a_goal_is_reached_at_as_many_paths_in_ranges(tmp_path: Path) -> None:
    found = run(tmp_path / "goal", 100_000, target_error="sub=0.006")
    assert found.about["paths"] == 8192
    again = run(tmp_path / "again", 8192)
    assert random_tables(found) == random_tables(again)


def test_a_file_of_a_range_is_what_it_was_or_refused(tmp_path: Path) -> None:
    part = PathRange(0, 3, {"a": np.arange(3), "b": np.array([0.5, np.nan, -1.0])})
    kind: Any = dict[str, Any]
    data = packed(part)
    found = unpacked(data, kind)
    assert (found.first, found.after, found.measured["a"].tolist()) == (0, 3, [0, 1, 2])
    np.testing.assert_array_equal(found.measured["b"], part.measured["b"])
    for wrong in (b"", data[:40], b"x" + data, data[:-4], data.replace(b"int64", b"int32")):
        with pytest.raises(ValueError, match=r"no range|no numbers|Expecting|Unterminated|codec"):
            unpacked(wrong, kind)
    store: PathStore[Any] = PathStore(kind, 4, lambda: tmp_path)
    store.add(part)
    # Paths that were there, that leave a gap, or that are of two ranges.
    for first, after in ((0, 3), (4, 5), (3, 5)):
        with pytest.raises(ValueError, match="behind 3"):
            store.add(PathRange(first, after, {"a": np.arange(after - first)}))


def test_a_full_disk_leaves_no_half_of_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"path": list(range(1000))})

    def full(descriptor: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill() -> None:
        # The first bytes go down, then the disk is full.
        with new_file(tmp_path / "t.parquet") as sink:
            sink.write(b"PAR1")
            monkeypatch.setattr(os, "write", full)
            write_groups([table], table.schema, sink)

    with pytest.raises(StorageError, match=r"cannot be written \(No space left on device, ENOSPC\)"):
        fill()
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
    with new_file(tmp_path / "t.parquet") as sink:
        assert write_groups([table, table], table.schema, sink) == 2000
    data = (tmp_path / "t.parquet").read_bytes()
    assert (sink.bytes, sink.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_range_that_is_done_is_taken_over_by_name_or_as_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = tmp_path / "done"
    done.write_bytes(b"paths")
    put_beside(done, tmp_path / "linked")
    assert os.path.samefile(done, tmp_path / "linked")

    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    put_beside(done, tmp_path / "copied")
    assert not os.path.samefile(done, tmp_path / "copied")
    assert (tmp_path / "copied").read_bytes() == b"paths"
    with pytest.raises(StorageError):
        put_beside(done, tmp_path / "copied")


PEAK = """
import resource, sys
import securitize
securitize.run("guangzhou-2019", performance="assumed-small-companies", paths=int(sys.argv[1]), seed=7,
               workers=2, output=sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.deep(part="paths")
def test_memory_does_not_grow_with_paths(tmp_path: Path) -> None:
    def peak(paths: int) -> int:
        command = [sys.executable, "-c", PEAK, str(paths), str(tmp_path / str(paths))]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
        return int(done.stdout)

    # Both are more than two ranges. As whole arrays a million paths took 2.8 times as much as 200,000.
    assert peak(1_000_000) < 1.25 * peak(200_000)
