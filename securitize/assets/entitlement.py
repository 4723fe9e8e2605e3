"""The entitlement of a royalty: the share that default has left.

Source: ``docs/reference/assets.md``, section 7, performance.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np

from securitize.assets.recoveries import moved_where
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.base.ordinals import months_later
from securitize.definitions.figures import months
from securitize.definitions.pools.royalties import Royalty
from securitize.market.schedules import Schedule
from securitize.performance.conversion import period_rates
from securitize.performance.resolved import ResolvedPerformance


class Entitlement:
    """sigma from reporting period to reporting period: ``share`` int64 (paths,), units of 1e-8."""

    def __init__(
        self, name: str, contract: Royalty, performance: ResolvedPerformance, schedule: Schedule
    ) -> None:
        self.performance, self.schedule = performance, schedule
        entitled = contract.as_of.entitled if contract.as_of else RATE_UNITS
        self.in_books = contract.as_of.defaulted if contract.as_of else None
        # A default by name happens once: one that is in the books lets no later one happen.
        self.named = None if self.in_books is not None else performance.defaults.get(name)
        self.relicence = contract.relicence
        self.share = np.full(performance.paths, entitled, np.int64)
        self.returning: list[tuple[Int64, Int64]] = [
            (np.full(1, one.date.toordinal(), np.int64), np.full(performance.paths, one.share, np.int64))
            for one in (contract.as_of.returning if contract.as_of else ())
        ]

    def pass_period(self, start: dt.date, since: dt.date, until: dt.date, due: dt.date) -> None:
        """What returns up to ``start``, then what default takes of a royalty due on ``due``.

        By name in (since, until], by rate and by the books in (start, until]: ``start`` is the earlier in mid-life.
        """
        self._return(start)
        period = self.schedule.period_of(due)
        rate = period_rates(
            self.performance.default_rates[:, period], start, until, self.performance.conversion
        )
        gone = multiply_divide(self.share, rate, RATE_UNITS)
        dates = np.full_like(self.share, until.toordinal())
        if self.named is not None:
            happens = (self.named.dates > since.toordinal()) & (self.named.dates <= until.toordinal())
            gone = np.where(happens, self.share, gone)
            dates = np.where(happens, self.named.dates, dates)
        if self.in_books is not None and start < self.in_books <= until:
            gone, dates = self.share, np.full_like(self.share, self.in_books.toordinal())
        self.share = self.share - gone
        if self.relicence is not None:
            lag = months(self.relicence.lag)
            back = multiply_divide(gone, self.relicence.share, RATE_UNITS)
            self.returning.append((moved_where(dates, back, partial(months_later, months=lag)), back))

    def _return(self, since: dt.date) -> None:
        waiting = []
        for dates, amount in self.returning:
            due = dates <= since.toordinal()
            self.share = self.share + np.where(due, amount, 0)
            left = np.where(due, 0, amount)
            if left.any():
                waiting.append((dates, left))
        self.returning = waiting
