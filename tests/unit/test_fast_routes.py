"""A fast route knows what may be drawn; anything else, a field that is not yet invented too, ends it."""

from __future__ import annotations

from collections.abc import Set
from copy import copy
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

import numpy as np
import pytest

from securitize.performance.resolved import (
    DrawnField,
    NamedDefault,
    ResolvedPerformance,
    ResolvedRecovery,
    differs_only_in,
)
from securitize.performance.stresses import resolve_performance
from tests.unit.pool_samples import LOAN, SCHEDULE, pool

TOLD = resolve_performance(None, None, pool(a=LOAN), SCHEDULE)
FIELDS = [each.name for each in fields(TOLD) if each.name != "paths"]
RECOVERIES = (ResolvedRecovery("collateral", np.array([1], np.int64), None, 0),)


@dataclass(frozen=True, slots=True)
class WithMore(ResolvedPerformance):
    """A performance with a field that no route has heard of."""

    more: tuple[int, ...] = ()


def with_more(more: tuple[int, ...], **changes: object) -> WithMore:
    return WithMore(**{name: getattr(TOLD, name) for name in ("paths", *FIELDS)} | changes, more=more)


@pytest.mark.parametrize("random", [{"defaults"}, {"defaults", "sales"}], ids=len)
@pytest.mark.parametrize("field", FIELDS)
def test_each_field_ends_a_route_that_does_not_name_it(field: str, random: Set[DrawnField]) -> None:
    value = getattr(TOLD, field)
    other = (object(),) if isinstance(value, str | tuple | None) else copy(value)
    changed: dict[str, Any] = {"paths": 7, field: other}
    assert differs_only_in(TOLD, replace(TOLD, paths=7), random)
    assert differs_only_in(TOLD, replace(TOLD, **changed), random) == (field in random)


def test_a_field_that_no_route_has_heard_of_ends_all() -> None:
    every = frozenset(get_args(DrawnField))
    told = with_more((1,))
    assert differs_only_in(told, with_more(told.more, paths=7), every)
    assert not differs_only_in(told, with_more((2,)), every)


def test_drawn_defaults_have_the_recoveries_that_are_told() -> None:
    dates = np.array([5, 6], np.int64)
    told = replace(TOLD, defaults={"a": NamedDefault(dates[:1], RECOVERIES)})
    struck = {"a": NamedDefault(dates, RECOVERIES), "b": NamedDefault(dates)}
    assert differs_only_in(told, replace(told, defaults=struck), {"defaults"})
    for name, recoveries in (("a", None), ("b", RECOVERIES)):
        drawn = replace(told, defaults={**struck, name: NamedDefault(dates, recoveries)})
        assert not differs_only_in(told, drawn, {"defaults"})
