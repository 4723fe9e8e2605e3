"""One or two drivers over their ranges: every cell a scenario, all calculated in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing, Message
from securitize.definitions.suites.suite import DriverName
from securitize.engine.measures import least, or_null
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import ScenarioBatch, evaluate
from securitize.engine.tables.measures import loss_columns
from securitize.engine.tables.scenarios import NamedBatch, drawn_from_support
from securitize.engine.targets import target_of
from securitize.performance.drivers import Driver, driver, driver_names, no_support
from securitize.performance.suites.target import DoesNotApply, Target
from securitize.tables.rows import Rows
from securitize.waterfall.measures import measure_note
from securitize.waterfall.note_states import states_of

MOST_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class Axis:
    """A driver and the steps at which it stands."""

    driver: Driver
    steps: tuple[int, ...]


def axis(text: str, target: Target) -> Axis:
    """``DRIVER=LOW:HIGH:COUNT`` or ``DRIVER=V,V,…``: evenly spaced values, each on the nearest whole step.

    Raises UsageError where there is no such driver, it has nothing to move, or a value is out of its range.
    """
    name, _, values = text.partition("=")
    moved = named_driver(name, target)
    try:
        wanted = _spaced(values) if ":" in values else [Decimal(one) for one in values.split(",")]
        steps = [round((value - moved.base) / moved.step) for value in wanted]
    except (ArithmeticError, ValueError):
        what = Message("{text}: write DRIVER=LOW:HIGH:COUNT or DRIVER=VALUE,VALUE", text=printable(text))
        raise UsageError(what) from None
    if not all(0 <= one <= moved.most for one in steps):
        low, high = sorted((moved.base, moved.value(moved.most)))
        raise UsageError(
            "{name} goes from {low} to {high} ({unit})", name=name, low=low, high=high, unit=moved.unit
        )
    return Axis(moved, tuple(dict.fromkeys(steps)))


def named_driver(name: str, target: Target) -> Driver:
    """The driver of that name. Raises UsageError where there is none, or it has nothing to move in this deal."""
    known: dict[str, DriverName] = {one: one for one in driver_names()}
    if name not in known:
        raise UsageError(
            "no driver is named {name}; drivers are {known}", name=printable(name), known=Listing(known)
        )
    try:
        return driver(known[name], target)
    except DoesNotApply as reason:
        raise UsageError("{name} does not apply: {reason}", name=name, reason=reason.args[0]) from None


def _spaced(text: str) -> list[Decimal]:
    low, high, count = text.split(":")
    first, last, cells = Decimal(low), Decimal(high), int(count)
    if cells < 2:
        raise ValueError("a range has two values or more")
    if cells > MOST_CELLS:
        raise UsageError("{count:,} cells are more than {most_cells:,}", count=cells, most_cells=MOST_CELLS)
    return [first + (last - first) * k / (cells - 1) for k in range(cells)]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one or two axes. ``places`` : of each cell, its steps along each axis; ``batch`` : in that order."""

    along: tuple[Axis, ...]
    places: tuple[tuple[int, ...], ...]
    batch: ScenarioBatch


def grid(prepared: Prepared, axes: Sequence[str], support: bool = True) -> dict[str, list[Any]]:
    """Table ``grid``: one row a cell and note. See :func:`cells_over`."""
    return grid_of(cells_over(prepared, axes, support))


def cells_over(prepared: Prepared, axes: Sequence[str], support: bool = True) -> Cells:
    """The cells of axes, calculated in one batch.

    axes : one or two, see :func:`axis`;  support : whether support from outside is in place
    Raises UsageError where an axis is none, or there are more than 100,000 cells.
    """
    target = target_of(prepared)
    along = tuple(axis(one, target) for one in axes)
    if len({one.driver.name for one in along}) < len(along):
        raise UsageError("two axes move the same driver")
    places = tuple(product(*(one.steps for one in along)))
    if len(places) > MOST_CELLS:
        raise UsageError(
            "{count:,} cells are more than {most_cells:,}", count=len(places), most_cells=MOST_CELLS
        )
    before = () if support else no_support(target)
    batch = evaluate(
        prepared,
        [
            (
                *before,
                *(s for one, steps in zip(along, place, strict=True) for s in one.driver.stresses(steps)),
            )
            for place in places
        ],
    )
    return Cells(along, places, batch)


def grid_of(found: Cells) -> dict[str, list[Any]]:
    """Table ``grid`` of cells that were calculated."""
    along, places, cells = found.along, found.places, found.batch
    prepared = cells.prepared
    named = NamedBatch([str(k) for k in range(len(places))], cells)
    rows = Rows("grid")
    by_rank, drawn = named.coverage(), drawn_from_support(named)
    for name, note in prepared.deal.notes.items():
        m = measure_note(cells.resolved, cells.lines, name)
        states = states_of(cells.resolved, cells.lines, name)
        for row, place in enumerate(places):
            drivers: dict[str, Any] = dict.fromkeys(("driver_1", "value_1", "driver_2", "value_2"))
            for k, (one, steps) in enumerate(zip(along, place, strict=True), 1):
                drivers |= {f"driver_{k}": one.driver.name, f"value_{k}": float(one.driver.value(steps))}
            rows.add(
                cell=row + 1,
                note=name,
                state=states.state(row),
                holds=states.holds(row),
                largest_overdue=int(m.largest_overdue[row]),
                currency=prepared.deal.currency,
                **loss_columns(m, row),
                interest_shortfall_max=int(m.largest_unpaid_interest[row]),
                wal_years=or_null(m.wal_years[row]),
                min_dscr=least(by_rank[note.rank].dscr[row]),
                support_drawn=int(drawn[row]),
                **drivers,
            )
    return rows.columns
