"""What is recorded in a section that a block may skip, and what the terms say cannot move."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.waterfall.execute import pay
from securitize.waterfall.expressions import Recorder
from securitize.waterfall.plan import build_plan


def test_a_value_of_a_section_is_not_used_after_it() -> None:
    r = Recorder(2)
    mask, cash = r.input("mask"), r.input("cash")
    with r.only_where(mask):
        inside = cash + 1
    with pytest.raises(ValueError, match="used after it"):
        r.store(("cash",), inside)
    with pytest.raises(ValueError, match="used after it"):
        inside - cash


def test_a_state_that_is_not_kept_is_merged_after_a_section() -> None:
    r = Recorder(1)
    mask, cash = r.input("mask"), r.input("cash")
    part = r.state("part", kept=False)
    with r.only_where(mask):
        part.now = part.now + (cash & mask)
    r.store(("part",), part.now)
    part.now = r.constant(0)
    inputs = {"mask": np.array([[0], [-1]]), "cash": np.array([[5], [7]])}
    assert pay(build_plan(r), {name: rows[:1] for name, rows in inputs.items()})["part",].tolist() == [[0]]
    assert pay(build_plan(r), inputs)["part",].tolist() == [[0], [7]]


def test_a_state_that_is_not_kept_does_not_move() -> None:
    r = Recorder(1)
    r.state("part", kept=False).now = r.input("cash")
    with pytest.raises(ValueError, match="part is not kept"):
        build_plan(r)
