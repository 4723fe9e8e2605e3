"""The nodes of random performance: their chain, and the correlation of their factors."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.correlation import is_correlation
from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.chains.chain import Chain
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.scenarios.node_correlations import largest_decay, node_correlations
from securitize.definitions.scenarios.random_performance import RandomPerformance


def chain_is_named_where_it_is_needed(performance: Loaded[RandomPerformance]) -> Iterator[Problem]:
    """Distances between nodes, and contagion, need an industry chain (SEC485)."""
    written = performance.model
    if written.nodes is not None and written.nodes.chain is not None:
        return
    repair = 'add chain = "…" to [nodes]'
    if written.nodes is not None and written.nodes.decay is not None:
        what = "without a chain nodes have no distance"
        yield performance.problem(("nodes", "decay"), what, None, repair, "SEC485")
    if written.contagion is not None:
        what = "without a chain nobody is a customer"
        yield performance.problem(("contagion",), what, None, repair, "SEC485")


def written_pairs_are_of_nodes_named_once(performance: Loaded[RandomPerformance]) -> Iterator[Problem]:
    """A written correlation is of two nodes on which companies stand (SEC485), each pair once (SEC484)."""
    rule, named = performance.model.nodes, performance.model.nodes_named()
    seen: set[frozenset[str]] = set()
    for k, pair in enumerate(rule.correlation if rule else ()):
        at = ("nodes", "correlation", k, "between")
        for name in pair.between:
            if name not in named:
                what = "no obligor or provider stands on the node"
                yield performance.problem(at, what, name, suggest(name, named), "SEC485")
        if frozenset(pair.between) in seen:
            what = "the correlation of these nodes is written twice"
            yield performance.problem(at, what, Listing(pair.between, " and "), "write it once", "SEC484")
        seen.add(frozenset(pair.between))


def nodes_can_have_their_correlation(
    performance: Loaded[RandomPerformance], chain: Chain | None
) -> Iterator[Problem]:
    """The correlation matrix of the nodes is positive semidefinite (SEC484)."""
    written = performance.model
    if written.nodes is None or not _known(written, chain):
        return
    if is_correlation(node_correlations(written, chain)):
        return
    what = "no factors can have these correlations: together they contradict each other"
    repair = "bring the pairs nearer to 0"
    largest = largest_decay(written, chain) if chain else None
    if largest is not None:
        repair = Message(
            "lower decay to at most {largest:g}, or write the pairs that are too high", largest=largest
        )
    yield performance.problem(("nodes",), what, None, repair, "SEC484")


def copula_has_node_factors(performance: Loaded[RandomPerformance]) -> Iterator[Problem]:
    """The double-t copula has no factors of nodes (SEC178)."""
    written = performance.model
    if not written.copula.has_nodes and any(map(written.node_loading_of, written.companies())):
        what = Message("the {kind} copula has no factors of nodes", kind=written.copula.kind)
        repair = 'write kind = "gaussian" or "student-t", or take node_loading away'
        yield performance.problem(("copula",), what, written.copula.kind, repair, "SEC178")


def _known(written: RandomPerformance, chain: Chain | None) -> bool:
    """Whether everything that the correlation is made of is there."""
    named = written.nodes_named()
    pairs = written.nodes.correlation if written.nodes else ()
    if written.nodes and written.nodes.decay is not None and chain is None:
        return False
    return all(name in named for pair in pairs for name in pair.between)
