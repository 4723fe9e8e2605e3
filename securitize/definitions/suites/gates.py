"""A gate: a note and the state in which it may not be, as written on a command line or in a suite.

Source: ``docs/reference/suites.md``, section 2.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, StringConstraints

from securitize.base.messages import Message
from securitize.definitions.figures import fault

#: The states that a gate may forbid; ``late`` forbids losing too.
Forbidden = Literal["late", "loses"]
_WRITTEN = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,39})=(late|loses)")


class Gate(NamedTuple):
    """A note may not be late (nor lose), or may not lose."""

    note: str
    forbidden: Forbidden

    @property
    def text(self) -> str:
        """The gate as it is written."""
        return f"{self.note}={self.forbidden}"


def gate_of(text: str) -> Gate | None:
    """``NOTE=late`` or ``NOTE=loses``; None where the text is neither."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    return Gate(found[1], "late" if found[2] == "late" else "loses")


def _is_gate(text: str) -> str:
    if gate_of(text) is None:
        raise fault(
            "SEC745",
            Message("{text} is no gate", text=text),
            "write NOTE=late or NOTE=loses",
        )
    return text


#: A gate as a suite holds it.
GateText = Annotated[str, StringConstraints(max_length=60), AfterValidator(_is_gate)]
