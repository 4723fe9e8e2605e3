"""Where patents stand on a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool, Float64

Int32 = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]
#: Bits of :attr:`Placement.flags`.
AMBIGUOUS, CONFIRMED, BY_TITLE_ONLY, COARSE = 1, 2, 4, 8


@dataclass(frozen=True)
class Placement:
    """Patents on nodes, as rows of a sparse matrix.

    codes     : the nodes, as written in the chain
    offsets   : (patents + 1,) int64; patent p has the entries offsets[p] to offsets[p + 1], nodes ascending
    nodes     : (entries,) int32, position in ``codes``
    weights   : (entries,) float64; those of a patent sum to 1
    confirmed : (entries,) bool, whether symbol and keyword both lead to the node
    flags     : (patents,) uint8, sum of AMBIGUOUS (a vote was split), CONFIRMED (an entry is), BY_TITLE_ONLY (no
        symbol, words alone), COARSE (a vote was understood by a coarse alias)
    """

    codes: tuple[str, ...]
    offsets: Int64
    nodes: Int32
    weights: Float64
    confirmed: Bool
    flags: Flags

    @property
    def patents(self) -> int:
        """How many patents were asked for."""
        return len(self.flags)

    @property
    def placed(self) -> Bool:
        """(patents,) bool, whether a patent is on the chain."""
        found: Bool = np.diff(self.offsets) > 0
        return found

    @property
    def owners(self) -> Int64:
        """(entries,) int64, the patent of each entry."""
        return np.repeat(np.arange(self.patents), np.diff(self.offsets))

    def of(self, patent: int) -> dict[str, float]:
        """The nodes of one patent with their weights."""
        here = slice(self.offsets[patent], self.offsets[patent + 1])
        return {self.codes[n]: float(w) for n, w in zip(self.nodes[here], self.weights[here], strict=True)}

    def largest(self) -> Int32:
        """(patents,) int32, the node with the largest weight, of equal ones the first; -1 where there is none."""
        found = np.full(self.patents, -1, dtype=np.int32)
        owners = self.owners
        # Equal weights may be summed in another order: what differs in the last digits is equal.
        order = np.lexsort((self.nodes, -np.round(self.weights, 12), owners))
        first = np.flatnonzero(np.diff(owners[order], prepend=-1))
        found[owners[order[first]]] = self.nodes[order[first]]
        return found


def from_dense(codes: tuple[str, ...], weights: Float64, confirmed: Bool, flags: Flags) -> Placement:
    """A placement of (patents, nodes) arrays."""
    rows, nodes = np.nonzero(weights)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(weights)))))
    kept = confirmed[rows, nodes]
    marks = flags.copy()
    marks[rows[kept]] |= CONFIRMED
    return Placement(
        codes, offsets.astype(np.int64), nodes.astype(np.int32), weights[rows, nodes], kept, marks
    )


def joined(codes: tuple[str, ...], parts: Sequence[Placement]) -> Placement:
    """Placements of successive patents as one."""
    if not parts:
        return from_dense(
            codes, np.zeros((0, 1)), np.zeros((0, 1), dtype=np.bool_), np.zeros(0, dtype=np.uint8)
        )
    before = np.cumsum([0, *(len(part.nodes) for part in parts)])
    offsets = [part.offsets[1:] + before[k] for k, part in enumerate(parts)]
    return Placement(
        codes,
        np.concatenate([np.zeros(1, dtype=np.int64), *offsets]),
        np.concatenate([part.nodes for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.confirmed for part in parts]),
        np.concatenate([part.flags for part in parts]),
    )
