"""What many paths say, with how surely they say it. Pure functions on arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
#: The two-sided 95% point of the normal distribution.
Z95 = 1.959963984540054


def mean_and_error(values: Float64) -> tuple[float, float | None]:
    """The mean of (paths,) and its standard error; no error of one path."""
    count = len(values)
    error = float(values.std(ddof=1)) / math.sqrt(count) if count > 1 else None
    return float(values.mean()), error


def interval(hits: int, count: int) -> tuple[float, float]:
    """The 95% interval of a probability of which ``hits`` of ``count`` paths were seen. Source: Wilson 1927."""
    share, z2 = hits / count, Z95 * Z95
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(middle - half, 0.0) if hits else 0.0, min(middle + half, 1.0) if hits < count else 1.0


def tail(values: Float64, percent: int) -> tuple[float, float]:
    """The quantile of (paths,), the least value that ``percent`` of the paths do not exceed, and the mean beyond.

    The mean is over exactly the worst 100 - percent: a path at its edge counts in part.
    Source: Acerbi and Tasche 2002. Raises ValueError where percent is not from 1 to 99.
    """
    if not 1 <= percent <= 99:
        raise ValueError("a percentage from 1 to 99")
    ordered, count = np.sort(values), len(values)
    # In whole hundredths of paths: no rounding decides which path is at the edge.
    at = -(-percent * count // 100) - 1
    worst = (100 - percent) * count / 100
    beyond = ordered[at + 1 :]
    return float(ordered[at]), float((beyond.sum() + (worst - len(beyond)) * ordered[at]) / worst)
