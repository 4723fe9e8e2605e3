"""Whether a name means a stored run or a deal, decided in one place for every command that takes both."""

from __future__ import annotations

import os
from pathlib import Path

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.library import list_deals
from securitize.store.manifest import MANIFEST, Manifest
from securitize.store.run import stored_run
from securitize.store.stored import StoredRun

#: The option ``kind`` of stored prices.
PRICES = "price"


def holds_prices(manifest: Manifest) -> bool:
    """Whether a stored result is of prices, not of a run."""
    return manifest.options.get("kind") == PRICES


def run_of_a_deal(stored: StoredRun) -> StoredRun:
    """The same. Raises UsageError where it is no run or stress result of a deal, but a build or prices."""
    if "deal.toml" not in stored.manifest.inputs:
        raise UsageError("{run} is not the run of a deal", run=stored.id)
    if holds_prices(stored.manifest):
        raise UsageError("{run} holds prices: it is not the run of a deal", run=stored.id)
    return stored


def stored_run_named(name: PathLike, runs: PathLike = "runs") -> StoredRun | None:
    """The stored run of a folder, or of the start of the one id in ``runs`` that it is; None where a deal is meant.

    A shipped deal, and whatever exists and is no run, is a deal. Raises UsageError where the run is not of a deal.
    """
    text = os.fspath(name)
    if not (Path(text) / MANIFEST).is_file():
        known = text in dict(list_deals()) or os.path.exists(text)
        if known or not text.isalnum() or len(list(Path(runs).glob(f"{text}*"))) != 1:
            return None
    return run_of_a_deal(stored_run(text, runs))
