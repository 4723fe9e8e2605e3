"""Factors of the nodes of an industry chain: normal, of variance 1, correlated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.correlation import lower_root
from securitize.base.streams import Numbers
from securitize.definitions.chains.chain import Chain
from securitize.definitions.scenarios.node_correlations import node_correlations
from securitize.definitions.scenarios.random_performance import RandomPerformance


@dataclass(frozen=True)
class NodeFactors:
    """One factor a node, low is bad.

    names : of the nodes, sorted;  correlation : (nodes, nodes)
    """

    names: tuple[str, ...]
    correlation: Float64

    @cached_property
    def _root(self) -> Float64:
        return lower_root(self.correlation)

    def of(self, numbers: Numbers) -> dict[str, Float64]:
        """By node, float64 (paths,). Raises ValueError where no factors can have the correlation."""
        from scipy.special import ndtri

        independent = [ndtri(numbers.of(f"factor/node/{name}")[0]) for name in self.names]
        found: dict[str, Float64] = {}
        for k, name in enumerate(self.names):
            # Summed one after another: the same bits whatever the number of paths.
            factor = np.zeros(numbers.paths, np.float64)
            for j in range(k + 1):
                factor = factor + self._root[k, j] * independent[j]
            found[name] = factor
        return found


def resolve_node_factors(written: RandomPerformance, chain: Chain | None) -> NodeFactors | None:
    """Those of the nodes that are named; None where none is."""
    names = written.nodes_named()
    return NodeFactors(names, node_correlations(written, chain)) if names else None
