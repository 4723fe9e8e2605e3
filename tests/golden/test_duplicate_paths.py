"""Paths that are alike, paid once, against every path paid by itself."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.engine.calculation import calculate
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.random_inputs import RandomInputs
from securitize.waterfall import execute
from securitize.waterfall.duplicate_paths import DuplicatePaths, TotalsCache
from securitize.waterfall.execute import MachineName, run_blocks
from securitize.waterfall.plan import build_plan
from securitize.waterfall.rules import record_payment_date

PATHS = 500
PERFORMANCE = """
name = "random"
hazard = { value = 0.04, kind = "assumed", source = "many paths without a default, many with some" }
loading = 0.4
"""
FEW = 30


@pytest.mark.parametrize("machine", ["numpy", "compiled"])
@pytest.mark.parametrize("deal", ["guangzhou-2019", "nanshan-5-2022"])
def test_alike_paths_are_paid_as_each_by_itself(
    deal: str, machine: MachineName, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = tmp_path / "random.toml"
    random.write_text(PERFORMANCE)
    prepared = prepare(deal, draw=Draw(random, PATHS, 3))
    assert prepared.random is not None
    resolved = calculate(prepared).resolved
    pool = RandomInputs(prepared, resolved, prepared.random, 3, compiled=machine == "compiled")
    rules = record_payment_date(resolved, with_totals=True)
    seen: list[DuplicatePaths] = []

    def alike(first: int, after: int) -> DuplicatePaths:
        found = pool.block(first, after).inputs
        assert isinstance(found, DuplicatePaths)
        seen.append(found)
        return found

    def every(first: int, after: int) -> Mapping[str, Int64]:
        return alike(first, after).every

    def copied(first: int, after: int, lines: Int64, totals: Int64) -> tuple[Int64, Int64]:
        return lines.copy(), totals.copy()

    with_lines, without = build_plan(rules), build_plan(rules, lines=())
    ((lines, totals),) = run_blocks(with_lines, PATHS, every, copied, machine=machine, block=PATHS)
    monkeypatch.setattr(execute, "MOST_REMEMBERED", FEW)
    for block, workers in product((70, PATHS), (1, 2)):
        both = run_blocks(with_lines, PATHS, alike, copied, machine=machine, block=block, workers=workers)
        alone = run_blocks(without, PATHS, alike, copied, machine=machine, block=block, workers=workers)
        assert (np.concatenate([one for one, _ in both], axis=2) == lines).all()
        derived = run_blocks(
            with_lines,
            PATHS,
            alike,
            copied,
            machine=machine,
            block=block,
            workers=workers,
            derive=lambda of: of.sum(axis=1),
        )
        rows = np.concatenate([one for _, one in derived], axis=1)
        assert (rows[: len(totals)] == totals).all()
        assert (rows[len(totals) :] == lines.sum(axis=1)).all()
        for found in (both, alone):
            assert (np.concatenate([one for _, one in found], axis=1) == totals).all()
    # Many are alike, and more differ than are remembered; else the test would show nothing.
    whole = seen[0].keys
    assert FEW < len(np.unique(whole)) < len(whole) * 0.8


def test_what_is_remembered_is_found_and_no_more_than_asked() -> None:
    remembered = TotalsCache(most=3)
    assert not remembered.find(np.array([1, 2]))[0].any()
    remembered.keep(np.array([4, 9]), np.array([[40, 90], [41, 91]]))
    remembered.keep(np.array([1, 5]), np.array([[10, 50], [11, 51]]))
    remembered.keep(np.array([7]), np.array([[70], [71]]))
    known, totals = remembered.find(np.array([0, 1, 4, 5, 7, 9, 10]))
    assert known.tolist() == [False, True, True, True, False, True, False]
    assert totals.tolist() == [[10, 40, 50, 90], [11, 41, 51, 91]]
