"""Puts of investors.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from securitize.base.messages import Message
from securitize.definitions.deals.notes import Put
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target


def all_puts(written: StressTable, target: Target) -> list[StressTable]:
    """Every put that is ahead, exercised for a share. Raises DoesNotApply."""
    found: list[StressTable] = [
        {"driver": "put", "note": name, "at": put.date, "share": written["share"]}
        for name, note in target.deal.notes.items()
        for put in note.puts
        if _is_ahead(put, target)
    ]
    if not found:
        raise DoesNotApply(Message("no note may be put after {day}", day=target.today.notes))
    return found


def _is_ahead(put: Put, target: Target) -> bool:
    """Whether investors may still say what they give back."""
    last = put.date if put.window is None else put.window.until
    return target.today.notes < last and put.date <= target.end
