"""Obligors of one node of a chain.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from typing import assert_never

from securitize.base.messages import Message
from securitize.definitions.suites.stresses import NodeStress
from securitize.performance.suites.rights import exposed, failures
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after


def node_out(stress: NodeStress, target: Target) -> list[StressTable]:
    """Obligors of a node default, or of all nodes that supply others, or their rights fail. Raises DoesNotApply."""
    if not target.nodes:
        raise DoesNotApply("no obligor has a place on a chain: name a random performance that tells nodes")
    at = day_after(target, stress.after)
    owing = target.owed(at)
    owed = dict.fromkeys(target.nodes.values(), 0)
    for name, node in target.nodes.items():
        owed[node] += owing.get(name, 0)
    match stress.node:
        case "upstream":
            struck = target.suppliers
        case "largest":
            struck = frozenset({max(owed, key=lambda node: owed[node])})
        case _:
            assert_never(stress.node)
    if not struck:
        raise DoesNotApply("no obligor supplies another on the chain")
    obligors = [name for name, node in target.nodes.items() if node in struck and name in owing]
    if not obligors:
        raise DoesNotApply(Message("no obligor of the node owes anything from {day} on", day=at))
    match stress.effect:
        case "default":
            return [{"driver": "default", "obligor": name, "at": at} for name in obligors]
        case "rights-fail":
            rights = exposed(target, "invalidity", at, frozenset(obligors))
            if not rights:
                raise DoesNotApply("no cash depends on rights of the node")
            return failures(rights, "invalidity", at)
        case _:
            assert_never(stress.effect)
