"""Series of collections run forward, many at once, and the edges at which they stop giving a published figure.

A series is the cash of one stream in each period up to the last that a figure looks at, int64 (periods,) minor units;
the other streams and later periods stay as projected.
Source: ``docs/reference/solvers.md``, section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from securitize.assets.collections import project
from securitize.base.arithmetic import Int64
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.figures import Stream
from securitize.engine.calculation import from_period, resolved_with, waterfall_inputs
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.solvers.published_figures import PublishedFigure, lines_of, model_figures
from securitize.waterfall.execute import check_range, pay
from securitize.waterfall.shared_plans import SHARED

#: Rounds in which brackets are drawn in, at most: each is right, the next is narrower.
ROUNDS = 6
#: Calls after which the compiled kernel is worth loading: what it pays is what NumPy pays.
COMPILED_AFTER = 200
Bools = NDArray[np.bool_]
#: Which rows, and an amount of each -> series (rows, periods)
Rows = Callable[[Int64, Int64], Int64]
#: Series (series, periods) -> what rises with a collection, (series,)
Measure = Callable[[Int64], Int64]


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
class Brackets:
    """Brackets of the collections of each period, int64 (boxes, periods), minor units."""

    low: Int64
    high: Int64

    def taken(self, which: Int64 | Bools) -> Brackets:
        """Some of the boxes, or the same several times."""
        return Brackets(self.low[which], self.high[which])


class Narrowing:
    """Boxes that are being drawn in, with brackets of what has come in all up to each period; which have any series."""

    def __init__(self, box: Brackets, sums: Brackets) -> None:
        self.box, self.sums = Brackets(box.low.copy(), box.high.copy()), sums
        self.some = np.ones(len(box.low), np.bool_)

    def cut(self, rows: Int64, found: Int64, upper: bool) -> None:
        """Draw in the upper or the lower ends of some boxes."""
        self._cut(self.box, rows, found, upper)

    def cut_sums(self, rows: Int64, found: Int64, upper: bool) -> None:
        """Likewise of what has come in all."""
        self._cut(self.sums, rows, found, upper)

    def _cut(self, box: Brackets, rows: Int64, found: Int64, upper: bool) -> None:
        if upper:
            box.high[rows] = np.minimum(box.high[rows], found)
        else:
            box.low[rows] = np.maximum(box.low[rows], found)
        self.some &= (box.low <= box.high).all(axis=1)

    def agree(self) -> None:
        """A collection is the difference of two sums, and a sum the one before and a collection."""
        low, high, sums = self.box.low, self.box.high, self.sums
        periods = low.shape[1]
        before = Brackets(np.zeros_like(sums.low[:, :1]), np.zeros_like(sums.high[:, :1]))
        for k in range(periods):
            sums.low[:, k] = np.maximum(sums.low[:, k], before.low[:, 0] + low[:, k])
            sums.high[:, k] = np.minimum(sums.high[:, k], before.high[:, 0] + high[:, k])
            before = Brackets(sums.low[:, k : k + 1], sums.high[:, k : k + 1])
        for k in range(periods - 1, 0, -1):
            sums.low[:, k - 1] = np.maximum(sums.low[:, k - 1], sums.low[:, k] - high[:, k])
            sums.high[:, k - 1] = np.minimum(sums.high[:, k - 1], sums.high[:, k] - low[:, k])
        earlier = Brackets(
            np.pad(sums.low[:, :-1], ((0, 0), (1, 0))), np.pad(sums.high[:, :-1], ((0, 0), (1, 0)))
        )
        np.minimum(high, sums.high - earlier.low, out=high)
        np.maximum(low, sums.low - earlier.high, out=low)
        self.some &= (low <= high).all(axis=1) & (sums.low <= sums.high).all(axis=1)

    def moved(self, before: Brackets) -> Bools:
        """Which boxes are no longer what they were."""
        moved: Bools = ((self.box.low != before.low) | (self.box.high != before.high)).any(axis=1)
        return moved


def _sums(low: Int64, high: Int64) -> Brackets:
    return Brackets(np.cumsum(low, axis=1), np.cumsum(high, axis=1))


class Forward:
    """A deal whose collections of one stream are told by series.

    Series and figures are in units of the currency, which is what is paid: whole yen, but fen.

    unit    : of the currency, minor units
    bracket : of each collection, as one box;  ran : how many series have been run
    early   : whether cash that comes in an earlier period never raises a figure; found by whoever asks
    """

    def __init__(
        self, prepared: Prepared, stream: Stream, published: Sequence[PublishedFigure], low: int, high: int
    ) -> None:
        self.ran, self._calls, self.early = 0, 0, False
        self.published = tuple(published)
        self._prepared, self._stream = prepared, stream
        collections = project(prepared.resolved_pool, prepared.performance)
        self._resolved = resolved_with(prepared, collections)
        self._inputs = waterfall_inputs(self._resolved, from_period(collections, self._resolved.past))
        self._plan = SHARED.rules_of(self._resolved).plan(lines_of(published))
        self.unit = unit_of(prepared.deal.currency)
        self._lows = np.array([-(-one.low // self.unit) for one in published], np.int64)
        self._highs = np.array([one.high // self.unit for one in published], np.int64)
        self.stretches = self._stretches()
        self.periods = self.stretches[-1].last + 1 if self.stretches else 0
        ends = (-(-low // self.unit), high // self.unit)
        self.bracket = Brackets(*(np.full((1, self.periods), end, np.int64) for end in ends))
        check_range(
            self._resolved, {**self._inputs, stream: np.full_like(self._inputs[stream], ends[1] * self.unit)}
        )

    @property
    def currency(self) -> str:
        """That of the deal."""
        return self._prepared.deal.currency

    @property
    def past(self) -> int:
        """Periods of the deal before the first unknown one."""
        return self._resolved.past

    def figures(self, series: Int64) -> Int64:
        """The model's figures, int64 (series, figures), of series (series, periods)."""
        count = len(series)
        if not count:
            return np.empty((0, len(self.published)), np.int64)
        self.ran += count
        inputs = {name: np.repeat(values, count, axis=0) for name, values in self._inputs.items()}
        inputs[self._stream][:, : self.periods] = series * self.unit
        self._calls += 1
        lines = pay(self._plan, inputs, machine="compiled" if self._calls > COMPILED_AFTER else "auto")
        found: Int64 = model_figures(self._prepared, self._resolved, lines, self.published) // self.unit
        return found

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
        inside: Bools = (found >= self._lows[at]) & (found <= self._highs[at])
        given: Bools = np.all(inside, axis=1)
        return given

    def least(self, series: Int64, period: int | Int64, places: Sequence[int], box: Brackets) -> Int64:
        """The least of ``period`` with which no figure at ``places`` is too high; above its bracket where none is.

        period : of all series, or of each;  box : of each series
        """
        return self._edge(series, period, box, lambda rows: -self.lacking(rows, places))

    def most(self, series: Int64, period: int | Int64, places: Sequence[int], box: Brackets) -> Int64:
        """The most of ``period`` with which no figure at ``places`` is too low; below its bracket where none is."""
        return self._edge(series, period, box, lambda rows: -1 - self.spare(rows, places)) - 1

    def narrowed(self, box: Brackets) -> tuple[Brackets, Bools]:
        """Boxes drawn in to what some collections of the other periods, within theirs, could go with; which have any.

        The most of a period is that with the least of all others, its least that with the most of all others: more cash
        never raises a figure. Where cash that comes earlier never does either (``early``), the same holds of what has
        come in all up to a period. So what is cut off gives the figures with no series of the box.
        """
        low, high = box.low.copy(), box.high.copy()
        sums = _sums(low, high)
        some, open_ = np.ones(len(low), np.bool_), np.arange(len(low))
        for _ in range(ROUNDS):
            if not open_.size:
                break
            before = Brackets(low[open_], high[open_])
            part = Narrowing(before, Brackets(sums.low[open_], sums.high[open_]))
            for narrow in (self._narrow, self._narrow_sums) if self.early else (self._narrow,):
                narrow(part)
            low[open_], high[open_] = part.box.low, part.box.high
            sums.low[open_], sums.high[open_] = part.sums.low, part.sums.high
            some[open_] = part.some
            open_ = open_[part.some & part.moved(before)]
        return Brackets(low, high), some

    def _narrow(self, part: Narrowing) -> None:
        """Draw in each period's bracket, of the boxes that have any."""
        for edge, others in ((self.most, "low"), (self.least, "high")):
            rows = np.flatnonzero(part.some)
            if not rows.size:
                return
            box = part.box.taken(np.repeat(rows, self.periods))
            period = np.tile(np.arange(self.periods), len(rows))
            found = edge(getattr(box, others), period, range(len(self.published)), box)
            part.cut(rows, found.reshape(len(rows), self.periods), others == "low")
            part.agree()

    def _narrow_sums(self, part: Narrowing) -> None:
        """Likewise what has come in all up to each period."""
        for upper in (True, False):
            rows = np.flatnonzero(part.some)
            if not rows.size:
                return
            sums = part.sums.taken(np.repeat(rows, self.periods))
            period = np.tile(np.arange(self.periods), len(rows))

            def series(
                which: Int64,
                amounts: Int64,
                sums: Brackets = sums,
                period: Int64 = period,
                upper: bool = upper,
            ) -> Int64:
                at = np.arange(self.periods)[None, :]
                place, amount = period[which][:, None], amounts[:, None]
                earlier = sums.low[which] if upper else np.minimum(sums.high[which], amount)
                later = np.maximum(sums.low[which], amount) if upper else sums.high[which]
                whole = np.where(at < place, earlier, np.where(at > place, later, amount))
                return np.diff(whole, axis=1, prepend=0)

            place = np.arange(len(period))
            low, high = sums.low[place, period], sums.high[place, period]
            if upper:
                found = self._first(low, high, partial(self._spent, series)) - 1
            else:
                found = self._first(low, high, partial(self._had, series))
            part.cut_sums(rows, found.reshape(len(rows), self.periods), upper)
            part.agree()

    def _spent(self, series: Rows, which: Int64, amounts: Int64) -> Int64:
        """0 or more where a figure is too low by more than interest is rounded by, when cash moves between periods."""
        spare = self.spare(series(which, amounts), range(len(self.published)))
        return -1 - 2 * len(self._resolved.notes) * self.periods - spare

    def _had(self, series: Rows, which: Int64, amounts: Int64) -> Int64:
        """0 or more where no figure is too high by more than that."""
        lacking = self.lacking(series(which, amounts), range(len(self.published)))
        return 2 * len(self._resolved.notes) * self.periods - lacking

    def _edge(self, series: Int64, period: int | Int64, box: Brackets, measure: Measure) -> Int64:
        """The least amount of ``period`` at which ``measure`` is 0 or more, one above its bracket where it never is."""
        whole = np.arange(len(series))
        place = np.broadcast_to(np.asarray(period), whole.shape)

        def tried(which: Int64, amounts: Int64) -> Int64:
            rows = series[which]
            rows[np.arange(len(which)), place[which]] = amounts
            return measure(rows)

        return self._first(box.low[whole, place], box.high[whole, place], tried)

    @staticmethod
    def _first(low: Int64, high: Int64, tried: Callable[[Int64, Int64], Int64]) -> Int64:
        """The least amount in [low, high] at which ``tried`` is 0 or more, high + 1 where it never is.

        It rises with the amount: what is lacking is tried, then twice where a straight line through both ends would
        reach it, then the middle.
        """
        whole = np.arange(len(low))
        at_high, at_low = tried(whole, high), tried(whole, low)
        below = np.where(at_high < 0, high, np.where(at_low < 0, low, low - 1))
        reached = np.where(at_low >= 0, low, np.where(at_high >= 0, high, high + 1))
        lacking, over, turn = -at_low, at_high, 0
        while (active := np.flatnonzero(reached - below > 1)).size:
            near, far = below[active], reached[active]
            match turn % 4:
                case 0:
                    step = lacking[active]
                case 3:
                    step = (far - near) // 2
                case _:
                    share = lacking[active] / np.maximum(lacking[active] + over[active], 1)
                    step = np.ceil((far - near) * share).astype(np.int64)
            amounts = np.clip(near + np.maximum(step, 1), near + 1, far - 1)
            found = tried(active, amounts)
            holds = found >= 0
            reached[active[holds]], over[active[holds]] = amounts[holds], found[holds]
            below[active[~holds]], lacking[active[~holds]] = amounts[~holds], -found[~holds]
            turn += 1
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
