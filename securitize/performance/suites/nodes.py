"""Obligors of one node of a chain.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from typing import assert_never

from securitize.definitions.suites.stresses import NodeStress
from securitize.performance.suites.rights import exposed, failures
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after


def node_out(stress: NodeStress, target: Target) -> list[StressTable]:
    """Obligors of a node default, or of all nodes that supply others, or their rights fail. Raises DoesNotApply."""
    if not target.nodes:
        raise DoesNotApply("no obligor has a place on a chain: name a random performance that tells nodes")
    owed = dict.fromkeys(target.nodes.values(), 0)
    for name, amount in target.cash.items():
        node = target.nodes.get(target.pool.contracts[name].obligor)
        if node is not None:
            owed[node] += amount
    match stress.node:
        case "upstream":
            struck = target.suppliers
        case "largest":
            struck = frozenset({max(owed, key=lambda node: owed[node])})
        case _:
            assert_never(stress.node)
    if not struck:
        raise DoesNotApply("no obligor supplies another on the chain")
    at = day_after(target, stress.after)
    obligors = [name for name, node in target.nodes.items() if node in struck]
    match stress.effect:
        case "default":
            return [{"driver": "default", "obligor": name, "at": at} for name in obligors]
        case "rights-fail":
            rights = exposed(target, "invalidity", frozenset(obligors))
            if not rights:
                raise DoesNotApply("no cash depends on rights of the node")
            return failures(rights, "invalidity", at)
        case _:
            assert_never(stress.effect)
