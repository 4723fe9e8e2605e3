"""How paths were sampled, range by range where they are not held at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.ranged import Ranged, remembered
from securitize.base.streams import Numbers, Sampling
from securitize.engine.control_variates import control_variates
from securitize.engine.prepare.prepared import Prepared


def groups_of(sampling: Sampling, like: Any) -> Any:
    """The group of each path from 0 on; None where all paths are independent.

    like : (paths,), an array or ranges
    """
    if not isinstance(like, Ranged) or sampling.groups(1) is None:
        return sampling.groups(len(like))
    bounds = bounds_of(like)
    return Ranged(lambda k: sampling.groups(bounds[k + 1], bounds[k]), like.ranges, like.lengths)


def controls_of(
    prepared: Prepared, numbers: Callable[[int, int], Numbers], weights: Any, obligors_defaulted: Any
) -> Any:
    """Control variates, (paths, controls); None of paths without weights.

    weights, obligors_defaulted : (paths,) from path 0 on, arrays or ranges;  numbers : of the paths between two
    """
    if weights is None:
        return None
    if not isinstance(weights, Ranged):
        return control_variates(prepared, numbers(0, len(weights)), weights, obligors_defaulted)
    bounds = bounds_of(weights)

    def of(k: int) -> Float64:
        drawn = numbers(bounds[k], bounds[k + 1])
        return control_variates(prepared, drawn, weights.of(k), obligors_defaulted.of(k))

    return remembered(Ranged(of, weights.ranges, weights.lengths))


def bounds_of(values: Ranged) -> list[int]:
    """Where ranges begin, and how many paths there are."""
    return [0, *np.cumsum(values.lengths).tolist()]
