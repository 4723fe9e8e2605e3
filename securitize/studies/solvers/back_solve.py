"""An unknown input back-solved from published balances of notes, and the proof that no other value gives them.

The unknown is one number of the deal or the pool, or the collections of one stream, period by period. A model's
balances are whole minor units and the unknown is a whole number of its own smallest unit, so "gives" is equality
and a bracket is finite: the answer is the whole stretch of values that give the published balances, shown to be the
only one by values just outside it, and by a scan of the bracket in which the balances move one way alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from securitize.assets.collections import Collections, project
from securitize.base.errors import DefinitionError, InfeasibleError, Problem, UsageError
from securitize.base.files import read_regular
from securitize.base.messages import Listing, Message
from securitize.base.money import from_minor, to_minor
from securitize.definitions.figures import STREAMS, Stream
from securitize.engine.calculation import calculate, pay_from
from securitize.engine.changed_input import with_value
from securitize.engine.prepare.prepared import Prepared

#: Values of the bracket at which the direction of the balances is looked at.
SCAN = 33
LIMIT = 2**20


@dataclass(frozen=True, slots=True)
class PublishedBalance:
    """The balance of a note after a payment, minor units."""

    line: int
    period: int
    note: str
    balance: int


@dataclass(frozen=True, slots=True)
class BackSolution:
    """The values of an unknown that give the published balances, and what lies just outside.

    low, high   : the stretch of values, in the unknown's own unit (``step``)
    below,above : the sum of the differences (model less published, minor units) one step outside; None at the
                  bracket's end
    """

    unknown: str
    step: Decimal
    low: int
    high: int
    below: int | None
    above: int | None
    bracket: tuple[Decimal, Decimal]
    evaluations: int

    @property
    def value(self) -> Decimal:
        """The middle of the stretch."""
        return (self.low + self.high) // 2 * self.step


def read_published(path: Path) -> tuple[PublishedBalance, ...]:
    """Published balances, CSV with the columns period, note, balance. Raises DefinitionError with every problem."""
    try:
        text = read_regular(path, LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError([_problem(path, 0, "", "the file is not UTF-8", "")]) from None
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in ("period", "note", "balance") if name not in (reader.fieldnames or ())]
    if missing:
        raise DefinitionError([_problem(path, 1, name, "the column is missing", "") for name in missing])
    rows, problems = [], []
    for row in _rows_of(reader, path):
        try:
            balance = to_minor(Decimal(row["balance"] or ""))
            rows.append(
                PublishedBalance(reader.line_num, int(row["period"] or ""), row["note"] or "", balance)
            )
        except (ValueError, InvalidOperation):
            found = ",".join(str(value) for value in row.values())
            problems.append(_problem(path, reader.line_num, "", "not a period, a note and an amount", found))
    if not rows and not problems:
        problems.append(_problem(path, 0, "", "the file holds no balances", ""))
    if problems:
        raise DefinitionError(problems)
    return tuple(rows)


def _rows_of(reader: csv.DictReader[str], path: Path) -> Iterator[dict[str, str]]:
    """The rows; raises DefinitionError where a line is no CSV."""
    try:
        yield from reader
    except csv.Error as error:
        what = Message("the line is no CSV: {reason}", reason=str(error).partition(" - ")[0])
        raise DefinitionError([_problem(path, reader.line_num, "", what, "")]) from None


def check_published(prepared: Prepared, path: Path, published: Sequence[PublishedBalance]) -> None:
    """Raise DefinitionError where a balance is of no note or no period of the deal."""
    problems = []
    for one in published:
        if one.note not in prepared.deal.notes:
            problems.append(_problem(path, one.line, "note", "the deal has no such note", one.note))
        if not 1 <= one.period <= prepared.schedule.periods:
            what = Message("the period is not one of 1 to {periods}", periods=prepared.schedule.periods)
            problems.append(_problem(path, one.line, "period", what, str(one.period)))
    if problems:
        raise DefinitionError(problems)


def solve_input(
    prepared: Prepared, unknown: str, published: Sequence[PublishedBalance], low: Decimal, high: Decimal
) -> BackSolution:
    """The values of ``unknown`` (``deal:PATH`` or ``pool:PATH``) in [low, high] that give the balances.

    Raises UsageError where there is no such number, InfeasibleError where no value does, or the balances do not move
    one way over the bracket, so that one root cannot be proved.
    """
    file, _, dotted = unknown.partition(":")
    if file not in ("deal", "pool") or not dotted:
        raise UsageError("the unknown is deal:PATH or pool:PATH, such as pool:contracts.c1.rate.rate")
    step = _step(prepared, file, dotted, low)

    def differences(units: int) -> tuple[int, ...]:
        changed = with_value(prepared, file, dotted, units * step)
        lines = calculate(changed).lines
        return tuple(
            int(lines[("note", one.note, "closing")][one.period - 1]) - one.balance for one in published
        )

    first, last = int(-(-low // step)), int(high // step)
    return _solve(unknown, step, first, last, differences, (low, high))


def solve_collections(
    prepared: Prepared, stream: Stream, published: Sequence[PublishedBalance]
) -> list[BackSolution]:
    """The collections of ``stream`` in each period that give the published balances of one note, in order.

    The other streams stay as projected. Periods without a published balance keep theirs.
    Raises InfeasibleError where a period has no root.
    """
    collections = project(prepared.resolved_pool, prepared.performance)
    top = 2 * sum(note.balance for note in prepared.deal.notes.values()) + 1
    found = []
    for one in sorted(published, key=lambda each: each.period):

        def differences(
            units: int, one: PublishedBalance = one, known: Collections = collections
        ) -> tuple[int, ...]:
            lines = pay_from(prepared, _with_cash(known, stream, one.period, units)).lines
            return (int(lines[("note", one.note, "closing")][one.period - 1]) - one.balance,)

        name = Message("collections.{stream} of period {period}", stream=stream, period=one.period)
        bracket = (Decimal(0), from_minor(top))
        solved = _solve(name, Decimal("0.01"), 0, top, differences, bracket)
        collections = _with_cash(collections, stream, one.period, solved.low)
        found.append(solved)
    return found


def _solve(
    unknown: str,
    step: Decimal,
    first: int,
    last: int,
    differences: Callable[[int], tuple[int, ...]],
    bracket: tuple[Decimal, Decimal],
) -> BackSolution:
    """Every whole number of [first, last] at which all differences are 0."""
    if last <= first:
        raise UsageError(
            "the bracket {first} to {second} holds no two values of {unknown}",
            first=bracket[0],
            second=bracket[1],
            unknown=unknown,
        )
    known: dict[int, tuple[int, ...]] = {}

    def total(units: int) -> int:
        if units not in known:
            known[units] = differences(units)
        return sum(known[units])

    grid = sorted({first + (last - first) * k // (SCAN - 1) for k in range(SCAN)})
    values = [total(units) for units in grid]
    rising = values[-1] >= values[0]
    if any((after < before) if rising else (after > before) for before, after in pairwise(values)):
        reason = "the balances do not move one way over the bracket, so one root cannot be proved; narrow it"
        raise InfeasibleError(f"{unknown}: {reason}")
    sign = 1 if rising else -1
    low = _first_at(grid, values, lambda value: sign * value >= 0, total, last + 1)
    after = _first_at(grid, values, lambda value: sign * value > 0, total, last + 1)
    if low == after or any(known_at != 0 for known_at in _at(known, differences, low)):
        near = min(known, key=lambda units: abs(sum(known[units])))
        reason = Message(
            "nearest at {near}: off by {known}",
            near=near * step,
            known=Listing(str(from_minor(d)) for d in known[near]),
        )
        raise InfeasibleError(
            "{unknown}: no value in {first} to {second} gives the balances; {reason}",
            unknown=unknown,
            first=bracket[0],
            second=bracket[1],
            reason=reason,
        )
    below = total(low - 1) if low > first else None
    above = total(after) if after <= last else None
    return BackSolution(unknown, step, low, after - 1, below, above, bracket, len(known))


def _at(
    known: dict[int, tuple[int, ...]], differences: Callable[[int], tuple[int, ...]], units: int
) -> tuple[int, ...]:
    if units not in known:
        known[units] = differences(units)
    return known[units]


def _first_at(
    grid: Sequence[int],
    values: Sequence[int],
    holds: Callable[[int], bool],
    total: Callable[[int], int],
    otherwise: int,
) -> int:
    """The first unit at which ``holds``, which once true stays so; ``otherwise`` where it never is."""
    place = next((k for k, value in enumerate(values) if holds(value)), None)
    if place is None:
        return otherwise
    if place == 0:
        return grid[0]
    low, high = grid[place - 1], grid[place]
    while high - low > 1:
        middle = (low + high) // 2
        if holds(total(middle)):
            high = middle
        else:
            low = middle
    return high


def _step(prepared: Prepared, file: str, dotted: str, low: Decimal) -> Decimal:
    """The smallest unit of a number: 1e-8 of a rate, 0.01 of an amount."""
    for step in (Decimal("1e-8"), Decimal("0.01")):
        try:
            with_value(prepared, file, dotted, (low // step + 1) * step)
        except DefinitionError:
            continue
        return step
    raise UsageError("{file}:{dotted} takes no number near {low}", file=file, dotted=dotted, low=low)


def _with_cash(collections: Collections, stream: Stream, period: int, amount: int) -> Collections:
    cash = collections.streams[stream].copy()
    cash[0, period - 1] = amount
    return replace(collections, streams={**collections.streams, stream: cash})


def parse_stream(text: str) -> Stream:
    """The stream of that name. Raises UsageError."""
    for stream in STREAMS:
        if text == stream:
            return stream
    raise UsageError(
        "no stream is named {text!r}; streams are {streams}", text=text, streams=Listing(STREAMS)
    )


def _problem(path: Path, line: int, column: str, what: str, found: str) -> Problem:
    return Problem(str(path), line, column, what, found, "write period,note,balance", "SEC294")
