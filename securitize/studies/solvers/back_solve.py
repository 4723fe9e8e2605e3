"""An unknown input back-solved from published figures of notes, and what lies beyond.

The unknown is one number of the deal or the pool here; the collections of a stream, period by period, in
:mod:`securitize.studies.solvers.collections_sought`. A model's figures are whole minor units and the unknown is a whole
number of its own smallest unit, so a bracket is finite: the answer is the whole stretch of values that give the
published figures, and what the next values on both sides give.
Source: ``docs/reference/solvers.md``, section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from securitize.base.errors import DefinitionError, InfeasibleError, UsageError
from securitize.base.messages import Listing, Message
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.figures import STREAMS, Stream
from securitize.engine.calculation import calculate
from securitize.engine.changed_input import with_value
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.solvers.published_figures import PublishedFigure, model_figures

#: Values of the bracket at which the direction of each figure is looked at.
SCAN = 33


@dataclass(frozen=True, slots=True)
class BackSolution:
    """The values of an unknown that give the published figures, and what lies just outside.

    low, high   : the least and the most that gives them, in the unknown's own unit (``step``)
    below,above : by how much the model's figures miss what rounds to the published ones one step outside, minor units,
                  summed, above 0 where they are more; None at the bracket's end
    bracket     : the values that were looked at
    evaluations : how many values or series were run
    """

    unknown: str
    step: Decimal
    low: int
    high: int
    below: int | None
    above: int | None
    bracket: tuple[Decimal, Decimal]
    evaluations: int


def solve_input(
    prepared: Prepared, unknown: str, published: Sequence[PublishedFigure], low: Decimal, high: Decimal
) -> BackSolution:
    """The values of ``unknown`` (``deal:PATH`` or ``pool:PATH``) in [low, high] that give the figures.

    Raises UsageError where there is no such number or the bracket is empty, InfeasibleError where no value does, or a
    figure does not move one way over the bracket, so that nothing can be said between two values.
    """
    check_bracket(low, high)
    file, _, dotted = unknown.partition(":")
    if file not in ("deal", "pool") or not dotted:
        raise UsageError("the unknown is deal:PATH or pool:PATH, such as pool:contracts.c1.rate.rate")
    step = _step(prepared, file, dotted, low)

    def figures(units: int) -> tuple[int, ...]:
        changed = with_value(prepared, file, dotted, units * step)
        calculation = calculate(changed)
        found = model_figures(changed, calculation.resolved, calculation.one_path, published)
        return tuple(found[0].tolist())

    first, last = int(-(-low // step)), int(high // step)
    if last <= first:
        raise UsageError(
            "the bracket {first} to {second} holds no two values of {unknown}",
            first=low,
            second=high,
            unknown=unknown,
        )
    return _Search(
        unknown, step, (first, last), (low, high), published, figures, prepared.deal.currency
    ).solved()


class _Search:
    """Every whole number of a bracket at which all figures round to the published ones."""

    def __init__(
        self,
        unknown: str,
        step: Decimal,
        ends: tuple[int, int],
        bracket: tuple[Decimal, Decimal],
        published: Sequence[PublishedFigure],
        figures: Callable[[int], tuple[int, ...]],
        currency: str,
    ) -> None:
        self._currency = currency
        self._unknown, self._step, self._bracket = unknown, step, bracket
        self._first, self._last = ends
        self._published, self._figures = published, figures
        self._known: dict[int, tuple[int, ...]] = {}
        self._grid = sorted({ends[0] + (ends[1] - ends[0]) * k // (SCAN - 1) for k in range(SCAN)})

    def solved(self) -> BackSolution:
        """The stretch that all figures have in common."""
        for units in self._grid:
            self._at(units)
        stretches = [self._stretch(k) for k in range(len(self._published))]
        low, after = max(low for low, _ in stretches), min(after for _, after in stretches)
        if low >= after:
            self._refuse()
        below = self._missed(low - 1) if low > self._first else None
        above = self._missed(after) if after <= self._last else None
        seen = len(self._known)
        return BackSolution(self._unknown, self._step, low, after - 1, below, above, self._bracket, seen)

    def _at(self, units: int) -> tuple[int, ...]:
        if units not in self._known:
            self._known[units] = self._figures(units)
        return self._known[units]

    def _missed(self, units: int) -> int:
        return sum(one.missed_by(model) for one, model in zip(self._published, self._at(units), strict=True))

    def _stretch(self, k: int) -> tuple[int, int]:
        """The first value at which one figure rounds to the published one, and the first after it that does not."""
        one, values = self._published[k], [self._at(units)[k] for units in self._grid]
        rising = values[-1] >= values[0]
        if any((after < before) if rising else (after > before) for before, after in pairwise(values)):
            raise InfeasibleError(
                "{unknown}: the figures do not move one way over the bracket, so what lies between two values cannot "
                "be told; narrow it",
                unknown=self._unknown,
            )
        if rising:
            return self._first_at(k, lambda value: value >= one.low), self._first_at(
                k, lambda value: value > one.high
            )
        return self._first_at(k, lambda value: value <= one.high), self._first_at(
            k, lambda value: value < one.low
        )

    def _first_at(self, k: int, holds: Callable[[int], bool]) -> int:
        """The first unit at which ``holds``, which once true stays so; one past the bracket where it never is."""
        place = next((p for p, units in enumerate(self._grid) if holds(self._at(units)[k])), None)
        if place is None:
            return self._last + 1
        if place == 0:
            return self._grid[0]
        low, high = self._grid[place - 1], self._grid[place]
        while high - low > 1:
            middle = (low + high) // 2
            if holds(self._at(middle)[k]):
                high = middle
            else:
                low = middle
        return high

    def _refuse(self) -> None:
        def off(units: int) -> list[int]:
            return [m - one.amount for one, m in zip(self._published, self._known[units], strict=True)]

        near = min(self._known, key=lambda units: sum(abs(difference) for difference in off(units)))
        reason = Message(
            "nearest at {near}: off by {known}",
            near=near * self._step,
            known=Listing(str(amount_in(difference, self._currency)) for difference in off(near)),
        )
        raise InfeasibleError(
            "{unknown}: no value in {first} to {second} gives the figures; {reason}",
            unknown=self._unknown,
            first=self._bracket[0],
            second=self._bracket[1],
            reason=reason,
        )


def _step(prepared: Prepared, file: str, dotted: str, low: Decimal) -> Decimal:
    """The smallest unit of a number: 1e-8 of a rate, 0.01 of an amount."""
    for step in (Decimal("1e-8"), Decimal("0.01")):
        try:
            with_value(prepared, file, dotted, (low // step + 1) * step)
        except DefinitionError:
            continue
        return step
    raise UsageError("{file}:{dotted} takes no number near {low}", file=file, dotted=dotted, low=low)


def check_bracket(low: Decimal, high: Decimal) -> None:
    """Raises UsageError where nothing lies between the two."""
    if low > high:
        raise UsageError(
            "the bracket is empty: its lowest value {low} is above its highest {high}", low=low, high=high
        )


def parse_stream(text: str) -> Stream:
    """The stream of that name. Raises UsageError."""
    for stream in STREAMS:
        if text == stream:
            return stream
    raise UsageError(
        "no stream is named {text!r}; streams are {streams}", text=text, streams=Listing(STREAMS)
    )
