"""The Python API: ``securitize.stress(deal, suite)`` runs a suite on a deal, stores and returns the result.

>>> import securitize
>>> found = securitize.stress("guangzhou-2019", "supervisory", paths=10_000)
>>> found.table("stress_results")                   # a pandas DataFrame, amounts exact decimals
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from securitize.base.files import PathLike
from securitize.base.progress import Progress
from securitize.base.renamed import old_names_work
from securitize.store.run import Run, run_from_stored
from securitize.store.store import claim
from securitize.studies.stress.request import stress_request


@old_names_work
def stress(
    deal: PathLike,
    suite: PathLike = "supervisory",
    *,
    pool: PathLike | None = None,
    performance: PathLike | None = None,
    paths: int = 0,
    seed: int = 1,
    reverse: PathLike = "reverse",
    policies: Sequence[PathLike] = (),
    as_if: bool = False,
    searches: bool = True,
    workers: int = 1,
    output: PathLike | None = None,
    runs: PathLike = "runs",
    progress: Progress | None = None,
) -> Run:
    """Put every scenario of a suite to a deal, and store what comes of it beside the base case.

    suite       : by name or file;  reverse : the suite whose drivers of reverse stress are taken
    performance : what happens at random on ``paths`` paths on top of each scenario, by name or file; without it, where
        paths are asked for, the shipped one for pools of this kind
    policies    : those that pay the companies, by name or file;  as_if : also where dates or places do not fit
    searches    : whether break-evens, reverse stress and sensitivities are looked for, which takes most of the time
    progress    : called with what is being done, how much of it is done, and of how much
    Raises DefinitionError, UsageError, CalculationError or StorageError, each of which says what to do.
    """
    request = stress_request(
        deal, suite, pool, performance, paths, seed, reverse, tuple(policies), as_if, searches
    )
    folder = Path(output) if output is not None else Path(runs) / request.identity.id
    with claim(folder, request.identity) as claimed:
        if claimed.existing is not None:
            return run_from_stored(claimed.existing)
        from securitize.studies.stress.result import stress_tables

        tables, facts, results = stress_tables(request, workers, progress)
        return run_from_stored(claimed.write(tables, facts, results))
