"""Whatever of a stored run is touched once, sealed anew or not, ``verify --rerun`` finds it and ``diff`` sees it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from securitize.base.errors import SecuritizeError
from securitize.reports.files import pages_of, write_page
from securitize.store.run import Run
from securitize.store.stored import StoredRun, open_run
from securitize.studies.diff.differences import compare_runs
from securitize.studies.pool.build import build
from securitize.studies.proof.recalculation import Remade, made_again
from securitize.studies.proof.verify import compared
from securitize.studies.run.api import run
from securitize.studies.stress.api import stress
from tests.stress.tampering import Tampering, tamperings


@dataclass
class Trial:
    """A stored run, made again once, and what is tried on copies of it."""

    original: Path
    folder: Path
    made: dict[object, Remade] = field(default_factory=dict)
    pages: dict[str, list[bytes]] = field(default_factory=dict)
    files: dict[Path, tuple[bytes, int]] = field(default_factory=dict)

    def again(self, stored: StoredRun) -> Remade:
        """The run made again: anew for every other inputs, options or seed."""
        manifest = stored.manifest
        key = repr((sorted(manifest.inputs.items()), sorted(manifest.options.items()), manifest.seed))
        if key not in self.made:
            self.made[key] = made_again(stored)
        return self.made[key]

    def pages_of(self, stored: StoredRun) -> Iterable[bytes]:
        """Its reports, made once for every manifest."""
        key = stored.manifest.to_bytes().hex()
        if key not in self.pages:
            self.pages[key] = list(pages_of(stored))
        return self.pages[key]

    def outcome(self, folder: Path) -> str:
        """What ``verify --rerun`` says."""
        try:
            stored = open_run(folder)
            if stored.verify():
                return "not-verified"
            return compared(stored, self.again(stored), self.pages_of).outcome
        except SecuritizeError:
            return "refused"

    def is_seen(self, folder: Path) -> bool:
        """Whether ``diff`` shows a difference from the original, or refuses it."""
        try:
            return not compare_runs(open_run(self.original), open_run(folder)).is_empty
        except SecuritizeError:
            return True

    def of(self, tampering: Tampering) -> tuple[str, bool]:
        """What comes of one tampering. Only tricks of the file system need a copy of their own."""
        copy = self.folder / "copy"
        if not copy.exists():
            shutil.copytree(self.original, copy)
            self.files = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in _files(copy)}
        try:
            tampering.do(copy)
            return self.outcome(copy), self.is_seen(copy)
        finally:
            if tampering.kind == "file system" or not self.files.keys() >= set(_files(copy)):
                shutil.rmtree(copy)
            else:
                self.restore()

    def restore(self) -> None:
        """Files that were touched as they were."""
        for file, (data, time) in self.files.items():
            if not file.exists() or file.stat().st_mtime_ns != time:
                file.write_bytes(data)
                os.utime(file, ns=(time, time))


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def trial(made: Run, folder: Path) -> Trial:
    """A trial of a stored run with its report."""
    assert made.path is not None
    assert made.stored is not None
    write_page(made.stored, "both")
    found = Trial(made.path, folder)
    assert found.outcome(made.path) == "verified"
    return found


def missed(found: Trial, tried: Iterable[Tampering]) -> tuple[list[str], Counter[str], Counter[str]]:
    """What passes as verified or is not seen by diff; how many were tried, by kind; what verify said, by outcome."""
    passed, kinds, outcomes = [], Counter[str](), Counter[str]()
    for one in tried:
        outcome, seen = found.of(one)
        kinds[one.kind] += 1
        outcomes[outcome] += 1
        if not seen or outcome == "verified":
            passed.append(f"{one.kind} {one.name}: {outcome}, {'seen' if seen else 'not seen'}")
    return passed, kinds, outcomes


def every(count: int, found: Iterator[Tampering]) -> Iterator[Tampering]:
    """So many a kind, spread evenly."""
    kinds: dict[str, list[Tampering]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    for of_kind in kinds.values():
        yield from of_kind[:: max(len(of_kind) // count, 1)]


def test_a_sample_of_tamperings_is_found_and_seen(tmp_path: Path) -> None:
    found = trial(run("nanshan-5-2022", output=tmp_path / "run"), tmp_path)
    sample = [
        one for one in every(8, tamperings(found.original, tmp_path)) if not one.name.endswith("with-id")
    ]
    passed, kinds, _ = missed(found, sample)
    assert passed == []
    assert sum(kinds.values()) >= 35


#: Of the leaves of a data package so many are passed over: it has thousands, which are compared as one text.
PASSED_OVER = 8


def most(found: Iterator[Tampering]) -> Iterator[Tampering]:
    """Every tampering, of the leaves of the data package a part."""
    leaves = 0
    for one in found:
        leaves += one.kind == "data package"
        if one.kind != "data package" or leaves % (2 * PASSED_OVER) < 2:
            yield one


MAKERS: dict[str, Callable[[Path], Run]] = {
    "run": lambda folder: run("guangzhou-2019", output=folder),
    "stress": lambda folder: stress("nanshan-5-2022", "disclosure", paths=32, searches=False, output=folder),
    "build": lambda folder: build("lithium-battery", output=folder),
}


@pytest.mark.deep(part="bytes")
@pytest.mark.parametrize("kind", MAKERS)
def test_every_tampering_is_found_and_seen(kind: str, tmp_path: Path) -> None:
    found = trial(MAKERS[kind](tmp_path / "run"), tmp_path)
    tried = most(tamperings(found.original, tmp_path))
    # A stress result has thousands, an hour of them: all with SECURITIZE_EVERY_TAMPERING, else so many a kind.
    if kind == "stress" and not os.environ.get("SECURITIZE_EVERY_TAMPERING"):
        tried = every(60, tried)
    passed, kinds, outcomes = missed(found, tried)
    print(kind, dict(kinds), dict(outcomes), "in all", sum(kinds.values()), "missed", len(passed))
    assert passed == []
