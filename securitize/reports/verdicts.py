"""What a result says of a note in a scenario: the state of the note, and how much of the scenario it is the state in.

One function joins the two, so that a scenario of which something is left out never reads as one that was passed.
Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from typing import assert_never

from securitize.base.messages import Message
from securitize.definitions.suites.suite import Applies


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
