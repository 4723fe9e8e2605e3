"""A case over the values of one driver: every value a path of one waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from securitize.studies.question.lines import line_of
from securitize.tables.results import Tables

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.base.arithmetic import Int64
    from securitize.studies.solvers.grid import Cells


class _Grid(Mapping[str, "pa.Table"]):
    """The one table of a sweep, made when it is first read."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @cached_property
    def _table(self) -> pa.Table:
        from securitize.studies.solvers.grid import grid_of
        from securitize.tables import build

        return build("grid", grid_of(self._cells))

    def __getitem__(self, name: str) -> pa.Table:
        if name != "grid":
            raise KeyError(name)
        return self._table

    def __iter__(self) -> Iterator[str]:
        return iter(("grid",))

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True, kw_only=True, repr=False)
class Sweep(Tables):
    """What a case pays at each value of a driver; its table is ``grid``.

    values : where the driver stands, in the order asked, each once
    """

    driver: str
    values: tuple[Decimal, ...]
    _cells: Cells

    @property
    def _subject(self) -> str:
        return self.driver

    def line(self, *name: str) -> Int64:
        """A published line at every value, int64 (values, periods), minor units, read only; see ``Answer.line``."""
        return line_of(self._cells.batch.lines, name)


def sweep_of(cells: Cells) -> Sweep:
    """The cells of one axis as a result."""
    along = cells.along[0]
    values = tuple(along.driver.value(steps) for (steps,) in cells.places)
    return Sweep(tables=_Grid(cells), driver=along.driver.name, values=values, _cells=cells)
