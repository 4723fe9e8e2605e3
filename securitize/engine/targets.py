"""The target of suites and drivers, from a deal that is ready to be calculated."""

from __future__ import annotations

from securitize.assets.owed import dues_after
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.neighbours import customers
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.suites.target import Target
from securitize.waterfall.period_inputs import floating_rules


def target_of(prepared: Prepared) -> Target:
    """The deal with what its contracts are scheduled to pay, the indices it follows, and its obligors' nodes."""
    pool = prepared.resolved_pool
    dues = {contract.name: dues_after(contract, prepared.today.pool) for contract in pool.contracts}
    indices = {rule.index for _, rule in floating_rules(prepared.deal)} | prepared.pool.indices
    performance = prepared.definitions.performance
    companies = performance.model.obligors if performance else {}
    nodes = {
        name: companies[name].node or ""
        for name in prepared.pool.obligors
        if name in companies and companies[name].node
    }
    chain = prepared.definitions.chain.model if prepared.definitions.chain else None
    return Target(
        prepared.deal,
        prepared.pool,
        prepared.today,
        dues,
        prepared.schedule.payment[-1],
        tuple(prepared.schedule.collection),
        tuple(sorted(indices)),
        nodes,
        suppliers(chain, frozenset(nodes.values())) if chain else frozenset(),
    )


def suppliers(chain: Chain, nodes: frozenset[str]) -> frozenset[str]:
    """Those of ``nodes`` that supply another of them."""
    served = customers(chain)
    return frozenset(node for node in nodes if served.get(node, frozenset()) & (nodes - {node}))
