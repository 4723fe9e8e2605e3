"""Changes of a rate vector: set, scale, shift, ramp.

Source: ``docs/reference/assets.md``, section 6.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.definitions.scenarios.scenario import Ramp, RateStress, RecoveryRateStress


def extended(rates: tuple[int, ...], periods: int) -> Int64:
    """A vector over all periods, the last value holding. Returns int64 (periods,)."""
    kept = rates[:periods]
    return np.array(kept + (rates[-1],) * (periods - len(kept)), np.int64)


def changed(rates: Int64, stress: RateStress, past: int = 0) -> Int64:
    """``rates`` after a stress, in its periods after the ``past`` ones; int64 (periods,), units of 1e-8, in [0, 1]."""
    periods = rates.size
    if stress.set_ is not None:
        new = extended(stress.set_, periods)
    elif stress.ramp is not None:
        new = extended(ramp_values(stress.ramp), periods)
    else:
        new = _moved(rates, stress.scale, stress.shift)
    number = np.arange(1, periods + 1)
    acts = (number >= max(stress.first_period, past + 1)) & (number <= (stress.last_period or periods))
    return np.where(acts, np.clip(new, 0, RATE_UNITS), rates)


def changed_recovery(rate: Int64, stress: RecoveryRateStress) -> Int64:
    """A recovery's rate after a stress, units of 1e-8, cut to [0, 1]."""
    new = (
        np.full_like(rate, stress.set_)
        if stress.set_ is not None
        else _moved(rate, stress.scale, stress.shift)
    )
    return np.clip(new, 0, RATE_UNITS)


def _moved(rates: Int64, scale: int | None, shift: int | None) -> Int64:
    return multiply_divide(rates, scale, RATE_UNITS) if scale is not None else rates + (shift or 0)


def ramp_values(ramp: Ramp) -> tuple[int, ...]:
    """Linear from period 1 to period ``ramp.periods``, rounded half-even; the last value holds. Units of 1e-8."""
    steps = ramp.periods - 1
    return tuple(round(ramp.from_ + Fraction((ramp.to - ramp.from_) * t, steps)) for t in range(steps + 1))
