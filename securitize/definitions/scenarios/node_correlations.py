"""The correlation of the factors of nodes, from what is written of it."""

from __future__ import annotations

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.correlation import is_correlation
from securitize.base.money import RATE_UNITS
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.neighbours import distances
from securitize.definitions.scenarios.random_performance import RandomPerformance


def node_correlations(written: RandomPerformance, chain: Chain | None, decay: float | None = None) -> Float64:
    """Of :meth:`RandomPerformance.nodes_named`, (nodes, nodes); it need not be one that factors can have.

    A pair that is written counts; else ``decay`` to the power of the distance; 0 where there is no way, or no decay.
    decay : in place of the one that is written
    """
    names, rule = written.nodes_named(), written.nodes
    found = np.eye(len(names))
    if rule is None:
        return found
    if decay is None and rule.decay is not None:
        decay = rule.decay / RATE_UNITS
    place = {name: k for k, name in enumerate(names)}
    if decay is not None and chain is not None:
        known = [name for name in names if name in chain.nodes]
        for (one, other), steps in distances(chain, known).items():
            found[place[one], place[other]] = decay**steps
    for pair in rule.correlation:
        i, j = (place[name] for name in pair.between)
        found[i, j] = found[j, i] = pair.coefficient / RATE_UNITS
    return found


def largest_decay(written: RandomPerformance, chain: Chain) -> float | None:
    """The largest decay of two decimals that factors can have, below the one that is written; None where none can."""
    if written.nodes is None or written.nodes.decay is None:
        return None
    for hundredth in range(written.nodes.decay * 100 // RATE_UNITS, -1, -1):
        if is_correlation(node_correlations(written, chain, hundredth / 100)):
            return hundredth / 100
    return None
