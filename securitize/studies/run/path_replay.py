"""One random path of a stored run, calculated alone by the deterministic engine."""

from __future__ import annotations

from dataclasses import replace

from securitize.base.errors import CalculationError, UsageError
from securitize.base.messages import Message
from securitize.engine.calculation import Calculation, calculate, given_path
from securitize.engine.prepare.stored import prepared_of
from securitize.engine.results import tables_of
from securitize.performance.random.draw import draw
from securitize.store.run import Run
from securitize.store.stored import StoredRun

#: column of the path's row -> column of the replay's ``note_measures``
SAME = {
    "principal_loss_minor": "principal_loss",
    "interest_loss_minor": "interest_loss",
    "unpaid_interest_minor": "unpaid_interest",
    "interest_shortfall_max_minor": "interest_shortfall_max",
    "total_interest_minor": "total_interest",
    "total_principal_minor": "total_principal",
}


def replayed(run: Run, path: int) -> Run:
    """The run with the tables of one of its paths in place of those of the deterministic path.

    Raises UsageError where the run has no such path or was made by another version of the program, CalculationError
    where the replay has other cents than the stored path.
    """
    paths = run.about.get("paths")
    stored = run.stored
    if stored is None or not isinstance(paths, int):
        raise UsageError(
            "run {id} has no random paths; securitize run DEAL --performance NAME draws them", id=run.id
        )
    if not 0 <= path < paths:
        raise UsageError("run {id} has the paths 0 to {paths}", id=run.id, paths=paths - 1)
    calculation = _calculated(stored, path)
    tables = tables_of(calculation)
    _check(stored, path, tables["note_measures"].to_pylist())
    scenario = run.about.get("scenario") or Message("base case")
    about = {**run.about, "scenario": Message("{scenario}, path {path}", scenario=scenario, path=path)}
    return replace(run, about=about, tables=tables)


def _calculated(stored: StoredRun, path: int) -> Calculation:
    prepared = prepared_of(stored)
    if prepared.run_id != stored.id or prepared.random is None:
        raise UsageError(
            "run {id} was made by another version of the program; run the deal again", id=stored.id
        )
    drawn = draw(prepared.random, prepared.performance, prepared.numbers(path, path + 1))
    return calculate(given_path(prepared, drawn, 0))


def _check(stored_run: StoredRun, path: int, notes: list[dict[str, object]]) -> None:
    """The replay has the cents that are stored."""
    rows = stored_run.rows_of_path("path_measures", path).to_pylist()
    stored = {row["note"]: row for row in rows}
    for row in notes:
        for column, name in SAME.items():
            kept = stored[row["note"]][column]
            if kept != int(row[name] * 100):  # type: ignore[operator]
                what = Message(
                    "{name} of {note} is {row}, stored are {kept} minor units",
                    name=name,
                    note=row["note"],
                    row=row[name],
                    kept=kept,
                )
                raise CalculationError("path {path} replayed alone: {what}", path=path, what=what)
