"""Tables of more rows than are held at once: made one range of paths after another, each a row group of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from securitize.tables import dictionary
from securitize.tables.parquet import write_groups

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TableInRanges:
    """A table of which a range of paths is made when it is asked for.

    name : in the data dictionary;  ranges : how many
    of   : the rows of a range, by its number, made by :func:`securitize.tables.build`
    """

    name: str
    ranges: int
    of: Callable[[int], pa.Table]

    def parts(self) -> Iterator[pa.Table]:
        """The ranges in order, each made when it is asked for."""
        return map(self.of, range(self.ranges))

    def whole(self) -> pa.Table:
        """All rows in memory."""
        import pyarrow as pa

        return pa.concat_tables(self.parts()).combine_chunks()

    def write(self, sink: Any) -> int:
        """Write the table's Parquet file to what pyarrow writes to; returns its rows."""
        return write_groups(self.parts(), dictionary.load(self.name).arrow_schema(), sink)


#: A table as the engine hands it on.
if TYPE_CHECKING:
    Made: TypeAlias = pa.Table | TableInRanges
else:
    Made = Any


def in_memory(tables: Mapping[str, Made]) -> dict[str, pa.Table]:
    """Every table as a whole."""
    return {name: one.whole() if isinstance(one, TableInRanges) else one for name, one in tables.items()}
