"""Every table of a calculation and of the paths drawn on it, and what a manifest says of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from securitize.base.messages import Message
from securitize.store.manifest import Facts
from securitize.tables import build, names

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.base.progress import Progress
    from securitize.engine.calculation import Calculation
    from securitize.engine.path_ranges import PathRanges
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
    parts: PathRanges[PathMeasures] | None = None,
) -> tuple[dict[str, pa.Table], Facts]:
    """Every table of a run and what its manifest says, random paths included where any are drawn."""
    prepared = calculation.prepared
    if prepared.random is None or prepared.draw is None:
        return tables_and_facts(calculation, None)
    from securitize.engine.path_ranges import PathRanges
    from securitize.engine.simulate import Engine, measured_until, with_kept
    from securitize.engine.stopping import further

    goal = prepared.draw.goal
    engine, parts = Engine(calculation), PathRanges() if parts is None else parts
    more = partial(further, goal) if goal else None
    paths = measured_until(engine, parts, further=more, workers=workers, progress=progress)
    return tables_and_facts(calculation, with_kept(engine, parts.until(paths), workers))


def tables_and_facts(
    calculation: Calculation, simulation: Simulation | None
) -> tuple[dict[str, pa.Table], Facts]:
    """The tables of a calculation and of the paths drawn on it, and what a manifest says of them."""
    prepared = calculation.prepared
    from securitize.engine.base_case import base_case, with_accepted

    base = base_case(calculation)
    made, about = tables_of(calculation), with_accepted(prepared.about, base)
    said = (*prepared.warnings, *base.warnings, *base.gap)
    if simulation is None or prepared.draw is None:
        return made, Facts(said, calculation.checks, about)
    from securitize.base.streams import SCHEME
    from securitize.engine.tables.random_paths import KEPT_TABLES, TABLES

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
    made |= {name: build(name, make(simulation)) for name, make in TABLES.items()}
    if prepared.draw.keep and simulation.kept is not None:
        kept = simulation.kept.first(prepared.draw.keep)
        made |= {name: build(name, make(simulation, kept)) for name, make in KEPT_TABLES.items()}
    return made, Facts(said, calculation.checks, about, SCHEME)
