"""The stopping rule: paths are drawn until the standard error of a note's expected loss is small enough."""

from __future__ import annotations

import math

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.engine.precision import PrecisionTarget
from securitize.engine.sampled import expected, note_loss
from securitize.engine.simulate import BLOCK, Simulation
from securitize.engine.simulated_ranges import in_ranges
from securitize.risk.intervals import count_of, effective, point_of
from securitize.risk.statistics import Z95

#: Fewer paths with a loss say too little of their own spread.
ENOUGH = 32
#: The square of the two-sided 95% point of the normal distribution.
Z2 = 3.841458820694124
#: A look asks for at most so many times the paths that there are.
MOST_AT_ONCE = 4
#: Beyond what the last look says is needed: the next one should be the last.
MARGIN = 1.05


def reached(goal: PrecisionTarget, simulation: Simulation) -> float:
    """The standard error of these paths; where few of them lose, a bound on it. One path says nothing: infinite."""
    simulation, note = in_ranges(simulation), goal.of(simulation.calculation.prepared.deal)
    loss = note_loss(simulation, note)
    return cautious_error(expected(simulation, loss)[1], loss, simulation.weights, simulation.groups)


def cautious_error(
    error: float | None, loss: Float64, weights: Float64 | None, groups: Int64 | None
) -> float:
    """A standard error as the stopping rule counts it; where few paths lose, a bound on it.

    loss : (paths,), shares;  error : of their mean, None of one path
    A loss is a share from 0 to 1, so that its variance is at most its mean, which is at most the share of the
    paths that lose; of that the upper end of Wilson's interval is taken.
    """
    if error is None:
        return math.inf
    # The error of few groups is known less well: it counts as what its interval is wide.
    error *= point_of(count_of(groups)) / Z95
    if (lost := int(np.count_nonzero(loss))) >= ENOUGH:
        return error
    count = float(len(loss)) if weights is None else effective(weights)
    return max(error, math.sqrt((lost + Z2) / (count + Z2) / count))


def further(goal: PrecisionTarget, simulation: Simulation) -> int | None:
    """How many paths are worth looking at next, whole blocks; None where the goal is reached."""
    return paths_after(reached(goal, simulation), goal.error, simulation.paths)


def paths_after(error: float, goal: float, paths: int) -> int | None:
    """How many paths are worth looking at after so many with this error; None where the goal is reached."""
    if error <= goal:
        return None
    needed = min(MARGIN * (error / goal) ** 2, MOST_AT_ONCE) * paths
    return max(math.ceil(needed / BLOCK), paths // BLOCK + 1) * BLOCK
