"""Sensitivities: every number of the deal and pool that has a source, and every driver, moved alone, and ranked.

Source: ``docs/reference/solvers.md``, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from securitize.base.closed import complete
from securitize.base.errors import SecuritizeError
from securitize.definitions.suites.suite import DriverName
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.changed_input import with_value
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.performance.drivers import driver, driver_names
from securitize.performance.suites import DoesNotApply
from securitize.tables.rows import Rows
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import published_dscr

MEASURES = ("least coverage of the senior rank", "cash to all notes")
#: By which share a number is moved, down and up.
MOVE = Decimal("0.1")
#: Where each driver is moved to, from where it stands: assumed sizes, to be compared with one another.
DRIVER_MOVES: Mapping[DriverName, Decimal] = complete(
    DriverName,
    {
        "default-rate": Decimal("0.01"),
        "default-path": Decimal(2),
        "recovery-rate": Decimal("0.9"),
        "prepayment-rate": Decimal("0.1"),
        "late-payment": Decimal(30),
        "obligors-out": Decimal(1),
        "royalty-base": Decimal("0.9"),
        "index-rates-up": Decimal("0.01"),
        "index-rates-down": Decimal("-0.01"),
        "support": Decimal("0.9"),
    },
)
#: Files of a run by the word that names them to :func:`with_value`.
FILES = {"deal.toml": "deal", "pool/pool.toml": "pool"}


@dataclass(frozen=True, slots=True)
class NumberSensitivity:
    """One number moved; results by measure, None where the number cannot stand there alone."""

    name: str
    unit: str
    base: Decimal
    low: Decimal | None
    high: Decimal | None
    below: tuple[float | None, ...]
    above: tuple[float | None, ...]


def sensitivities(prepared: Prepared) -> dict[str, list[Any]]:
    """Table ``sensitivities``: one row a number and measure, the larger effect first."""
    base = _measured(calculate(prepared))
    found = [*_drivers(prepared, base), *_figures(prepared)]
    rows = Rows("sensitivities")
    for k, measure in enumerate(MEASURES):

        def effect(one: NumberSensitivity, k: int = k) -> float:
            return max(
                (abs(r - (base[k] or 0.0)) for r in (one.below[k], one.above[k]) if r is not None), default=-1
            )

        for place, one in enumerate(sorted(found, key=effect, reverse=True), 1):
            if effect(one) >= 0:
                rows.add(
                    driver=one.name,
                    measure=measure,
                    place=place,
                    unit=one.unit,
                    base_value=float(one.base),
                    low=_float(one.low),
                    high=_float(one.high),
                    result_base=base[k],
                    result_low=one.below[k],
                    result_high=one.above[k],
                )
    return rows.columns


def _drivers(prepared: Prepared, base: tuple[float | None, ...]) -> Iterator[NumberSensitivity]:
    target = target_of(prepared)
    moved = []
    for name in driver_names():
        try:
            moved.append(driver(name, target))
        except DoesNotApply:
            continue
    if not moved:
        return
    steps = [one.steps_to(DRIVER_MOVES[one.name]) for one in moved]
    cells = evaluate(prepared, [one.stresses(step) for one, step in zip(moved, steps, strict=True)])
    for row, (one, step) in enumerate(zip(moved, steps, strict=True)):
        lines = {line: values[row : row + 1] for line, values in cells.lines.items()}
        result, there = _measures(cells.resolved, lines), one.value(step)
        if one.step < 0:
            yield NumberSensitivity(one.name, one.unit, one.base, there, None, result, (None,) * len(base))
        else:
            yield NumberSensitivity(one.name, one.unit, one.base, None, there, (None,) * len(base), result)


def _figures(prepared: Prepared) -> Iterator[NumberSensitivity]:
    for figure in prepared.register:
        if figure.file not in FILES or not figure.sourced or _is_schedule(prepared, figure.path):
            continue
        try:
            value = Decimal(figure.value)
        except InvalidOperation:
            continue
        whole = value == value.to_integral_value()
        results: list[tuple[float | None, ...]] = []
        places: list[Decimal | None] = []
        for share in (1 - MOVE, 1 + MOVE):
            there = (value * share).quantize(Decimal(1) if whole and value >= 10 else Decimal("1e-8"))
            result = _moved_to(prepared, FILES[figure.file], figure.path, there) if there != value else None
            results.append(result or (None,) * len(MEASURES))
            places.append(there if result else None)
        low, high = places
        yield NumberSensitivity(
            f"{figure.file}: {figure.path}", figure.unit, value, low, high, results[0], results[1]
        )


def _is_schedule(prepared: Prepared, path: str) -> bool:
    """Whether a number is one of a note's schedule, which together come to its balance: none moves alone."""
    parts = path.split(".")
    if len(parts) < 3 or parts[0] != "notes" or parts[1] not in prepared.deal.notes:
        return False
    listed = prepared.deal.notes[parts[1]].principal.payments
    return bool(listed) and parts[2] in ("principal", "balance")


def _moved_to(prepared: Prepared, file: str, path: str, value: Decimal) -> tuple[float | None, ...] | None:
    """The measures with another number; None where it cannot stand there alone."""
    try:
        return _measured(calculate(with_value(prepared, file, path, value)))
    except (SecuritizeError, ValueError):
        return None


def _measured(calculation: Calculation) -> tuple[float | None, ...]:
    lines = {line: values[np.newaxis, :] for line, values in calculation.lines.items()}
    return _measures(calculation.resolved, lines)


def _measures(resolved: Any, lines: dict[Line, Any]) -> tuple[float | None, ...]:
    """Of one path."""
    notes = resolved.deal.notes
    dscr = published_dscr(resolved, lines, min(note.rank for note in notes.values()))[0]
    kinds = ("interest_paid", "principal_paid", "premium_paid", "residual_paid")
    paid = sum(int(lines["note", name, kind].sum()) for name in notes for kind in kinds)
    return (None if np.isnan(dscr).all() else float(np.nanmin(dscr))), paid / 100


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
