"""The collections of a stream, period by period, found from published figures of notes: for each period the least and
the most that a series which gives all figures can have in it.

Source: ``docs/reference/solvers.md``, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.errors import InfeasibleError
from securitize.base.money import to_minor
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.figures import Stream
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.solvers.back_solve import SCAN, check_bracket
from securitize.studies.solvers.collection_series import Bools, Brackets, Forward, Stretch
from securitize.studies.solvers.published_figures import PublishedFigure

#: Stretches over which every mixture of least and most is tried, and ways drawn between them.
MIXED, DRAWN = 3, 16
#: How often what is undecided of the ends is cut in pieces, at most, and into how many; in how many series are sought.
PASSES, PIECES, MOST_SEARCHED = 3, 32, 64
#: Drawn series from which directions are looked at, and pairs that are compared.
BASES, PAIRS = 14, 512


@dataclass(frozen=True, slots=True)
class SoughtPeriod:
    """What the figures say of one period, minor units.

    least, most    : no series gives the figures with less, or more, in this period
    low, high      : the least and the most of a series that was run and gives them; None where none was found
    no_upper, no_lower : ``most`` is the end of the bracket that was searched, ``least`` its beginning
    """

    period: int
    least: int
    most: int
    low: int | None
    high: int | None
    no_lower: bool
    no_upper: bool


@dataclass(frozen=True, slots=True)
class SoughtCollections:
    """The answer for every period up to the last figure.

    witnesses : for each period a series that has ``low`` and one that has ``high``, int64 (2 periods, periods); empty
                where none was found
    series    : how many series were run
    """

    stream: Stream
    found: tuple[SoughtPeriod, ...]
    witnesses: Int64
    series: int


@dataclass(frozen=True, slots=True)
class _Ways:
    """How a series is chosen within its box.

    early : (ways, stretches), whether what is wanted comes in the first period of a stretch, else in its last
    most  : likewise, whether as much as possible, else as little
    drawn : (ways, periods), a share between least and most; not a number where it is one of them
    """

    early: Bools
    most: Bools
    drawn: Float64

    def times(self, boxes: int) -> _Ways:
        """The same for each of some boxes, one box after another."""
        shape = (boxes, 1)
        return _Ways(np.tile(self.early, shape), np.tile(self.most, shape), np.tile(self.drawn, shape))


def solve_collections(
    prepared: Prepared,
    stream: Stream,
    published: Sequence[PublishedFigure],
    low: Decimal = Decimal(0),
    high: Decimal | None = None,
) -> SoughtCollections:
    """The least and the most of each period up to the last figure; the other streams stay as projected.

    low, high : the bracket of each collection; ``high`` twice the notes' faces where it is None
    Raises UsageError where the bracket is empty, InfeasibleError where no series gives the figures, or more cash raises
    one of them.
    """
    top = 2 * prepared.deal.face + 1 if high is None else to_minor(high)
    check_bracket(low, amount_in(top, prepared.deal.currency))
    return _Search(Forward(prepared, stream, published, to_minor(low), top), stream).solved()


class _Search:
    def __init__(self, forward: Forward, stream: Stream) -> None:
        self._forward, self._stream = forward, stream
        self._ways = _ways(len(forward.stretches), forward.periods)
        self._known: Int64 = np.empty((0, forward.periods), np.int64)

    def solved(self) -> SoughtCollections:
        """The box of all series, then each of its ends drawn in until it is attained."""
        forward = self._forward
        if not forward.periods:
            raise InfeasibleError("no published figure lies after a payment that is still to come")
        self._look_at_directions()
        box, some = forward.narrowed(forward.bracket)
        if some[0] and self._earlier_is_no_worse(box):
            forward.early = True
            box, some = forward.narrowed(box)
        if not some[0]:
            raise InfeasibleError(
                "collections.{stream}: no series within {first} to {second} a period gives the published figures",
                stream=self._stream,
                first=amount_in(int(forward.bracket.low[0, 0]) * forward.unit, forward.currency),
                second=amount_in(int(forward.bracket.high[0, 0]) * forward.unit, forward.currency),
            )
        self._keep(self._series_in(box))
        ends = _Ends(box)
        boxes, fits = forward.narrowed(ends.at_ends())
        self._keep(self._series_in(boxes.taken(fits)))
        for turn in range(PASSES):
            ends.note(self._known)
            if not ends.open.size:
                break
            self._draw_in(ends, turn)
        ends.note(self._known)
        return self._answer(ends)

    # Series that give the figures -------------------------------------------------------------------------------

    def _keep(self, series: Int64) -> None:
        """Keep those that give all figures."""
        if len(series):
            good = series[self._forward.gives(series, range(len(self._forward.published)))]
            self._known = np.unique(np.concatenate([self._known, good]), axis=0)

    def _series_in(self, boxes: Brackets) -> Int64:
        """Series within the boxes, chosen in every way, that may give the figures: they are looked at as they grow."""
        forward, count = self._forward, len(self._ways.most)
        if not len(boxes.low):
            return boxes.low
        ways = self._ways.times(len(boxes.low))
        box = boxes.taken(np.repeat(np.arange(len(boxes.low)), count))
        series, alive = box.low.copy(), np.arange(len(box.low))
        for number, stretch in enumerate(forward.stretches):
            which = _Ways(ways.early[alive], ways.most[alive], ways.drawn[alive])
            grown, fits = self._grown(series[alive], box.taken(alive), which, stretch, number)
            series[alive] = grown
            alive = alive[fits]
            if not alive.size:
                break
        return series[alive]

    def _grown(
        self, series: Int64, box: Brackets, ways: _Ways, stretch: Stretch, number: int
    ) -> tuple[Int64, Bools]:
        """The series with the periods of a stretch, each in its way; which can give its figures."""
        forward, figures = self._forward, stretch.figures
        drawn = ~np.isnan(ways.drawn[:, stretch.first])
        for period in stretch.periods[:-1]:
            chosen = np.flatnonzero(drawn | (ways.early[:, number] & (period == stretch.first)))
            if chosen.size:
                of, inside = series[chosen], box.taken(chosen)
                most, least = (
                    forward.most(of, period, figures, inside),
                    forward.least(of, period, figures, inside),
                )
                share = ways.drawn[chosen, period]
                between = inside.low[:, period] + _part(most - inside.low[:, period], share)
                amount = np.where(np.isnan(share), np.where(ways.most[chosen, number], most, least), between)
                series[chosen, period] = np.clip(amount, inside.low[:, period], inside.high[:, period])
        last = stretch.last
        least, most = forward.least(series, last, figures, box), forward.most(series, last, figures, box)
        between = least + _part(most - least, ways.drawn[:, last])
        series[:, last] = np.where(drawn, between, np.where(ways.most[:, number], most, least))
        return series, (least <= most) & (least <= box.high[:, last]) & (most >= box.low[:, last])

    def _draw_in(self, ends: _Ends, turn: int) -> None:
        """Refute what lies between the end of a bracket and the farthest series that is known, or find one there.

        The box of what goes farther is cut into pieces along a period; what is left of each end is that of the pieces
        that are not refuted, and series are looked for in these.
        """
        forward = self._forward
        open_ = ends.open
        boxes, some = forward.narrowed(ends.beyond())
        ends.shut(open_[~some])
        open_, boxes = open_[some], boxes.taken(some)
        if not open_.size:
            return
        pieces, of = _cut(boxes, turn)
        pieces, some = forward.narrowed(pieces)
        pieces, of = pieces.taken(some), of[some]
        ends.keep(open_, pieces, of)
        self._keep(self._series_in(pieces.taken(np.arange(len(of))[:: max(1, len(of) // MOST_SEARCHED)])))

    # What is said -----------------------------------------------------------------------------------------------

    def _answer(self, ends: _Ends) -> SoughtCollections:
        forward, found, rows = self._forward, [], []
        first = (int(forward.bracket.low[0, 0]), int(forward.bracket.high[0, 0]))
        for period in range(forward.periods):
            low = high = None
            if len(self._known):
                amounts = self._known[:, period]
                rows += [self._known[amounts.argmin()], self._known[amounts.argmax()]]
                low, high = int(amounts.min()), int(amounts.max())
            least, most = int(ends.low[period]), int(ends.high[period])
            found.append(
                SoughtPeriod(
                    period=forward.past + period + 1,
                    least=least * forward.unit,
                    most=most * forward.unit,
                    low=None if low is None else low * forward.unit,
                    high=None if high is None else high * forward.unit,
                    no_lower=least == first[0],
                    no_upper=most == first[1],
                )
            )
        witnesses = np.array(rows, np.int64).reshape(-1, forward.periods) * forward.unit
        return SoughtCollections(self._stream, tuple(found), witnesses, forward.ran)

    def _earlier_is_no_worse(self, box: Brackets) -> bool:
        """Whether cash that comes in an earlier period raised no figure, over drawn series."""
        forward, periods = self._forward, self._forward.periods
        generator = np.random.Generator(np.random.Philox(61))
        late = box.low[0] + _part(box.high[0] - box.low[0] + 1, generator.random((PAIRS, periods)))
        early = late.copy()
        for k in range(periods - 1, 0, -1):
            moved = _part(early[:, k] + 1, generator.random(PAIRS) * (generator.random(PAIRS) < 0.5))
            early[:, k] -= moved
            early[np.arange(PAIRS), generator.integers(0, k, PAIRS)] += moved
        return not (forward.figures(early) > forward.figures(late)).any()

    def _look_at_directions(self) -> None:
        """Refuse where more cash raises a figure: along each period's bracket, from its ends and from drawn series."""
        forward, periods = self._forward, self._forward.periods
        low, high = forward.bracket.low[0], forward.bracket.high[0]
        generator = np.random.Generator(np.random.Philox(62))
        drawn = low + _part(high - low, generator.random((BASES, periods)))
        bases = np.concatenate([low[None, :], high[None, :], drawn])
        rows = np.repeat(bases, SCAN * periods, axis=0)
        place = np.tile(np.repeat(np.arange(periods), SCAN), len(bases))
        grid = np.linspace(low, high, SCAN, axis=1).astype(np.int64).reshape(-1)
        rows[np.arange(len(rows)), place] = np.tile(grid, len(bases))
        found = forward.figures(rows).reshape(-1, SCAN, len(forward.published))
        if (np.diff(found, axis=1) > 0).any():
            raise InfeasibleError(
                "collections.{stream}: more cash raises a published figure somewhere in the bracket, so the ends of "
                "an interval cannot be told; narrow it",
                stream=self._stream,
            )


class _Ends:
    """The two ends of each period: up to where it is decided that no series goes, and how far one goes.

    Row k < periods is the lower end of period k, row k + periods the upper end of the same period.
    low, high : int64 (periods,), what lies outside is refuted
    """

    def __init__(self, box: Brackets) -> None:
        self.low, self.high = box.low[0].copy(), box.high[0].copy()
        self._periods = len(self.low)
        # How far one goes; none known yet is beyond the other end.
        self._attained = np.concatenate([self.high + 1, self.low - 1])
        self._box = box.taken(np.zeros(2 * self._periods, np.int64))

    @property
    def _outer(self) -> Int64:
        return np.concatenate([self.low, self.high])

    @property
    def open(self) -> Int64:
        """The ends that are not attained."""
        return np.flatnonzero(self._outer != self._attained)

    def at_ends(self) -> Brackets:
        """A box for each end, its period fixed there."""
        ends = np.arange(2 * self._periods)
        low, high, period = self._box.low.copy(), self._box.high.copy(), ends % self._periods
        low[ends, period] = high[ends, period] = self._outer
        return Brackets(low, high)

    def beyond(self) -> Brackets:
        """A box for each open end: of what goes farther than any series that is known."""
        ends = self.open
        low, high, rows, period = (
            self._box.low[ends],
            self._box.high[ends],
            np.arange(len(ends)),
            ends % self._periods,
        )
        lower, next_ = ends < self._periods, self._attained[ends]
        low[rows, period] = np.where(lower, self.low[period], next_ + 1)
        high[rows, period] = np.where(lower, next_ - 1, self.high[period])
        return Brackets(low, high)

    def note(self, series: Int64) -> None:
        """The farthest that these series, which give the figures, go."""
        if len(series):
            self._attained = np.concatenate([series.min(axis=0), series.max(axis=0)])

    def shut(self, ends: Int64) -> None:
        """Nothing goes farther than the series that is known."""
        for end in ends.tolist():
            self._set(end, int(self._attained[end]))

    def keep(self, ends: Int64, pieces: Brackets, of: Int64) -> None:
        """What may go farther lies within these pieces, each of one of the ends."""
        for place, end in enumerate(ends.tolist()):
            mine = pieces.taken(of == place)
            if not len(mine.low):
                self._set(end, int(self._attained[end]))
                continue
            self._box.low[end], self._box.high[end] = mine.low.min(axis=0), mine.high.max(axis=0)
            period = end % self._periods
            lower = end < self._periods
            self._set(end, int(self._box.low[end, period] if lower else self._box.high[end, period]))

    def _set(self, end: int, outer: int) -> None:
        if end < self._periods:
            self.low[end] = outer
        else:
            self.high[end - self._periods] = outer


def _cut(boxes: Brackets, turn: int) -> tuple[Brackets, Int64]:
    """Each box in pieces along its widest period, the next turn along the next; of which box each piece is."""
    low, high, of = [], [], []
    for place, (least, most) in enumerate(zip(boxes.low, boxes.high, strict=True)):
        widest = np.argsort(least - most, kind="stable")
        wide = widest[: max(1, int((most > least).sum()))]
        period = int(wide[turn % len(wide)])
        edges = np.unique(np.linspace(least[period], most[period] + 1, PIECES + 1).astype(np.int64))
        for start, after in pairwise(edges.tolist()):
            low.append(np.where(np.arange(len(least)) == period, start, least))
            high.append(np.where(np.arange(len(least)) == period, after - 1, most))
            of.append(place)
    return Brackets(np.array(low), np.array(high)), np.array(of)


def _part(whole: Int64, share: Float64) -> Int64:
    """A share of amounts, rounded down; none of what is negative, or where the share is not a number."""
    part: Int64 = np.floor(np.nan_to_num(share) * np.maximum(whole, 0)).astype(np.int64)
    return part


def _ways(stretches: int, periods: int) -> _Ways:
    """Every mixture of least and most over the last stretches, what is least late and what is most early, and the other
    way round; and drawn ones (fixed seed)."""
    masks = 2**MIXED
    bits = np.arange(2 * masks)[:, None] % masks >> (np.arange(stretches) % MIXED) & 1
    most = np.concatenate([bits.astype(np.bool_), np.zeros((DRAWN, stretches), np.bool_)])
    early = most ^ (np.arange(len(most)) >= masks)[:, None]
    drawn = np.full((len(most), periods), np.nan)
    drawn[2 * masks :] = np.random.Generator(np.random.Philox(60)).random((DRAWN, periods))
    return _Ways(early, most, drawn)
