"""Several writers: one output has one, distinct outputs do not hinder each other, the dead hinder nobody."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from securitize.base.errors import EXIT_FAILED, StorageError
from securitize.store import store
from securitize.store.locks import partial_folder, sole_writer
from securitize.store.store import claim
from tests.faults.looking import hidden, visible
from tests.faults.small_run import FACTS, identity, small_tables, write_run
from tests.packaging.tree import ROOT


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.small_run", str(root), *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def holding(root: Path, *options: str) -> subprocess.Popen[str]:
    """A writer that has claimed its output and waits."""
    writer = start(root, "--hold", *options)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "holding\n"
    return writer


def test_second_writer_is_refused_at_once_and_told_by_whom(tmp_path: Path) -> None:
    made = small_tables()
    with holding(tmp_path) as first:
        began = time.monotonic()
        with pytest.raises(StorageError, match=f"is in use by process {first.pid}; .*SEC902") as caught:
            write_run(tmp_path, identity(), made, FACTS)
        assert time.monotonic() - began < 0.5
        assert str(tmp_path / identity().id) in str(caught.value)
        assert visible(tmp_path) == []
        assert first.communicate(timeout=30) == (f"{tmp_path / identity().id}\n", "")
    assert first.returncode == 0
    assert len(visible(tmp_path)) == 1
    assert hidden(tmp_path) == []


def test_second_writer_to_an_explicit_output_is_refused(tmp_path: Path) -> None:
    output = tmp_path / "here"
    with holding(tmp_path, "--output", str(output), "--variant", "other") as first:
        with (
            pytest.raises(StorageError, match=f"{output}: is in use by process {first.pid}"),
            claim(tmp_path / "below" / ".." / "here", identity()),
        ):
            raise AssertionError("claimed twice")
        first.communicate(timeout=30)
    with pytest.raises(StorageError, match="here: holds another run"):
        write_run(tmp_path, identity(), small_tables(), FACTS, output)


def test_threads_are_writers_too(tmp_path: Path) -> None:
    with (
        claim(tmp_path / "run", identity()),
        pytest.raises(StorageError, match=f"is in use by process {os.getpid()}"),
        claim(tmp_path / "run", identity()),
    ):
        raise AssertionError("claimed twice")


def test_distinct_runs_share_a_folder(tmp_path: Path) -> None:
    with holding(tmp_path) as first:
        write_run(tmp_path, identity("other"), small_tables(), FACTS)
        assert [run.id for run in visible(tmp_path)] == [identity("other").id]
        first.communicate(timeout=30)
    assert len(visible(tmp_path)) == 2


def test_killed_writer_hinders_nobody(tmp_path: Path) -> None:
    with holding(tmp_path) as first:
        first.kill()
    assert hidden(tmp_path) == [f".{identity().id}.lock"]
    write_run(tmp_path, identity(), small_tables(), FACTS)
    assert hidden(tmp_path) == []


def test_lock_file_with_anything_in_it_is_harmless(tmp_path: Path) -> None:
    (tmp_path / f".{identity().id}.lock").write_text("1\nand more than a number")
    write_run(tmp_path, identity(), small_tables(), FACTS)
    assert hidden(tmp_path) == []


def test_living_partial_folder_is_left_alone_and_a_dead_one_removed(tmp_path: Path) -> None:
    dead = tmp_path / f".other.{'0' * 16}.partial"
    (dead / "tables").mkdir(parents=True)
    (dead / "tables" / "closing.parquet").write_bytes(b"half")
    not_ours = [tmp_path / ".notes.partial", tmp_path / f".link.{'1' * 16}.partial"]
    not_ours[0].mkdir()
    not_ours[1].symlink_to(tmp_path / "elsewhere")
    with partial_folder(tmp_path / "another") as living:
        write_run(tmp_path, identity(), small_tables(), FACTS)
        assert hidden(tmp_path) == sorted(path.name for path in [living, *not_ours])
    assert not living.exists()


def test_folder_cleared_up_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    made: list[Path] = []

    def slow(path: Path, flags: int, *mode: int) -> int:
        descriptor = real(path, flags, *mode)
        if not made:
            os.rmdir(path)
        made.append(path)
        return descriptor

    monkeypatch.setattr(os, "open", slow)
    with partial_folder(tmp_path / "run") as path:
        assert path.is_dir()
        assert path == made[1] != made[0]


def test_lock_file_replaced_before_it_was_locked_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before removes its lock file while this one has just opened it."""
    real = os.open
    opened: list[Path] = []

    def slow(path: Path, flags: int, *mode: int) -> int:
        descriptor = real(path, flags, *mode)
        if not opened:
            os.unlink(path)
        opened.append(path)
        return descriptor

    monkeypatch.setattr(os, "open", slow)
    with sole_writer(tmp_path / "run"):
        assert len(opened) == 2
        assert os.listdir(tmp_path) == [".run.lock"]


def race(count: int, action: Callable[[], None]) -> None:
    """``action`` in many threads at the same moment."""
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait()
        action()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("rounds", [10, pytest.param(300, marks=pytest.mark.deep(part="kills"))])
def test_many_writers_race_for_one_output(tmp_path: Path, rounds: int) -> None:
    made = small_tables()
    outcomes: list[str] = []

    def one(root: Path) -> None:
        try:
            outcomes.append("reused" if write_run(root, identity(), made, FACTS).reused else "written")
        except StorageError as error:
            outcomes.append("refused" if "is in use by" in str(error) else str(error))

    for round_ in range(rounds):
        root = tmp_path / str(round_)
        outcomes.clear()
        race(8, lambda root=root: one(root))  # type: ignore[misc]
        assert outcomes.count("written") == 1, outcomes
        assert set(outcomes) <= {"written", "refused", "reused"}
        assert len(visible(root)) == 1
        assert hidden(root) == []


def test_processes_race_for_one_output(tmp_path: Path) -> None:
    writers = [start(tmp_path) for _ in range(4)]
    codes = []
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0 or "is in use by process" in errors
        codes.append(writer.returncode)
    assert set(codes) <= {0, EXIT_FAILED}
    assert 0 in codes
    assert len(visible(tmp_path)) == 1
    assert hidden(tmp_path) == []


def test_run_finished_between_the_first_look_and_the_lock_is_reused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(folder: Path) -> AbstractContextManager[None]:
        monkeypatch.undo()
        write_run(tmp_path, identity(), small_tables(), FACTS)
        return sole_writer(folder)

    monkeypatch.setattr(store, "sole_writer", late)
    assert write_run(tmp_path, identity(), small_tables(), FACTS).reused


def test_who_signs_a_lock_a_moment_later_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".out.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        signing = threading.Timer(0.01, os.pwrite, (descriptor, b"4711\n", 0))
        signing.start()
        with pytest.raises(StorageError, match="is in use by process 4711"), sole_writer(tmp_path / "out"):
            pass
        signing.join()
    finally:
        os.close(descriptor)
