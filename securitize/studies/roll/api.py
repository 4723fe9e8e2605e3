"""A stored run rolled forward, and its forecast written: the Python API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.files import PathLike, write_new
from securitize.base.messages import Message
from securitize.base.renamed import old_names_work
from securitize.engine.prepare.prepare import prepare
from securitize.store.named import run_of_a_deal
from securitize.store.run import stored_run

if TYPE_CHECKING:
    from securitize.studies.roll.roll import RollResult


@old_names_work
def roll(run: PathLike, actuals: PathLike, *, output: PathLike, runs: PathLike = "runs") -> RollResult:
    """Roll a stored run forward with actual collections; the deal that goes on is written to the folder ``output``.

    actuals : CSV, XLSX or Parquet, see :mod:`securitize.studies.roll.actuals`
    Raises DefinitionError where the actuals do not fit, UsageError where ``output`` is not free.
    """
    from securitize.store import folder
    from securitize.studies.roll import roll as rolling

    stored = run_of_a_deal(stored_run(run, runs))
    with folder.new_folder(Path(output)) as made:
        scenario = folder.unpack_inputs(stored, made)
        done = rolling.roll(prepare(made, scenario), Path(actuals))
        said = Message("after {as_of}, rolled from run {id}", as_of=done.state.as_of, id=stored.id)
        folder.write_state(made, done.state, said)
        folder.restate_contracts(made, done.restated, done.currency)
        write_new(made / "comparison.csv", rolling.comparison_csv(done).encode())
    return done


def write_forecast(
    run: PathLike,
    file: PathLike,
    *,
    until: int | None = None,
    by_asset: bool = False,
    runs: PathLike = "runs",
) -> int:
    """Write the forecast of a stored run as an actuals file, CSV; returns its rows.

    until : the last period; by default the first that the run calculated
    """
    import tempfile

    from securitize.store import folder
    from securitize.studies.roll import roll as rolling

    stored = run_of_a_deal(stored_run(run, runs))
    with tempfile.TemporaryDirectory() as made:
        scenario = folder.unpack_inputs(stored, Path(made))
        rows = rolling.forecast_rows(prepare(made, scenario), until, by_asset)
    write_new(Path(file), rolling.rows_csv(rows).encode())
    return len(rows)
