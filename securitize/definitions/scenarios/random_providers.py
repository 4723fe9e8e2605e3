"""Guarantors and other providers that default at random, as written."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from securitize.definitions.figures import Margin, Name, Rate, Text, fault
from securitize.definitions.scenarios.default_probability import DefaultProbability, RandomCompany


class RandomProvider(RandomCompany):
    """The company behind a support of the deal, a party of it, or whoever owes a source of recoveries.

    source  : of the deal's recoveries that it owes; None where the name is that of a support or of a party
    company : of several promises; one of them says how likely default is, and what else its company has
    recovery : the share of what it owes that it still pays after its default; None for that of its party
    """

    recovery: Rate | None = None
    company: Name | None = None
    source: Text | None = None


class AllProviders(DefaultProbability):
    """Every party behind a support or a recovery of the deal of which nothing else is said: it names nobody.

    recovery : the share of what it owes that it still pays after its default; None for that of the party
    """

    loading: Margin | None = None
    recovery: Rate | None = None

    @model_validator(mode="after")
    def _likely(self) -> Self:
        if not self.given:
            raise fault(
                "SEC480", "nothing says how likely providers default", "write a hazard, rating or cumulative"
            )
        return self

    @property
    def company(self) -> RandomCompany:
        """What each of them is: a company without a node."""
        return RandomCompany.model_construct(
            hazard=self.hazard, rating=self.rating, cumulative=self.cumulative, loading=self.loading
        )
