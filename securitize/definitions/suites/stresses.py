"""Stresses that name nobody: each is put to a deal, its pool and its dates when the suite is run on it.

The meaning of every field is in ``docs/reference/suites.md``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from securitize.definitions.figures import Frequency, Margin, Model, Multiple, Rate, Whole
from securitize.definitions.pools.claims import Cause
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    PrepaymentRateStress,
    RecoveryRateStress,
)


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


class AllRoyaltyBasesStress(Model):
    """The sales that bear royalties are scaled, from the cut-off or some months after it."""

    driver: Literal["all-royalty-bases"]
    scale: Multiple
    after: Frequency | None = None


class AllIndexRatesStress(Model):
    """Every index rate of the deal and the pool is shifted."""

    driver: Literal["all-index-rates"]
    shift: Margin


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
    | LargestObligorsStress
    | AllProvidersStress
    | AllPaymentsLateStress
    | AllRoyaltyBasesStress
    | AllIndexRatesStress
    | RightsFailStress
    | NodeStress,
    Field(discriminator="driver"),
]
