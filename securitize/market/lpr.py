"""The loan prime rate, and other index rates, by date.

Source: ``docs/reference/assets.md``, section 2; ``docs/reference/priority-of-payments.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping

from securitize.base.closed import complete
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.definitions.figures import LprIndex
from securitize.definitions.scenarios.market import Market


class IndexHistory:
    """Published loan prime rates; a value holds until the next one."""

    def __init__(self, market: Market | None) -> None:
        rows = market.lpr if market else ()
        self._name = market.name if market else ""
        self._dates = [row.date for row in rows]
        self._values: Mapping[LprIndex, list[int]] = complete(
            LprIndex,
            {"LPR-1Y": [row.one_year for row in rows], "LPR-5Y": [row.five_year for row in rows]},
        )
        self._others = {
            name: ([row.date for row in rows], [row.rate for row in rows])
            for name, rows in (market.indices if market else {}).items()
        }
        self._until = market.lpr_until if market else None
        if self._until is None and self._dates:
            self._until = self._dates[-1]

    def value(self, index: LprIndex, day: dt.date) -> int:
        """The last rate published on or before ``day``, units of 1e-8.

        Raises DefinitionError where none had been published.
        """
        k = bisect_right(self._dates, day)
        if k == 0:
            file = Message("market {name}", name=self._name) if self._name else Message("market")
            what = Message(
                "{index} is needed on {day} and nothing is published by then", index=index, day=day
            )
            raise DefinitionError((Problem(file, 0, "lpr", what, "", "add the rows", "SEC163"),))
        return self._values[index][k - 1]

    @property
    def names(self) -> tuple[str, ...]:
        """Every index that the market knows."""
        return (*self._values, *self._others) if self._dates else tuple(self._others)

    def any_value(self, index: str, day: dt.date) -> int:
        """The last rate of any index published on or before ``day``, units of 1e-8.

        Raises DefinitionError where the market does not know the index, or nothing had been published.
        """
        for known in self._values:
            if index == known:
                return self.value(known, day)
        dates, values = self._others.get(index, ([], []))
        k = bisect_right(dates, day)
        if k == 0:
            file = Message("market {name}", name=self._name) if self._name else Message("market")
            what = Message(
                "{index} is needed on {day} and nothing is published by then", index=index, day=day
            )
            raise DefinitionError((Problem(file, 0, "indices", what, "", "add the rows", "SEC163"),))
        return values[k - 1]

    def last(self, index: str) -> tuple[dt.date, int]:
        """Until when an index is known, and its last value, units of 1e-8.

        Raises DefinitionError where the market does not know the index.
        """
        dates = self._others[index][0] if index in self._others else self._dates
        day = max(dates, default=dt.date.min)
        value = self.any_value(index, day)
        return (max(day, self._until) if index in self._values and self._until else day), value

    def warnings(self, days: list[dt.date]) -> tuple[str, ...]:
        """A warning where a reset date lies past the history's end; else nothing."""
        latest = max(days, default=dt.date.min)
        if self._until is None or latest <= self._until:
            return ()
        return (
            Message(
                "the LPR is known until {until}; its last value is held for resets up to {latest}",
                until=self._until,
                latest=latest,
            ),
        )
