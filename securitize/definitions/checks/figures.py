"""Figures lie within the bounds that they name themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from securitize.base.errors import Problem
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.register import figures_of


def figures_lie_within_their_bounds(loaded: Loaded[Any]) -> Iterator[Problem]:
    """A figure lies within its own ``at_least`` and ``at_most`` (SEC307, a warning)."""
    for path, figure in figures_of(loaded.raw):
        low, value, high = (figure.get(key) for key in ("at_least", "value", "at_most"))
        written = [number for number in (low, value, high) if isinstance(number, int | Decimal)]
        if written != sorted(written):
            what = "the value is outside at_least and at_most"
            yield loaded.problem(path, what, value, "correct the figure", "SEC307")
