"""Stresses that name nobody: each is put to a deal, its pool and its dates when the suite is run on it.

The meaning of every field is in ``docs/reference/suites.md``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Frequency, Margin, Model, Multiple, Rate, Whole, fault
from securitize.definitions.performance import RateVector
from securitize.definitions.pools.claims import Cause
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    PrepaymentRateStress,
    RecoveryRateStress,
)


class DefaultRateByYearStress(Model):
    """The annual default rate of each year from today on; after the last year the deal's own.

    times : a multiple of the whole path
    """

    driver: Literal["default-rate-by-year"]
    years: RateVector
    times: Multiple = RATE_UNITS

    @model_validator(mode="after")
    def _rates(self) -> Self:
        if any(rate * self.times > RATE_UNITS * RATE_UNITS for rate in self.years):
            raise fault("SEC747", "a rate of the path is above 1", "write a smaller multiple")
        return self


#: What obligors that default together have in common.
GroupKind = Literal["group", "region", "industry"]


class GroupOutStress(Model):
    """Every obligor of the group that owes most defaults: of one affiliate group, region or industry."""

    driver: Literal["group-out"]
    by: GroupKind
    after: Frequency


class AllProvidersLateStress(Model):
    """Every provider of support pays late: from closing, or ``after``, for as long as it ``lasts``, or to the end."""

    driver: Literal["all-providers-late"]
    days: Whole = Field(ge=1, le=3660)
    after: Frequency | None = None
    lasts: Frequency | None = None


class AllProvidersDowngradedStress(Model):
    """Every provider of support that has a rating is rated so many notches lower."""

    driver: Literal["all-providers-downgraded"]
    notches: Whole = Field(ge=1, le=19)
    after: Frequency | None = None


class LargestObligorsStress(Model):
    """The obligors that owe most default, some months after the cut-off."""

    driver: Literal["largest-obligors"]
    count: Whole = Field(ge=1, le=1000)
    after: Frequency


class AllProvidersStress(Model):
    """Every provider of support, and every guarantor of the pool, defaults some months after closing, at once
    without ``after``.

    recovery : None for that of each party
    """

    driver: Literal["all-providers"]
    after: Frequency | None = None
    recovery: Rate | None = None


class AllPaymentsLateStress(Model):
    """Whatever is due after the cut-off is paid some days late, for ``months`` or to the end."""

    driver: Literal["all-payments-late"]
    days: Whole = Field(ge=1, le=3660)
    after: Frequency | None = None
    lasts: Frequency | None = None


class ServicerOutStress(Model):
    """The servicer fails some months after the cut-off.

    remittance_days : how many days of collections it holds;  late_days : until collections are paid elsewhere
    """

    driver: Literal["servicer-out"]
    after: Frequency
    remittance_days: Whole = Field(ge=0, le=366)
    recovery: Rate = 0
    late_days: Whole = Field(default=0, ge=0, le=366)


class AllRoyaltyBasesStress(Model):
    """The sales that bear royalties are scaled, from the cut-off or some months after it."""

    driver: Literal["all-royalty-bases"]
    scale: Multiple
    after: Frequency | None = None


class AllIndexRatesStress(Model):
    """Every index rate of the deal and the pool is shifted."""

    driver: Literal["all-index-rates"]
    shift: Margin


class AllPutsStress(Model):
    """Investors give back a share of every note at each of its puts that is ahead."""

    driver: Literal["all-puts"]
    share: Rate


class RightsFailStress(Model):
    """A share of the rights on which cash depends fails, those behind most cash first."""

    driver: Literal["rights-fail"]
    share: Rate
    after: Frequency
    cause: Cause = "invalidity"


class NodeStress(Model):
    """What happens on the chain node of the most cash, or on every node that supplies another of the pool."""

    driver: Literal["chain-node"]
    node: Literal["largest", "upstream"]
    effect: Literal["default", "rights-fail"]
    after: Frequency


SuiteStress = Annotated[
    DefaultRateStress
    | PrepaymentRateStress
    | RecoveryRateStress
    | DefaultRateByYearStress
    | LargestObligorsStress
    | GroupOutStress
    | AllProvidersLateStress
    | AllProvidersDowngradedStress
    | AllProvidersStress
    | AllPaymentsLateStress
    | ServicerOutStress
    | AllRoyaltyBasesStress
    | AllIndexRatesStress
    | AllPutsStress
    | RightsFailStress
    | NodeStress,
    Field(discriminator="driver"),
]
