"""The state of a note over its life: on time, late, or losing; on each path.

Source: ``docs/reference/priority-of-payments.md``, section 16. Lines are those of the plan: line -> int64 (paths,
periods), minor units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool
from securitize.base.closed import partition
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal

NoteStateName = Literal["on-time", "late", "loses"]
#: States of a note that holds.
HOLDING, _ = partition(NoteStateName, {"on-time"}, {"late", "loses"})
LossOf = Literal["principal", "interest", "principal-and-interest"]


@dataclass(frozen=True, slots=True)
class NoteStates:
    """States of one note, (paths,) each.

    owes       : whether it has a face at closing; without one it has no state
    late       : something was overdue on some date, and nothing is lost
    loses      : balance or interest is written off, or interest is unpaid after the last payment date
    of_principal, of_interest : what it loses
    first_late : index of the first payment date with an amount overdue, -1 where there is none
    days_late  : calendar days of the longest spell;  largest_overdue : minor units
    deferred_as_allowed : on some date interest stayed unpaid that was not overdue
    """

    dates: Sequence[dt.date]
    owes: bool
    late: Bool
    loses: Bool
    of_principal: Bool
    of_interest: Bool
    first_late: Int64
    days_late: Int64
    largest_overdue: Int64
    deferred_as_allowed: Bool

    def state(self, path: int) -> NoteStateName | None:
        """The state on a path; None of a note that owes nothing."""
        if not self.owes:
            return None
        return "loses" if self.loses[path] else "late" if self.late[path] else "on-time"

    def holds(self, path: int, *, whole: bool = True) -> bool | None:
        """Whether the note is on time; None where it owes nothing, or is on time with something left out.

        whole : whether all stresses of the scenario act in the deal
        """
        state = self.state(path)
        if state is None or (state in HOLDING and not whole):
            return None
        return state in HOLDING

    def loses_what(self, path: int) -> LossOf | None:
        """What is lost; None where nothing is."""
        if not self.loses[path]:
            return None
        if not self.of_principal[path]:
            return "interest"
        return "principal-and-interest" if self.of_interest[path] else "principal"

    def columns(self, path: int) -> dict[str, object]:
        """What tables say of a path: the state and what goes with it, null of a note that owes nothing."""
        first = int(self.first_late[path])
        found: dict[str, object] = {
            "loses_what": self.loses_what(path),
            "first_late_date": self.dates[first] if first >= 0 else None,
            "days_late": int(self.days_late[path]),
            "largest_overdue": int(self.largest_overdue[path]),
            "deferred_as_allowed": bool(self.deferred_as_allowed[path]),
        }
        return {"state": self.state(path), **(found if self.owes else dict.fromkeys(found))}


def states_of(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str) -> NoteStates:
    """The state of ``note`` on every path."""
    dates = resolved.schedule.payment
    overdue, lost = overdue_in_all(lines, note), loses(lines, note)
    written_off, capitalised = (
        lines["note", note, line].sum(axis=1) for line in ("written_off", "capitalised")
    )
    some = overdue > 0
    left = (lines["note", note, "unpaid"] > 0) | (lines["note", note, "capitalised"] > 0)
    allowed = left & (lines["note", note, "overdue_interest"] == 0)
    return NoteStates(
        dates=dates,
        owes=resolved.deal.notes[note].balance > 0,
        late=some.any(axis=1) & ~lost,
        loses=lost,
        of_principal=written_off > capitalised,
        of_interest=(_interest_lost(lines, note) + np.minimum(written_off, capitalised)) > 0,
        first_late=np.where(some.any(axis=1), some.argmax(axis=1), -1),
        days_late=longest_spell(some, dates),
        largest_overdue=overdue.max(axis=1),
        deferred_as_allowed=allowed.any(axis=1),
    )


def overdue_in_all(lines: Mapping[Line, Int64], note: str) -> Int64:
    """Interest and principal overdue after each payment date, int64 (paths, periods)."""
    return lines["note", note, "overdue_interest"] + lines["note", note, "overdue_principal"]


def loses(lines: Mapping[Line, Int64], note: str) -> Bool:
    """Whether balance or interest is written off, or interest is unpaid at the end: bool (paths,)."""
    return np.asarray(loses_on(lines, note).any(axis=1), np.bool_)


def loses_on(lines: Mapping[Line, Int64], note: str) -> Bool:
    """The same by payment date, interest unpaid at the end on the last: bool (paths, periods)."""
    written_off = lines["note", note, "written_off"] + lines["note", note, "interest_written_off"]
    lost: Bool = np.asarray(written_off > 0, np.bool_)
    lost[:, -1] |= lines["note", note, "unpaid"][:, -1] > 0
    return lost


def holds(lines: Mapping[Line, Int64], note: str) -> Bool:
    """Whether the note is on time on every date and loses nothing: bool (paths,)."""
    return ~(overdue_in_all(lines, note) > 0).any(axis=1) & ~loses(lines, note)


def unrecorded(row: Mapping[str, Any]) -> bool:
    """Whether the state in a row of ``note_measures`` or ``stress_results`` is unknown; a note owed nothing has none.

    In results of versions that recorded no state, what was lent is null too.
    """
    return row["state"] is None and row["lent"] is None


def longest_spell(overdue: Bool, dates: Sequence[dt.date]) -> Int64:
    """Calendar days of the longest spell in which something is overdue, int64 (paths,).

    overdue : bool (paths, periods);  dates : payment dates, (periods,)
    A spell ends on the first date on which nothing is overdue; one that is open at the end runs to the last date.
    """
    paths = len(overdue)
    since, longest = np.full(paths, -1, np.int64), np.zeros(paths, np.int64)
    for t, day in enumerate(date.toordinal() for date in dates):
        longest = np.where(since >= 0, np.maximum(longest, day - since), longest)
        since = np.where(overdue[:, t], np.where(since < 0, day, since), -1)
    return longest


def _interest_lost(lines: Mapping[Line, Int64], note: str) -> Int64:
    """Interest written off, and what is unpaid at the end; int64 (paths,)."""
    written_off: Int64 = lines["note", note, "interest_written_off"].sum(axis=1)
    return written_off + lines["note", note, "unpaid"][:, -1]
