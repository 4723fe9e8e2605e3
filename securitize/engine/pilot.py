"""The shift of importance sampling, found by pilot paths before the paths of a run.

Pilot paths of the first round take 3 M in place of the market factor M, so that the far ends of its law are met as
often as the middle; those of the next rounds are importance sampled by the shift found before. Of a grid of shifts
the one is taken under which weight times loss has the least second moment (variance minimisation, Rubinstein and
Kroese 2004).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.streams import Numbers, Sampling
from securitize.engine.calculation import Calculation
from securitize.engine.simulate import simulate
from securitize.performance.random.copulas import MARKET
from securitize.performance.random.importance import (
    Importance,
    MarketSpread,
    Shift,
    log_ratio,
    mixture_weight,
)
from securitize.performance.random.sampling import importance_of

PILOT_PATHS, ROUNDS = 4096, 3
#: Pilot paths with a loss from which they say where losses are.
ENOUGH = 32
#: What shifts may be: coarse, so that they do not depend on the last digit of a sum; the nearest to 0 first.
MARKET_SHIFTS = sorted((step / 10 for step in range(-60, 61)), key=abs)
OWN_SHIFTS = [-step / 10 for step in range(16)]


@dataclass(frozen=True, slots=True)
class Pilot:
    """Paths that lost something.

    market : (paths,);  own : (obligors, paths), factors as drawn;  weights : (paths,), densities of the laws over those
    of the draw;  loss : (paths,), above 0
    """

    market: Float64
    own: Float64
    weights: Float64
    loss: Float64


def with_shift(calculation: Calculation, *, workers: int = 1) -> Calculation:
    """The calculation with the shift of its importance sampling, reported too; as it is where there is none to find.

    The shift follows from the inputs and the seed; pilot paths are others than those of the run.
    """
    prepared = calculation.prepared
    draw = prepared.draw
    if draw is None or prepared.random is None or not draw.needs_shift:
        return calculation
    shift = find_shift(calculation, workers=workers)
    about = {**prepared.about, "market_shift": shift.market, "own_shift": shift.own}
    return replace(calculation, prepared=replace(prepared, draw=replace(draw, shift=shift), about=about))


def find_shift(calculation: Calculation, *, workers: int = 1) -> Shift:
    """The shift for the loss of the most senior note that loses on enough pilot paths; none where no note does.

    Raises ValueError where nothing is to be drawn.
    """
    prepared = calculation.prepared
    if prepared.draw is None or prepared.random is None:
        raise ValueError("nothing is to be drawn")
    importance = importance_of(prepared.random)
    sampling: Sampling = MarketSpread(law=importance.market)
    notes, shift = sorted(prepared.deal.notes, key=lambda name: prepared.deal.notes[name].rank), Shift()
    for level in range(ROUNDS):
        draw = replace(
            prepared.draw, paths=PILOT_PATHS, seed=_pilot_seed(prepared.draw.seed, level), shift=shift
        )
        started = replace(calculation, prepared=replace(prepared, draw=draw))
        found = simulate(started, workers=workers, sampling=sampling)
        numbers = Numbers(draw.seed, 0, PILOT_PATHS, sampling)
        for note in notes:
            loss = found.notes[note].principal_loss.astype(np.float64)
            if np.count_nonzero(loss) >= ENOUGH:
                shift = best_shift(importance, struck(importance, numbers, loss))
                # The next rounds are for the same note.
                notes = [note]
                break
        else:
            return shift
        sampling = replace(importance, shift=shift)
    return shift


def struck(importance: Importance, numbers: Numbers, loss: Float64) -> Pilot:
    """The pilot paths with a loss, of all (paths,)."""
    kept = loss > 0
    weights = numbers.weights
    own = [importance.own.quantile(numbers.of(stream)[0][kept]) for stream in importance.streams]
    return Pilot(
        importance.market.quantile(numbers.of(MARKET)[0][kept]),
        np.array(own).reshape(len(own), int(kept.sum())),
        np.ones(int(kept.sum())) if weights is None else weights[kept],
        loss[kept],
    )


def best_shift(importance: Importance, pilot: Pilot) -> Shift:
    """Of the grid, that under which weight times loss has the least second moment."""
    # Scaled: money squared would be beyond what is exact.
    counted = pilot.weights * (pilot.loss / pilot.loss.max()) ** 2
    market = {shift: log_ratio(importance.market, pilot.market, shift) for shift in MARKET_SHIFTS}
    own = {shift: log_ratio(importance.own, pilot.own, shift).sum(axis=0) for shift in OWN_SHIFTS}
    moments = {
        Shift(s, t): float(counted @ mixture_weight(market[s] + own[t]))
        for t in OWN_SHIFTS
        for s in MARKET_SHIFTS
    }
    return min(moments, key=lambda shift: moments[shift])


def _pilot_seed(seed: int, level: int) -> int:
    """Of numbers that no run of the seed has."""
    return int.from_bytes(hashlib.sha256(f"pilot/{level}/{seed}".encode()).digest()[:8], "little")
