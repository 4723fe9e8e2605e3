"""Estimates of time and memory: their arithmetic, not the machine."""

from __future__ import annotations

import pytest

from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import BLOCK
from securitize.studies.run import estimate as estimates
from securitize.studies.run.estimate import estimate


def prepared(paths: int | None) -> Prepared:
    drawn = None if paths is None else drawing("assumed-small-companies", paths)
    return prepare("guangzhou-2019", draw=drawn)


def test_memory_grows_with_paths_and_nothing_is_estimated_without_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Arithmetic needs two blocks; more of them make an estimate of a real machine steady.
    sample = 2 * BLOCK
    monkeypatch.setattr(estimates, "SAMPLE", sample)
    assert estimate(prepared(None), 1) is None
    few, many = estimate(prepared(300), 1), estimate(prepared(4_000_000), 1)
    assert few is not None
    assert many is not None
    # Of two notes a path holds more than their 24 measures of eight bytes.
    assert many.memory - few.memory > (4_000_000 - sample) * 24 * 8
    assert many.seconds > few.seconds > 0
