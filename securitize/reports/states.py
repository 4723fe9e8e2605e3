"""The state of a note in words: on time, late, or what it loses; and how much of a scenario that is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from securitize.base.messages import Message
from securitize.definitions.suites.suite import PART
from securitize.reports.terminal import NOTHING
from securitize.reports.verdicts import verdict
from securitize.waterfall.note_states import HOLDING, LossOf, NoteStateName, unrecorded

Row = Mapping[str, Any]
#: Columns of states.
STATE_COLUMNS = ("state", "state_without")


def state_in_words(state: NoteStateName | None, loses_what: LossOf | None = None) -> str:
    """The state; of a note that owes nothing, nothing."""
    match state:
        case None:
            return NOTHING
        case "on-time":
            return Message("on time")
        case "late":
            return Message("late")
        case "loses":
            return _loss(loses_what)
        case _:
            assert_never(state)


def state_of(row: Row) -> str:
    """A note by its row of ``note_measures`` or ``stress_results``; where its state is unknown, that is said."""
    return Message("not recorded") if unrecorded(row) else state_in_words(row["state"], row["loses_what"])


def _loss(loses_what: LossOf | None) -> str:
    match loses_what:
        case None:
            return Message("loses")
        case "principal":
            return Message("loses principal")
        case "interest":
            return Message("loses interest")
        case "principal-and-interest":
            return Message("loses principal and interest")
        case _:
            assert_never(loses_what)


def state_under(row: Row) -> str:
    """A note in a scenario, by its row of ``stress_results``; of a scenario in part it says so."""
    state: NoteStateName | None = row["state"]
    if state is None:
        return state_of(row)
    words = state_in_words(state, row["loses_what"])
    return verdict(row.get("applies"), words, on_time=state in HOLDING)


def in_part(row: Row, column: str) -> str | None:
    """What a cell says of a note in a scenario that acts in part: it is not simply on time, late or losing."""
    if column == "state" and "lent" in row and unrecorded(row):
        return Message("not recorded")
    if column not in STATE_COLUMNS or row.get("applies") not in PART or row[column] is None:
        return None
    return verdict(row["applies"], state_in_words(row[column]), on_time=row[column] in HOLDING)
