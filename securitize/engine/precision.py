"""The target error of the expected loss of a note."""

from __future__ import annotations

import math
from dataclasses import dataclass

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing, Message
from securitize.definitions.deals.deal import Deal


@dataclass(frozen=True, slots=True)
class PrecisionTarget:
    """The standard error of a note's expected loss that is asked for, a share of its balance.

    note : None for the most senior
    """

    error: float
    note: str | None = None

    def of(self, deal: Deal) -> str:
        """The note that is meant. Raises UsageError where the deal has no such note."""
        if self.note is None:
            return min(deal.notes, key=lambda name: deal.notes[name].rank)
        if self.note not in deal.notes:
            what = Message("no note is named {note}", note=printable(self.note))
            raise UsageError(
                "--target-error: {what}; notes are {notes}", what=what, notes=Listing(deal.notes)
            )
        return self.note


def precision_of(text: str) -> PrecisionTarget:
    """``SHARE`` or ``NOTE=SHARE``. Raises UsageError where the share is not above 0 and below 1."""
    note, _, share = text.rpartition("=")
    try:
        error = float(share)
    except ValueError:
        error = math.nan
    if not 0 < error < 1:
        raise UsageError(
            "--target-error {text}: a standard error is a share above 0 and below 1, such as A=0.0001",
            text=printable(text),
        )
    return PrecisionTarget(error, note or None)
