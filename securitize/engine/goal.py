"""How many paths are enough: until the expected loss of a note is known as surely as was asked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from securitize.base.errors import UsageError, printable
from securitize.definitions.deals.deal import Deal
from securitize.engine.simulate import BLOCK, Simulation

#: Fewer paths with a loss say too little of their own spread.
ENOUGH = 32
#: The square of the two-sided 95% point of the normal distribution.
Z2 = 3.841458820694124
#: A look asks for at most so many times the paths that there are.
MOST_AT_ONCE = 4
#: Beyond what the last look says is needed: the next one should be the last.
MARGIN = 1.05


@dataclass(frozen=True, slots=True)
class Goal:
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
            what = f"no note is named {printable(self.note)}"
            raise UsageError(f"--target-error: {what}; notes are {', '.join(deal.notes)}")
        return self.note

    def reached(self, simulation: Simulation) -> float:
        """The standard error of these paths; where few of them lose, a bound on it.

        A loss is a share from 0 to 1, so that its variance is at most its mean, which is at most the share of the
        paths that lose; of that the upper end of Wilson's interval is taken. One path says nothing: infinite.
        """
        from securitize.engine.tables.random_losses import expected

        note = self.of(simulation.calculation.prepared.deal)
        balance = simulation.calculation.prepared.deal.notes[note].balance
        loss = simulation.notes[note].loss / balance if balance else np.zeros(simulation.paths)
        error = expected(simulation, loss)[1]
        if error is None:
            return math.inf
        if (lost := int(np.count_nonzero(loss))) >= ENOUGH:
            return error
        count, weights = float(simulation.paths), simulation.weights
        if weights is not None:
            count = float(weights.sum() ** 2 / (weights @ weights))
        return max(error, math.sqrt((lost + Z2) / (count + Z2) / count))

    def further(self, simulation: Simulation) -> int | None:
        """How many paths are worth looking at next, whole blocks; None where the goal is reached."""
        reached, paths = self.reached(simulation), simulation.paths
        if reached <= self.error:
            return None
        needed = min(MARGIN * (reached / self.error) ** 2, MOST_AT_ONCE) * paths
        return max(math.ceil(needed / BLOCK), paths // BLOCK + 1) * BLOCK


def goal_of(text: str) -> Goal:
    """``SHARE`` or ``NOTE=SHARE``. Raises UsageError where the share is not above 0 and below 1."""
    note, _, share = text.rpartition("=")
    try:
        error = float(share)
    except ValueError:
        error = math.nan
    if not 0 < error < 1:
        raise UsageError(
            f"--target-error {printable(text)}: a standard error is a share above 0 and below 1, such as A=0.0001"
        )
    return Goal(error, note or None)
