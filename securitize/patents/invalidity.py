"""The probability that a patent is declared invalid, in part or in full, over a horizon."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arrays import Float64


def invalidity_probability(
    challenges: ArrayLike,
    partial: ArrayLike,
    complete: ArrayLike,
    years: ArrayLike,
    decision_years: ArrayLike = 0.0,
) -> tuple[Float64, Float64]:
    """Probability of at least a partial, and of a complete invalidity decided within ``years``, (patents,) each.

    challenges        : requests for invalidation a year that are decided; they come independently (Poisson)
    partial, complete : shares of decisions that strike some claims, and all; the rest upholds the patent
    decision_years    : from the request to the decision; none is pending at the start
    1 − exp(−challenges × share × (years − decision_years)). All inputs are the user's: no official split of outcomes
    was found (``valuation.toml`` names what is assumed).
    Raises ValueError where a number is negative or the shares sum to more than 1.
    """
    rate, some, all_claims, span, wait = (
        np.asarray(each, np.float64) for each in (challenges, partial, complete, years, decision_years)
    )
    if any((each < 0).any() for each in (rate, some, all_claims, span, wait)):
        raise ValueError("hazards, shares and years are not negative")
    if (some + all_claims > 1 + 1e-12).any():
        raise ValueError("partial and complete are shares of the same decisions: their sum is at most 1")
    exposed = rate * np.maximum(span - wait, 0)
    return -np.expm1(-exposed * (some + all_claims)), -np.expm1(-exposed * all_claims)
