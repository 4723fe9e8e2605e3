"""What of a chain does not fit together. Each check is a function whose name is the sentence that should hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.supplies import cycle_of_parents, cycle_of_supplies
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded, at_most

ChainCheck = Callable[[Loaded[Chain]], Iterator[Problem]]


def parents_are_nodes(chain: Loaded[Chain]) -> Iterator[Problem]:
    """The parent of a node is a node of the chain (SEC463)."""
    known = chain.names("nodes")
    for code, node in chain.model.nodes.items():
        if node.parent is not None and node.parent not in known:
            at = ("nodes", code, "parent")
            yield chain.problem(
                at, "there is no such node", node.parent, suggest(node.parent, known), "SEC463"
            )


def edges_join_nodes(chain: Loaded[Chain]) -> Iterator[Problem]:
    """An edge joins two nodes of the chain (SEC463)."""
    known = chain.names("nodes")
    for k, edge in enumerate(chain.model.edges):
        for key, code in (("from", edge.from_), ("to", edge.to)):
            if code not in known:
                at = ("edges", k, key)
                yield chain.problem(at, "there is no such node", code, suggest(code, known), "SEC463")


def rules_are_of_nodes(chain: Loaded[Chain]) -> Iterator[Problem]:
    """A rule belongs to a node of the chain (SEC463)."""
    known = chain.names("nodes")
    for k, rule in enumerate(chain.model.rules):
        if rule.node not in known:
            at = ("rules", k, "node")
            yield chain.problem(at, "there is no such node", rule.node, suggest(rule.node, known), "SEC463")


def no_node_is_below_itself(chain: Loaded[Chain]) -> Iterator[Problem]:
    """No node is its own parent, directly or through others (SEC464)."""
    cycle = cycle_of_parents(chain.model)
    if cycle:
        at = ("nodes", cycle[0], "parent")
        what = Message("a node is below itself: {nodes}", nodes=Listing(cycle, " -> "))
        yield chain.problem(at, what, None, "take one of the parents away", "SEC464")


def no_node_supplies_itself(chain: Loaded[Chain]) -> Iterator[Problem]:
    """No node supplies itself, directly or through others (SEC465)."""
    if cycle_of_parents(chain.model):
        return
    cycle = cycle_of_supplies(chain.model)
    if cycle:
        steps = {(cycle[k], cycle[k + 1]) for k in range(len(cycle) - 1)}
        edges = enumerate(chain.model.edges)
        first = next((k for k, edge in edges if (edge.from_, edge.to) in steps), 0)
        what = Message("a node supplies itself: {nodes}", nodes=Listing(cycle, " -> "))
        yield chain.problem(("edges", first), what, None, "take one of the edges away", "SEC465")


def edges_are_written_once(chain: Loaded[Chain]) -> Iterator[Problem]:
    """An edge is written once (SEC466)."""
    seen: set[tuple[str, str]] = set()
    for k, edge in enumerate(chain.model.edges):
        pair = (edge.from_, edge.to)
        if pair in seen:
            found = f"{edge.from_} -> {edge.to}"
            yield chain.problem(("edges", k), "the edge is written twice", found, "write it once", "SEC466")
        seen.add(pair)


def leaves_have_a_stage(chain: Loaded[Chain]) -> Iterator[Problem]:
    """A leaf has a stage, its own or inherited (SEC467); not tested in what is left of a faulty file, where
    it is uncertain which nodes are leaves.
    """
    if chain.removed:
        return
    for code in chain.model.leaves():
        if chain.model.nodes[code].stage is None:
            what = "a node with nothing below it has no stage"
            repair = 'add stage = "upstream", "midstream" or "downstream"'
            yield chain.problem(("nodes", code), what, None, repair, "SEC467")


def rules_by_symbols_alone_have_no_keywords(chain: Loaded[Chain]) -> Iterator[Problem]:
    """A rule with ``ipc_only`` has no keywords (SEC468)."""
    for k, rule in enumerate(chain.model.rules):
        if rule.ipc_only and (rule.keywords or rule.keywords_en):
            at = ("rules", k, "keywords" if rule.keywords else "keywords_en")
            repair = "take the keywords away, or ipc_only"
            yield chain.problem(at, "the rule holds by symbols alone", None, repair, "SEC468")


def leaves_have_rules(chain: Loaded[Chain]) -> Iterator[Problem]:
    """A leaf has a rule, so that patents can be placed on it (SEC331, a warning)."""
    ruled = {rule.node for rule in chain.model.rules}
    for code in chain.model.leaves():
        if code not in ruled:
            what = "no rule places a patent on the node"
            yield chain.problem(("nodes", code), what, None, "add a rule", "SEC331")


CHECKS: tuple[ChainCheck, ...] = (
    parents_are_nodes,
    edges_join_nodes,
    rules_are_of_nodes,
    no_node_is_below_itself,
    no_node_supplies_itself,
    edges_are_written_once,
    leaves_have_a_stage,
    rules_by_symbols_alone_have_no_keywords,
)
WARNINGS: tuple[ChainCheck, ...] = (leaves_have_rules,)


def check_chain(chain: Loaded[Chain]) -> list[Problem]:
    """What makes a chain unusable."""
    return at_most(problem for check in CHECKS for problem in check(chain))


def warnings_of_chain(chain: Loaded[Chain]) -> list[Problem]:
    """What is odd about a chain that can be used."""
    return at_most(problem for check in WARNINGS for problem in check(chain))
