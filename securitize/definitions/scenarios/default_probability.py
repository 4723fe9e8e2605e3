"""How likely a company is to default, as written: a hazard, a rating, or cumulative probabilities by year."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.chains.chain import NodeCode
from securitize.definitions.figures import Margin, Model, Multiple, Rate, Rating, fault


def _rising(years: tuple[int, ...]) -> tuple[int, ...]:
    for year, (before, after) in enumerate(zip((0, *years), years, strict=False), 1):
        if after >= RATE_UNITS:
            raise fault(
                "SEC481",
                Message("default by the end of year {year} is certain", year=year),
                "write less than 1",
            )
        if after < before:
            what = Message("the cumulative probability falls in year {year}", year=year)
            raise fault(
                "SEC481", what, "write what has defaulted by the end of each year, all years together"
            )
    return years


#: Of default by the end of year 1, 2, …; units of 1e-8.
Cumulative = Annotated[tuple[Rate, ...], Field(min_length=1, max_length=100), AfterValidator(_rising)]


class RatingTable(Model):
    """What a rating means."""

    cumulative: Cumulative


class DefaultProbability(Model):
    """One of three, or nothing."""

    hazard: Multiple | None = None
    rating: Rating | None = None
    cumulative: Cumulative | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """Which of the three are written."""
        return tuple(name for name in ("hazard", "rating", "cumulative") if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if len(self.given) > 1:
            what = Message("{given} all say how likely default is", given=Listing(self.given, " and "))
            raise fault("SEC480", what, "write one of hazard, rating and cumulative")
        return self


class RandomCompany(DefaultProbability):
    """A company that defaults at random: how likely, and what it hangs on."""

    loading: Margin | None = None
    node: NodeCode | None = None
    node_loading: Margin | None = None
