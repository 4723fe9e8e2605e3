"""The Python API: ``securitize.run(deal, scenario)`` calculates, stores and hands back a run.

>>> import securitize
>>> run = securitize.run("guangzhou-2019")
>>> run.table("note_measures")                      # a pandas DataFrame, amounts exact decimals
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.files import PathLike
from securitize.base.progress import Progress
from securitize.base.renamed import old_names_work
from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.results import path_store, results_of, tables_and_facts
from securitize.store.locks import partial_folder
from securitize.store.run import Run, run_from_stored
from securitize.store.store import FolderClaim, claim
from securitize.tables.in_ranges import in_memory

if TYPE_CHECKING:
    from securitize.engine.calculation import Calculation
    from securitize.performance.random.sampling import SamplingName

__all__ = ["run"]


def calculated(prepared: Prepared, workers: int) -> Calculation:
    """The deterministic path, and where paths are drawn, how they are to be chosen."""
    from securitize.engine.calculation import calculate

    found = calculate(prepared)
    if prepared.random is None:
        return found
    from securitize.engine.pilot import with_shift

    return with_shift(found, workers=workers)


@old_names_work
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
    beforehand: Callable[[int, int], None] | None = None,
) -> Run:
    """Run a deal, under a scenario or as it stands, and store the run.

    deal     : a shipped deal's name, a folder with ``deal.toml``, or a deal file
    scenario : a scenario's name (the deal's own or a shipped one) or file
    pool     : a pool's name, file, or folder that ``build`` wrote, in place of the deal's own
    performance : how obligors default at random, by name or file: ``paths`` paths are drawn from ``seed`` beside
        what is given, on ``workers`` threads, and add tables of their own; without it nothing is drawn
    sampling : how paths are chosen: ``plain``, ``antithetic``, ``sobol`` or ``importance``
    target_error : ``NOTE=SHARE``, or ``SHARE`` of the most senior note: so small shall be the standard error of its
        expected loss; then ``paths`` are the most that are drawn for it
    keep_paths : of how many of the first paths the full flows become tables, at most 100,000
    progress : called with "paths", how many are done, and of how many
    output   : the run's folder; without it ``runs/<id>``
    store    : False calculates without writing anything
    interrupted : called with the partial run that Ctrl-C or SIGTERM has left; the same call goes on from it
    beforehand : called before anything is drawn with how many paths are kept, where any are, and with the bytes of
        memory that they take, as all else does not grow with the number of paths
    Raises DefinitionError, UsageError, CalculationError or StorageError, each of which says what to do.
    """
    prepared = prepare(
        deal, scenario, pool, drawing(performance, paths, seed, sampling, target_error, keep_paths)
    )
    if not store:
        calculation = calculated(prepared, workers)
        _say(calculation, beforehand)
        made, facts = results_of(calculation, workers, progress)
        found = in_memory(made)
        return Run(
            prepared.identity.id, None, False, facts.warnings, facts.checks, facts.about, None, tables=found
        )
    folder = Path(output) if output is not None else Path(runs) / prepared.identity.id
    with claim(folder, prepared.identity) as claimed:
        if claimed.existing is not None:
            return run_from_stored(claimed.existing)
        calculation = calculated(prepared, workers)
        if prepared.random is None:
            return run_from_stored(claimed.write(*results_of(calculation, workers, progress)))
        _say(calculation, beforehand)
        with path_files(claimed.folder) as place:
            return _drawn(calculation, claimed, place, workers, progress, interrupted)


def _drawn(
    calculation: Calculation,
    claimed: FolderClaim,
    place: Callable[[], Path],
    workers: int,
    progress: Progress | None,
    interrupted: Callable[[Run], None] | None,
) -> Run:
    """A run with random paths, from where an interruption has left it."""
    from securitize.engine import partial_runs
    from securitize.engine.simulate import Engine, with_kept

    prepared, folder, parts = calculation.prepared, claimed.folder, path_store(place)
    partial_runs.take_held(folder, prepared.identity, parts)
    try:
        made, facts = results_of(calculation, workers, progress, parts)
    except KeyboardInterrupt:
        if parts.paths:
            simulation = with_kept(Engine(calculation), parts, parts.paths, workers)
            made, facts = tables_and_facts(calculation, simulation)
            asked = prepared.draw.paths if prepared.draw else 0
            left = partial_runs.write_partial(folder, prepared.identity, parts, made, facts, asked)
            if interrupted is not None:
                interrupted(run_from_stored(left))
        raise
    written = claimed.write(made, facts)
    partial_runs.clear_partial(folder)
    return run_from_stored(written)


def _say(calculation: Calculation, beforehand: Callable[[int, int], None] | None) -> None:
    """What paths that are kept take in memory."""
    draw = calculation.prepared.draw
    if beforehand is not None and draw is not None and draw.keep:
        from securitize.engine.kept_memory import kept_memory

        beforehand(min(draw.keep, draw.paths), kept_memory(calculation))


@contextmanager
def path_files(folder: Path) -> Iterator[Callable[[], Path]]:
    """Where the paths of a run are kept while it is made, beside its folder: made when it is asked for."""
    with ExitStack() as stack:
        yield cache(lambda: stack.enter_context(partial_folder(folder)))
