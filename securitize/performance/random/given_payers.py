"""Whether anybody who promised to pay may fail at random: if not, every figure is given that they pay."""

from __future__ import annotations

from securitize.definitions.deals.deal import Deal
from securitize.definitions.pools.pool import Pool
from securitize.performance.parties import parties_of
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.providers import RandomProviders


def promises(deal: Deal, pool: Pool, model: RandomModel) -> tuple[int, int]:
    """How many parties behind supports and recoveries never fail at random, and how many may."""
    failing = {key for one in model.processes if isinstance(one, RandomProviders) for key in one.parties}
    owing = {key for key, one in parties_of(deal, pool).items() if one.supports or one.sources}
    return len(owing - failing), len(owing & failing)
