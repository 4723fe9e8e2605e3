"""What payments of a note are worth on each path, at the rate that makes the deterministic path worth par; yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.engine.calculation import Calculation
from securitize.pricing.path_values import present_values, yields
from securitize.waterfall.plan import Line

PAID = ("interest_paid", "principal_paid", "premium_paid", "residual_paid")
#: Present value that is not known.
UNKNOWN = -1


@dataclass(frozen=True)
class NoteValues:
    """Values the payments of the notes of one calculation.

    A note is bought at par, its balance as the first date opens, on the closing date, or on the day of a deal in
    mid-life. Its present value is at the yield of the deterministic path, so that the deterministic path is worth par.
    """

    notes: tuple[str, ...]
    days: Int64
    par: Int64
    factors: Mapping[str, Float64 | None]

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is read, note by note."""
        return tuple(("note", note, what) for note in self.notes for what in PAID)

    @property
    def rows(self) -> int:
        """How many rows :meth:`of_lines` gives."""
        return 2 * len(self.notes)

    def of_lines(self, lines: Int64) -> Int64:
        """Present value, whole minor units, and yield, a float's bits, of each note; int64 (2 x notes, paths).

        lines : int64 (lines, periods, paths), in the order of :attr:`lines`
        """
        paid = lines.reshape(len(self.notes), len(PAID), *lines.shape[1:]).sum(axis=1)
        found = np.empty((2 * len(self.notes), lines.shape[2]), np.int64)
        for k, note in enumerate(self.notes):
            cash, factors = paid[k].T, self.factors[note]
            worth = np.full(len(cash), UNKNOWN) if factors is None else np.rint(present_values(cash, factors))
            found[2 * k] = worth
            rate = yields(cash, self.days, float(self.par[k])) if self.par[k] else np.full(len(cash), np.nan)
            found[2 * k + 1] = rate.view(np.int64)
        return found


def resolve_note_values(calculation: Calculation) -> NoteValues:
    """Of the notes of a calculation, on its deterministic path."""
    prepared, schedule = calculation.prepared, calculation.resolved.schedule
    settlement = prepared.today.notes
    days = np.array([(day - settlement).days for day in schedule.payment], np.int64)
    notes = tuple(prepared.deal.notes)
    par = np.array([calculation.lines[("note", note, "opening")][0] for note in notes], np.int64)
    factors: dict[str, Float64 | None] = {}
    for note, price in zip(notes, par.tolist(), strict=True):
        cash = sum(calculation.lines[("note", note, what)] for what in PAID)
        rate = yields(np.asarray(cash)[None], days, float(price))[0] if price else np.nan
        factors[note] = np.exp(-np.log1p(rate) * days / 365) if rate > -1 else None
    return NoteValues(notes, days, par, factors)
