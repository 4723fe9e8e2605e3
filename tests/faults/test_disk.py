"""A disk that is full, read-only or failing: one line with path and reason, and nothing half-visible."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import EXIT_FAILED, StorageError
from tests.faults.looking import every_call, hidden, visible
from tests.faults.small_run import FACTS, identity, small_tables, write_run
from tests.packaging.tree import ROOT

FAILURES = {
    "open": (errno.EMFILE, errno.EACCES, errno.EIO),
    "write": (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO),
    "fsync": (errno.EIO, errno.ENOSPC),
    "close": (errno.EIO,),
    "mkdir": (errno.ENOSPC, errno.EROFS),
    "rename": (errno.EXDEV, errno.EIO),
}


def child(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.small_run", str(root), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def refused(done: subprocess.CompletedProcess[str], reason: str) -> str:
    """One line with the reason, the exit code of a failure, no traceback."""
    assert done.returncode == EXIT_FAILED, done
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("name", FAILURES)
def test_each_call_failing_once(tmp_path: Path, name: str) -> None:
    """Every open, write, flush, close, mkdir and rename of a write fails in turn, for every reason."""
    made = small_tables()
    for reason in FAILURES[name]:
        failed_at = 0
        while True:
            root = tmp_path / f"{reason}-{failed_at}"
            if not fails(root, made, name, reason, failed_at):
                break
            failed_at += 1
        assert failed_at >= (1 if name == "rename" else 4), name


def fails(root: Path, made: dict[str, Any], name: str, reason: int, nth: int) -> bool:
    """A write whose call ``name`` number ``nth`` fails. Returns False where there are not as many calls."""
    count = 0
    struck = renamed = False

    def before(called: str, args: tuple[Any, ...]) -> None:
        nonlocal count, struck, renamed
        if called == name and not struck:
            struck = count == nth
            count += 1
            if struck:
                if called == "close":
                    real_close(args[0])
                raise OSError(reason, os.strerror(reason))
        renamed = renamed or called == "rename"

    real_close = os.close
    try:
        with every_call(before):
            run = write_run(root, identity(), made, FACTS)
    except StorageError as error:
        text = str(error)
        assert str(root) in text
        assert os.strerror(reason) in text
        assert "\n" not in text
        assert len(visible(root) if root.exists() else []) == int(renamed)
        assert hidden(root) == [] if root.exists() else True
        return True
    assert run.verify() == []
    return struck


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 kB."""
    yield from mounted(tmp_path, "size=128k")


@pytest.fixture
def few_inodes(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for four files and folders."""
    yield from mounted(tmp_path, "nr_inodes=5")


def mounted(tmp_path: Path, options: str) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no file system may be mounted here: there is no mount command")
    if done.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_full_disk(full_disk: Path) -> None:
    assert child(full_disk).returncode == 0
    (earlier,) = visible(full_disk)
    # 12 kB are left: more than the first files of a second run take, less than all of it does.
    filler = full_disk / ".filler.partial"
    with filler.open("wb", buffering=0) as file:
        free = os.statvfs(full_disk).f_bavail * os.statvfs(full_disk).f_bsize
        file.write(b"x" * (free - 3 * 4096))
    text = refused(child(full_disk, "--variant", "other"), "No space left on device, ENOSPC")
    assert "free space on that disk" in text
    assert "bytes)" in text
    assert visible(full_disk) == [earlier]
    assert hidden(full_disk) == [filler.name]
    filler.unlink()
    assert child(full_disk, "--variant", "other").returncode == 0
    assert len(visible(full_disk)) == 2


def test_no_inodes_left(few_inodes: Path) -> None:
    refused(child(few_inodes), "ENOSPC")
    assert visible(few_inodes) == []
    assert hidden(few_inodes) == []


def test_read_only_disk(full_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    refused(child(full_disk), "Read-only file system")
    refused(child(full_disk / "below"), "Read-only file system")


def test_file_size_limit(tmp_path: Path) -> None:
    text = refused(child(tmp_path, "--file-limit", "1000"), "File too large, EFBIG")
    assert "ulimit -f" in text
    assert visible(tmp_path) == []
    assert hidden(tmp_path) == []


def test_open_file_limit(tmp_path: Path) -> None:
    assert "ulimit -n" in refused(child(tmp_path, "--open-limit", "5"), "Too many open files")
    assert visible(tmp_path) == []


def test_folder_of_somebody_else(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    root = tmp_path / "locked"
    root.mkdir(mode=0o755)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    refused(child(root, "--user", "65534"), "Permission denied")
    assert hidden(root) == []


def test_root_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "runs").write_bytes(b"")
    refused(child(tmp_path / "runs"), "EEXIST")
    refused(child(tmp_path / "runs" / "below"), "ENOTDIR")


def test_flushing_comes_before_the_name(tmp_path: Path) -> None:
    """Every file, then every folder, then the rename, then the folder above: what a power cut could undo."""
    flushed: list[str] = []
    renamed: list[str] = []

    def before(called: str, args: tuple[Any, ...]) -> None:
        if called == "fsync":
            flushed.append(os.readlink(f"/proc/self/fd/{args[0]}"))
        elif called == "rename":
            renamed.extend(str(path) for path in args)
            flushed.append("rename")

    with every_call(before):
        run = write_run(tmp_path, identity(), small_tables(), FACTS)
    assert renamed[1] == str(run.path)
    partial, at = renamed[0], flushed.index("rename")
    everything = [run.path, *run.path.rglob("*")]
    inside = {str(path.relative_to(run.path)) for path in everything}
    assert {os.path.relpath(path, partial) for path in flushed[:at]} == inside
    assert flushed[at + 1 :] == [str(tmp_path)]
    assert [os.path.relpath(path, partial) for path in flushed[at - 3 : at]] == [
        "manifest.json",
        "manifest.sha256",
        ".",
    ]
