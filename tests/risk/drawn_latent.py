"""Latent variables of named obligors, as simulation draws them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from securitize.base.streams import Numbers
from securitize.performance.random.copulas import Copula


def latent(
    copula: Copula, loading: NDArray[np.float64], names: Sequence[str], seed: int, paths: int
) -> NDArray[np.float64]:
    """(names, paths)."""
    numbers = Numbers(seed, 0, paths)
    return copula.latent(loading, [f"default/{name}" for name in names], numbers, *copula.shared(numbers))
