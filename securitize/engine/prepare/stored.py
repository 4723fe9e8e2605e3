"""A stored run prepared again, from the inputs that it keeps."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from securitize.engine.drawing import Draw
from securitize.engine.precision import PrecisionTarget
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.random.importance import Shift
from securitize.performance.random.sampling import SamplingName
from securitize.store import folder
from securitize.store.identity import Json
from securitize.store.named import run_of_a_deal
from securitize.store.stored import StoredRun


def prepared_of(stored: StoredRun) -> Prepared:
    """The deal of a run, from the inputs that it keeps, with the paths that it drew.

    Raises UsageError for a run that is not of a deal.
    """
    manifest = run_of_a_deal(stored).manifest
    with tempfile.TemporaryDirectory() as made:
        scenario = folder.unpack_inputs(stored, Path(made))
        if "paths" not in manifest.options:
            return prepare(made, scenario)
        wanted = Draw(
            Path(made) / folder.PERFORMANCE,
            int(str(manifest.options["paths"])),
            manifest.seed or 0,
            cast(SamplingName, manifest.options.get("sampling", "plain")),
            _shift(manifest.facts.about),
            _goal(manifest.options),
            cast("int | None", manifest.options.get("paths_done")),
            int(str(manifest.options.get("keep_paths", 0))),
        )
        return prepare(made, scenario, draw=wanted)


def _shift(about: Mapping[str, Json]) -> Shift | None:
    """Of importance sampling, as the run found it."""
    if "market_shift" not in about:
        return None
    return Shift(float(str(about["market_shift"])), float(str(about["own_shift"])))


def _goal(options: Mapping[str, Json]) -> PrecisionTarget | None:
    """How surely the run was to know an expected loss."""
    asked = options.get("target_error")
    return (
        PrecisionTarget(float(str(asked["error"])), str(asked["note"]))
        if isinstance(asked, Mapping)
        else None
    )
