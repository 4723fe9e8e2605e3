"""Two stored runs compared: their inputs field by field, then their results."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.definitions.figures import is_figure
from securitize.store.stored import StoredRun
from securitize.tables.dictionary import load

if TYPE_CHECKING:
    import pyarrow as pa

#: What stands for a field or row that one of the two has not.
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class InputChange:
    """A field of an input, an option or a version that differs; with the sources of both where they are figures."""

    file: str
    path: str
    before: str
    after: str
    source_before: str = ""
    source_after: str = ""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs. ``difference`` : second less first; ``relative`` : over the larger of the two."""

    table: str
    key: str
    column: str
    before: str
    after: str
    difference: float | None = None
    relative: float | None = None


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table in which anything differs. ``added``, ``removed`` : rows by key;  ``largest`` : relative difference."""

    table: str
    added: int
    removed: int
    cells: tuple[CellChange, ...]

    @property
    def largest(self) -> float:
        """The largest relative difference of its numbers; 0 without any."""
        return max((one.relative or 0.0 for one in self.cells), default=0.0)

    @property
    def largest_absolute(self) -> float:
        """The largest difference of its numbers."""
        return max((abs(one.difference or 0.0) for one in self.cells), default=0.0)


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything in which two runs differ; empty of a run and itself."""

    inputs: tuple[InputChange, ...]
    tables: tuple[TableChange, ...]

    def above(self, share: float) -> bool:
        """Whether a number differs by more than a share, or rows, text or dates differ."""
        return any(
            one.added
            or one.removed
            or one.largest > share
            or any(cell.relative is None for cell in one.cells)
            for one in self.tables
        )


def compare_runs(first: StoredRun, second: StoredRun) -> Differences:
    """What differs between two runs. Raises StorageError where a file of either is damaged."""
    inputs = [*_options(first, second), *_inputs(first, second)]
    names = sorted({*first.manifest.tables, *second.manifest.tables})
    tables = [change for name in names if (change := _table(name, first, second)) is not None]
    return Differences(tuple(inputs), tuple(tables))


def _options(first: StoredRun, second: StoredRun) -> Iterator[InputChange]:
    for what in ("version", "seed"):
        before, after = getattr(first.manifest, what), getattr(second.manifest, what)
        if before != after:
            yield InputChange("manifest.json", what, str(before), str(after))
    for path, (before, after) in _changed(first.manifest.options, second.manifest.options):
        yield InputChange("manifest.json", f"options.{path}", _shown(before), _shown(after))


def _inputs(first: StoredRun, second: StoredRun) -> Iterator[InputChange]:
    mine, theirs = first.manifest.inputs, second.manifest.inputs
    for name in sorted({*mine, *theirs}):
        if name not in mine or name not in theirs:
            yield InputChange(name, "", *("present" if name in each else ABSENT for each in (mine, theirs)))
        elif mine[name].sha256 != theirs[name].sha256:
            yield from _fields(name, first.input(name), second.input(name))


def _fields(name: str, before: bytes, after: bytes) -> Iterator[InputChange]:
    if not name.endswith(".toml"):
        yield InputChange(name, "", *(Message("{count} bytes", count=len(text)) for text in (before, after)))
        return
    old, new = (tomllib.loads(text.decode(), parse_float=Decimal) for text in (before, after))
    found = list(_changed(old, new))
    for path, (was, is_) in found:
        yield InputChange(name, path, _shown(was), _shown(is_), _source(was), _source(is_))
    if not found:
        yield InputChange(name, "", "the same values", "written otherwise")


def _changed(before: Any, after: Any, at: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Paths of values that differ; a figure is one value."""
    if (
        isinstance(before, Mapping)
        and isinstance(after, Mapping)
        and not (is_figure(before) or is_figure(after))
    ):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _changed(
                before.get(key, ABSENT), after.get(key, ABSENT), f"{at}.{key}" if at else str(key)
            )
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for k, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _changed(old, new, f"{at}[{k}]")
    elif before != after:
        yield at, (before, after)


def _shown(value: Any) -> str:
    return str(value.get("value", "no value")) if is_figure(value) else str(value)


def _source(value: Any) -> str:
    return f"{value['kind']}: {value.get('source', '')}" if is_figure(value) else ""


def _table(name: str, first: StoredRun, second: StoredRun) -> TableChange | None:
    mine, theirs = first.manifest.tables.get(name), second.manifest.tables.get(name)
    if mine is None or theirs is None:
        rows = (mine or theirs).rows  # type: ignore[union-attr]  # one of the two has it
        return TableChange(name, rows if mine is None else 0, rows if theirs is None else 0, ())
    if mine.sha256 == theirs.sha256:
        return None
    before, after = _rows(name, first.table(name)), _rows(name, second.table(name))
    cells = [
        cell
        for key, row in before.items()
        if key in after
        for column in row
        if (cell := _cell(name, key, column, row[column], after[key].get(column))) is not None
    ]
    added, removed = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    return TableChange(name, added, removed, tuple(cells)) if cells or added or removed else None


def _rows(name: str, table: pa.Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = load(name).primary_key
    return {tuple(row[key] for key in keys): row for row in table.to_pylist()}


def _cell(table: str, key: tuple[Any, ...], column: str, before: Any, after: Any) -> CellChange | None:
    if before == after:
        return None
    where = ", ".join(map(str, key))
    numbers = isinstance(before, int | float | Decimal) and isinstance(after, int | float | Decimal)
    if not numbers or isinstance(before, bool):
        return CellChange(table, where, column, str(before), str(after))
    apart = float(after - before) if type(after) is type(before) else float(after) - float(before)
    larger = max(abs(float(before)), abs(float(after)))
    return CellChange(
        table, where, column, str(before), str(after), apart, abs(apart) / larger if larger else 0.0
    )
