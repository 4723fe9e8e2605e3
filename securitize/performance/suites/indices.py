"""Rates that follow an index.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from securitize.definitions.figures import is_lpr
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target


def index_rates(written: StressTable, target: Target) -> list[StressTable]:
    """Both loan prime rates, and every other index of the deal, shifted. Raises DoesNotApply."""
    if not target.indices:
        raise DoesNotApply("no rate of the deal or the pool follows an index")
    found: list[StressTable] = []
    at = {"at": target.today.pool} if target.today.in_mid_life else {}
    if any(is_lpr(name) for name in target.indices):
        found.append({"driver": "lpr", **at, "shift": written["shift"]})
    return found + [
        {"driver": "index-rate", "index": name, **at, "shift": written["shift"]}
        for name in target.indices
        if not is_lpr(name)
    ]
