"""Every table of a calculation and of the paths drawn on it, and what a manifest says of them."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.store.manifest import Facts
from securitize.tables import build, dictionary, names
from securitize.tables.in_ranges import Made, TableInRanges

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.base.progress import Progress
    from securitize.engine.calculation import Calculation
    from securitize.engine.path_ranges import PathStore
    from securitize.engine.simulate import PathMeasures, Simulation


def tables_of(calculation: Calculation) -> dict[str, pa.Table]:
    """The tables of one calculated path."""
    from securitize.engine.tables import tabulate

    columns = tabulate(calculation)
    return {name: build(name, columns[name]) for name in names()}


def results_of(
    calculation: Calculation,
    workers: int,
    progress: Progress | None,
    parts: PathStore[PathMeasures] | None = None,
) -> tuple[dict[str, Made], Facts]:
    """Every table of a run and what its manifest says, random paths included where any are drawn.

    parts : paths that are measured already, to which the others are added; without it a store in a temporary folder
    """
    prepared = calculation.prepared
    if prepared.random is None or prepared.draw is None:
        return tables_and_facts(calculation, None)
    from securitize.engine.simulate import Engine, measured_until, with_kept
    from securitize.engine.stopping import further

    goal = prepared.draw.goal
    engine, parts = Engine(calculation), path_store() if parts is None else parts
    more = partial(further, goal) if goal else None
    paths = measured_until(engine, parts, further=more, workers=workers, progress=progress)
    return tables_and_facts(calculation, with_kept(engine, parts, paths, workers))


def path_store(folder: Callable[[], Path] | None = None) -> PathStore[PathMeasures]:
    """Where paths are kept while they are drawn: one range in memory, full ones in a folder.

    folder : asked for when the first range is full; without it a temporary one, which goes away with the store
    """
    from securitize.engine.path_ranges import PathStore
    from securitize.engine.simulate import PathMeasures
    from securitize.engine.simulated_ranges import paths_of_a_range

    return PathStore(PathMeasures, paths_of_a_range(), folder or _Temporary().folder)


class _Temporary:
    """A temporary folder that is made when it is asked for."""

    def __init__(self) -> None:
        self._made: Path | None = None

    def folder(self) -> Path:
        """The folder."""
        if self._made is None:
            self._made = Path(tempfile.mkdtemp(prefix="securitize-"))
            # Without a warning when nobody closes it: whoever reads the tables decides how long it is needed.
            weakref.finalize(self, shutil.rmtree, self._made, ignore_errors=True)
        return self._made


def tables_and_facts(
    calculation: Calculation, simulation: Simulation | None
) -> tuple[dict[str, Made], Facts]:
    """The tables of a calculation and of the paths drawn on it, and what a manifest says of them."""
    prepared = calculation.prepared
    from securitize.engine.base_case import base_case, with_accepted

    base = base_case(calculation)
    made: dict[str, Made] = {**tables_of(calculation)}
    about = with_accepted(prepared.about, base)
    said = (*prepared.warnings, *base.warnings, *base.gap)
    if simulation is None or prepared.draw is None:
        return made, Facts(said, calculation.checks, about)
    from securitize.base.streams import SCHEME
    from securitize.engine.simulated_ranges import in_ranges
    from securitize.engine.tables.random_paths import KEPT_TABLES, TABLES

    simulation = in_ranges(simulation)
    about["paths"] = simulation.paths
    goal = prepared.draw.goal
    if goal is not None:
        from securitize.engine.stopping import reached

        note, error = goal.of(prepared.deal), reached(goal, simulation)
        about |= {"target_note": note, "target_error": goal.error}
        if error > goal.error:
            what = Message(
                "the expected loss of {note} is known to {error:.2g} of its balance", note=note, error=error
            )
            said = (
                Message(
                    "{what}, not to {error:g}: draw more than {paths:,} paths",
                    what=what,
                    error=goal.error,
                    paths=simulation.paths,
                ),
                *said,
            )
    for name, make in TABLES.items():
        made[name] = _of_ranges(name, make, simulation)
    if prepared.draw.keep and simulation.kept is not None:
        kept = simulation.kept.first(prepared.draw.keep)
        made |= {name: build(name, make(simulation, kept)) for name, make in KEPT_TABLES.items()}
    return made, Facts(said, calculation.checks, about, SCHEME)


def _of_ranges(name: str, make: Callable[[Simulation], dict[str, Any]], simulation: Simulation) -> Made:
    """A table of a simulation; one with a row a path range by range, where there is more than one."""
    from securitize.engine.simulated_ranges import range_of, ranges_of

    if (ranges := ranges_of(simulation)) == 1 or not dictionary.load(name).group_paths:
        return build(name, make(simulation))
    return TableInRanges(name, ranges, lambda k: build(name, make(range_of(simulation, k))))
