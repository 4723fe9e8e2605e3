"""Two stored runs compared: their inputs field by field, then their results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from securitize.base.errors import SecuritizeError
from securitize.store.stored import StoredRun
from securitize.studies.diff.contents import counts_for_gate, files_beside, how_made, what_is_said
from securitize.studies.diff.fields import InputChange, files_changed
from securitize.tables.dictionary import load
from securitize.tables.printed import exact_rows

if TYPE_CHECKING:
    import pyarrow as pa

Change = TypeVar("Change")


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
    """A table in which anything differs. ``added``, ``removed`` : rows by key;  ``largest`` : relative difference.

    Without a row and a cell that differs, its cells are the same and its bytes are not.
    """

    table: str
    added: int
    removed: int
    cells: tuple[CellChange, ...]

    @property
    def written_otherwise(self) -> bool:
        """Whether only the bytes of the file differ."""
        return not (self.added or self.removed or self.cells)

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
    """Everything in which two runs differ; empty of a run and itself.

    findings : what is wrong in the folder of either, as ``verify`` says it
    contents : what the manifests say of the results, data packages, results beside the tables, and reports
    """

    inputs: tuple[InputChange, ...]
    tables: tuple[TableChange, ...]
    contents: tuple[InputChange, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs and nothing is wrong."""
        return not (self.inputs or self.tables or self.contents or self.findings)

    def above(self, share: float) -> bool:
        """Whether a number differs by more than a share, or anything else that counts for a gate differs."""
        return any(counts_for_gate(one) for one in self.contents) or any(
            one.added
            or one.removed
            or one.largest > share
            or any(cell.relative is None for cell in one.cells)
            for one in self.tables
        )


def compare_runs(first: StoredRun, second: StoredRun) -> Differences:
    """What differs between two runs, and what is wrong in either; what cannot be read is among what is wrong."""
    findings = [str(one) for stored in (first, second) for one in stored.verify()]
    files = files_changed(first.manifest.inputs, second.manifest.inputs, first.input, second.input)
    inputs = [*_readable(how_made(first, second)), *_readable(files)]
    names = sorted({*first.manifest.tables, *second.manifest.tables})
    tables = [change for name in names for change in _readable(_table(name, first, second))]
    contents = [*_readable(what_is_said(first, second)), *_readable(files_beside(first, second))]
    return Differences(tuple(inputs), tuple(tables), tuple(contents), tuple(findings))


def _readable(found: Iterator[Change]) -> Iterator[Change]:
    """What there is until a damaged file: that is among the findings."""
    try:
        yield from found
    except SecuritizeError:
        return


def _table(name: str, first: StoredRun, second: StoredRun) -> Iterator[TableChange]:
    mine, theirs = first.manifest.tables.get(name), second.manifest.tables.get(name)
    if mine is None or theirs is None:
        rows = (mine or theirs).rows  # type: ignore[union-attr]  # one of the two has it
        yield TableChange(name, rows if mine is None else 0, rows if theirs is None else 0, ())
        return
    if mine.sha256 == theirs.sha256:
        return
    before, after = _rows(name, first.table(name)), _rows(name, second.table(name))
    cells = [
        cell
        for key, row in before.items()
        if key in after
        for column in row
        if (cell := _cell(name, key, column, row[column], after[key].get(column))) is not None
    ]
    added, removed = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    yield TableChange(name, added, removed, tuple(cells))


def _rows(name: str, table: pa.Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = load(name).primary_key
    return {tuple(row[key] for key in keys): row for row in exact_rows(table)}


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
