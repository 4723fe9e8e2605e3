"""Control variates: quantities of random paths whose means are known, for estimates of weighted means."""

from __future__ import annotations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.streams import Numbers
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.random.obligors import RandomDefaults
from securitize.performance.random.sampling import market_controls


def control_variates(
    prepared: Prepared, numbers: Numbers, weights: Float64, obligors_defaulted: Int64
) -> Float64:
    """Those of the market factor, and the number of obligors that default where its mean is known.

    weights, obligors_defaulted : (paths,) of ``numbers``
    Returns (paths, controls), each of mean 0.
    """
    found = market_controls(numbers, weights)
    expected = expected_defaults(prepared)
    if expected is None:
        return found
    return np.column_stack((found, weights * obligors_defaulted - expected))


def expected_defaults(prepared: Prepared) -> float | None:
    """How many obligors default on average by the last collection date, drawn or given.

    None where anything but their own hazards may strike them.
    """
    processes = prepared.random.processes if prepared.random else ()
    defaults = [one for one in processes if isinstance(one, RandomDefaults)]
    if len(defaults) != 1 or defaults[0].contagion is not None:
        return None
    by_end = dict(zip(defaults[0].obligors, defaults[0].probability[:, -1].tolist(), strict=True))
    last, chances = prepared.schedule.collection[-1].toordinal(), dict[str, float]()
    for name, contract in prepared.pool.contracts.items():
        named = prepared.performance.defaults.get(name)
        certain = named is not None and bool((named.dates <= last).all())
        chance = 1.0 if certain else by_end.get(contract.obligor, 0.0)
        chances[contract.obligor] = max(chance, chances.get(contract.obligor, 0.0))
    return sum(chances.values())
