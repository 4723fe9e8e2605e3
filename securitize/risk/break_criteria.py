"""Criteria of a note's breaking, on each path of a calculated waterfall.

Source: ``docs/reference/solvers.md``, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, assert_never, get_args

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool
from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.waterfall.life_coverage import LifeCoverage
from securitize.waterfall.note_states import loses_on
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import published_dscr
from securitize.waterfall.resolved import ResolvedDeal

Criterion = Literal[
    "interest-unpaid", "late-principal", "loss", "coverage-below-1", "life-coverage-below-1", "trigger"
]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
#: Criteria of the whole deal, the same for each of its notes.
OF_DEAL, _ = partition(
    Criterion,
    {"trigger"},
    {"interest-unpaid", "late-principal", "loss", "coverage-below-1", "life-coverage-below-1"},
)


#: Life coverage by rank, found where it is asked for.
LifeByRank = Callable[[], Mapping[int, LifeCoverage]]


def breaks(
    resolved: ResolvedDeal,
    lines: Mapping[Line, Int64],
    note: str,
    criterion: Criterion,
    life: LifeByRank | None = None,
) -> Bool:
    """Whether the note breaks, by payment date: bool (paths, periods).

    lines : published line -> int64 (paths, periods)
    interest-unpaid  : interest is overdue after the payments
    late-principal   : principal is overdue after the payments
    loss             : balance or interest is written off, or interest is unpaid on the last date
    coverage-below-1 : published debt service coverage of the note's rank, without reserves and support, is below 1
    life-coverage-below-1 : life coverage of the note's rank, without support, is below 1 as the date is reached: today,
        or after the payments of the date before. It needs ``life``
    trigger          : a trigger of the deal stands breached
    """
    match criterion:
        case "interest-unpaid":
            return lines[("note", note, "overdue_interest")] > 0
        case "late-principal":
            return lines[("note", note, "overdue_principal")] > 0
        case "loss":
            return loses_on(lines, note)
        case "coverage-below-1":
            found = published_dscr(resolved, lines, resolved.deal.notes[note].rank)
            return np.nan_to_num(found, nan=np.inf) < 1
        case "life-coverage-below-1":
            if life is None:
                raise ValueError("life coverage is not at hand")
            return np.nan_to_num(life()[resolved.deal.notes[note].rank].life[:, :-1], nan=np.inf) < 1
        case "trigger":
            return _any_breach(resolved, lines, note)
        case _:
            assert_never(criterion)


def looked_at(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str, criterion: Criterion, life: LifeByRank
) -> Bool:
    """Whether what a criterion looks at exists, by payment date: bool (paths, periods). See :func:`breaks`."""
    match criterion:
        case "interest-unpaid":
            due, overdue = (lines[("note", note, one)] for one in ("interest_due", "overdue_interest"))
            return (due > 0) | (overdue > 0)
        case "loss":
            due, unpaid = (lines[("note", note, one)] for one in ("before", "unpaid"))
            return (due > 0) | (unpaid > 0)
        case "late-principal":
            return lines[("note", note, "before")] > 0
        case "coverage-below-1":
            return ~np.isnan(published_dscr(resolved, lines, resolved.deal.notes[note].rank))
        case "life-coverage-below-1":
            return ~np.isnan(life()[resolved.deal.notes[note].rank].life[:, :-1])
        case "trigger":
            return np.full(lines[("note", note, "before")].shape, bool(resolved.deal.triggers))
        case _:
            assert_never(criterion)


def nothing_to_look_at(note: str, criterion: Criterion) -> str:
    """Why a criterion does not apply to a note: what it looks at exists on no date."""
    match criterion:
        case "interest-unpaid":
            return Message("{note} accrues no interest", note=note)
        case "late-principal" | "loss":
            return Message("{note} has no balance", note=note)
        case "coverage-below-1":
            return Message(
                "principal of {note} and above follows a schedule on no date: it has no debt service coverage",
                note=note,
            )
        case "life-coverage-below-1":
            return Message(
                "no note of the rank of {note} or above has a balance: it has no life coverage", note=note
            )
        case "trigger":
            return Message("the deal has no trigger")
        case _:
            assert_never(criterion)


def _any_breach(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str) -> Bool:
    breached = np.zeros(lines[("note", note, "unpaid")].shape, np.bool_)
    for name in resolved.deal.triggers:
        breached |= lines[("trigger", name, "breached")] != 0
    return breached
