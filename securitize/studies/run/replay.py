"""One random path of a stored run, calculated alone by the deterministic engine."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from securitize.base.errors import CalculationError, UsageError
from securitize.performance.random.draw import draw
from securitize.performance.random.importance import Shift
from securitize.performance.random.sampling import SamplingName
from securitize.store import folder
from securitize.studies.run.api import Run, tables_of
from securitize.engine.calculation import Calculation, calculate, told_path
from securitize.engine.goal import Goal
from securitize.store.identity import Json
from securitize.engine.prepare.prepare import Draw, Prepared, prepare
from securitize.store.stored import StoredRun

#: column of the path's row -> column of the replay's ``note_measures``
SAME = {
    "loss_minor": "loss",
    "unpaid_interest_minor": "unpaid_interest",
    "interest_shortfall_max_minor": "interest_shortfall_max",
    "total_interest_minor": "total_interest",
    "total_principal_minor": "total_principal",
}


def replayed(run: Run, path: int) -> Run:
    """The run with the tables of one of its paths in place of those of the told path.

    Raises UsageError where the run has no such path or was made by another version of the program, CalculationError
    where the replay has other cents than the stored path.
    """
    paths = run.about.get("paths")
    stored = run.stored
    if stored is None or not isinstance(paths, int):
        raise UsageError(
            f"run {run.id} has no random paths; securitize run DEAL --performance NAME draws them"
        )
    if not 0 <= path < paths:
        raise UsageError(f"run {run.id} has the paths 0 to {paths - 1}")
    calculation = _calculated(stored, path)
    tables = tables_of(calculation)
    _check(run, path, tables["note_measures"].to_pylist())
    about = {**run.about, "scenario": f"{run.about.get('scenario') or 'base case'}, path {path}"}
    return replace(run, about=about, tables=tables)


def _calculated(stored: StoredRun, path: int) -> Calculation:
    prepared = prepared_of(stored)
    if prepared.run_id != stored.id or prepared.random is None:
        raise UsageError(f"run {stored.id} was made by another version of the program; run the deal again")
    drawn = draw(prepared.random, prepared.performance, prepared.numbers(path, path + 1))
    return calculate(told_path(prepared, drawn, 0))


def prepared_of(stored: StoredRun) -> Prepared:
    """The deal of a run, from the inputs that it keeps, with the paths that it drew.

    Raises UsageError for a run that is not of a deal.
    """
    manifest = stored.manifest
    if "deal.toml" not in manifest.inputs:
        raise UsageError(f"{stored.id} is not the run of a deal")
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


def _goal(options: Mapping[str, Json]) -> Goal | None:
    """How surely the run was to know an expected loss."""
    asked = options.get("target_error")
    return Goal(float(str(asked["error"])), str(asked["note"])) if isinstance(asked, Mapping) else None


def _check(run: Run, path: int, notes: list[dict[str, object]]) -> None:
    """The replay has the cents that are stored."""
    import pyarrow.compute as pc

    table = run.arrow("path_measures")
    stored = {row["note"]: row for row in table.filter(pc.equal(table["path"], path)).to_pylist()}
    for row in notes:
        for column, name in SAME.items():
            kept = stored[row["note"]][column]
            if kept != int(row[name] * 100):  # type: ignore[operator]
                what = f"{name} of {row['note']} is {row[name]}, stored are {kept} minor units"
                raise CalculationError(f"path {path} replayed alone: {what}")
