"""Random performance with its pool."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance


def obligors_with_a_hazard_are_known(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool]
) -> Iterator[Problem]:
    """SEC174."""
    for name in performance.model.obligors:
        if name not in pool.model.obligors:
            what = f"the pool {pool.model.name} holds no such obligor"
            yield performance.problem(
                ("obligors", name), what, name, suggest(name, pool.model.obligors), "SEC174"
            )


CHECKS = (obligors_with_a_hazard_are_known,)
