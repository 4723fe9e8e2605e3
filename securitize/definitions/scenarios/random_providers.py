"""Guarantors and other providers that default at random, as written."""

from __future__ import annotations

from securitize.definitions.figures import Name, Rate, Text
from securitize.definitions.scenarios.default_probability import RandomCompany


class RandomProvider(RandomCompany):
    """The company behind a support of the deal, or behind a source of recoveries.

    source  : of the deal's recoveries that it owes; None where the name is that of a support
    company : of several promises; one of them says how likely default is, and what else its company has
    recovery : the share of what it owes that it still pays after its default
    """

    recovery: Rate = 0
    company: Name | None = None
    source: Text | None = None
