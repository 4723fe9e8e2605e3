"""Where losses are: the shift of the market factor, found by pilot paths before the paths of a run.

Pilot paths take 3 M in place of the market factor M, so that the far ends of its law are met as often as the middle;
their weights are at most 3. Of a grid of shifts the one is taken under which weight times loss has the least second
moment (variance minimisation, Rubinstein and Kroese 2004, section 3.2).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from securitize.performance.random.copulas import Law
from securitize.performance.random.importance import MarketSpread, mixture_weight
from securitize.runs.calculation import Calculation
from securitize.runs.simulate import simulate

Float64 = NDArray[np.float64]
PILOT_PATHS = 4096
#: Pilot paths with a loss from which they say where losses are.
ENOUGH = 32
#: What a shift may be: coarse, so that it does not hang on the last digit of a sum.
SHIFTS = np.arange(-160, 161) * 0.05


def with_shift(calculation: Calculation, *, workers: int = 1) -> Calculation:
    """The calculation with the shift of its importance sampling found and told; as it is where there is none to find.

    The shift follows from the inputs and the seed; pilot paths are others than those of the run.
    """
    prepared = calculation.prepared
    draw = prepared.draw
    if draw is None or prepared.random is None or draw.sampling != "importance" or draw.shift is not None:
        return calculation
    shift = find_shift(calculation, workers=workers)
    prepared = replace(
        prepared, draw=replace(draw, shift=shift), about={**prepared.about, "shift": round(shift, 2)}
    )
    return replace(calculation, prepared=prepared)


def find_shift(calculation: Calculation, *, workers: int = 1) -> float:
    """The shift for the loss of the most senior note that loses on enough pilot paths; 0 where none does.

    Raises ValueError where nothing is to be drawn.
    """
    prepared = calculation.prepared
    if prepared.draw is None or prepared.random is None:
        raise ValueError("nothing is to be drawn")
    law = prepared.random.copula.market
    draw = replace(prepared.draw, paths=PILOT_PATHS, seed=_pilot_seed(prepared.draw.seed), shift=0.0)
    pilot = MarketSpread(law=law)
    found = simulate(
        replace(calculation, prepared=replace(prepared, draw=draw)), workers=workers, sampling=pilot
    )
    market, weights = pilot.market(draw.seed, 0, PILOT_PATHS), pilot.weights(draw.seed, 0, PILOT_PATHS)
    notes = prepared.deal.notes
    for note in sorted(found.notes, key=lambda name: notes[name].rank):
        loss = found.notes[note].loss.astype(np.float64)
        if np.count_nonzero(loss) >= ENOUGH:
            return best_shift(law, market, weights, loss)
    return 0.0


def best_shift(law: Law, market: Float64, weights: Float64, loss: Float64) -> float:
    """Of SHIFTS, that of which weight times loss has the least second moment; the nearest to 0 of equal ones.

    market, weights, loss : (paths,), the market factor as drawn and its law's density over that of the draw
    """
    struck = loss > 0
    # Scaled: money squared would be beyond what is exact.
    kept, counted = market[struck], weights[struck] * (loss[struck] / loss.max()) ** 2
    nearest = SHIFTS[np.argsort(np.abs(SHIFTS), kind="stable")]
    moments = [float(counted @ mixture_weight(law, kept, shift)) for shift in nearest]
    return round(float(nearest[int(np.argmin(moments))]), 2)


def _pilot_seed(seed: int) -> int:
    """Of numbers that no run of the seed has."""
    return int.from_bytes(hashlib.sha256(f"pilot/{seed}".encode()).digest()[:8], "little")
