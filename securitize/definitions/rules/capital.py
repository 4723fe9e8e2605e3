"""A set of capital parameters as written: one approach, its numbers, and when it holds.

The meaning of every field is in ``docs/reference/rules.md``.
"""

from __future__ import annotations

from typing import Literal, Self, assert_never

from pydantic import Field, model_validator

from securitize.definitions.figures import Date, Model, Multiple, Name, Prose, Rate, Rating, Text, fault

#: Which money in reserve accounts counts as pool: all of it, or what collections brought.
Reserves = Literal["funded", "from-collections"]


class CapitalSetBase(Model):
    """What every set has.

    reserves     : which money in reserve accounts counts
    look_through : whether senior notes weigh at most what the pool weighs on average, where the bank knows it
    """

    name: Name
    version: Text
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    valid_from: Date
    valid_until: Date | None = None
    sources: tuple[Prose, ...] = ()
    floor: Multiple
    reserves: Reserves = "funded"
    look_through: bool = False

    @property
    def counts_closing_money(self) -> bool:
        """Whether reserves count with what was put in at closing."""
        match self.reserves:
            case "funded":
                return True
            case "from-collections":
                return False
            case _:
                assert_never(self.reserves)

    @model_validator(mode="after")
    def _holds_for_a_time(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise fault("SEC712", "valid_until is before valid_from", "correct the dates")
        return self


class StandardisedSet(CapitalSetBase):
    """The supervisory formula on the standardised capital of the pool: SEC-SA, and SSFA in the United States.

    most_unknown : share of the pool whose delinquency need not be known; None: all of it must be
    """

    approach: Literal["sec-sa", "ssfa"]
    senior_floor: Multiple | None = None
    p: Multiple = Field(gt=0)
    delinquent_weight: Rate
    most_unknown: Rate | None = None


class RatingWeights(Model):
    """Risk weights of one rating at one and at five years."""

    rating: Rating
    senior: tuple[Multiple, Multiple]
    other: tuple[Multiple, Multiple]


class RatingsSet(CapitalSetBase):
    """SEC-ERBA: weights by rating, maturity and seniority."""

    approach: Literal["sec-erba"]
    unrated: Multiple
    weights: tuple[RatingWeights, ...] = Field(min_length=1, max_length=30)


class Coefficients(Model):
    """Of p = max(least, a + b / N - c K + d LGD + e M)."""

    a: Multiple
    b: Multiple
    c: Multiple
    d: Multiple
    e: Multiple


class InternalSet(CapitalSetBase):
    """SEC-IRBA: the supervisory formula on internal capital of the pool, wholesale exposures."""

    approach: Literal["sec-irba"]
    least_p: Multiple
    granular_from: Multiple
    senior_granular: Coefficients
    senior_lumpy: Coefficients
    other_granular: Coefficients
    other_lumpy: Coefficients


CapitalSet = StandardisedSet | RatingsSet | InternalSet
