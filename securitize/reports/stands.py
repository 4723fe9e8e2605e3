"""Where a deal in mid-life stands, for the reader of its measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from securitize.reports.rows import rows_of
from securitize.reports.terminal import print_line

if TYPE_CHECKING:
    from securitize.store.run import Run

#: Columns that say nothing more than the balance of a deal at its closing.
ORIGINAL = ("original_balance", "factor")
#: Tables whose first row is of today.
OF_DAYS = ("life_coverage", "stress_life_coverage")


def stands_on(run: Run) -> dt.date | None:
    """The last payment date in the books of a deal in mid-life; None at closing, and where the run does not say."""
    for name in OF_DAYS:
        if name in run.names:
            first = min(rows_of(run, name), key=lambda row: row["period"], default=None)
            day: dt.date | None = first["measured_on"] if first and first["period"] > 0 else None
            return day
    return None


def print_stands(run: Run) -> None:
    """That measures are of what remains; nothing of a deal at its closing."""
    today = stands_on(run)
    if today is not None:
        print_line("the deal stands after {today}: measures are of what remains from then on", today=today)


def with_original(run: Run, columns: Sequence[str]) -> list[str]:
    """The columns of a note, the original ones only of a deal in mid-life."""
    left_out = () if stands_on(run) else ORIGINAL
    return [name for name in columns if name not in left_out]
