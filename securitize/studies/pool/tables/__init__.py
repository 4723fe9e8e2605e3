"""The build of a pool as rows of its tables: one module a family of tables."""

from __future__ import annotations

from typing import Any

from securitize.pooling.assemble import Assembled
from securitize.studies.pool.tables.chosen import chain_map, limits, selection, stratifications
from securitize.studies.pool.tables.known import indicators, repairs, screens, valuations
from securitize.studies.pool.tables.outcome import candidates, companies, contracts, pool

#: table -> its columns of a build
TABLES = {
    "pool": pool,
    "candidates": candidates,
    "candidate_contracts": contracts,
    "candidate_companies": companies,
    "indicators": indicators,
    "screens": screens,
    "valuations": valuations,
    "repairs": repairs,
    "selection": selection,
    "pool_limits": limits,
    "stratifications": stratifications,
    "chain_map": chain_map,
}


def tabulate_build(assembled: Assembled) -> dict[str, dict[str, list[Any]]]:
    """Columns of every table of a build, money in minor units, rates in units of 1e-8."""
    return {name: table(assembled) for name, table in TABLES.items()}
