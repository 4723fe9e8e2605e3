"""Deals in comparable patents, and what they say of candidates: the market method."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.definitions.pools.build import Build
from securitize.patents.value import INPUTS, ValuationTerms, market_value
from securitize.pooling.columns import Columns


class Deals:
    """The canonical table of comparable deals, ready to be compared with."""

    def __init__(self, table: Any) -> None:
        columns = Columns(table)
        self.price, self.patents = columns.whole("price", 0), columns.whole("patents", 1)
        self.day = columns.days("traded_on").astype("datetime64[D]")
        factor = columns.numbers("adjustment")
        self.factor = np.where(np.isnan(factor), 1.0, factor)
        self.kind = np.array(columns.texts("patent_kind"), object)
        symbols = _subclasses(table)
        self.places = {name: k for k, name in enumerate(sorted(set().union(*symbols)))}
        self.fields = self._marked(symbols)

    def values(self, build: Build, patents: Columns) -> tuple[Int64, Int64, NDArray[np.float64]]:
        """Value, number of deals and their relative spread, (patents,) each; 0, 0 and NaN where nothing compares.

        A deal compares with patents of its kind that share an IPC subclass with it; a deal that does not say its kind,
        or no symbol, compares with any. All that compare count alike (docs/reference/pools.md, section 4).
        """
        shared = self._marked(_subclasses(patents.table)) @ self.fields.T > 0
        any_field = ~self.fields.any(axis=1)
        kind = np.array(patents.texts("patent_kind"), object)
        same = (kind[:, None] == self.kind) | (self.kind == "")
        found = market_value(
            ValuationTerms("market", build.as_of, dict.fromkeys(INPUTS["market"], "assumed")),
            units=np.ones(patents.rows),
            prices=self.price,
            price_days=self.day,
            price_units=self.patents,
            adjustments=self.factor,
            weights=(shared | any_field) & same,
            growth=build.value.price_growth,
        )
        return found.minor, found.comparables, np.where(found.comparables > 0, found.spread, np.nan)

    def _marked(self, symbols: list[set[str]]) -> NDArray[np.float32]:
        """Which subclasses of the deals each row has, (rows, subclasses)."""
        found = np.zeros((len(symbols), len(self.places)), np.float32)
        for row, some in enumerate(symbols):
            found[row, [self.places[one] for one in some if one in self.places]] = 1
        return found


def _subclasses(table: Any) -> list[set[str]]:
    return [{symbol[:4] for symbol in symbols or ()} for symbols in table.column("ipc").to_pylist()]
