"""The build of a pool as rows of its tables: one module a family of tables."""

from __future__ import annotations

from typing import Any

from securitize.pooling.assemble import Assembled
from securitize.runs.tabulate_build import chosen, known, outcome

#: table -> its columns of a build
TABLES = {
    "pool": outcome.pool,
    "candidates": outcome.candidates,
    "candidate_contracts": outcome.contracts,
    "candidate_companies": outcome.companies,
    "indicators": known.indicators,
    "screens": known.screens,
    "valuations": known.valuations,
    "repairs": known.repairs,
    "selection": chosen.selection,
    "pool_limits": chosen.limits,
    "stratifications": chosen.stratifications,
    "chain_map": chosen.chain_map,
}


def tabulate_build(assembled: Assembled) -> dict[str, dict[str, list[Any]]]:
    """Columns of every table of a build, money in minor units, rates in units of 1e-8."""
    return {name: table(assembled) for name, table in TABLES.items()}
