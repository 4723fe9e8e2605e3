"""The parts of the deep suite: what calls for each, and which of them are run in the time that there is.

A test belongs to a part by its marker, ``@pytest.mark.deep(part="kills")``. ``check.py --deep PART`` runs a part;
``check.py --deep due`` those whose turn it is (docs/decisions/0035).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Seconds of the README's test command on the machine on which the seconds of the parts were measured.
TESTS_TAKE = 600
#: A commit so much older than the last one, in seconds, has landed before.
A_DAY = 24 * 3600
DONE, FAILED, STOPPED = "passed", "failed", "not finished"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the deep suite.

    about   : what it tries
    files   : the tests that it is in, below ``tests/``
    folders : a change in these folders of ``securitize/`` calls for it
    seconds : what it takes on two cores
    """

    about: str
    files: tuple[str, ...]
    folders: tuple[str, ...]
    seconds: int

    def called_by(self, file: str) -> bool:
        """Whether a change of this file, named from the checkout, calls for the part."""
        homes = (
            *(f"securitize/{folder}" for folder in self.folders),
            *(f"tests/{test}" for test in self.files),
        )
        return any(Path(file).is_relative_to(home) for home in homes)


_DEALS = ("base", "definitions", "market", "reference", "waterfall")
_PATHS = ("assets", "engine", "performance", "risk", "waterfall")
_FILES = ("base", "commands", "store", "tables")
#: Name -> part. Each takes ten minutes at most, so that one fits behind the tests of every landing.
PARTS: dict[str, Part] = {
    **{
        f"deals-{i}": Part(
            f"12,500 generated deals against the reference interpreter, quarter {i} of 4",
            ("properties/test_waterfall_against_reference.py",),
            _DEALS,
            350,
        )
        for i in (1, 2, 3, 4)
    },
    "splits": Part(
        "2,000 generated deals that go on from a state, 2,000 by days of cash, and laws where Hypothesis looks",
        (
            *("properties/test_split.py", "properties/test_metamorphic.py", "unit/test_measures.py"),
            "oracle/test_dated_events.py",
            *(
                "properties/test_waterfall_against_reference.py",
                "properties/test_parties_against_reference.py",
                "properties/test_redemption_by_call.py",
                "properties/test_generator.py",
                "properties/test_tables_roll_forward.py",
            ),
        ),
        (*_DEALS, "engine"),
        540,
    ),
    "mutants": Part(
        "every seeded mutant of the engine is killed; 2,000 pairs of deals that may share a plan",
        ("properties/test_mutants.py", "properties/test_shared_plans.py"),
        ("definitions", "market", "waterfall"),
        310,
    ),
    "paths": Part(
        "many random paths replayed alone, rolls at any date, events inside periods, intervals over 200 seeds",
        (
            *(
                "golden/test_path_ranges.py",
                "golden/test_random_paths.py",
                "golden/test_random_payments.py",
                "golden/test_random_providers_replayed.py",
                "risk/test_intervals.py",
            ),
            *("golden/test_random_parts.py", "golden/test_roll.py", "golden/test_roll_recoveries.py"),
            "unit/test_samplings.py",
            "golden/test_path_totals.py",
            *("golden/test_roll_inside_a_period.py", "oracle/test_inside_a_period_against_reference.py"),
        ),
        _PATHS,
        580,
    ),
    "royalties": Part(
        "4,000 pools of royalties compiled and projected, many of their paths replayed alone; pools of every kind",
        (
            *("golden/test_random_royalties.py", "unit/test_royalties_kernel.py"),
            "oracle/test_assets_against_reference.py",
        ),
        ("assets", "patents", "performance", "waterfall"),
        260,
    ),
    "solvers": Part(
        "break-evens, cells, standalone files and measures of every deal",
        (
            *("stress/test_break_even.py", "stress/test_cells.py", "stress/test_exports.py"),
            *("golden/test_shipped_against_reference.py", "golden/test_solve.py", "golden/test_figures.py"),
            "stress/test_losses_and_coverage.py",
            "oracle/test_measures_against_reference.py",
            "oracle/test_life_coverage_against_reference.py",
        ),
        ("engine", "financing", "pricing", "risk", "studies"),
        400,
    ),
    "figures": Part(
        "stress results with all their searches, against the ledger of figures; deals stressed after every period;"
        " every day count in every place under every command",
        (
            "golden/test_figures.py",
            "golden/test_trigger_inputs.py",
            "oracle/test_day_counts_in_every_place.py",
            "oracle/test_suites_against_reference.py",
            *("pricing/test_exercise.py", "pricing/test_quotes_against_quantlib.py"),
            *("pricing/test_seasoned.py", "pricing/test_stored_prices.py"),
            "stress/test_one_today.py",
            "stress/test_remaining_measures.py",
            "stress/test_suites.py",
        ),
        ("assets", "engine", "financing", "performance", "pricing", "risk", "studies", "waterfall"),
        600,
    ),
    "words": Part(
        "an unknown word in every vocabulary: each dispatch is named by the type checker, or refuses it",
        ("packaging/test_stub_words.py",),
        ("assets", "definitions", "financing", "market", "performance", "pooling", "studies", "waterfall"),
        240,
    ),
    "pools": Part(
        "a million rows read, selections at their bounds and by a second solver",
        ("pooling", "golden/test_figures.py"),
        ("library", "patents", "pooling"),
        315,
    ),
    "bytes": Part(
        "every byte of a run and of a result flipped, every leaf, column and file of them tampered with",
        (
            "faults/test_damage.py",
            "stress/test_verify.py",
            "stress/test_tampering.py",
            "unit/test_engine_version.py",
        ),
        (*_FILES, "studies"),
        550,
    ),
    "kills": Part(
        "thousands of writes and hundreds of programs killed, writers that race",
        ("faults/test_kills.py", "faults/test_writers.py"),
        _FILES,
        400,
    ),
    "system-calls": Part(
        "a run that fails or is killed at each of its system calls, under strace",
        ("faults/test_system_calls.py",),
        _FILES,
        435,
    ),
    "folders": Part(
        "every kind of change of every file of a folder: what is accepted can be used; templates and distributions run",
        (
            *("faults/test_validate_folder.py", "faults/mutations.py", "packaging/test_installs.py"),
            *("cli/test_commands.py", "golden/test_shipped_deals.py"),
        ),
        ("commands", "definitions", "studies"),
        600,
    ),
    "viewers": Part(
        "the report in Chromium, the workbook in LibreOffice, every command at every width, in both languages, in yen",
        (
            *("reports/test_browser.py", "cli/test_languages.py", "cli/test_one_language.py"),
            "cli/test_whole_currencies.py",
        ),
        ("reports", "tables"),
        325,
    ),
}


@cache
def sampled() -> dict[str, tuple[int, str]]:
    """Tests of which the usual suite runs a sample: file and test -> n, the part of the others (``sampled.toml``)."""
    told = tomllib.loads(ROOT.joinpath("tests", "sampled.toml").read_text(encoding="utf-8"))
    return {
        f"{file}::{test}": (every, part)
        for part, files in told.items()
        for file, tests in files.items()
        for test, every in tests.items()
    }


def parts_of_cases(tests: Sequence[str]) -> list[str | None]:
    """The part that each case of a sampled test is deep in, None where the usual suite runs it.

    tests : of each case the file and the test, in the order in which they are collected
    """
    found, seen = list[str | None](), dict[str, int]()
    for test in tests:
        every, part = sampled().get(test, (1, None))
        place = seen[test] = seen.get(test, -1) + 1
        found.append(None if every and place % every == 0 else part)
    return found


def main(wanted: Sequence[str], seconds: float | None, took: float | None, since: str | None) -> int:
    """Run the parts that are named, or those that are due; returns 1 where one has failed.

    seconds : time for all parts; None is no limit
    took    : seconds of the README's test command here, from which the parts are scaled
    since   : the commit from which changes count; None is the last landing
    """
    due = list(wanted) == ["due"]
    if not wanted:
        print(table())
        return 0
    if not due and not set(wanted) <= PARTS.keys():
        print(f"no such part; there are: due, {', '.join(PARTS)}", file=sys.stderr)
        return 2
    names = due_parts(commits(), changed_files(since)) if due else list(wanted)
    outcomes = run_parts(names, seconds, slowness(took))
    print("\n".join(f"deep {name}: {outcome}" for name, outcome in outcomes.items()), flush=True)
    return int(FAILED in outcomes.values())


def table() -> str:
    """The parts as ``check.py --deep`` prints them."""
    return "\n".join(f"{name:13} {part.seconds:4} s  {part.about}" for name, part in PARTS.items())


def slowness(took: float | None) -> float:
    """How many times longer this machine takes; one that is faster is not trusted to stay so."""
    return max(1.0, took / TESTS_TAKE) if took else 1.0


def due_parts(count: int, changed: Iterable[str]) -> list[str]:
    """The part whose turn it is after ``count`` commits, then those that a change in these files calls for.

    They go round from there: what the time is too short for today comes early on another day.
    """
    files, names = list(changed), list(PARTS)
    turn, *others = (names[(count + i) % len(names)] for i in range(len(names)))
    return [turn, *(name for name in others if any(map(PARTS[name].called_by, files)))]


def commits() -> int:
    """How many commits lead to the one that is checked out."""
    return int(_git("rev-list", "--count", "HEAD"))


def changed_files(since: str | None = None) -> list[str]:
    """The files that differ between ``since``, or the last landing, and the last commit."""
    return _git("diff", "--name-only", since or last_landing(), "HEAD").splitlines()


def last_landing() -> str:
    """The first parent of a merge; else the newest commit that is a day older than the last, or the first of all."""
    if len(_git("rev-list", "--parents", "-n1", "HEAD").split()) > 2:
        return "HEAD^1"
    before = int(_git("log", "-1", "--format=%ct")) - A_DAY
    line = ("rev-list", "--first-parent", "HEAD")
    return _git(*line, "-n1", f"--min-age={before}") or _git(*line, "--max-parents=0")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def run_parts(names: Sequence[str], seconds: float | None, slower: float) -> dict[str, str]:
    """Each part's outcome. One that would overrun is not started; one that does is stopped, which is no failure."""
    end = None if seconds is None else time.monotonic() + seconds
    outcomes: dict[str, str] = {}
    for name in names:
        left = None if end is None else end - time.monotonic()
        if left is not None and PARTS[name].seconds * slower > left:
            outcomes[name] = (
                f"not reached: takes {PARTS[name].seconds * slower:.0f} s, {max(left, 0):.0f} s are left"
            )
            continue
        print(f"== deep {name}: {PARTS[name].about}", flush=True)
        start = time.monotonic()
        outcome = run_part(name, left)
        outcomes[name] = f"{outcome} after {time.monotonic() - start:.0f} s" if outcome != FAILED else FAILED
    return outcomes


def run_part(name: str, seconds: float | None) -> str:
    """One part, stopped after so many seconds."""
    files = [str(Path("tests", file)) for file in PARTS[name].files]
    command = [sys.executable, "-m", "pytest", "-m", f'deep(part="{name}")', "--durations=20", *files]
    return ended(command, seconds)


def ended(command: Sequence[str], seconds: float | None, patience: float = 60) -> str:
    """How a command ended, which is interrupted after so many seconds, and killed where it then still goes on."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return DONE if process.wait(seconds) == 0 else FAILED
    except subprocess.TimeoutExpired:
        # As Ctrl-C: pytest tells what it knows, and its exit code whether anything has failed (conftest.py).
        process.send_signal(signal.SIGINT)
        try:
            return FAILED if process.wait(patience) == 1 else STOPPED
        except subprocess.TimeoutExpired:
            return STOPPED
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Whatever it has started ends with it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
