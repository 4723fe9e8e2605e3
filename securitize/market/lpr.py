"""The loan prime rate, and other index rates, by date.

Source: ``docs/reference/assets.md``, section 2; ``docs/reference/priority-of-payments.md``, section 1;
``docs/reference/markets.md``, section 8.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from securitize.base.closed import complete
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.definitions.figures import LprIndex, is_lpr
from securitize.definitions.scenarios.market import Market


class IndexHistory:
    """Published index rates, the loan prime rate first, as far as they are known; a value holds until the next one."""

    def __init__(self, market: Market | None, known_on: dt.date | None = None) -> None:
        """``known_on``: the information date, after which nothing is known; None for everything that is written."""
        last = known_on or dt.date.max
        written = market.lpr if market else ()
        rows = [row for row in written if row.date <= last]
        self._name = market.name if market else ""
        self._known_on = known_on
        self._dates = [row.date for row in rows]
        self._values: Mapping[LprIndex, list[int]] = complete(
            LprIndex,
            {"LPR-1Y": [row.one_year for row in rows], "LPR-5Y": [row.five_year for row in rows]},
        )
        others = market.indices if market else {}
        known = {name: [row for row in rows if row.date <= last] for name, rows in others.items()}
        self._others = {
            name: ([row.date for row in rows], [row.rate for row in rows]) for name, rows in known.items()
        }
        # Until when each history is complete, whatever the information date.
        self._complete = {name: rows[-1].date for name, rows in others.items() if rows}
        if written:
            until = (market.lpr_until if market else None) or written[-1].date
            self._complete |= dict.fromkeys(self._values, until)

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
        until = self._complete.get(index, day) if index in self._values else day
        return max(day, min(until, self._known_on or until)), value

    def warnings(self, days: Iterable[dt.date], index: str = "LPR-1Y") -> tuple[str, ...]:
        """A line where the rate of a reset date is a held one; else nothing.

        index : whose rates are asked for on ``days``
        """
        latest, until = max(days, default=dt.date.min), self._complete.get(index)
        if until is None or latest <= min(until, self._known_on or until):
            return ()
        if self._known_on is None or until < self._known_on:
            return (
                Message(
                    "the {index} is known until {until}; its last value is held for resets up to {latest}",
                    index=_shown(index),
                    until=until,
                    latest=latest,
                ),
            )
        return (
            Message(
                "the {index} is held as known on {day} for resets up to {latest}",
                index=_shown(index),
                day=self._known_on,
                latest=latest,
            ),
        )

    def looks_ahead(self, days: Iterable[dt.date], index: str, known_on: dt.date) -> tuple[str, ...]:
        """A line where a rate published after ``known_on`` is used, as in a replay; else nothing."""
        latest = max(days, default=dt.date.min)
        dates = self._others[index][0] if index in self._others else self._dates
        if not any(known_on < published for published in dates if published <= latest):
            return ()
        return (
            Message(
                "fixings are realised: the {index} of after {day} is used, up to {latest}",
                index=_shown(index),
                day=known_on,
                latest=latest,
            ),
        )


def _shown(index: str) -> str:
    """Both loan prime rates are published together, and named as one."""
    return index.partition("-")[0] if is_lpr(index) else index
