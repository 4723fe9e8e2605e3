"""A run as the Python API hands it back, and what opens one that is stored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.store.identity import Json
from securitize.store.stored import StoredRun
from securitize.store.stored import open_run as open_stored
from securitize.tables import to_pandas

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Run:
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
    tables: Mapping[str, pa.Table]

    @property
    def names(self) -> list[str]:
        """Names of the tables."""
        return list(self.stored.manifest.tables) if self.stored else list(self.tables)

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow. Raises UsageError where there is none of that name."""
        if name not in self.names:
            raise UsageError(f"no table is named {name!r}; tables are {', '.join(self.names)}")
        return self.tables[name] if name in self.tables or not self.stored else self.stored.table(name)

    def table(self, name: str) -> pd.DataFrame:
        """A table as a pandas DataFrame, amounts as exact decimals."""
        return to_pandas(self.arrow(name))


def open_run(run: PathLike, runs: PathLike = "runs") -> Run:
    """A stored run, by folder or by the (start of the) id of one in ``runs``.

    Raises UsageError where there is none or more than one, StorageError where it cannot be read.
    """
    text = os.fspath(run)
    if os.path.isdir(text):
        return run_from_stored(open_stored(Path(text)))
    root = Path(runs)
    found = sorted(root.glob(f"{text}*")) if text.isalnum() and root.is_dir() else []
    if len(found) != 1:
        what = "no run" if not found else f"{len(found)} runs"
        raise UsageError(f"{what} in {root} with the id {text!r}; `securitize runs ls` lists them")
    return run_from_stored(open_stored(found[0]))


def run_from_stored(stored: StoredRun) -> Run:
    """A run that is on disk."""
    facts = stored.manifest.facts
    return Run(stored.id, stored.path, stored.reused, facts.warnings, facts.checks, facts.about, stored, {})
