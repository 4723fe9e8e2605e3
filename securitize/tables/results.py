"""What a public function hands back: tables by name, as Arrow or as pandas frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.tables.frames import to_pandas

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
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
                "no table is named {name}; tables are {tables}",
                name=printable(name),
                tables=Listing(self.tables),
            )
        return self.tables[name]

    def table(self, name: str) -> pd.DataFrame:
        """A table as a pandas DataFrame, amounts as exact decimals."""
        return to_pandas(self.arrow(name))
