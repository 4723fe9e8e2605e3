"""Files that are whole or absent, and failures of the disk said in one line.

Every ``OSError`` on the way becomes a :class:`~securitize.base.errors.StorageError` that names the path, the
reason and the repair. Writing goes through plain system calls: a failing write, flush or close is seen.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from securitize.base.errors import Problem, StorageError
from securitize.base.messages import Message

#: How a user names a file or folder.
PathLike = str | os.PathLike[str]

_PERMISSION = "use a folder that you may write to"
_REPAIRS = {
    errno.ENOSPC: "free space on that disk, then run again",
    errno.EDQUOT: "free space within the disk quota, then run again",
    errno.EFBIG: "raise the limit of file sizes (ulimit -f), then run again",
    errno.EMFILE: "raise the limit of open files (ulimit -n), then run again",
    errno.ENFILE: "close other programs, then run again",
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: _PERMISSION,
    errno.EIO: "check the disk, then run again",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.ENAMETOOLONG: "use a shorter path",
    errno.EBUSY: "a disk is mounted there: name a folder inside it",
    errno.ENOTEMPTY: "something was put there meanwhile: name another folder",
}
#: Bytes that a name may have.
_LONGEST_NAME = 255


def storage_error(
    path: Path | str, what: str, found: str = "", repair: str = "", code: str = "SEC901"
) -> StorageError:
    """A storage error in the common form: path, what is wrong, what stood there, the repair."""
    return StorageError(Problem(str(path), 0, "", what, found, repair, code))


@contextmanager
def storage(what: str, path: Path | str) -> Iterator[None]:
    """Turns any OSError inside into a StorageError: ``path: WHAT (reason); repair``, such as "cannot be read"."""
    try:
        yield
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "")
        reason = Message(error.strerror or str(error))
        if name:
            reason = Message("{reason}, {name}", reason=reason, name=name)
        raise storage_error(path, what, reason, _REPAIRS.get(error.errno or 0, "")) from error


def name_beside(name: str, end: str, more: int = 0) -> str:
    """The name of what belongs to ``name`` and stands beside it: name and end, cut and told apart where too long.

    more : bytes that are added to it
    """
    whole = f"{name}{end}"
    if len(os.fsencode(whole)) + more <= _LONGEST_NAME:
        return whole
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    room = _LONGEST_NAME - more - len(os.fsencode(f".{digest}{end}"))
    begins = os.fsencode(name)[:room].decode(errors="ignore")
    return f"{begins}.{digest}{end}"


def hidden_name(name: str, end: str, more: int = 0) -> str:
    """The name of what stands beside ``name`` while it is written; see :func:`name_beside`."""
    return name_beside(f".{name}", end, more)


def is_free(folder: Path) -> bool:
    """Whether a folder of results may be put there: nothing stands there, or an empty folder. Raises OSError."""
    if not os.path.lexists(folder):
        return True
    if not os.path.isdir(folder):
        return False
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def require_not_here(folder: Path) -> None:
    """Raises StorageError where a folder is the one in which one works: it cannot be replaced by another."""
    with suppress(FileNotFoundError, NotADirectoryError):
        if os.path.samefile(folder, os.curdir):
            repair = "name a folder inside it"
            raise storage_error(folder, "is the folder you are in", "", repair, "SEC905")


def write_new(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet and flush it to disk; on any failure it is removed again.

    Raises StorageError where the file exists or the disk fails, at the latest when it is closed.
    """
    with storage(Message("cannot be written ({count} bytes)", count=len(data)), path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        try:
            try:
                left = memoryview(data)
                while left:
                    left = left[os.write(descriptor, left) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except BaseException:
            with suppress(OSError):
                os.unlink(path)
            raise


class DigestedSink:
    """What pyarrow writes a file to, which is never held as a whole: its size and digest are known at the end.

    descriptor : of the open file; None: of nothing but the digest
    """

    closed = False

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor, self._digest, self.bytes = descriptor, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        """Of what was written, in hexadecimal."""
        return self._digest.hexdigest()

    def write(self, data: Any) -> int:
        """Write all of the bytes; returns how many. Raises OSError."""
        left = memoryview(data).cast("B")
        count = len(left)
        self._digest.update(left)
        self.bytes += count
        while left and self._descriptor is not None:
            left = left[os.write(self._descriptor, left) :]
        return count

    def tell(self) -> int:
        """Where the next byte goes."""
        return self.bytes

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The file is closed by who opened it."""


@contextmanager
def new_file(path: Path) -> Iterator[DigestedSink]:
    """A file that does not exist yet, written bit by bit and flushed to disk; on any failure it is removed again.

    Raises StorageError where the file exists or the disk fails.
    """
    with storage("cannot be written", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        try:
            try:
                yield DigestedSink(descriptor)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except BaseException:
            with suppress(OSError):
                os.unlink(path)
            raise


def put_beside(existing: Path, path: Path) -> None:
    """Give a flushed file a second name; where that cannot be, a copy. Raises StorageError."""
    with storage("cannot be written", path):
        try:
            os.link(existing, path)
        except FileExistsError:
            raise
        except OSError:
            with open(existing, "rb") as source, new_file(path) as sink:
                while data := source.read(1 << 20):
                    sink.write(data)


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises StorageError for anything else: a pipe or device could deliver without end, or never.
    """
    with storage("cannot be read", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                raise storage_error(path, "is not a regular file")
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read(limit + 1)
        finally:
            os.close(descriptor)
    if len(data) > limit:
        raise storage_error(
            path,
            "is too large",
            Message("more than {limit} bytes", limit=limit),
            "split it or raise the limit",
        )
    return data


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal and size in bytes of a regular file. Raises StorageError."""
    with storage("cannot be read", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise storage_error(path, "is not a regular file")
            with open(descriptor, "rb", closefd=False) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                return digest, file.tell()
        finally:
            os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Flush a folder's entries to disk. Raises StorageError where that fails."""
    with storage("cannot be flushed", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """Write ``path`` whole or not at all, in place of what stands there. Raises StorageError."""
    beside = path.with_name(hidden_name(path.name, f".{os.getpid()}"))
    write_new(beside, data)
    try:
        with storage("cannot be given its final name", path):
            os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    sync_folder(path.parent)
