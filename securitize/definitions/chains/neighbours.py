"""Who stands next to whom on a chain: customers, and steps of supply between two nodes.

An edge is one of its nodes and of all that lies below them (``docs/reference/chains.md``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from securitize.definitions.chains.chain import Chain


def customers(chain: Chain) -> dict[str, frozenset[str]]:
    """The nodes that each node supplies directly; every node is a key."""
    below = _below(chain)
    found: dict[str, set[str]] = {code: set() for code in chain.nodes}
    for edge in chain.edges:
        for supplier in below[edge.from_]:
            found[supplier] |= below[edge.to]
    return {code: frozenset(nodes) for code, nodes in found.items()}


def distances(chain: Chain, codes: Iterable[str]) -> dict[tuple[str, str], int]:
    """Steps of supply, up or down, of the shortest way between two of ``codes``; none where there is no way."""
    beside: dict[str, set[str]] = {code: set() for code in chain.nodes}
    for supplier, nodes in customers(chain).items():
        for customer in nodes:
            beside[supplier].add(customer)
            beside[customer].add(supplier)
    asked = list(codes)
    found: dict[tuple[str, str], int] = {}
    for start in asked:
        away, waiting = {start: 0}, deque([start])
        while waiting:
            here = waiting.popleft()
            for code in beside[here] - away.keys():
                away[code] = away[here] + 1
                waiting.append(code)
        found |= {(start, code): away[code] for code in asked if code in away}
    return found


def _below(chain: Chain) -> dict[str, set[str]]:
    """Each node with all that lies below it."""
    found: dict[str, set[str]] = {code: set() for code in chain.nodes}
    for code in chain.nodes:
        above: str | None = code
        while above is not None:
            found[above].add(code)
            above = chain.nodes[above].parent
    return found
