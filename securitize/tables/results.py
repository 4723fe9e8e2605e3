"""What a public function hands back: tables by name, as Arrow or as pandas frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.tables.frames import Money, to_pandas

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True, repr=False)
class Tables:
    """Tables by name. A result with more to say adds its own fields."""

    tables: Mapping[str, pa.Table]

    @property
    def names(self) -> list[str]:
        """Names of the tables."""
        return list(self.tables)

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow. Raises UsageError where there is none of that name."""
        if name not in self.tables:
            raise UsageError(
                "no table is named {table}; tables are {tables}",
                table=printable(name),
                tables=Listing(self.tables),
            )
        return self.tables[name]

    def table(self, name: str, money: Money = "decimal") -> pd.DataFrame:
        """A table as a pandas DataFrame.

        money : amounts and rates as exact decimals, or as ``"float"``, float64, which can be drawn and divided
        Raises UsageError where there is none of that name, or for another word.
        """
        return to_pandas(self.arrow(name), money)

    def __repr__(self) -> str:
        """What it is, of what, and how many tables; never what is in them."""
        return f"{type(self).__name__}({self._subject!r}, {len(self.tables)} tables)"

    @property
    def _subject(self) -> str:
        """What the result is of: the id of a run, the name of a deal or plan."""
        raise NotImplementedError
