"""An industry chain for a reader: stage by stage, in the order of supplies, with what stands on each node."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from securitize.base.messages import Listing, Message
from securitize.definitions.loading import load_chain
from securitize.library import find_chain
from securitize.pooling.chains.chain_map import ChainMap, NodeSum, map_chain
from securitize.pooling.chains.placement import joined
from securitize.reports.headings import cell, heading
from securitize.reports.names import titled
from securitize.reports.rows import rows_of
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.words import in_users, word

if TYPE_CHECKING:
    from securitize.store.run import Run

#: Of a build, by node.
COUNTED = ("candidates", "selected", "value")


def print_chain(name: str, build: Run | None) -> None:
    """The chain ``name``; with a build, weights of its candidates and its pool, and value, by node."""
    loaded = load_chain(find_chain(name))
    chain = loaded.model
    rules = Counter(rule.node for rule in chain.rules)
    empty = map_chain(chain, joined(tuple(chain.nodes), []), np.zeros(0, np.int64))
    found = {row["node"]: row for row in rows_of(build, "chain_map")} if build else {}
    print_line(titled(chain.name, chain.title, chain.title_zh))
    official = sum(node.official for node in chain.nodes.values())
    print_line(
        "{nodes} nodes ({official} of the source, the others added), {rules} rules, {supplies} supply links; stages "
        "and supply links are assumed where the source has none",
        nodes=len(chain.nodes),
        official=official,
        rules=len(chain.rules),
        supplies=len(chain.edges),
    )
    print_line("")
    for stage in empty.stages:
        columns = [
            heading("chain_map", "node", wraps=True),
            Column("Rules"),
            Column("Supplies nodes", wraps=True),
        ]
        columns += [heading("chain_map", name) for name in COUNTED] if build else []
        rows = [_row(node, rules, found, build is not None) for node in _as_tree(stage.nodes)]
        print_table(Message("Stage: {stage}", stage=word("stage", stage.stage)), columns, rows)
    _print_ends(empty, found)


def _as_tree(nodes: tuple[NodeSum, ...]) -> list[NodeSum]:
    """A parent before what is below it, siblings in the order of supplies."""
    below: dict[str, list[NodeSum]] = {}
    codes = {node.code for node in nodes}
    for node in nodes:
        below.setdefault(node.parent if node.parent in codes else "", []).append(node)

    def walk(code: str) -> list[NodeSum]:
        return [each for node in below.get(code, []) for each in (node, *walk(node.code))]

    return walk("")


def _row(node: NodeSum, rules: Counter[str], found: dict[str, Any], counted: bool) -> list[Any]:
    name = f"{'· ' * node.depth}{node.code} {in_users(node.title, node.title_zh)}"
    cells: list[Any] = [name, rules[node.code] or None, ", ".join(node.supplies)]
    if counted:
        row = found.get(node.code, {})
        cells += [cell("chain_map", name, row.get(name, 0)) for name in COUNTED]
    return cells


def _print_ends(whole: ChainMap, found: dict[str, Any]) -> None:
    """Leaves on which nothing of the pool stands."""
    bare = [code for code in whole.empty if found and not found.get(code, {}).get("selected")]
    if bare:
        print_line("nodes without a patent of the pool: {nodes}", nodes=Listing(bare))
