"""The order of a chain: parents before what is below them, suppliers before those they supply."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush

from securitize.definitions.chains.chain import Chain

# Each node has a gate in and a gate out: what is below it lies between them, and an edge runs from a gate out to a
# gate in. A supply of a node is so one of all below it, without an edge for every pair.
_Gate = tuple[str, bool]


def cycle_of_parents(chain: Chain) -> list[str]:
    """A node that lies below itself, with the nodes between, first and last equal; empty where there is none."""
    parents = {
        code: {node.parent}
        for code, node in chain.nodes.items()
        if node.parent and node.parent in chain.nodes
    }
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def cycle_of_supplies(chain: Chain) -> list[str]:
    """A node that supplies itself, with the nodes between, first and last equal; empty where there is none.

    The parents must have no cycle.
    """
    try:
        TopologicalSorter(_gates(chain)).prepare()
    except CycleError as error:
        # graphlib tells the cycle from predecessor to successor.
        found: list[str] = []
        for code, _ in error.args[1]:
            if not found or found[-1] != code:
                found.append(code)
        return found if found[0] == found[-1] and len(found) > 1 else [*found, found[0]]
    return []


def order_of_supplies(chain: Chain) -> list[str]:
    """Every node, suppliers first, a parent before what is below it; among equals as written.

    Raises CycleError where the chain has a cycle.
    """
    place = {code: k for k, code in enumerate(chain.nodes)}
    sorter = TopologicalSorter(_gates(chain))
    sorter.prepare()
    ready: list[tuple[int, bool, _Gate]] = []
    found: list[str] = []
    while sorter.is_active():
        for gate in sorter.get_ready():
            heappush(ready, (place[gate[0]], gate[1], gate))
        code, out = heappop(ready)[2]
        if not out:
            found.append(code)
        sorter.done((code, out))
    return found


def _gates(chain: Chain) -> dict[_Gate, set[_Gate]]:
    """The gates before each gate; True is the gate out."""
    before: dict[_Gate, set[_Gate]] = {}
    for code, node in chain.nodes.items():
        before.setdefault((code, False), set())
        before.setdefault((code, True), set()).add((code, False))
        if node.parent and node.parent in chain.nodes:
            before[code, False].add((node.parent, False))
            before.setdefault((node.parent, True), set()).add((code, True))
    for edge in chain.edges:
        if edge.from_ in chain.nodes and edge.to in chain.nodes:
            before[edge.to, False].add((edge.from_, True))
    return before
