"""Puts and an issuer's call on a lattice of the Hull-White short rate. Source: ``docs/reference/prices.md``, section 5.

The lattice has nodes on the days of decisions only; between them the cash is given and bonds have a closed form. Money
is in any one unit, the same for all notes; times are years of 365 days from today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from securitize.base.arrays import Float64
from securitize.market.hull_white import HullWhite

#: Nodes on a day, beside those that a change of a choice adds.
NODES = 200
#: Standard deviations of the rate that nodes span to each side.
SPAN = 8.0
#: Points of Gauss and Legendre's rule between two rates at which a choice changes, and standard deviations they span.
POINTS, REACH = 40, 7.5
#: Fewest nodes between two such rates.
FEWEST = 8


@dataclass(frozen=True)
class Payments:
    """What a note pays where nothing is exercised.

    times, cash : ascending, and in money, (T,);  spread : continuous, over the curve
    """

    times: Float64
    cash: Float64
    spread: float


@dataclass(frozen=True)
class PutOption:
    """Investors of a note may give it back.

    note     : its place
    decided, paid : when, ``decided`` not after ``paid``
    amount   : money that is paid then beside what is paid anyway
    left     : the share of all later cash that stays
    """

    note: int
    decided: float
    paid: float
    amount: float
    left: float


@dataclass(frozen=True)
class CallOption:
    """The issuer may repay all notes: each is then paid ``cash`` on the day and nothing later, (notes,)."""

    time: float
    cash: Float64


@dataclass(frozen=True)
class Options:
    """Notes and the choices ahead of them, all after today.

    times, log_discount : of today's curve, at 0 and at every time of a payment or choice, ascending, (points,)
    """

    notes: Sequence[Payments]
    puts: Sequence[PutOption]
    calls: Sequence[CallOption]
    times: Float64
    log_discount: Float64

    def factors(self, times: Float64) -> Float64:
        """Discount factors of today's curve at times of the options, (T,)."""
        found: Float64 = np.exp(np.interp(times, self.times, self.log_discount))
        return found


def option_values(options: Options, model: HullWhite, nodes: int = NODES) -> Float64:
    """What each note is worth today with all choices made on their day, money, (notes,).

    nodes : of the lattice on each day, at least 8
    Raises ValueError where the volatility is 0: nothing is left to choose.
    """
    if model.volatility <= 0:
        raise ValueError("the volatility of a lattice is above 0")
    return _Lattice(options, model, nodes).values()


def plain_values(options: Options) -> Float64:
    """What each note is worth today with nothing exercised, money, (notes,)."""
    return np.array(
        [
            float(note.cash @ (options.factors(note.times) * np.exp(-note.spread * note.times)))
            for note in options.notes
        ]
    )


def shifted(options: Options, shift: float) -> Options:
    """All continuous zero rates moved by ``shift``."""
    return replace(options, log_discount=options.log_discount - shift * options.times)


def with_spreads(options: Options, spreads: Sequence[float]) -> Options:
    """The notes at other spreads."""
    notes = [replace(note, spread=spread) for note, spread in zip(options.notes, spreads, strict=True)]
    return replace(options, notes=notes)


def option_adjusted_spreads(
    options: Options, model: HullWhite, values: Float64, nodes: int = NODES
) -> Float64:
    """The spreads at which the lattice gives each note a value, all together, continuous, (notes,).

    Newton's method from the notes' own spreads, slopes by differences.
    Raises ValueError where it does not get there: no spread gives these values.
    """
    spreads = np.array([note.spread for note in options.notes])
    step, scale = 1e-6, np.abs(values)
    for _ in range(30):
        found = option_values(with_spreads(options, spreads.tolist()), model, nodes)
        if (np.abs(found - values) <= 1e-9 * scale).all():
            return spreads
        slopes = np.empty((len(spreads), len(spreads)))
        for k in range(len(spreads)):
            moved = spreads.copy()
            moved[k] += step
            slopes[:, k] = (option_values(with_spreads(options, moved.tolist()), model, nodes) - found) / step
        try:
            change = np.linalg.solve(slopes, values - found)
        except np.linalg.LinAlgError:
            break
        spreads = spreads + np.clip(change, -1.0, 1.0)
        if not np.isfinite(spreads).all() or (np.abs(spreads) > 10).any():
            break
    raise ValueError("no spread gives these values on the lattice")


@dataclass(frozen=True)
class _Sheet:
    """Values on a day by the state, x in its standard deviations: pieces between which a choice changes.

    edges : ascending, (pieces + 1,);  pieces : states to claims, (states,) to (states, claims)
    """

    edges: Float64
    pieces: Sequence[Callable[[Float64], Float64]]


@dataclass(frozen=True)
class _Day:
    """The choices of a day: puts decided then, puts paid then, the issuer's call."""

    time: float
    decided: tuple[int, ...]
    paid: tuple[int, ...]
    call: CallOption | None


@dataclass(frozen=True)
class _Lattice:
    """Claims are the notes, then what each note would be worth from the decision of a put on, were it put."""

    options: Options
    model: HullWhite
    nodes: int

    def values(self) -> Float64:
        """Of the notes today."""
        sheet: _Sheet | None = None
        later: _Day | None = None
        for day in reversed(self._days):
            sheet, later = self._sheet(day, sheet, later), day
        today: Float64 = self._held(0.0, np.zeros(1), sheet, later)[0, : len(self.options.notes)]
        return today

    @cached_property
    def _days(self) -> list[_Day]:
        puts, calls = self.options.puts, {call.time: call for call in self.options.calls}
        times = {*calls, *(put.decided for put in puts), *(put.paid for put in puts)}
        return [
            _Day(
                time,
                tuple(k for k, put in enumerate(puts) if put.decided == time),
                tuple(k for k, put in enumerate(puts) if put.paid == time),
                calls.get(time),
            )
            for time in sorted(times)
        ]

    def _sheet(self, day: _Day, sheet: _Sheet | None, later: _Day | None) -> _Sheet:
        """The values on a day after its choices, from those of the next one."""

        def after(z: Float64) -> tuple[Float64, Float64]:
            return self._chosen(day, self._held(day.time, z, sheet, later))

        grid = np.linspace(-SPAN, SPAN, self.nodes)
        edges = np.array([-SPAN, *_changes(lambda z: after(z)[1], grid), SPAN])
        return _Sheet(edges, [self._piece(after, a, b) for a, b in pairwise(edges.tolist())])

    def _piece(
        self, after: Callable[[Float64], tuple[Float64, Float64]], low: float, high: float
    ) -> Callable[[Float64], Float64]:
        """A spline through nodes of one piece, which lie within it, so that all of them choose alike."""
        from scipy.interpolate import CubicSpline

        count = max(FEWEST, round(self.nodes * (high - low) / (2 * SPAN)))
        inside = (high - low) * 1e-9
        z = np.linspace(low + inside, high - inside, count)
        spline: Callable[[Float64], Float64] = CubicSpline(z, after(z)[0])
        return spline

    def _chosen(self, day: _Day, held: Float64) -> tuple[Float64, Float64]:
        """Claims after the choices of a day, (states, claims), and what each choice gains, (states, choices)."""
        notes, gains = len(self.options.notes), []
        held = held.copy()
        for k in day.decided:
            if k not in day.paid:  # known now, paid later
                note = self.options.puts[k].note
                gains.append(held[:, notes + k] - held[:, note])
                held[:, note] = np.maximum(held[:, note], held[:, notes + k])
        claims = held + self._due(day.time)
        for k in day.paid:
            put = self.options.puts[k]
            gain = put.amount - (1 - put.left) * held[:, put.note]
            claims[:, notes + k] = claims[:, put.note] + gain
            if k in day.decided:
                gains.append(gain)
                claims[:, put.note] += np.maximum(gain, 0.0)
        if day.call is not None:
            gain = claims[:, :notes].sum(axis=1) - day.call.cash.sum()
            paid = np.array([*day.call.cash, *(day.call.cash[put.note] for put in self.options.puts)])
            claims = np.where(gain[:, None] > 0, paid, claims)
            gains.append(gain)
        return claims, np.array(gains).T if gains else np.empty((len(held), 0))

    def _due(self, time: float) -> Float64:
        """What each claim is paid on a day whatever is chosen, (claims,)."""
        notes = [float(note.cash[note.times == time].sum()) for note in self.options.notes]
        return np.array([*notes, *(notes[put.note] for put in self.options.puts)])

    def _held(self, time: float, z: Float64, sheet: _Sheet | None, later: _Day | None) -> Float64:
        """What each claim is worth at a time for what is paid after it, (states, claims)."""
        x = z * np.sqrt(self.model.variance(time))
        until = np.inf if later is None else later.time
        owners = [*range(len(self.options.notes)), *(put.note for put in self.options.puts)]
        paid = [self._between(note, time, until, x) for note in self.options.notes]
        found = np.stack([paid[owner] for owner in owners], axis=1)
        if sheet is None or later is None:
            return found
        spreads = np.array([self.options.notes[owner].spread for owner in owners])
        length = later.time - time
        bond = self.model.bond(self._ratio(time, np.array([later.time]))[0], time, length, x)
        return found + bond[:, None] * np.exp(-spreads * length) * self._mean(time, x, sheet, later.time)

    def _between(self, note: Payments, time: float, until: float, x: Float64) -> Float64:
        """The value of what is paid after a time and before another, whatever is chosen, (states,)."""
        those = (note.times > time) & (note.times < until)
        lengths = note.times[those] - time
        bonds = self.model.bond(self._ratio(time, note.times[those]), time, lengths, x[:, None])
        found: Float64 = bonds @ (note.cash[those] * np.exp(-note.spread * lengths))
        return found

    def _ratio(self, time: float, later: Float64) -> Float64:
        """Of discount factors of today's curve."""
        found: Float64 = self.options.factors(later) / self.options.factors(np.array([time]))
        return found

    def _mean(self, time: float, x: Float64, sheet: _Sheet, later: float) -> Float64:
        """The mean of the values of a later day under the measure of the bond paid then, (states, claims)."""
        length, unit = later - time, np.sqrt(self.model.variance(later))
        spread = float(np.sqrt(self.model.variance(length)) / unit)
        mean = x * np.exp(-self.model.reversion * length)
        mean = (mean - self.model.volatility**2 * self.model.reach(length) ** 2 / 2) / unit
        points, weights = _gauss_legendre(POINTS)
        found = np.zeros((len(x), len(self.options.notes) + len(self.options.puts)))
        ends = [-np.inf, *sheet.edges[1:-1], np.inf]
        for low, high, piece in zip(ends[:-1], ends[1:], sheet.pieces, strict=True):
            # Standard deviations from the mean, within reach: nothing of a piece beyond is left.
            a, b = (np.clip((end - mean) / spread, -REACH, REACH) for end in (low, high))
            u = (a + b)[:, None] / 2 + (b - a)[:, None] / 2 * points
            density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) * weights * (b - a)[:, None] / 2
            z = np.clip(mean[:, None] + spread * u, max(low, -SPAN), min(high, SPAN))
            found += np.einsum("sp,spc->sc", density, piece(z))
        return found


@cache
def _gauss_legendre(points: int) -> tuple[Float64, Float64]:
    """Abscissae and weights on [-1, 1]."""
    found: tuple[Float64, Float64] = np.polynomial.legendre.leggauss(points)
    return found


def _changes(gains: Callable[[Float64], Float64], grid: Float64) -> list[float]:
    """Where a choice begins or ceases to be worth it, ascending; to rounding."""
    from scipy.optimize import brentq

    table = gains(grid) > 0
    found = [
        float(brentq(lambda z, k=k: float(gains(np.array([z]))[0, k]), grid[i], grid[i + 1], xtol=1e-13))
        for i, k in _pairs(table)
    ]
    # Two choices that change together part nothing.
    return [z for n, z in enumerate(sorted(found)) if n == 0 or z - sorted(found)[n - 1] > 1e-9]


def _pairs(table: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Iterator[tuple[int, int]]:
    """The place before each change of a column, and the column."""
    places, columns = np.nonzero(table[1:] != table[:-1])
    yield from zip(places.tolist(), columns.tolist(), strict=True)
