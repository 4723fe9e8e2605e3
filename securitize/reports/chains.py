"""An industry chain for a reader: stage by stage, in the order of supplies, with what stands on each node."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from securitize.base.messages import Listing
from securitize.definitions.loading import load_chain
from securitize.library import find_chain
from securitize.pooling.chains.chain_map import ChainMap, NodeSum, map_chain
from securitize.pooling.chains.placement import joined
from securitize.reports.rows import rows_of
from securitize.reports.terminal import Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.store.run import Run

STAGES = {
    "upstream": "upstream 上游",
    "midstream": "midstream 中游",
    "downstream": "downstream 下游",
    "": "without a stage",
}


def print_chain(name: str, build: Run | None) -> None:
    """The chain ``name``; with a build, weights of its candidates and its pool, and value, by node."""
    loaded = load_chain(find_chain(name))
    chain = loaded.model
    rules = Counter(rule.node for rule in chain.rules)
    empty = map_chain(chain, joined(tuple(chain.nodes), []), np.zeros(0, np.int64))
    found = {row["node"]: row for row in rows_of(build, "chain_map")} if build else {}
    print_line(f"{chain.name}  {chain.title} {chain.title_zh}")
    official = sum(node.official for node in chain.nodes.values())
    print_line(
        "{count} nodes ({official} of the source, the others ours), {count_2} rules, {count_3} "
        "supplies; stages and supplies are assumed where the source has none",
        count=len(chain.nodes),
        official=official,
        count_2=len(chain.rules),
        count_3=len(chain.edges),
    )
    print_line("")
    for stage in empty.stages:
        columns = [Column("node", wraps=True), Column("rules"), Column("supplies", wraps=True)]
        columns += (
            [Column("candidates", right=True), Column("pool", right=True), Column("value")] if build else []
        )
        rows = [_row(node, rules, found, build is not None) for node in _as_tree(stage.nodes)]
        print_table(STAGES[stage.stage], columns, rows)
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
    name = f"{'· ' * node.depth}{node.code} {node.title_zh} {node.title}"
    cells: list[Any] = [name, rules[node.code] or None, ", ".join(node.supplies)]
    if counted:
        row = found.get(node.code, {})
        cells += [f"{row.get(name, 0):.2f}" for name in ("candidates", "selected")] + [row.get("value")]
    return cells


def _print_ends(whole: ChainMap, found: dict[str, Any]) -> None:
    """Leaves on which nothing of the pool stands."""
    bare = [code for code in whole.empty if found and not found.get(code, {}).get("selected")]
    if bare:
        print_line("no patent of the pool on: {bare}", bare=Listing(bare))
