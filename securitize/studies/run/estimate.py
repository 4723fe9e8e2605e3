"""Time and memory of the random paths of a run, estimated from a few of them."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from securitize.engine.calculation import calculate
from securitize.engine.kept_memory import COPIES, kept_memory
from securitize.engine.path_ranges import PathStore, arrays_of
from securitize.engine.pilot import with_shift
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import BLOCK, Engine, PathMeasures, Simulation, with_kept
from securitize.engine.simulated_ranges import paths_of_a_range

if TYPE_CHECKING:
    import pyarrow as pa

#: Of ``ru_maxrss`` on Linux.
KIBIBYTE = 1024
#: Paths that are run: a block to begin with, and those that are timed.
SAMPLE = 6 * BLOCK


@dataclass(frozen=True, slots=True)
class Estimate:
    """seconds : of wall-clock time on this machine as busy as it is now;  memory : bytes at the highest.

    Memory grows until a range of paths is full, and with paths that are kept.
    """

    seconds: float
    memory: int


def estimate(prepared: Prepared, workers: int) -> Estimate | None:
    """Of a run of all its paths on so many threads; None where nothing is drawn. Writes nothing.

    The first block says what it takes to begin, those after it what a path takes.
    """
    if prepared.draw is None or prepared.random is None:
        return None
    began = time.perf_counter()
    calculation = with_shift(calculate(prepared), workers=workers)
    engine, parts, paths = Engine(calculation), PathStore(PathMeasures), prepared.draw.paths
    first, second = min(BLOCK, paths), min(SAMPLE, paths)
    engine.measure(parts, first)
    started = time.perf_counter()
    engine.measure(parts, second)
    per_path = (time.perf_counter() - started) / max(second - first, 1)
    simulation = with_kept(engine, parts, parts.paths)
    started = time.perf_counter()
    tables = _tables(simulation)
    per_path_tabulated = (time.perf_counter() - started) / second
    threads, left = min(workers, os.cpu_count() or 1), paths - second
    seconds = time.perf_counter() - began + left * (per_path / threads + per_path_tabulated)
    grows = (_bytes(simulation) + COPIES * sum(table.nbytes for table in tables)) / second
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    held = max(min(paths, paths_of_a_range()) - second, 0)
    return Estimate(seconds, highest + int(grows * held) + kept_memory(calculation))


def _tables(simulation: Simulation) -> list[pa.Table]:
    from securitize.engine.tables.random_paths import TABLES
    from securitize.tables import build
    from securitize.tables.parquet import to_bytes

    made = [build(name, make(simulation)) for name, make in TABLES.items()]
    for table in made:
        to_bytes(table)
    return made


def _bytes(value: Simulation) -> int:
    """What the arrays of measures hold."""
    return sum(
        array.nbytes
        for _, array in arrays_of(
            {
                each.name: getattr(value, each.name)
                for each in fields(value)
                if each.name not in {"calculation", "kept"}
            }
        )
    )
