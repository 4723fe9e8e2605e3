"""One writer an output folder; what a dead writer left is distinguished from a live one's.

Both rest on ``flock``: the kernel drops it when its holder dies, however that happens, so that no clock and
no process number is believed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from securitize.base.files import hidden_name, storage, storage_error
from securitize.base.messages import Message

PARTIAL = ".partial"
#: So often, a millisecond apart, it is looked for who holds a lock.
_LOOKS = 50


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Holds the right to write ``folder``, through a lock file beside it, which goes away again.

    Raises StorageError at once where another process, or another thread, holds it.
    """
    path = folder.parent / hidden_name(folder.name, ".lock")
    descriptor = _lock_file(path, folder)
    try:
        yield
    finally:
        # Removed while still held: whoever opened this very file finds that it is no longer at its path.
        with suppress(OSError):
            os.unlink(path)
        with suppress(OSError):
            os.close(descriptor)


def _lock_file(path: Path, folder: Path) -> int:
    with storage("cannot be locked", path):
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_at(descriptor, path):
                    _sign(descriptor, path)
                    return descriptor
            except BlockingIOError:
                holder = _holder(descriptor)
                os.close(descriptor)
                repair = "wait for it, or choose another output folder"
                raise storage_error(
                    folder, Message("is in use by {holder}", holder=holder), "", repair, "SEC902"
                ) from None
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)


def _sign(descriptor: int, path: Path) -> None:
    """Write who holds the lock; where that fails, the lock file goes away again."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _holder(descriptor: int) -> str:
    # Whoever holds the lock signs it a moment after it has it.
    for _ in range(_LOOKS):
        number = os.pread(descriptor, 20, 0).strip()
        if number.isdigit():
            return Message("process {number}", number=number.decode())
        time.sleep(0.001)
    return Message("another process")


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at ``path``."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


@contextmanager
def partial_folder(folder: Path) -> Iterator[Path]:
    """A new folder beside ``folder`` to build it in; removed on the way out unless it was renamed.

    It is locked as long as its writer lives. Raises StorageError where it cannot be made.
    """
    path, descriptor = _locked_folder(folder)
    try:
        yield path
    finally:
        # Does nothing where it was renamed: its path is not there any more.
        shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            os.close(descriptor)


def _locked_folder(folder: Path) -> tuple[Path, int]:
    while True:
        path = folder.parent / hidden_name(folder.name, f".{token_hex(8)}{PARTIAL}")
        with storage("cannot be made", path):
            os.mkdir(path)
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            except OSError:
                with suppress(OSError):
                    os.rmdir(path)
                raise
            # Somebody clearing up may have been faster than this lock. A file system that locks no folders
            # lets nobody clear up either.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, path):
                return path, descriptor
            os.close(descriptor)


def clear_leavings(parent: Path) -> None:
    """Remove partial folders in ``parent`` whose writer is dead; what cannot be removed stays."""
    with suppress(OSError):
        for path in sorted(parent.glob(f".*.*{PARTIAL}")):
            token = path.name.removesuffix(PARTIAL).rpartition(".")[2]
            if len(token) == 16 and set(token) <= set("0123456789abcdef"):
                _remove_if_dead(path)


def _remove_if_dead(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, path):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(descriptor)
