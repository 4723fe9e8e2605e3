"""The map of a chain: patents, weights and value on each node and stage, in the order of supplies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool
from securitize.definitions.chains.chain import STAGES, Chain
from securitize.definitions.chains.supplies import order_of_supplies
from securitize.pooling.chains.placement import Placement


@dataclass(frozen=True, slots=True)
class NodeSum:
    """What stands on a node and all below it.

    depth    : 0 at the top
    stage    : its own, else that of the nearest node above; empty where none says it
    position : place in the order of supplies, from 0
    supplies : the nodes that it supplies, as written
    patents  : how many have a weight there; weight : the sum of their weights
    value    : minor units, the value of the patents by weight; 0 where no values were given
    """

    code: str
    title: str
    title_zh: str
    parent: str
    depth: int
    stage: str
    official: bool
    position: int
    supplies: tuple[str, ...]
    patents: int
    weight: float
    value: int


@dataclass(frozen=True, slots=True)
class StageSum:
    """A stage: its sums, and the nodes in it or above one, each with the sums of this stage alone."""

    stage: str
    patents: int
    weight: float
    value: int
    nodes: tuple[NodeSum, ...]


@dataclass(frozen=True, slots=True)
class ChainMap:
    """A chain with what stands on it.

    nodes    : every node, suppliers first
    stages   : upstream, midstream, downstream, and without a stage; those that have nodes
    empty    : the nodes with nothing below them on which no patent stands
    placed   : patents on the chain; unplaced : the others
    """

    nodes: tuple[NodeSum, ...]
    stages: tuple[StageSum, ...]
    empty: tuple[str, ...]
    placed: int
    unplaced: int


def map_chain(
    chain: Chain, placement: Placement, values: Int64 | None = None, among: Bool | None = None
) -> ChainMap:
    """The map of ``placement``.

    values : (patents,) int64, minor units, not negative; each is shared among the nodes to the unit
    among  : (patents,) bool, the patents that count; all where it is None
    """
    counted = np.ones(placement.patents, dtype=np.bool_) if among is None else among
    entries = _Entries.of(chain, placement, values, counted)
    order = order_of_supplies(chain)
    everything = np.ones(len(entries.owners), dtype=np.bool_)
    sums = entries.sums(everything)
    nodes = tuple(_node(chain, entries, code, k, sums) for k, code in enumerate(order))
    stages = [_stage(chain, entries, order, stage) for stage in (*STAGES, "")]
    on_chain = int((placement.placed & counted).sum())
    patents = {node.code: node.patents for node in nodes}
    leaves = set(chain.leaves())
    return ChainMap(
        nodes,
        tuple(stage for stage in stages if stage.nodes),
        tuple(code for code in order if code in leaves and not patents[code]),
        on_chain,
        int(counted.sum()) - on_chain,
    )


@dataclass(frozen=True)
class _Sums:
    """By node, all below it included."""

    patents: Int64
    weights: npt.NDArray[np.float64]
    values: Int64


@dataclass(frozen=True)
class _Entries:
    """Entries of a placement that count. ``parents``: -1 at the top."""

    place: dict[str, int]
    parents: Int64
    stages: list[str]
    owners: Int64
    nodes: Int64
    weights: npt.NDArray[np.float64]
    values: Int64

    @classmethod
    def of(cls, chain: Chain, placement: Placement, values: Int64 | None, counted: Bool) -> _Entries:
        place = {code: k for k, code in enumerate(placement.codes)}
        parents = [place[node.parent] if node.parent else -1 for node in chain.nodes.values()]
        stages = [_stage_of(chain, code) for code in placement.codes]
        owners = placement.owners
        shares = np.zeros(len(owners), dtype=np.int64) if values is None else _shared(placement, values)
        kept = counted[owners]
        return cls(
            place,
            np.array(parents, dtype=np.int64),
            stages,
            owners[kept],
            placement.nodes[kept].astype(np.int64),
            placement.weights[kept],
            shares[kept],
        )

    def sums(self, kept: Bool) -> _Sums:
        """Sums over the entries ``kept``, rolled up to every node above."""
        size = len(self.place)
        owners, nodes = self.owners[kept], self.nodes[kept]
        weights, values = self.weights[kept], self.values[kept]
        weight, value = np.zeros(size), np.zeros(size, dtype=np.int64)
        pairs: list[Int64] = []
        while len(nodes):
            np.add.at(weight, nodes, weights)
            np.add.at(value, nodes, values)
            pairs.append(owners * size + nodes)
            up = self.parents[nodes]
            below_top = up >= 0
            owners, nodes = owners[below_top], up[below_top]
            weights, values = weights[below_top], values[below_top]
        distinct = np.unique(np.concatenate(pairs)) if pairs else np.zeros(0, dtype=np.int64)
        return _Sums(np.bincount(distinct % size, minlength=size), weight, value)

    def of_stage(self, stage: str) -> Bool:
        """(entries,) bool."""
        inside = np.array([one == stage for one in self.stages], dtype=np.bool_)
        found: Bool = inside[self.nodes]
        return found


def _shared(placement: Placement, values: Int64) -> Int64:
    """Each patent's value among its entries by cumulative rounding: they sum to it, each within one unit."""
    offsets, whole = placement.offsets, values[placement.owners]
    lengths = np.diff(offsets)
    shares = np.zeros(len(whole), dtype=np.int64)
    running = np.zeros(placement.patents)
    given = np.zeros(placement.patents, dtype=np.int64)
    for k in range(int(lengths.max(initial=0))):
        rows = np.flatnonzero(lengths > k)
        at = offsets[rows] + k
        running[rows] += placement.weights[at]
        upto = np.rint(np.minimum(running[rows], 1.0) * whole[at]).astype(np.int64)
        upto = np.where(lengths[rows] == k + 1, whole[at], np.minimum(upto, whole[at]))
        shares[at] = upto - given[rows]
        given[rows] = upto
    return shares


def _stage_of(chain: Chain, code: str) -> str:
    node = chain.nodes[code]
    while node.stage is None and node.parent:
        node = chain.nodes[node.parent]
    return node.stage or ""


def _stage(chain: Chain, entries: _Entries, order: list[str], stage: str) -> StageSum:
    kept = entries.of_stage(stage)
    sums = entries.sums(kept)
    shown: set[str] = set()
    for code in {*chain.leaves(), *(order_code for order_code in order if _holds(entries, order_code))}:
        at: str | None = code if entries.stages[entries.place[code]] == stage else None
        while at:
            shown.add(at)
            at = chain.nodes[at].parent
    return StageSum(
        stage,
        len(np.unique(entries.owners[kept])),
        float(entries.weights[kept].sum()),
        int(entries.values[kept].sum()),
        tuple(_node(chain, entries, code, k, sums) for k, code in enumerate(order) if code in shown),
    )


def _holds(entries: _Entries, code: str) -> bool:
    """Whether a patent stands on the node itself, not only below it."""
    return bool((entries.nodes == entries.place[code]).any())


def _node(chain: Chain, entries: _Entries, code: str, position: int, sums: _Sums) -> NodeSum:
    node, k = chain.nodes[code], entries.place[code]
    depth, above = 0, node.parent
    while above:
        depth, above = depth + 1, chain.nodes[above].parent
    return NodeSum(
        code,
        node.title,
        node.title_zh,
        node.parent or "",
        depth,
        entries.stages[k],
        node.official,
        position,
        tuple(edge.to for edge in chain.edges if edge.from_ == code),
        int(sums.patents[k]),
        float(sums.weights[k]),
        int(sums.values[k]),
    )
