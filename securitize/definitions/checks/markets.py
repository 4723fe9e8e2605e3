"""A market holds the index rates that a deal follows."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.rates import rate_rules
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.figures import LPR_INDICES
from securitize.definitions.scenarios.market import Market


def indices(market: Market | None) -> list[str]:
    """The names of every index whose rates a market holds."""
    if market is None:
        return []
    return [*(LPR_INDICES if market.lpr else ()), *market.indices]


def indices_of_the_deal_are_known(deal: Loaded[Deal], market: Loaded[Market] | None) -> Iterator[Problem]:
    """The market holds every index that a floating rate of the deal follows (SEC209)."""
    known = indices(market.model if market else None)
    for at, rule in rate_rules(deal.model):
        if rule.floating is not None and rule.floating.index not in known:
            what = (
                "no market holds this index"
                if market is None
                else Message("the market {name} holds no such index", name=market.model.name)
            )
            yield deal.problem((*at, "index"), what, rule.index, suggest(rule.index, known), "SEC209")


CHECKS = (indices_of_the_deal_are_known,)
