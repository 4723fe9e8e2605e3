"""Each system call of a run fails, or kills it: the run is whole or absent, and nobody is told otherwise.

``strace`` lets the n-th call of a name fail without making it, once or from there on, or kills the process before
it. The run is ``securitize run guangzhou-2019 --output DIR`` in a process that has imported everything already, so that
every call but Python's own is struck.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from securitize.base.errors import (
    EXIT_BUG,
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_TERMINATED,
    StorageError,
)
from tests.cli.program import PROGRAM, environment
from tests.faults.looking import hidden, visible
from tests.faults.tracing import Call, Warm

DEAL = "guangzhou-2019"
KILL = "SIGKILL"
#: Signal -> the exit code of a program that it ends.
SIGNALS = {KILL: 137, "SIGINT": EXIT_INTERRUPTED, "SIGTERM": EXIT_TERMINATED}
#: Calls -> how they may fail. A C library has several names for a call; those that a run makes are swept.
ERRORS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("open", "openat", "openat2"): ("ENOSPC", "EIO", "EACCES", "EMFILE"),
    ("read", "pread64"): ("EIO",),
    ("write", "pwrite64", "writev"): ("ENOSPC", "EIO", "EFBIG"),
    ("fsync", "fdatasync"): ("EIO", "ENOSPC"),
    ("rename", "renameat", "renameat2"): ("EIO", "ENOSPC", "EACCES", "EXDEV"),
    ("close",): ("EIO", "ENOSPC"),
    ("mkdir", "mkdirat"): ("ENOSPC", "EIO", "EACCES", "EROFS"),
    ("flock",): ("EIO", "ENOLCK"),
    ("unlink", "unlinkat", "rmdir"): ("EIO", "EACCES"),
    ("ftruncate", "truncate"): ("EIO", "ENOSPC"),
    ("getdents64",): ("EIO",),
    ("stat", "lstat", "fstat", "newfstatat", "statx"): ("EIO", "EACCES"),
}
RENAMES = ("rename", "renameat", "renameat2")


@dataclass(frozen=True, slots=True)
class Strike:
    """The ``nth`` call (from 1) of a name fails with ``error`` or a signal comes; ``lasting``: so do all later ones."""

    name: str
    error: str
    nth: int
    lasting: bool = False

    @property
    def options(self) -> list[str]:
        """Of strace, which counts each name apart."""
        how = f"signal={self.error}" if self.error in SIGNALS else f"error={self.error}"
        return [
            "-e",
            f"trace={self.name}",
            "-e",
            f"inject={self.name}:{how}:when={self.nth}{'+' * self.lasting}",
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.nth}{' and later' if self.lasting else ''}: {self.error}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stood there after a strike, and everything that is wrong with it."""

    complete: bool
    code: int
    faults: list[str]


class Bench:
    """The warm program, the calls of one undisturbed run, and the bytes that it writes."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.warm = Warm(folder, "run", DEAL, "--output", str(folder / "warm-run"))
        self.calls: list[Call] = self.warm.calls(
            *self._arguments, names=",".join(name for names in ERRORS for name in names)
        )
        [self.expected] = visible(self.root)
        self.bytes = bytes_of(self.expected.path)
        self.clear()

    @property
    def _arguments(self) -> list[str]:
        return ["run", DEAL, "--output", str(self.root / "run")]

    def clear(self) -> None:
        """Away with what a run left."""
        shutil.rmtree(self.root, ignore_errors=True)

    def errors(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        """Each name of a call that the run makes: how often, and how it may fail."""
        counts = Counter(call.name for call in self.calls)
        return {
            name: (counts[name], errors)
            for names, errors in ERRORS.items()
            for name in names
            if name in counts
        }

    def every(self, lasting: bool) -> list[Strike]:
        """A strike for each call and each way to fail."""
        return [
            Strike(name, error, nth, lasting)
            for name, (count, errors) in self.errors().items()
            for error in (errors if lasting else (*errors, *SIGNALS))
            for nth in range(1, count + 1)
        ]

    def spread(self) -> list[Strike]:
        """For each name the first call, the last and one between, the errors in turn, and two signals."""
        found = []
        for name, (count, errors) in self.errors().items():
            ways = [(error, lasting) for error in errors for lasting in (False, True)]
            places = sorted({1, (count + 1) // 2, count})
            for k, nth in enumerate(places):
                error, lasting = ways[k % len(ways)]
                found.append(Strike(name, error, nth, lasting))
            stopping = ("SIGINT", "SIGTERM")[len(found) % 2]
            found += [Strike(name, signal, (count + 1) // 2) for signal in (KILL, stopping)]
        return found

    def before_the_name(self, strike: Strike) -> bool:
        """Whether the struck call comes before the run is given its final name, or is what gives it."""
        named = next(k for k, call in enumerate(self.calls) if call.name in RENAMES)
        same = [k for k, call in enumerate(self.calls) if call.name == strike.name]
        return same[strike.nth - 1] <= named

    def strike(self, strike: Strike) -> Outcome:
        """One run that is struck, looked at, and run again undisturbed."""
        done = self.warm.run(*self._arguments, strace=strike.options)
        faults = []
        try:
            runs = visible(self.root) if self.root.exists() else []
        except (AssertionError, StorageError) as error:
            runs = []
            faults.append(f"half-written: {error}")
        if "Traceback" in done.stderr or done.code == EXIT_BUG:
            faults.append(f"a bug: {done.stderr}")
        if done.code == EXIT_DONE and not runs:
            faults.append("exit 0 without a run")
        if runs and strike.error == KILL and self.before_the_name(strike):
            faults.append("complete although it was killed before")
        if strike.error not in SIGNALS and "(INJECTED)" not in self.warm.trace():
            faults.append("was not struck")
        if strike.error in SIGNALS:
            if done.code != SIGNALS[strike.error]:
                faults.append("not ended by the signal")
        elif (
            done.code != EXIT_DONE
            and not done.stderr.strip()
            and not (strike.lasting and strike.name == "write")
        ):
            faults.append("failed in silence")
        again = self.warm.run(*self._arguments)
        if again.code != EXIT_DONE:
            faults.append(f"the next run fails: {again.stderr}")
        elif bytes_of(self.root / "run") != self.bytes:
            faults.append("the next run has other bytes")
        elif set(hidden(self.root)) - {".run.lock"}:
            faults.append(f"the next run leaves {hidden(self.root)}")
        self.clear()
        return Outcome(bool(runs), done.code, [f"{strike}: exit {done.code}: {fault}" for fault in faults])

    def sweep(self, strikes: list[Strike]) -> None:
        """All of them; every fault is told at once, and how many runs were struck."""
        counts: Counter[str] = Counter()
        faults = []
        for strike in strikes:
            outcome = self.strike(strike)
            faults += outcome.faults
            state = "complete" if outcome.complete else "absent"
            counts[f"{strike.name} {strike.error}{'+' * strike.lasting}: {state}, exit {outcome.code}"] += 1
        for what, count in sorted(counts.items()):
            print(f"{count:5} {what}")
        print(f"{len(strikes)} strikes, {len(faults)} faults")
        assert not faults, "\n".join(faults)


def bytes_of(run: Path) -> dict[str, bytes]:
    """Every file of a run."""
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("system-calls"))
    with made.warm:
        yield made


@pytest.mark.deep(part="system-calls")
def test_a_spread_of_calls_failing_or_killing(bench: Bench) -> None:
    bench.sweep(bench.spread())


@pytest.mark.deep(part="system-calls")
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from there on"])
def test_every_call_failing_or_killing(bench: Bench, lasting: bool) -> None:
    bench.sweep(bench.every(lasting))


def test_a_power_cut_finds_everything_flushed(bench: Bench) -> None:
    """Each file: written, flushed, closed; then each folder; then the name; then the folder that holds it."""
    events = [(call.name, call.path) for call in bench.calls]
    naming = next(k for k, (name, _) in enumerate(events) if name in RENAMES)
    partial = events[naming][1]
    before = [(name, path) for name, path in events[:naming] if f"{path}/".startswith(f"{partial}/")]
    flushed = [path for name, path in before if name == "fsync"]
    files = {f"{partial}/{name}" for name in bench.bytes}
    folders = {
        str(folder) for path in files for folder in Path(path).parents if folder.is_relative_to(partial)
    }
    assert sorted(flushed) == sorted(files | folders)
    for path in files:
        steps = [name for name, at in before if at == path and "stat" not in name]
        assert steps == ["openat", "write", "fsync", "close"]
    for folder in folders:
        assert max(k for k, path in enumerate(flushed) if path.startswith(f"{folder}/")) < flushed.index(
            folder
        )
    assert flushed[-3:] == [f"{partial}/manifest.json", f"{partial}/manifest.sha256", partial]
    after = [(name, path) for name, path in events[naming + 1 :] if "stat" not in name]
    assert after[:3] == [(name, str(bench.root)) for name in ("openat", "fsync", "close")]
    assert not [
        path for name, path in after if name in ("write", "mkdir") and path.startswith(str(bench.root))
    ]


@pytest.mark.parametrize(
    ("strike", "code"),
    [
        (Strike("fsync", "EIO", 12), EXIT_FAILED),
        (Strike("rename", "ENOSPC", 1), EXIT_FAILED),
        (Strike("fsync", KILL, 20), 137),
    ],
    ids=str,
)
def test_the_whole_program(bench: Bench, tmp_path: Path, strike: Strike, code: int) -> None:
    """A process from its start to its end: its exit code is the one that the warm one told."""
    run = [*PROGRAM, "run", DEAL, "--output", "run"]

    def done(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
        )

    struck = done(["strace", "-f", "-o", "/dev/null", *strike.options, *run])
    # strace ends itself by the signal that ended the program.
    assert (struck.returncode if struck.returncode >= 0 else 128 - struck.returncode) == code, struck.stderr
    assert "Traceback" not in struck.stderr
    assert visible(tmp_path) == []
    assert done(run).returncode == EXIT_DONE
    assert bytes_of(tmp_path / "run") == bench.bytes
    assert hidden(tmp_path) == []
