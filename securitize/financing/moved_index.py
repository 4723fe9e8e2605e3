"""The index rates of a scenario, as an alternative is lent and reset at them.

Source: ``docs/reference/financing-cost.md``, section 5.
"""

from __future__ import annotations

import datetime as dt

from securitize.assets.index_rates import changed_index
from securitize.definitions.figures import LprIndex
from securitize.definitions.scenarios.market import Market
from securitize.market.lpr import IndexHistory
from securitize.performance.resolved import IndexChange


class MovedIndexHistory(IndexHistory):
    """Known loan prime rates, moved as the scenario moves those of the deal's contracts."""

    def __init__(
        self, market: Market, changes: tuple[IndexChange, ...], known_on: dt.date | None = None
    ) -> None:
        """``known_on`` as that of :class:`IndexHistory`."""
        super().__init__(market, known_on)
        self._changes = changes

    def value(self, index: LprIndex, day: dt.date) -> int:
        """The rate of a day after the changes, units of 1e-8. Raises as that of :class:`IndexHistory`."""
        return changed_index(super().value(index, day), day, self._changes)
