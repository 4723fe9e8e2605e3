"""Triggers (section 8 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from securitize.base.closed import complete
from securitize.definitions.figures import Date, Model, Multiple, Name, Rate, Rating, Text, Whole

Moment = Literal["before-payment", "after-payment"]
AFTER: Mapping[Moment, bool] = complete(Moment, {"before-payment": False, "after-payment": True})
Effect = Literal["this-payment", "next-payment"]
AT_ONCE: Mapping[Effect, bool] = complete(Effect, {"this-payment": True, "next-payment": False})
CombinationRule = Literal["all", "any"]


class TriggerBase(Model):
    """What every trigger has."""

    title: Text = ""
    title_zh: Text = ""
    test: Moment | None = None
    effect: Effect | None = None
    first_test: Date | None = None
    last_test: Date | None = None
    consecutive: Whole = Field(default=1, ge=1, le=1000)
    latched: bool = True
    cure: Whole = Field(default=1, ge=1, le=1000)
    effect_from: Date | None = None
    early_repayment: bool = False
    priority: Literal["acceleration", "default"] | None = None

    @property
    def looks_back(self) -> Mapping[str, int]:
        """What of the history of a deal in mid-life it needs: a list, with the one that it is compared with, and of
        how many dates before the present one; a sum over all dates, and 0.
        """
        return {}

    @property
    def rated(self) -> str | None:
        """The support whose provider's rating it reads."""
        return None


class DateTrigger(TriggerBase):
    """Fails from a date on."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["date"]
    date: Date

    @property
    def reached_on(self) -> Date:
        """From this day on it fails."""
        return self.date


class CumulativeDefaultTrigger(TriggerBase):
    """Fails when too much of the pool has defaulted."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    kind: Literal["cumulative-default"]
    threshold: Rate

    @property
    def looks_back(self) -> Mapping[str, int]:
        """On everything that has defaulted."""
        return {"defaulted_in_all": 0}

    @property
    def multiples(self) -> tuple[int, ...]:
        """The threshold."""
        return (self.threshold,)


class CollectionsTrigger(TriggerBase):
    """Fails when collections fall short of the schedule."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    kind: Literal["collections"]
    threshold: Multiple
    cumulative: bool = True
    periods: Whole = Field(default=1, ge=1, le=120)

    @property
    def looks_back(self) -> Mapping[str, int]:
        """On all dates, or on as many as are compared."""
        if self.cumulative:
            return {"collected_in_all": 0, "scheduled_in_all": 0}
        return {"collected": self.periods - 1}

    @property
    def multiples(self) -> tuple[int, ...]:
        """The threshold."""
        return (self.threshold,)


class CoverageTrigger(TriggerBase):
    """Fails when a coverage measure is below its threshold."""

    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    kind: Literal["coverage"]
    measure: Literal["DSCR", "IC", "OC"]
    rank: int = Field(ge=1, le=100)
    threshold: Multiple
    with_support: bool = False

    @property
    def only_after(self) -> bool:
        """Overcollateralisation is only known after the payments."""
        match self.measure:
            case "OC":
                return True
            case "DSCR" | "IC":
                return False
            case _:
                assert_never(self.measure)

    @property
    def multiples(self) -> tuple[int, ...]:
        """The threshold."""
        return (self.threshold,)


class UnpaidInterestTrigger(TriggerBase):
    """Fails when a note has unpaid interest after a payment."""

    only_after: ClassVar[bool] = True
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["unpaid-interest"]
    notes: tuple[Name, ...] = Field(min_length=1)


class UnpaidPrincipalTrigger(TriggerBase):
    """Fails when principal of a note is overdue after a payment."""

    only_after: ClassVar[bool] = True
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["unpaid-principal"]
    notes: tuple[Name, ...] = Field(min_length=1)


class SalesTrigger(TriggerBase):
    """Fails when licensed sales leave a corridor around their forecast."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = True
    reached_on: ClassVar[None] = None
    kind: Literal["sales"]
    lower: Multiple | None = None
    upper: Multiple | None = None
    periods: Whole = Field(default=1, ge=1, le=120)

    @property
    def looks_back(self) -> Mapping[str, int]:
        """On as many dates as are compared."""
        return {"sales": self.periods - 1}

    @property
    def multiples(self) -> tuple[int, ...]:
        """The ends of the corridor, 0 where it is open."""
        return self.lower or 0, self.upper or 0


class PoolBalanceTrigger(TriggerBase):
    """Fails when little of the pool is left."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    kind: Literal["pool-balance"]
    threshold: Multiple

    @property
    def multiples(self) -> tuple[int, ...]:
        """The threshold."""
        return (self.threshold,)


class NotesNilTrigger(TriggerBase):
    """Fails when all of some notes are repaid."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["notes-nil"]
    notes: tuple[Name, ...] = Field(min_length=1)


class ReserveTrigger(TriggerBase):
    """Fails when a reserve is below its target after a payment."""

    only_after: ClassVar[bool] = True
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["reserve"]
    account: Name


class DeficiencyTrigger(TriggerBase):
    """Fails when deficiency ledgers are too large a share of their notes."""

    only_after: ClassVar[bool] = True
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    kind: Literal["deficiency"]
    notes: tuple[Name, ...] = Field(min_length=1)
    threshold: Rate

    @property
    def multiples(self) -> tuple[int, ...]:
        """The threshold."""
        return (self.threshold,)


class ProviderDefaultTrigger(TriggerBase):
    """Fails when a provider of support has defaulted."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["provider-default"]
    support: Name


class ProviderRatingTrigger(TriggerBase):
    """Fails when a provider of support is rated below a rating."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["provider-rating"]
    support: Name
    below: Rating

    @property
    def rated(self) -> str | None:
        """The support whose provider's rating it reads."""
        return self.support


class CombinationTrigger(TriggerBase):
    """Fails when all or any of other triggers stand breached."""

    only_after: ClassVar[bool] = False
    reads_sales: ClassVar[bool] = False
    reached_on: ClassVar[None] = None
    multiples: ClassVar[tuple[()]] = ()
    kind: Literal["combination"]
    of: tuple[Name, ...] = Field(min_length=1, max_length=100)
    rule: CombinationRule


#: Each kind says whether it can only be tested after the payments, as it looks at what they left; whether it reads
#: sales; from which day on it fails whatever happens; and what amounts are multiplied with for it.
Trigger = Annotated[
    DateTrigger
    | CumulativeDefaultTrigger
    | CollectionsTrigger
    | CoverageTrigger
    | UnpaidInterestTrigger
    | UnpaidPrincipalTrigger
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


def moment_of(trigger: Trigger) -> Moment:
    """When a trigger is tested."""
    return "after-payment" if trigger.only_after else trigger.test or "before-payment"


def corridor(trigger: Trigger) -> tuple[int | None, int | None]:
    """The least and the most of its measure that pass, rate units; None where an end is open or nothing is measured."""
    match trigger:
        case SalesTrigger():
            return trigger.lower, trigger.upper
        case CollectionsTrigger() | CoverageTrigger() | PoolBalanceTrigger():
            return trigger.threshold, None
        case CumulativeDefaultTrigger() | DeficiencyTrigger():
            return None, trigger.threshold
        case (
            DateTrigger()
            | UnpaidInterestTrigger()
            | UnpaidPrincipalTrigger()
            | NotesNilTrigger()
            | ReserveTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
            | CombinationTrigger()
        ):
            return None, None
        case _:
            assert_never(trigger)


def seen_at_once(trigger: Trigger) -> bool:
    """Whether the payments of a date see the test of that date."""
    return not AFTER[moment_of(trigger)] and (trigger.effect is None or AT_ONCE[trigger.effect])
