"""The library: finds pools, deals, scenarios and templates, shipped or in a user's folder."""

from securitize.library.find import (
    Shipped,
    find_deal,
    find_market,
    find_pool,
    find_scenario,
    find_state,
    list_deals,
    list_markets,
    list_pools,
    list_scenarios,
    list_templates,
    template,
)

__all__ = [
    "Shipped",
    "find_deal",
    "find_market",
    "find_pool",
    "find_scenario",
    "find_state",
    "list_deals",
    "list_markets",
    "list_pools",
    "list_scenarios",
    "list_templates",
    "template",
]
