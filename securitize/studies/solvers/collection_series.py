"""Series of collections run forward, many at once, and the edges at which they stop giving a published figure.

A series is the cash of one stream in each period up to the last that a figure looks at, int64 (periods,) minor units;
the other streams and later periods stay as projected.
Source: ``docs/reference/solvers.md``, section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.assets.collections import project
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.definitions.figures import Stream
from securitize.engine.calculation import from_period, waterfall_inputs
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.solvers.published_figures import PublishedFigure, lines_of, model_figures
from securitize.waterfall.execute import check_range, pay
from securitize.waterfall.plan import build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.seasoning import from_state

#: Rounds in which brackets are drawn in, at most: each is right, the next is narrower.
ROUNDS = 60
Bools = NDArray[np.bool_]
#: Series (series, periods) -> what rises with a collection, (series,)
Measure = Callable[[Int64], Int64]
#: The least or the most of a period
Edge = Callable[[Int64, Int64, Sequence[int], "Box"], Int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The periods that end with a figure and begin after the one before.

    first, last : periods, counted from 0 among the unknown ones
    figures     : the figures after ``last``, by their places
    """

    first: int
    last: int
    figures: tuple[int, ...]

    @property
    def periods(self) -> range:
        """All its periods."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class Box:
    """Brackets of the collections of each period, int64 (boxes, periods), minor units."""

    low: Int64
    high: Int64

    def taken(self, which: Int64 | Bools) -> Box:
        """Some of the boxes, or the same several times."""
        return Box(self.low[which], self.high[which])


class Forward:
    """A deal whose collections of one stream are told by series.

    bracket : of each collection, as one box;  ran : how many series have been run
    """

    def __init__(
        self, prepared: Prepared, stream: Stream, published: Sequence[PublishedFigure], low: int, high: int
    ) -> None:
        self.ran = 0
        self.published = tuple(published)
        self._prepared, self._stream = prepared, stream
        collections = project(prepared.resolved_pool, prepared.performance)
        given = {**prepared.period_inputs, "forecast_sales": collections.forecast_sales.tolist()}
        try:
            resolved = resolve_deal(
                prepared.deal,
                prepared.schedule,
                int(collections.performing[0, 0]),
                collections.scheduled.tolist(),
                given,
            )
            self._resolved = from_state(resolved, prepared.state) if prepared.state else resolved
        except ValueError as error:
            raise CalculationError(str(error)) from None
        self._inputs = waterfall_inputs(self._resolved, from_period(collections, self._resolved.past))
        self._plan = build_plan(record_payment_date(self._resolved), lines_of(published))
        self._lows = np.array([one.low for one in published], np.int64)
        self._highs = np.array([one.high for one in published], np.int64)
        self.stretches = self._stretches()
        self.periods = self.stretches[-1].last + 1 if self.stretches else 0
        self.bracket = Box(*(np.full((1, self.periods), end, np.int64) for end in (low, high)))
        check_range(self._resolved, {**self._inputs, stream: np.full_like(self._inputs[stream], high)})

    @property
    def past(self) -> int:
        """Periods of the deal before the first unknown one."""
        return self._resolved.past

    def figures(self, series: Int64) -> Int64:
        """The model's figures, int64 (series, figures), of series (series, periods)."""
        count = len(series)
        self.ran += count
        inputs = {name: np.repeat(values, count, axis=0) for name, values in self._inputs.items()}
        inputs[self._stream][:, : self.periods] = series
        lines = pay(self._plan, inputs)
        return model_figures(self._prepared, self._resolved, lines, self.published)

    def lacking(self, series: Int64, places: Sequence[int]) -> Int64:
        """How much the figures at ``places`` are above what rounds to them, at most; below 0 where all are less."""
        at = list(places)
        most: Int64 = (self.figures(series)[:, at] - self._highs[at]).max(axis=1)
        return most

    def spare(self, series: Int64, places: Sequence[int]) -> Int64:
        """How much they are above the least that rounds to them, at least; below 0 where one is too low."""
        at = list(places)
        least: Int64 = (self.figures(series)[:, at] - self._lows[at]).min(axis=1)
        return least

    def gives(self, series: Int64, places: Sequence[int]) -> Bools:
        """Whether each series gives the figures at ``places``."""
        at = list(places)
        found = self.figures(series)[:, at]
        given: Bools = ((found >= self._lows[at]) & (found <= self._highs[at])).all(axis=1)
        return given

    def missed(self, series: Int64) -> Int64:
        """By how much each series misses the figures, summed, above 0 where they are more; 0 where it gives them."""
        found = self.figures(series)
        over: Int64 = np.maximum(found - self._highs, 0) - np.maximum(self._lows - found, 0)
        missed: Int64 = over.sum(axis=1)
        return missed

    def least(self, series: Int64, period: int | Int64, places: Sequence[int], box: Box) -> Int64:
        """The least of ``period`` with which no figure at ``places`` is too high; above its bracket where there is none.

        period : of all series, or of each;  box : of each series
        """
        return self._edge(series, period, box, lambda rows: -self.lacking(rows, places))

    def most(self, series: Int64, period: int | Int64, places: Sequence[int], box: Box) -> Int64:
        """The most of ``period`` with which no figure at ``places`` is too low; below its bracket where there is none."""
        return self._edge(series, period, box, lambda rows: -1 - self.spare(rows, places)) - 1

    def narrowed(self, box: Box) -> tuple[Box, Bools]:
        """Boxes drawn in to what some collections of the other periods, within theirs, could go with; which have any.

        The most of a period is that with the least of all others, its least that with the most of all others: more cash
        never raises a figure. So what is cut off gives the figures with no series of the box.
        """
        low, high = box.low.copy(), box.high.copy()
        some, open_ = np.ones(len(low), np.bool_), np.arange(len(low))
        everything = range(len(self.published))
        for _ in range(ROUNDS):
            if not open_.size:
                break
            before = (low[open_].copy(), high[open_].copy())
            high[open_] = np.minimum(high[open_], self._each(self.most, low[open_], low, high, open_, everything))
            some[open_] &= (low[open_] <= high[open_]).all(axis=1)
            open_, before = open_[some[open_]], tuple(each[some[open_]] for each in before)
            if not open_.size:
                break
            low[open_] = np.maximum(low[open_], self._each(self.least, high[open_], low, high, open_, everything))
            some[open_] &= (low[open_] <= high[open_]).all(axis=1)
            moved = ((before[0] != low[open_]) | (before[1] != high[open_])).any(axis=1)
            open_ = open_[some[open_] & moved]
        return Box(low, high), some

    def _each(
        self, edge: Edge, others: Int64, low: Int64, high: Int64, rows: Int64, places: Sequence[int]
    ) -> Int64:
        """The edge of every period of some boxes, the others as told, (boxes, periods)."""
        series = np.repeat(others, self.periods, axis=0)
        box = Box(np.repeat(low[rows], self.periods, axis=0), np.repeat(high[rows], self.periods, axis=0))
        found = edge(series, np.tile(np.arange(self.periods), len(rows)), places, box)
        return found.reshape(len(rows), self.periods)

    def _edge(self, series: Int64, period: int | Int64, box: Box, measure: Measure) -> Int64:
        """The least amount of ``period`` at which ``measure`` is 0 or more, one above its bracket where it never is.

        ``measure`` rises with the amount, as a rule by one for one: so what is lacking is tried first, and every third
        time the middle. Returns (series,).
        """
        whole = np.arange(len(series))
        place = np.broadcast_to(np.asarray(period), whole.shape)
        low, high = box.low[whole, place], box.high[whole, place]

        def tried(which: Int64, amounts: Int64) -> Int64:
            rows = series[which]
            rows[np.arange(len(which)), place[which]] = amounts
            return measure(rows)

        at_high, at_low = tried(whole, high), tried(whole, low)
        below = np.where(at_high < 0, high, np.where(at_low < 0, low, low - 1))
        reached = np.where(at_low >= 0, low, np.where(at_high >= 0, high, high + 1))
        lacking, turn = -at_low, 0
        while (active := np.flatnonzero(reached - below > 1)).size:
            turn += 1
            near, far = below[active], reached[active]
            step = lacking[active] if turn % 3 else (far - near) // 2
            amounts = np.clip(near + np.maximum(step, 1), near + 1, far - 1)
            found = tried(active, amounts)
            holds = found >= 0
            reached[active[holds]] = amounts[holds]
            below[active[~holds]], lacking[active[~holds]] = amounts[~holds], -found[~holds]
        return reached

    def _stretches(self) -> tuple[Stretch, ...]:
        """The periods by the figures that end them; figures of before the first period are of none."""
        payment = self._prepared.schedule.payment
        ends: dict[int, list[int]] = {}
        for place, one in enumerate(self.published):
            ends.setdefault(one.after(payment) - 1 - self._resolved.past, []).append(place)
        found: list[Stretch] = []
        for last in sorted(end for end in ends if end >= 0):
            first = found[-1].last + 1 if found else 0
            found.append(Stretch(first, last, tuple(ends[last])))
        return tuple(found)
