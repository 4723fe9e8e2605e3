"""Rows gathered one by one, handed on as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from securitize.tables.dictionary import load


class Rows:
    """Rows of a table: of its columns in the data dictionary, or of ``columns`` where only these are gathered."""

    def __init__(self, table: str, columns: Sequence[str] | None = None) -> None:
        self.table = table
        names = [column.name for column in load(table).columns] if columns is None else columns
        self.columns: dict[str, list[Any]] = {name: [] for name in names}

    def add(self, **values: Any) -> None:
        """One more row, every column by its name. Raises TypeError naming what is missing and what is no column."""
        if values.keys() != self.columns.keys():
            raise TypeError(f"a row of {self.table} {_difference(self.columns.keys(), values.keys())}")
        for name, value in values.items():
            self.columns[name].append(value)


def _difference(wanted: Any, given: Any) -> str:
    missing, surplus = sorted(wanted - given), sorted(given - wanted)
    parts = [f"lacks {', '.join(missing)}"] if missing else []
    return " and ".join([*parts, f"has no column {', '.join(surplus)}"] if surplus else parts)
