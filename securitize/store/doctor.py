"""Whether this machine can run the program: each finding is ok, a warning or a problem, with what to do about it."""

from __future__ import annotations

import datetime as dt
import os
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from securitize.base.closed import partition
from securitize.base.errors import SecuritizeError
from securitize.base.messages import Message
from securitize.store.environment import LIBRARIES

Outcome = Literal["ok", "warning", "problem"]
PROBLEMS, _ = partition(Outcome, {"problem"}, {"ok", "warning"})
#: Room that a stress suite of one deal may need, and less than a run needs.
ROOM, LEAST_ROOM = 500 * 2**20, 20 * 2**20
FILES, MEMORY = 64, 512 * 2**20
CHINESE = "\u4f18\u5148\u7ea7"


@dataclass(frozen=True, slots=True)
class MachineFinding:
    """What was looked at, how it is, and the repair where it is not ok."""

    what: str
    outcome: Outcome
    found: str
    repair: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether the program cannot do all of its work."""
        return self.outcome in PROBLEMS


def examine() -> tuple[MachineFinding, ...]:
    """Every finding; what cannot be examined is a problem, never an exception."""
    examinations: list[tuple[str, Callable[[], Iterator[MachineFinding]]]] = [
        ("Python", _python),
        (Message("libraries"), _libraries),
        (Message("folder"), _folder),
        (Message("limits"), _limits),
        (Message("terminal"), _terminal),
        (Message("shipped files"), _shipped),
        (Message("market data"), _market),
        (Message("compiler"), _compiler),
    ]
    findings: list[MachineFinding] = []
    for name, examination in examinations:
        try:
            findings += examination()
        except (Exception, SystemError) as error:
            findings.append(
                MachineFinding(name, "problem", f"{type(error).__name__}: {error}", Message("install anew"))
            )
    return tuple(findings)


def _python() -> Iterator[MachineFinding]:
    found = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < (3, 11)
    yield MachineFinding(
        "Python", "problem" if old else "ok", found, Message("use Python 3.11 or later") if old else ""
    )


def _libraries() -> Iterator[MachineFinding]:
    # A checkout that was never installed does not tell what it requires.
    for requirement in requires("securitize") or LIBRARIES:
        if "extra ==" in requirement:
            continue
        name, _, least = requirement.replace(" ", "").partition(">=")
        repair = Message("install {requirement}", requirement=requirement)
        try:
            found = version(name)
        except PackageNotFoundError:
            yield MachineFinding(name, "problem", Message("not installed"), repair)
            continue
        old = _release(found) < _release(least)
        yield MachineFinding(name, "problem" if old else "ok", found, repair if old else "")


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.split("+", maxsplit=1)[0])[:3])


def _folder() -> Iterator[MachineFinding]:
    here = Path.cwd()
    try:
        with tempfile.TemporaryDirectory(dir=here, prefix=".securitize-") as made:
            _try_writing(Path(made))
        yield MachineFinding(Message("folder"), "ok", Message("{here} can be written", here=here))
    except OSError as error:
        yield MachineFinding(
            Message("folder"),
            "problem",
            Message("{here}: {reason}", here=here, reason=Message(error.strerror or str(error))),
            Message("work in a folder of yours"),
        )
    free = shutil.disk_usage(here).free
    outcome: Outcome = "ok" if free >= ROOM else "warning" if free >= LEAST_ROOM else "problem"
    yield MachineFinding(
        Message("disk"),
        outcome,
        Message("{free:,} MiB free", free=free // 2**20),
        "" if free >= ROOM else Message("free some room"),
    )


def _try_writing(folder: Path) -> None:
    """A file, synced and renamed, under a lock: what storing a run asks of a file system."""
    import fcntl

    file = folder / "a"
    with file.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stream.write(b"securitize")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(file, folder / "b")


def _limits() -> Iterator[MachineFinding]:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    few = files != resource.RLIM_INFINITY and files < FILES
    shown: str = Message("unlimited") if files == resource.RLIM_INFINITY else str(files)
    yield MachineFinding(
        Message("open files"),
        "warning" if few else "ok",
        shown,
        Message("ulimit -n {files}", files=FILES) if few else "",
    )
    memory = resource.getrlimit(resource.RLIMIT_AS)[0]
    little = memory != resource.RLIM_INFINITY and memory < MEMORY
    shown = Message("unlimited") if memory == resource.RLIM_INFINITY else f"{memory // 2**20:,} MiB"
    yield MachineFinding(
        Message("memory"),
        "warning" if little else "ok",
        shown,
        Message("ulimit -v unlimited") if little else "",
    )


def _terminal() -> Iterator[MachineFinding]:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        CHINESE.encode(encoding)
        yield MachineFinding(Message("terminal"), "ok", f"{encoding}, {CHINESE}")
    except (UnicodeEncodeError, LookupError):
        yield MachineFinding(
            Message("terminal"),
            "warning",
            Message("{encoding} has no Chinese", encoding=encoding),
            Message("export LC_ALL=C.UTF-8"),
        )


def _shipped() -> Iterator[MachineFinding]:
    from securitize.definitions.loading import load_deal, load_pool
    from securitize.library import find_pool, list_deals, list_scenarios, list_templates

    deals = [*list_deals(), *list_templates()]
    for shipped in deals:
        file = shipped.path / "deal.toml" if shipped.path.is_dir() else shipped.path
        try:
            deal = load_deal(file).model
            load_pool(find_pool(file, deal.pool))
        except SecuritizeError as error:
            yield MachineFinding(shipped.name, "problem", str(error).splitlines()[0], Message("install anew"))
    many = Message(
        "{deals} deals, {templates} templates, {scenarios} scenarios",
        deals=len(list_deals()),
        templates=len(list_templates()),
        scenarios=len(list_scenarios()),
    )
    yield MachineFinding(
        Message("shipped files"), "ok" if deals else "problem", many, "" if deals else Message("install anew")
    )


def _market() -> Iterator[MachineFinding]:
    from securitize.definitions.loading import load_market
    from securitize.library import find_market
    from securitize.market.calendars import last_known_year

    year, this_year = last_known_year(), dt.date.today().year  # noqa: DTZ011  a warning, no result depends on it
    old = year < this_year + 1
    later = Message("for later years write scenarios/markets/china-holidays.toml beside a deal")
    yield MachineFinding(
        Message("holidays"),
        "warning" if old else "ok",
        Message("China's are known to the end of {year}", year=year),
        later if old else "",
    )
    market = load_market(find_market("lpr")).model
    if market.lpr:
        last = market.lpr[-1]
        shown = Message(
            "{date}: {one_year:.2f}% one year, {five_year:.2f}% five years",
            date=last.date,
            one_year=last.one_year / 1000000.0,
            five_year=last.five_year / 1000000.0,
        )
        yield MachineFinding(Message("loan prime rate"), "ok", shown)


def _compiler() -> Iterator[MachineFinding]:
    try:
        from securitize.waterfall import kernel

        cached = os.access(Path(kernel.__file__).parent, os.W_OK) or bool(os.environ.get("NUMBA_CACHE_DIR"))
        repair = "" if cached else Message("set NUMBA_CACHE_DIR to a folder of yours")
        shown = Message("numba is there")
        if not cached:
            shown = Message("numba is there, its cache cannot be written beside the program")
        yield MachineFinding(Message("compiler"), "ok" if cached else "warning", shown, repair)
    except ImportError as error:
        yield MachineFinding(
            Message("compiler"),
            "warning",
            Message("numba cannot be used: {error}", error=error),
            Message("runs go on with NumPy alone"),
        )
