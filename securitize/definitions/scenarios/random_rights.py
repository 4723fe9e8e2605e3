"""How rights fail at random, as written: ``[rights]``.

The meaning of every field is in ``docs/reference/random-performance.md``.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Model, Multiple, Name, Rate, fault

#: Curves of lapse by origin and owner: those of ``securitize.patents.lapse``.
LapseCurve = Literal[
    "all",
    "domestic",
    "foreign",
    "domestic-company",
    "domestic-university-institute",
    "domestic-individual",
    "foreign-company",
    "foreign-university-institute",
    "foreign-individual",
]


class RandomLapse(Model):
    """Renewal fees that stay unpaid.

    age        : years since filing at the cut-off, units of 1e-8; None where the expiry says it
    multiplier : on the curve's hazards, units of 1e-8
    """

    curve: LapseCurve
    age: Multiple | None = None
    multiplier: Multiple = RATE_UNITS


class RandomChallenge(Model):
    """Challenges of validity: how many are decided a year, and how. What is neither invalid nor partly is upheld."""

    hazard: Multiple
    invalid: Rate
    partly: Rate = 0
    partly_fails: Rate = RATE_UNITS

    @model_validator(mode="after")
    def _outcomes_are_shares(self) -> Self:
        if self.invalid + self.partly > RATE_UNITS:
            total = (self.invalid + self.partly) / RATE_UNITS
            raise fault(
                "SEC193",
                Message("invalid and partly sum to {total:.8g}", total=total),
                "let them sum to at most 1",
            )
        return self


class RandomObsolescence(Model):
    """Rights that nobody needs any more: a hazard a year, or the mean years that are left."""

    hazard: Multiple | None = None
    life: Multiple | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.hazard is None) == (self.life is None):
            raise fault("SEC197", "obsolescence has a hazard or a life", "write one of hazard, life")
        if self.life == 0:
            raise fault("SEC114", "a life of 0 years is none", "write a number above 0")
        return self


class RightRisk(Model):
    """Why rights fail; of one right, what is left out is as for all."""

    lapse: RandomLapse | None = None
    challenge: RandomChallenge | None = None
    obsolescence: RandomObsolescence | None = None


class RandomRights(RightRisk):
    """Why rights fail, which fail together, and what differs for a right."""

    families: dict[Name, tuple[Name, ...]] = Field(default={}, max_length=100_000)
    collateral: dict[Name, RightRisk] = Field(default={}, max_length=100_000)

    @model_validator(mode="after")
    def _families_are_apart(self) -> Self:
        times = Counter(right for members in self.families.values() for right in members)
        for right, count in times.items():
            if count > 1:
                raise fault(
                    "SEC196",
                    Message("the right {right} is in families twice", right=right),
                    "write it in one of them",
                )
        for name, members in self.families.items():
            if not members:
                raise fault(
                    "SEC196", Message("the family {name} has no rights", name=name), "name its rights"
                )
            for right in members[1:]:
                if right in self.collateral:
                    what = Message(
                        "{right} fails with its family {name}, whose first right {first} says how",
                        right=right,
                        name=name,
                        first=members[0],
                    )
                    raise fault("SEC196", what, Message("write it for {first}", first=members[0]))
        return self

    def of(self, right: str) -> RightRisk:
        """A right's own risks, or those of all."""
        own = self.collateral.get(right) or RightRisk()
        return RightRisk(
            lapse=own.lapse or self.lapse,
            challenge=own.challenge or self.challenge,
            obsolescence=own.obsolescence or self.obsolescence,
        )
