"""Criteria of a note's breaking, on each path of a calculated waterfall.

Source: ``docs/reference/solvers.md``, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never, get_args

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.closed import partition
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import published_dscr
from securitize.waterfall.resolved import ResolvedDeal

Criterion = Literal["interest-unpaid", "loss", "coverage-below-1", "trigger"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
#: Criteria of the whole deal, the same for each of its notes.
OF_DEAL, _ = partition(Criterion, {"trigger"}, {"interest-unpaid", "loss", "coverage-below-1"})
#: Criteria that look at principal by schedule: without one they do not apply.
BY_SCHEDULE, _ = partition(Criterion, {"coverage-below-1"}, {"interest-unpaid", "loss", "trigger"})
Mask = NDArray[np.bool_]


def breaks(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str, criterion: Criterion) -> Mask:
    """Whether the note breaks, by payment date: bool (paths, periods).

    lines : published line -> int64 (paths, periods)
    interest-unpaid  : interest stays unpaid after the payments
    loss             : balance is written off
    coverage-below-1 : published debt service coverage of the note's rank, without reserves and support, is below 1
    trigger          : a trigger of the deal stands breached
    """
    match criterion:
        case "interest-unpaid":
            return lines[("note", note, "unpaid")] > 0
        case "loss":
            return lines[("note", note, "written_off")] > 0
        case "coverage-below-1":
            found = published_dscr(resolved, lines, resolved.deal.notes[note].rank)
            return np.nan_to_num(found, nan=np.inf) < 1
        case "trigger":
            return _any_breach(resolved, lines, note)
        case _:
            assert_never(criterion)


def _any_breach(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str) -> Mask:
    breached = np.zeros(lines[("note", note, "unpaid")].shape, np.bool_)
    for name in resolved.deal.triggers:
        breached |= lines[("trigger", name, "breached")] != 0
    return breached


def holds(lines: Mapping[Line, Int64], note: str) -> Mask:
    """Interest is paid on every date, and principal in full by the last: bool (paths,)."""
    broken: Mask = (lines[("note", note, "unpaid")] > 0) | (lines[("note", note, "written_off")] > 0)
    return np.logical_not(broken.any(axis=1))
