"""The real program in a process of its own: a fork of one that has everything imported, or from its very start."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "tests" / "fixtures" / "good"
PROGRAM = [sys.executable, "-m", "securitize"]
#: Seconds after which a program that still goes on fails its test.
PATIENCE = 300
#: Settings that an interpreter reads at its start: a program that gets others is no fork.
AT_THE_START = ("PYTHON", "LC_", "LANG", "TZ")


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment without what changes output, then ``changes``; None takes a variable away."""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    }
    kept |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    for key, value in changes.items():
        kept.pop(key, None)
        if value is not None:
            kept[key] = value
    return kept


def securitize(
    *arguments: str | Path, cwd: Path, stdout: int = subprocess.PIPE, **changes: str | None
) -> subprocess.CompletedProcess[str]:
    """What the program printed, and its exit code; its output is read as UTF-8."""
    if any(name.startswith(AT_THE_START) for name in changes):
        return from_the_start(*arguments, cwd=cwd, stdout=stdout, **changes)
    command = [str(argument) for argument in arguments]
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said, open(os.devnull) as nothing:
        out = printed.fileno() if stdout == subprocess.PIPE else stdout
        code = _forks().call(command, cwd, environment(**changes), [nothing.fileno(), out, said.fileno()])
        return subprocess.CompletedProcess(command, code, _text(printed), _text(said))


def from_the_start(
    *arguments: str | Path, cwd: Path, stdout: int = subprocess.PIPE, **changes: str | None
) -> subprocess.CompletedProcess[str]:
    """The same in a new interpreter, where the test is about how one starts or ends."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )


class Forks:
    """The other side of :mod:`tests.cli.forks`, which ends when this process does."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(PATIENCE)
        command = [sys.executable, "-m", "tests.cli.forks", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), pass_fds=[theirs.fileno()], start_new_session=True
        )
        theirs.close()
        atexit.register(self.close)

    def close(self) -> None:
        """Let the other side end, and wait for it."""
        self._socket.close()
        self._process.wait()

    def call(self, arguments: list[str], cwd: Path, variables: dict[str, str], streams: list[int]) -> int:
        """The exit code of the program, which reads and writes these three descriptors.

        Raises TimeoutExpired where it goes on for longer than ``PATIENCE``.
        """
        request = json.dumps({"arguments": arguments, "cwd": str(cwd), "environment": variables}) + "\n"
        sent = socket.send_fds(self._socket, [request.encode()], streams)
        self._socket.sendall(request.encode()[sent:])
        answer = b""
        try:
            while not answer.endswith(b"\n"):
                piece = self._socket.recv(64)
                assert piece, "the process that forks has ended"
                answer += piece
        except TimeoutError:
            os.killpg(self._process.pid, signal.SIGKILL)
            _forks.cache_clear()
            raise subprocess.TimeoutExpired(arguments, PATIENCE) from None
        return int(answer)


@functools.cache
def _forks() -> Forks:
    return Forks()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def small_deal(folder: Path) -> Path:
    """The small deal of the fixtures as a user's folder."""
    for source, target in (
        ("deal.toml", "deal.toml"),
        ("pool.toml", "pool/pool.toml"),
        ("scenario.toml", "scenarios/stress.toml"),
    ):
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(GOOD / source, folder / target)
    return folder


def replace(file: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    file.write_text(text.replace(old, new), encoding="utf-8")
