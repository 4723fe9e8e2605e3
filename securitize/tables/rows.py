"""Rows gathered one by one, handed on as columns."""

from __future__ import annotations

from typing import Any


class Rows:
    """Rows of a table with these columns, in this order."""

    def __init__(self, *columns: str) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in columns}

    def add(self, *values: Any) -> None:
        """One more row; as many values as columns."""
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)
