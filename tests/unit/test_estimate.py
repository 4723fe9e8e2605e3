"""Estimates of time and memory: their arithmetic, not the machine."""

from __future__ import annotations

from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulated_ranges import paths_of_a_range
from securitize.studies.run.estimate import SAMPLE, estimate


def prepared(paths: int | None, keep: int = 0) -> Prepared:
    drawn = None if paths is None else drawing("assumed-small-companies", paths, keep_paths=keep)
    return prepare("guangzhou-2019", draw=drawn)


def test_memory_grows_until_a_range_is_full_and_nothing_is_estimated_without_paths() -> None:
    assert estimate(prepared(None), 1) is None
    few, many, kept = (
        estimate(prepared(*paths), 1) for paths in ((300,), (50_000_000,), (50_000_000, 100_000))
    )
    assert few is not None
    assert many is not None
    assert kept is not None
    # Of two notes a path holds more than their 24 measures of eight bytes; of a range, not of all paths.
    held = paths_of_a_range() - SAMPLE
    assert held * 24 * 8 < many.memory - few.memory < held * 24 * 8 * 40
    # Of 100,000 paths two notes and the pool on eleven dates, twelve numbers a row and more.
    assert kept.memory - many.memory > 100_000 * 3 * 11 * 12 * 8
    assert many.seconds > few.seconds > 0
