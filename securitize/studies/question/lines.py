"""Published lines as they are handed out: by name, and read only."""

from __future__ import annotations

from collections.abc import Mapping

from securitize.base.arithmetic import Int64
from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.waterfall.plan import Line


def line_of(lines: Mapping[Line, Int64], name: tuple[str, ...]) -> Int64:
    """A copy of a line that cannot be written to.

    Raises UsageError where there is none of that name, with those that begin alike.
    """
    if name not in lines:
        begins = [one for one in lines if one[:1] == name[:1]]
        known = [".".join(map(str, one)) for one in begins] or sorted({str(one[0]) for one in lines})
        raise UsageError(
            "no line is named {line}; lines are {lines}",
            line=printable(".".join(map(str, name))),
            lines=Listing(known),
        )
    values = lines[name].copy()
    values.flags.writeable = False
    return values
