"""What a result says of a note in a scenario: the state of the note, and how much of the scenario it is the state in.

One function joins the two, so that a scenario of which something is left out never reads as one that was passed.
Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.definitions.suites.suite import NOT_APPLICABLE, PART, WHOLE, Applies, Effect
from securitize.reports.headings import print_rows
from securitize.reports.words import in_users

Row = dict[str, Any]
#: Scenarios that act and pay nobody otherwise.
IDLE, _ = partition(Effect, {"changes-no-cash"}, {"changes-cash"})


def verdict(applies: Applies | None, state: str, *, on_time: bool) -> str:
    """A note under a scenario in words, a message that each language turns into its own.

    applies : how much of the scenario acts in the deal; None for a table of before that was said
    state   : the note's state in words, as a cell of the matrix says it
    on_time : whether nothing due to it is late or lost
    """
    match applies:
        case "whole" | None:
            return state
        case "in-part":
            return Message("on time, in part") if on_time else Message("{state}, in part", state=state)
        case "not-applicable":
            return Message("not applicable")
        case _:
            assert_never(applies)


def counts_of(scenarios: Sequence[Row]) -> dict[str, int]:
    """How many scenarios of a suite, rows of ``suite_scenarios``, act whole, in part and not; without the base case."""
    applies = [row["applies"] for row in scenarios if row["position"]]
    return {
        "whole": sum(one in WHOLE for one in applies),
        "part": sum(one in PART for one in applies),
        "others": sum(one in NOT_APPLICABLE for one in applies),
    }


def qualified(row: Row) -> bool:
    """Whether a row of ``suite_scenarios`` is not simply what its name says: then the reader is told how."""
    return row["applies"] not in WHOLE or row["effect"] in IDLE or bool(row["same_as"] or row["remarks"])


def print_qualified(scenarios: Sequence[Row]) -> None:
    """The scenarios that act in part or not at all, change no cash, or equal another; nothing where there is none."""
    rows = [
        {**row, "scenario": in_users(row["scenario"], row["title_zh"])} for row in scenarios if qualified(row)
    ]
    if rows:
        shown = ("scenario", "applies", "effect", "same_as", "why_not", "remarks")
        names = [name for name in shown if any(row[name] for row in rows)]
        print_rows(
            "Scenarios that act in part or not at all, change no cash, or equal another",
            "suite_scenarios",
            rows,
            names,
            wraps=("scenario", "same_as", "why_not", "remarks"),
        )
