"""Performances that are projected together: whatever is not put side by side keeps them apart."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from securitize.assets import royalty_terms, stacked
from securitize.engine.prepare.prepare import prepare
from securitize.performance.resolved import ResolvedPerformance


@pytest.mark.parametrize("name", sorted(stacked._APART))
def test_performances_that_differ_in_another_field_are_no_stack(name: str) -> None:
    prepared = prepare("guangzhou-2019")
    one = prepared.performance
    changed: Any = {"x": ()} if isinstance(getattr(one, name), dict) else ("x",)
    other = replace(one, **{name: changed})
    assert len(stacked.stacked(prepared.resolved_pool, [one, one])) == 1
    found = stacked.stacked(prepared.resolved_pool, [one, other])
    assert [list(stack.places) for stack in found] == [[0], [1]]


def test_every_field_is_put_side_by_side_or_keeps_apart() -> None:
    names = {each.name for each in fields(ResolvedPerformance)}
    assert names == stacked._SIDE_BY_SIDE | stacked._APART
    assert names == royalty_terms._READ | royalty_terms._OF_CLAIMS


def test_rates_are_put_side_by_side() -> None:
    prepared = prepare("guangzhou-2019")
    one = prepared.performance
    other = replace(one, default_rates=one.default_rates + np.int64(1))
    (stack,) = stacked.stacked(prepared.resolved_pool, [one, other])
    assert stack.performance.paths == 2
    assert (stack.performance.default_rates[1] == one.default_rates[0] + 1).all()
