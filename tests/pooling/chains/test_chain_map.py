"""The map of a chain against sums taken patent by patent."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest

from securitize.definitions.chains.chain import Node
from securitize.pooling.chains.chain_map import ChainMap, NodeSum, map_chain
from securitize.pooling.chains.classify import classify
from securitize.pooling.chains.placement import Placement
from tests.pooling.chains.chain_files import FOLDER, IPC, NAMES, ready, shipped
from tests.pooling.chains.chains_reference import Page
from tests.pooling.chains.drawn_patents import drawn


def placed(name: str, count: int = 800) -> Placement:
    ipc, titles, _ = zip(*drawn(Page(FOLDER / f"{name}.toml", IPC), count, seed=17), strict=True)
    return classify(ready(name), ipc, titles)


def values_of(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    random = np.random.Generator(np.random.Philox(3))
    return np.where(random.random(count) < 0.1, 0, random.integers(0, 9 * 10**15, count)).astype(np.int64)


@pytest.mark.parametrize("name", NAMES)
def test_sums_against_patent_by_patent(name: str) -> None:
    chain, placement = shipped(name).model, placed(name)
    values = values_of(placement.patents)
    among = np.arange(placement.patents) % 3 != 0
    found = map_chain(chain, placement, values, among)
    inside = {code: {one for one in chain.nodes if _under(chain.nodes, one, code)} for code in chain.nodes}
    for node in found.nodes:
        rows = [k for k in np.flatnonzero(among).tolist() if placement.of(k).keys() & inside[node.code]]
        weights = [sum(w for one, w in placement.of(k).items() if one in inside[node.code]) for k in rows]
        assert node.patents == len(rows)
        assert node.weight == pytest.approx(sum(weights), abs=1e-9)
        exact = sum((Fraction(w) * int(values[k]) for k, w in zip(rows, weights, strict=True)), Fraction(0))
        assert -3 * len(rows) - 1 <= node.value - exact <= 3 * len(rows) + 1
    assert (found.placed, found.unplaced) == (
        int((placement.placed & among).sum()),
        int((~placement.placed & among).sum()),
    )
    empty = [node.code for node in found.nodes if node.code in chain.leaves() and node.patents == 0]
    assert list(found.empty) == empty


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_of_value_stands_somewhere_once(name: str) -> None:
    placement = placed(name)
    values = values_of(placement.patents)
    found = map_chain(shipped(name).model, placement, values)
    whole = int(values[placement.placed].sum())
    assert sum(node.value for node in found.nodes if not node.parent) == whole
    assert sum(stage.value for stage in found.stages) == whole
    assert sum(stage.weight for stage in found.stages) == pytest.approx(found.placed)
    for stage in found.stages:
        tops = [node for node in stage.nodes if node.depth == 0]
        assert sum(node.value for node in tops) == stage.value
        assert sum(node.weight for node in tops) == pytest.approx(stage.weight)
        assert stage.patents <= found.placed


def test_nodes_stand_in_the_order_of_supplies_and_stages_hold_their_own() -> None:
    chain = shipped("electric-vehicle").model
    found = map_chain(chain, placed("electric-vehicle"))
    place = {node.code: node.position for node in found.nodes}
    assert [node.position for node in found.nodes] == list(range(len(chain.nodes)))
    assert all(place[edge.from_] < place[edge.to] for edge in chain.edges)
    assert [stage.stage for stage in found.stages] == ["midstream", "downstream"]
    shown = {stage.stage: [node.code for node in stage.nodes] for stage in found.stages}
    assert "1.3" in shown["midstream"]
    assert "1.3" in shown["downstream"], "its nodes are of two stages"
    assert _node(found, "1.2").supplies == ("1.1",)
    assert (_node(found, "1.2.1.1").depth, _node(found, "1.2.1.1").stage) == (2, "midstream")
    assert {node.value for node in found.nodes} == {0}


def test_an_empty_chain_lists_every_leaf() -> None:
    chain = shipped("lithium-battery").model
    found = map_chain(chain, classify(ready("lithium-battery"), [], []))
    assert set(found.empty) == set(chain.leaves())
    assert (found.placed, found.unplaced) == (0, 0)
    assert [stage.stage for stage in found.stages] == ["upstream", "midstream"]


def _node(found: ChainMap, code: str) -> NodeSum:
    return next(node for node in found.nodes if node.code == code)


def _under(nodes: Mapping[str, Node], one: str | None, over: str) -> bool:
    while one:
        if one == over:
            return True
        one = nodes[one].parent
    return False
