"""The Python API: ``securitize.run(deal, scenario)`` calculates, stores and hands back a run.

>>> import securitize
>>> run = securitize.run("guangzhou-2019")
>>> run.table("note_measures")                      # a pandas DataFrame, amounts exact decimals
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError
from securitize.base.files import write_new
from securitize.store.identity import Json
from securitize.store.manifest import Facts
from securitize.store.store import claim
from securitize.store.stored import StoredRun
from securitize.store.stored import open_run as open_stored
from securitize.tables import build, names, to_pandas

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from securitize.performance.random.sampling import SamplingName
    from securitize.engine.calculation import Calculation
    from securitize.engine.parts import Parts
    from securitize.engine.prepare.prepare import Draw, Prepared
    from securitize.studies.roll.roll import Rolled
    from securitize.engine.simulate import Measured, Progress, Simulation

__all__ = ["Run", "open_run", "prepare", "roll", "run", "write_forecast"]

PathLike = str | os.PathLike[str]
#: More would not fit into the tables of a run.
MOST_PATHS = 5_000_000


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


def run(
    deal: PathLike,
    scenario: PathLike | None = None,
    *,
    pool: PathLike | None = None,
    performance: PathLike | None = None,
    paths: int = 10_000,
    seed: int = 1,
    sampling: SamplingName = "plain",
    workers: int = 1,
    target_error: str | None = None,
    keep_paths: int = 0,
    output: PathLike | None = None,
    runs: PathLike = "runs",
    store: bool = True,
    progress: Progress | None = None,
    interrupted: Callable[[Run], None] | None = None,
) -> Run:
    """Run a deal, under a scenario or as it stands, and store the run.

    deal     : a shipped deal's name, a folder with ``deal.toml``, or a deal file
    scenario : a scenario's name (the deal's own or a shipped one) or file
    pool     : a pool's name, file, or folder that ``build`` wrote, in place of the deal's own
    performance : how obligors default at random, by name or file: ``paths`` paths are drawn from ``seed`` beside
        what is told, on ``workers`` threads, and add tables of their own; without it nothing is drawn
    sampling : how paths are chosen: ``plain``, ``antithetic``, ``sobol`` or ``importance``
    target_error : ``NOTE=SHARE``, or ``SHARE`` of the most senior note: so small shall be the standard error of its
        expected loss; then ``paths`` are the most that are drawn for it
    keep_paths : of how many of the first paths the full flows become tables, at most 100,000
    progress : told how many paths are done, of how many
    output   : the run's folder; without it ``runs/<id>``
    store    : False calculates without writing anything
    interrupted : told the partial run that Ctrl-C or SIGTERM has left; the same call goes on from it
    Raises DefinitionError, UsageError, CalculationError or StorageError, each of which says what to do.
    """
    from securitize.engine.calculation import calculate

    prepared = prepare(
        deal, scenario, pool, drawing(performance, paths, seed, sampling, target_error, keep_paths)
    )

    def calculated() -> Calculation:
        found = calculate(prepared)
        if sampling != "importance":
            return found
        from securitize.engine.pilot import with_shift

        return with_shift(found, workers=workers)

    if not store:
        calculation = calculated()
        made, facts = _made(calculation, workers, progress)
        return Run(prepared.identity.id, None, False, facts.warnings, facts.checks, facts.about, None, made)
    folder = Path(output) if output is not None else Path(runs) / prepared.identity.id
    with claim(folder, prepared.identity) as claimed:
        if claimed.existing is not None:
            return run_from_stored(claimed.existing)
        calculation = calculated()
        if prepared.random is None:
            return run_from_stored(claimed.write(*_made(calculation, workers, progress)))
        from securitize.engine import partial
        from securitize.engine.simulate import Engine, with_kept

        parts = partial.held_parts(folder, prepared.identity)
        try:
            made, facts = _made(calculation, workers, progress, parts)
        except KeyboardInterrupt:
            if held := parts.until():
                simulation = with_kept(Engine(calculation), held, workers)
                made, facts = tables_and_facts(calculation, simulation)
                asked = prepared.draw.paths if prepared.draw else 0
                left = partial.write_partial(folder, prepared.identity, held, made, facts, asked)
                if interrupted is not None:
                    interrupted(run_from_stored(left))
            raise
        written = claimed.write(made, facts)
        partial.clear_partial(folder)
        return run_from_stored(written)


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


def prepare(
    deal: PathLike,
    scenario: PathLike | None = None,
    pool: PathLike | None = None,
    draw: Draw | None = None,
) -> Prepared:
    """Find, read and check all that a run needs; see :func:`securitize.engine.prepare.prepare.prepare`."""
    from securitize.engine.prepare import prepare as preparing

    return preparing.prepare(deal, scenario, pool, draw)


def drawing(
    performance: PathLike | None,
    paths: int = 10_000,
    seed: int = 1,
    sampling: SamplingName = "plain",
    target_error: str | None = None,
    keep_paths: int = 0,
) -> Draw | None:
    """What is to be drawn at random; None where no performance is named.

    Raises UsageError where paths, seed or the error are out of range, or there is no such sampling.
    """
    from securitize.performance.random.sampling import SAMPLINGS
    from securitize.engine.goal import goal_of
    from securitize.engine.prepare.prepare import Draw
    from securitize.engine.simulate import MOST_KEPT

    if not 1 <= paths <= MOST_PATHS:
        raise UsageError(f"paths are a whole number from 1 to {MOST_PATHS:,}")
    if not 0 <= seed < 2**64:
        raise UsageError("a seed is a whole number from 0 to 2^64 - 1")
    if sampling not in SAMPLINGS:
        raise UsageError(f"paths are sampled {', '.join(SAMPLINGS[:-1])} or {SAMPLINGS[-1]}")
    if not 0 <= keep_paths <= MOST_KEPT:
        raise UsageError(f"paths that are kept are a whole number from 0 to {MOST_KEPT:,}")
    if performance is None:
        return None
    goal = None if target_error is None else goal_of(target_error)
    return Draw(performance, paths, seed, sampling, goal=goal, keep=keep_paths)


def roll(run: PathLike, actuals: PathLike, *, to: PathLike, runs: PathLike = "runs") -> Rolled:
    """Roll a stored run forward with actual collections; the deal that goes on is written to the folder ``to``.

    actuals : CSV or Parquet, see :mod:`securitize.studies.roll.actuals`
    Raises DefinitionError where the actuals do not fit, UsageError where ``to`` is not free.
    """
    from securitize.store import folder
    from securitize.studies.roll import roll as rolling

    stored = _stored(run, runs)
    with folder.new_folder(Path(to)) as made:
        scenario = folder.unpack_inputs(stored, made)
        done = rolling.roll(prepare(made, scenario), Path(actuals))
        said = f"after {done.state.as_of}, rolled from run {stored.id}"
        folder.write_state(made, done.state, said)
        folder.restate_contracts(made, done.balances, done.collection_date)
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

    stored = _stored(run, runs)
    with tempfile.TemporaryDirectory() as made:
        scenario = folder.unpack_inputs(stored, Path(made))
        rows = rolling.forecast_rows(prepare(made, scenario), until, by_asset)
    write_new(Path(file), rolling.rows_csv(rows).encode())
    return len(rows)


def _stored(run: PathLike, runs: PathLike) -> StoredRun:
    stored = open_run(run, runs).stored
    if stored is None:
        raise UsageError("the run is not stored")
    return stored


def tables_of(calculation: Calculation) -> dict[str, pa.Table]:
    """The tables of one calculated path."""
    from securitize.engine.tables import tabulate

    columns = tabulate(calculation)
    return {name: build(name, columns[name]) for name in names()}


def _made(
    calculation: Calculation, workers: int, progress: Progress | None, parts: Parts[Measured] | None = None
) -> tuple[dict[str, pa.Table], Facts]:
    """Every table of a run and what its manifest says, random paths included where any are drawn."""
    prepared = calculation.prepared
    if prepared.random is None or prepared.draw is None:
        return tables_and_facts(calculation, None)
    from securitize.engine.parts import Parts
    from securitize.engine.simulate import Engine, measured_until, with_kept

    goal = prepared.draw.goal
    engine, parts = Engine(calculation), Parts() if parts is None else parts
    paths = measured_until(
        engine, parts, further=goal.further if goal else None, workers=workers, progress=progress
    )
    return tables_and_facts(calculation, with_kept(engine, parts.until(paths), workers))


def tables_and_facts(
    calculation: Calculation, simulation: Simulation | None
) -> tuple[dict[str, pa.Table], Facts]:
    """The tables of a calculation and of the paths drawn on it, and what a manifest says of them."""
    prepared = calculation.prepared
    made, about, said = tables_of(calculation), dict(prepared.about), prepared.warnings
    if simulation is None or prepared.draw is None:
        return made, Facts(said, calculation.checks, about)
    from securitize.base.streams import SCHEME
    from securitize.engine.tables.random_paths import KEPT_TABLES, TABLES

    about["paths"] = simulation.paths
    goal = prepared.draw.goal
    if goal is not None:
        note, reached = goal.of(prepared.deal), goal.reached(simulation)
        about |= {"target_note": note, "target_error": goal.error}
        if reached > goal.error:
            what = f"the expected loss of {note} is known to {reached:.2g} of its balance"
            said = (f"{what}, not to {goal.error:g}: draw more than {simulation.paths:,} paths", *said)
    made |= {name: build(name, make(simulation)) for name, make in TABLES.items()}
    if prepared.draw.keep and simulation.kept is not None:
        kept = simulation.kept.first(prepared.draw.keep)
        made |= {name: build(name, make(simulation, kept)) for name, make in KEPT_TABLES.items()}
    return made, Facts(said, calculation.checks, about, SCHEME)


def run_from_stored(stored: StoredRun) -> Run:
    """A run that is on disk."""
    facts = stored.manifest.facts
    return Run(stored.id, stored.path, stored.reused, facts.warnings, facts.checks, facts.about, stored, {})
