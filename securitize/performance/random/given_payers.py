"""Whether those who promised to pay may fail at random: if nobody may, every figure is given that they pay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from securitize.definitions.deals.deal import Deal
from securitize.definitions.pools.pool import Pool
from securitize.performance.parties import parties_of
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.providers import RandomProviders

#: Whether the parties behind supports and recoveries fail at random: all or some of them, none, or none is left.
SupportRisk = Literal["at-random", "in-part", "given-that-it-pays", "none"]


def promises(deal: Deal, pool: Pool, model: RandomModel, failed: Collection[str]) -> tuple[int, int]:
    """How many parties behind supports and recoveries never fail at random, and how many may.

    failed : those that have failed by the books, and are neither
    """
    failing = {key for one in model.processes if isinstance(one, RandomProviders) for key in one.parties}
    owing = {key for key, one in parties_of(deal, pool).items() if one.supports or one.sources}
    owing -= set(failed)
    return len(owing - failing), len(owing & failing)


def support_risk(deal: Deal, pool: Pool, model: RandomModel, failed: Collection[str]) -> SupportRisk:
    """What figures over random paths suppose of whoever promised to pay; see :func:`promises`."""
    kept, failing = promises(deal, pool, model, failed)
    if kept and failing:
        return "in-part"
    if kept:
        return "given-that-it-pays"
    return "at-random" if failing else "none"


def never_failing(model: RandomModel) -> RandomModel:
    """The same with nobody failing by a law of providers: all else has the same random numbers."""
    return replace(
        model,
        processes=tuple(
            replace(one, companies={}, strikes=()) if isinstance(one, RandomProviders) else one
            for one in model.processes
        ),
    )
