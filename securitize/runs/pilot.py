"""Where losses are: the shift of the market factor, found by pilot paths before the paths of a run.

The shift makes the second moment of weight times loss least, estimated on pilot paths under the shift before it
(Rubinstein and Kroese 2004, variance minimisation). Where too few pilot paths lose anything, the paths on which the
pool delivers least stand in for losses, and the next pilot runs there: level by level.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from securitize.performance.random.copulas import Law
from securitize.performance.random.importance import MarketShift, mixture_weight
from securitize.runs.calculation import Calculation
from securitize.runs.simulate import Simulation, simulate

Float64 = NDArray[np.float64]
PILOT_PATHS, MOST_LEVELS = 2048, 6
#: Pilot paths with a loss from which they say where losses are.
ENOUGH = 64
#: Of the pilot paths, those that stand in for losses.
LEVEL = PILOT_PATHS // 10
#: What a shift may be, in hundredths: rounded, so that it does not hang on the last digit of a sum.
SHIFTS = np.arange(-800, 801, 5) / 100


@dataclass(frozen=True, slots=True)
class _Pilot:
    market: Float64
    weights: Float64
    losses: tuple[Float64, ...]
    collected: Float64

    def shift(self, law: Law, note: int) -> float | None:
        """That for the loss of a note; None where too few paths lose anything."""
        loss = self.losses[note]
        enough = np.count_nonzero(loss) >= ENOUGH
        return best_shift(law, self.market, self.weights, loss) if enough else None


def with_shift(calculation: Calculation, *, workers: int = 1) -> Calculation:
    """The calculation with the shift of its importance sampling found and told; as it is where there is none to find.

    The shift follows from the inputs and the seed; pilot paths are others than those of the run.
    """
    prepared = calculation.prepared
    draw = prepared.draw
    if draw is None or prepared.random is None or draw.sampling != "importance" or draw.shift is not None:
        return calculation
    shift = find_shift(calculation, workers=workers)
    draw = replace(draw, shift=shift)
    prepared = replace(prepared, draw=draw, about={**prepared.about, "shift": shift})
    return replace(calculation, prepared=prepared)


def find_shift(calculation: Calculation, *, workers: int = 1) -> float:
    """The shift for the loss of the most senior note that loses anything on enough paths of some pilot; 0 without."""
    prepared, shift, pilots = calculation.prepared, 0.0, list[_Pilot]()
    assert prepared.draw is not None
    assert prepared.random is not None
    law = prepared.random.copula.market
    for level in range(MOST_LEVELS):
        draw = replace(
            prepared.draw, paths=PILOT_PATHS, seed=_pilot_seed(prepared.draw.seed, level), shift=shift
        )
        found = simulate(
            replace(calculation, prepared=replace(prepared, draw=draw)),
            workers=workers,
            block=PILOT_PATHS // 2,
        )
        pilot = _measured(found, MarketShift(law=law, shift=shift), draw.seed)
        pilots.append(pilot)
        senior = pilot.shift(law, 0)
        if senior is not None:
            return senior
        # Under its own law each pilot goes a tenth further, whatever that weighs.
        worst = pilot.collected <= np.sort(pilot.collected)[LEVEL]
        if worst.all():
            break
        shift = best_shift(law, pilot.market, pilot.weights, worst.astype(np.float64))
    shifts = (pilot.shift(law, note) for note in range(len(pilots[0].losses)) for pilot in pilots)
    return next((one for one in shifts if one is not None), 0.0)


def best_shift(law: Law, market: Float64, weights: Float64, loss: Float64) -> float:
    """Of SHIFTS, that of which weight times loss has the least second moment; the nearest to 0 of equal ones.

    market, weights, loss : (paths,), drawn under any shift
    """
    struck = loss > 0
    kept, counted = market[struck], (weights * loss**2)[struck]
    nearest = SHIFTS[np.argsort(np.abs(SHIFTS), kind="stable")]
    moments = [float(counted @ mixture_weight(law, kept, shift)) for shift in nearest]
    return float(nearest[int(np.argmin(moments))])


def _measured(found: Simulation, sampling: MarketShift, seed: int) -> _Pilot:
    notes = found.calculation.prepared.deal.notes
    ranked = sorted((name for name in found.notes if notes[name].balance), key=lambda name: notes[name].rank)
    return _Pilot(
        sampling.market(seed, 0, found.paths),
        sampling.weights(seed, 0, found.paths),
        tuple(found.notes[name].loss.astype(np.float64) for name in ranked),
        found.collected.astype(np.float64),
    )


def _pilot_seed(seed: int, level: int) -> int:
    """Of numbers that no run of the seed has."""
    return int.from_bytes(hashlib.sha256(f"pilot/{level}/{seed}".encode()).digest()[:8], "little")
