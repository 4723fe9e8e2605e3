"""Estimates of time and memory: their arithmetic, not the machine."""

from __future__ import annotations

from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.run.estimate import SAMPLE, estimate


def prepared(paths: int | None) -> Prepared:
    drawn = None if paths is None else drawing("assumed-small-companies", paths)
    return prepare("guangzhou-2019", draw=drawn)


def test_memory_grows_with_paths_and_nothing_is_estimated_without_any() -> None:
    assert estimate(prepared(None), 1) is None
    few, many = estimate(prepared(300), 1), estimate(prepared(4_000_000), 1)
    assert few is not None
    assert many is not None
    # Of two notes a path holds more than their 24 measures of eight bytes.
    assert many.memory - few.memory > (4_000_000 - SAMPLE) * 24 * 8
    assert many.seconds > few.seconds > 0
