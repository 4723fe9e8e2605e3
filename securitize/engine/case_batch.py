"""Many cases at once: those of one deal and pool are paths of one waterfall, each as it is alone.

The values of a deal's terms are constants of its plan: cases that differ in them are paid one after another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from securitize.base.arithmetic import Int64
from securitize.engine.calculation import pay_from
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.projected import Projected
from securitize.engine.scenario_batch import paid_side_by_side
from securitize.waterfall.plan import Line


@dataclass(frozen=True, slots=True)
class PaidCase:
    """What one case pays. ``lines`` : published line -> int64 (periods,);  ``checks`` : as of a calculation."""

    lines: Mapping[Line, Int64]
    checks: Mapping[str, str]


def pay_together(cases: Sequence[Prepared], projected: Projected) -> list[PaidCase]:
    """What each case pays, in their order, to the minor unit what it pays alone.

    Raises CalculationError where an invariant does not hold in one of them.
    """
    found: dict[int, PaidCase] = {}
    for group in _groups(cases):
        first = cases[group[0]]
        if len(group) == 1:
            alone = pay_from(first, projected.of(first))
            found[group[0]] = PaidCase(alone.lines, alone.checks)
            continue
        members = [cases[place] for place in group]
        stacks = paid_side_by_side(
            first, [one.performance for one in members], [one.period_inputs for one in members]
        )
        for stack in stacks:
            for row, place in enumerate(stack.places.tolist()):
                lines = {line: values[row] for line, values in stack.lines.items()}
                found[group[place]] = PaidCase(lines, stack.checks)
    return [found[place] for place in range(len(cases))]


def _groups(cases: Sequence[Prepared]) -> list[list[int]]:
    """Places of cases whose terms, dates, books and pool are the same ones."""
    found: dict[tuple[object, ...], list[list[int]]] = {}
    for place, one in enumerate(cases):
        known = one.definitions
        same = (id(known.deal.model), id(one.resolved_pool), id(known.state.model if known.state else None))
        of_same = found.setdefault((*same, one.schedule, one.known_on), [])
        group = next((each for each in of_same if _terms_are_equal(cases[each[0]], one)), None)
        if group is None:
            of_same.append([place])
        else:
            group.append(place)
    return [group for of_same in found.values() for group in of_same]


def _terms_are_equal(one: Prepared, other: Prepared) -> bool:
    return one.deal is other.deal or one.deal == other.deal
