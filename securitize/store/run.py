"""A run as the Python API hands it back, and what opens one that is stored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.store.identity import Json
from securitize.store.stored import StoredRun, StoredTables
from securitize.store.stored import open_run as open_stored
from securitize.tables import Tables


@dataclass(frozen=True, repr=False)
class Run(Tables):
    """A run: its tables, and where it stands if it was stored.

    path   : the run's folder; None where it was only calculated
    reused : whether the folder stood there already and was verified instead of calculated
    checks : runtime invariant -> what it was found to be, on every path and date
    """

    id: str
    path: Path | None
    reused: bool
    warnings: tuple[str, ...]
    checks: Mapping[str, Json]
    about: Mapping[str, Json]
    stored: StoredRun | None

    @property
    def _subject(self) -> str:
        return self.id


def open_run(run: PathLike, runs: PathLike = "runs") -> Run:
    """A stored run as the Python API hands it back; see :func:`stored_run`."""
    return run_from_stored(stored_run(run, runs))


def stored_run(run: PathLike, runs: PathLike = "runs") -> StoredRun:
    """A stored run, by folder or by the (start of the) id of one in ``runs``.

    Raises UsageError where there is none or more than one, StorageError where it cannot be read.
    """
    text = os.fspath(run)
    if os.path.isdir(text):
        return open_stored(Path(text))
    root = Path(runs)
    found = sorted(root.glob(f"{text}*")) if text.isalnum() and root.is_dir() else []
    if len(found) != 1:
        shown = {"root": root, "text": text}
        if not found:
            raise UsageError(
                "no run in {root} with the id {text!r}; `securitize runs ls` lists them", **shown
            )
        raise UsageError(
            "{count} runs in {root} with the id {text!r}; `securitize runs ls` lists them",
            count=len(found),
            **shown,
        )
    return open_stored(found[0])


def run_from_stored(stored: StoredRun) -> Run:
    """A run that is on disk."""
    facts = stored.manifest.facts
    return Run(
        stored.id,
        stored.path,
        stored.reused,
        facts.warnings,
        facts.checks,
        facts.about,
        stored,
        tables=StoredTables(stored),
    )
