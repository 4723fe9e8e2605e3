"""Triggers (section 8 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from securitize.definitions.figures import Date, Model, Multiple, Name, Rate, Rating, Text, Whole

Moment = Literal["before-payment", "after-payment"]


class TriggerBase(Model):
    """What every trigger has."""

    title: Text = ""
    test: Moment | None = None
    effect: Literal["this-payment", "next-payment"] | None = None
    first_test: Date | None = None
    last_test: Date | None = None
    consecutive: Whole = Field(default=1, ge=1, le=1000)
    latched: bool = True
    cure: Whole = Field(default=1, ge=1, le=1000)
    effect_from: Date | None = None
    early_repayment: bool = False
    priority: Literal["acceleration", "default"] | None = None

    @property
    def only_after(self) -> bool:
        """Whether the test can only be held after the payments."""
        return False

    @property
    def moment(self) -> Moment:
        """When the trigger is tested."""
        return "after-payment" if self.only_after else self.test or "before-payment"


class _AfterPayment(TriggerBase):
    @property
    def only_after(self) -> bool:
        """It looks at what the payments left."""
        return True


class DateTrigger(TriggerBase):
    """Fails from a date on."""

    kind: Literal["date"]
    date: Date


class CumulativeDefaultTrigger(TriggerBase):
    """Fails when too much of the pool has defaulted."""

    kind: Literal["cumulative-default"]
    threshold: Rate


class CollectionsTrigger(TriggerBase):
    """Fails when collections fall short of the schedule."""

    kind: Literal["collections"]
    threshold: Multiple
    cumulative: bool = True
    periods: Whole = Field(default=1, ge=1, le=120)


class CoverageTrigger(TriggerBase):
    """Fails when a coverage measure is below its threshold."""

    kind: Literal["coverage"]
    measure: Literal["DSCR", "IC", "OC"]
    rank: int = Field(ge=1, le=100)
    threshold: Multiple
    with_support: bool = False

    @property
    def only_after(self) -> bool:
        """Overcollateralisation is only known after the payments."""
        return self.measure == "OC"


class UnpaidInterestTrigger(_AfterPayment):
    """Fails when a note has unpaid interest after a payment."""

    kind: Literal["unpaid-interest"]
    notes: tuple[Name, ...] = Field(min_length=1)


class SalesTrigger(TriggerBase):
    """Fails when licensed sales leave a corridor around their forecast."""

    kind: Literal["sales"]
    lower: Multiple | None = None
    upper: Multiple | None = None
    periods: Whole = Field(default=1, ge=1, le=120)


class PoolBalanceTrigger(TriggerBase):
    """Fails when little of the pool is left."""

    kind: Literal["pool-balance"]
    threshold: Multiple


class NotesNilTrigger(TriggerBase):
    """Fails when all of some notes are repaid."""

    kind: Literal["notes-nil"]
    notes: tuple[Name, ...] = Field(min_length=1)


class ReserveTrigger(_AfterPayment):
    """Fails when a reserve is below its target after a payment."""

    kind: Literal["reserve"]
    account: Name


class DeficiencyTrigger(_AfterPayment):
    """Fails when deficiency ledgers are too large a share of their notes."""

    kind: Literal["deficiency"]
    notes: tuple[Name, ...] = Field(min_length=1)
    threshold: Rate


class ProviderDefaultTrigger(TriggerBase):
    """Fails when a provider of support has defaulted."""

    kind: Literal["provider-default"]
    support: Name


class ProviderRatingTrigger(TriggerBase):
    """Fails when a provider of support is rated below a rating."""

    kind: Literal["provider-rating"]
    support: Name
    below: Rating


class CombinationTrigger(TriggerBase):
    """Fails when all or any of other triggers stand breached."""

    kind: Literal["combination"]
    of: tuple[Name, ...] = Field(min_length=1, max_length=100)
    rule: Literal["all", "any"]


Trigger = Annotated[
    DateTrigger
    | CumulativeDefaultTrigger
    | CollectionsTrigger
    | CoverageTrigger
    | UnpaidInterestTrigger
    | SalesTrigger
    | PoolBalanceTrigger
    | NotesNilTrigger
    | ReserveTrigger
    | DeficiencyTrigger
    | ProviderDefaultTrigger
    | ProviderRatingTrigger
    | CombinationTrigger,
    Field(discriminator="kind"),
]
