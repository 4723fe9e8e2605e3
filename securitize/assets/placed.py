"""Dated cash and balance falls of one contract, put into the collection periods of a deal.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from securitize.assets.commingling import through_servicer
from securitize.assets.events import FALL_KINDS, ONE_WAY, Events, FallKind
from securitize.assets.resolve import ResolvedPool
from securitize.base.arithmetic import Int64
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.figures import STREAMS, Stream
from securitize.performance.parties import EXPECTED
from securitize.performance.resolved import PartyDefault, ResolvedPerformance, ServicerFailure

#: What is added up, by its kind and whose it is.
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlacedAmount:
    """What is added: ``periods`` (1,) or (paths,), None where only its total counts; ``amount`` likewise."""

    key: Key
    periods: Int64 | None
    amount: Int64


@dataclass(frozen=True, slots=True)
class Places:
    """Where cash lies, and what of it counts apart.

    ends   : c_1 … c_T, ordinals;  servicer : its failures;  unit : of the currency, minor units
    capped : parties with a capacity;  banks : parties that hold accounts and default, by key
    """

    ends: tuple[int, ...]
    servicer: tuple[ServicerFailure, ...]
    unit: int
    capped: tuple[str, ...]
    banks: Mapping[str, PartyDefault]

    @classmethod
    def of(cls, pool: ResolvedPool, performance: ResolvedPerformance) -> Places:
        """Those of a deal."""
        return cls(
            tuple(day.toordinal() for day in pool.schedule.collection[1:]),
            performance.servicer,
            unit_of(pool.pool.currency),
            performance.capped,
            {key: performance.parties[key] for key in performance.banks if key in performance.parties},
        )

    def period(self, day: int) -> int:
        """The collection period that holds a day, from 0; T after c_T."""
        return bisect_left(self.ends, day)

    def periods(self, dates: Int64) -> Int64:
        """The same for ordinals of days, (1,) or (paths,)."""
        if dates.size == 1:
            return np.array([self.period(int(dates[0]))], np.int64)
        found: Int64 = np.searchsorted(np.array(self.ends, np.int64), dates, side="left")
        return found

    def by_period(self) -> list[Key]:
        """What is added up by period."""
        of_banks = [("held", key, stream) for key in self.banks for stream in STREAMS]
        apart = [("recovered", key) for key in self.capped]
        streams = [("stream", stream) for stream in STREAMS]
        return [*streams, ("cash",), ("fee_interest",), ("falls",), ("defaulted",), *apart, *of_banks]

    def placements(self, events: Events) -> Iterator[PlacedAmount]:
        """Everything that these events add."""
        for flow in events.cash:
            dates, amount, lost = through_servicer(self.servicer, flow.dates, flow.amount, self.unit)
            periods = self.periods(dates)
            yield PlacedAmount(("paid", flow.stream), None, flow.amount)
            if self.servicer:
                yield PlacedAmount(("commingled", flow.stream), None, lost)
            if flow.source == EXPECTED or flow.earlier:
                yield PlacedAmount(("before", flow.stream), None, flow.amount)
            yield PlacedAmount(("cash",), periods, amount)
            yield PlacedAmount(("stream", flow.stream), periods, amount)
            if flow.party in self.capped:
                yield PlacedAmount(("recovered", flow.party), periods, amount)
            for key, bank in self.banks.items():
                there = np.where(dates <= bank.dates, amount, 0)
                yield PlacedAmount(("held", key, flow.stream), periods, there)
            if flow.interest is not None:
                _, interest, _ = through_servicer(self.servicer, flow.dates, flow.interest, self.unit)
                yield PlacedAmount(("fee_interest",), periods, interest)
        for fall in events.falls:
            periods = self.periods(fall.dates)
            yield PlacedAmount(("fallen", fall.kind), None, fall.amount)
            yield PlacedAmount(("falls",), periods, fall.amount)
            match fall.kind:
                case "defaulted" | "lost":
                    yield PlacedAmount(("defaulted",), periods, fall.amount)
                case "principal" | "prepayment" | "restated":
                    pass
                case _:
                    assert_never(fall.kind)
        for one in events.unpaid:
            yield PlacedAmount(("unpaid",), None, one.amount)


_TOTALS: tuple[Key, ...] = (
    *(("paid", stream) for stream in STREAMS),
    *(("commingled", stream) for stream in STREAMS),
    *(("before", stream) for stream in STREAMS),
    *(("fallen", kind) for kind in FALL_KINDS),
    ("unpaid",),
)
#: Of which no single amount may be negative.
_NOT_NEGATIVE = frozenset(
    (*(("paid", stream) for stream in STREAMS), *(("fallen", kind) for kind in FALL_KINDS if ONE_WAY[kind]))
)


@dataclass(frozen=True, slots=True)
class Placed:
    """What one contract delivers on some paths.

    periods : int64 (paths, T + 1) by key, the last column after c_T
    totals  : int64 (paths,) by key;  least : int64 (paths,), the smallest amount that may not be negative
    """

    periods: Mapping[Key, Int64]
    totals: Mapping[Key, Int64]
    least: Int64

    @classmethod
    def nothing(cls, places: Places, paths: int) -> Placed:
        """Where nothing is put yet."""
        shape = (paths, len(places.ends) + 1)
        return cls(
            {key: np.zeros(shape, np.int64) for key in places.by_period()},
            {key: np.zeros(paths, np.int64) for key in _TOTALS},
            np.zeros(paths, np.int64),
        )

    def put(self, placements: Iterable[PlacedAmount]) -> None:
        """Add each amount to the period of its path."""
        for one in placements:
            if one.periods is None:
                self.totals[one.key][:] += one.amount
                if one.key in _NOT_NEGATIVE:
                    np.minimum(self.least, one.amount, out=self.least)
            elif one.periods.size == 1:
                self.periods[one.key][:, one.periods[0]] += one.amount
            else:
                target = self.periods[one.key]
                target[np.arange(len(target)), one.periods] += one.amount

    def repeated(self, paths: int) -> Placed:
        """That of one path, on several."""
        return Placed(
            {key: np.repeat(values, paths, axis=0) for key, values in self.periods.items()},
            {key: np.repeat(values, paths) for key, values in self.totals.items()},
            np.repeat(self.least, paths),
        )

    @property
    def paid(self) -> dict[Stream, Int64]:
        """All cash by stream, what a servicer loses of it included."""
        return {stream: self.totals["paid", stream] for stream in STREAMS}

    @property
    def commingled(self) -> dict[Stream, Int64]:
        """What is lost of it with a servicer."""
        return {stream: self.totals["commingled", stream] for stream in STREAMS}

    def earned(self, stream: Stream) -> Int64:
        """What of it comes of the contract after the books, int64 (paths,)."""
        return self.totals["paid", stream] - self.totals["before", stream]

    def fallen(self, kind: FallKind) -> Int64:
        """Falls of the balance of one kind, int64 (paths,)."""
        return self.totals["fallen", kind]


def joined(parts: Sequence[Placed]) -> Placed:
    """The paths of one after those of another."""
    first = parts[0]
    return Placed(
        {key: np.concatenate([one.periods[key] for one in parts]) for key in first.periods},
        {key: np.concatenate([one.totals[key] for one in parts]) for key in first.totals},
        np.concatenate([one.least for one in parts]),
    )


def alike(placements: Sequence[PlacedAmount], paths: int) -> tuple[list[PlacedAmount], Int64]:
    """Paths that follow one another and add the same, as one.

    Returns what each of these adds, and which of them each path is, int64 (paths,).
    """
    begins = np.ones(paths, np.bool_)
    begins[1:] = False
    for one in placements:
        for values in (one.periods, one.amount):
            if values is not None and values.size == paths > 1:
                begins[1:] |= values[1:] != values[:-1]

    def of_each(values: Int64) -> Int64:
        return values[begins] if values.size == paths else values

    few = [
        PlacedAmount(one.key, None if one.periods is None else of_each(one.periods), of_each(one.amount))
        for one in placements
    ]
    return few, np.cumsum(begins) - 1
